//! What a message says of an order or a delivery beside the slots: figures, days, floors. Pure.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::{Regex, RegexSet};
use serde::Deserialize;

use crate::experts::knowledge::normalise;

/// A text as it is looked at: normalised, and with Chinese numbers before a counter in figures.
pub(super) struct Details {
    text: String,
}

#[derive(Deserialize)]
struct File {
    severity: Vec<Severity>,
    lift: Lift,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Severity {
    word: String,
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lift {
    without: Vec<String>,
    with: Vec<String>,
    no: Vec<String>,
    yes: Vec<String>,
}

struct Words {
    /// The word of `offer_remedy` and what says it, the worst first.
    severity: Vec<(String, RegexSet)>,
    without_lift: RegexSet,
    with_lift: RegexSet,
    no: RegexSet,
    yes: RegexSet,
}

/// Pieces that are bad, and how many there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pieces {
    pub bad: Option<i64>,
    pub units: Option<i64>,
}

impl Details {
    pub fn of(text: &str) -> Self {
        Self { text: in_figures(&normalise(text)) }
    }

    pub fn severity(&self) -> Option<&'static str> {
        let mut words = WORDS.severity.iter().filter(|(_, said)| said.is_match(&self.text));
        words.next().map(|(word, _)| word.as_str())
    }

    /// 1 is the ground floor.
    pub fn floor(&self) -> Option<i64> {
        self.figure(&FLOOR)
    }

    pub fn lift(&self) -> Option<bool> {
        if WORDS.without_lift.is_match(&self.text) {
            return Some(false);
        }
        WORDS.with_lift.is_match(&self.text).then_some(true)
    }

    /// The same in a bare yes or no to `asked`, where that asks for a lift and nothing else.
    pub fn lift_in_answer_to(&self, asked: &str) -> Option<bool> {
        let asked = Self { text: normalise(asked) };
        if !WORDS.with_lift.is_match(&asked.text) || FLOOR_ASKED.is_match(&asked.text) {
            return None;
        }
        if WORDS.no.is_match(&self.text) { Some(false) } else { WORDS.yes.is_match(&self.text).then_some(true) }
    }

    /// `20个坏了6个`, `6 of 20`, `坏了6个`, `一共20个`; of two bare figures the larger is the whole.
    pub fn pieces(&self) -> Pieces {
        let two = |found: regex::Captures<'_>| Some((figure(&found, 1)?, figure(&found, 2)?));
        if let Some((units, bad)) = OF_WHICH.captures(&self.text).and_then(two) {
            return Pieces { bad: Some(bad), units: Some(units) };
        }
        if let Some((bad, units)) = OUT_OF.captures(&self.text).and_then(two) {
            return Pieces { bad: Some(bad), units: Some(units) };
        }
        let (bad, units) = (self.figure(&BAD), self.figure(&ALL));
        let bare: Vec<i64> = NUMBER.find_iter(&self.text).filter_map(|n| n.as_str().parse().ok()).collect();
        match (bad, units, bare.as_slice()) {
            (None, None, [one, other]) => Pieces { bad: Some(*one.min(other)), units: Some(*one.max(other)) },
            (bad, units, _) => Pieces { bad, units },
        }
    }

    /// Whether anything in it answers what is asked about an order.
    pub fn tells_of_an_order(&self) -> bool {
        let pieces = self.pieces();
        let counts = pieces.bad.is_some() || pieces.units.is_some();
        counts || self.severity().is_some() || self.floor().is_some() || self.lift().is_some()
    }

    /// `4袋`, `two bags`.
    pub fn quantity(&self) -> Option<i64> {
        self.figure(&QUANTITY).filter(|n| *n > 0)
    }

    /// The number of an order: letters and at least four figures.
    pub fn order_id(&self) -> Option<String> {
        let id = ORDER_ID.captures(&self.text)?.get(1)?;
        Some(id.as_str().to_ascii_uppercase())
    }

    /// A baby's age in whole months.
    pub fn months(&self) -> Option<i64> {
        self.figure(&MONTHS).filter(|months| *months <= 72)
    }

    /// A day that is named: by its date or as one of the next.
    pub fn day(&self, today: Date) -> Option<Date> {
        const NEXT: [(&str, i64); 8] = [
            ("大后天", 3),
            ("后天", 2),
            ("明天", 1),
            ("明早", 1),
            ("今天", 0),
            ("day after tomorrow", 2),
            ("tomorrow", 1),
            ("today", 0),
        ];
        // "今天下单" is when it is bought and not when it must come.
        let is_meant = |word: &str| {
            let mut found = self.text.match_indices(word);
            found.any(|(at, _)| !BUYS.is_match(&self.text[at + word.len()..]) && !ORDERS.is_match(&self.text[..at]))
        };
        if let Some((_, days)) = NEXT.iter().find(|(word, _)| is_meant(word)) {
            return today.checked_add(jiff::Span::new().days(*days)).ok();
        }
        if let Some(day) = self.weekday(today) {
            return Some(day);
        }
        if let Some(found) = ISO_DAY.find(&self.text) {
            return found.as_str().parse().ok();
        }
        let found = MONTH_DAY.captures(&self.text)?;
        let (month, day) = (i8::try_from(figure(&found, 1)?).ok()?, i8::try_from(figure(&found, 2)?).ok()?);
        let this_year = Date::new(today.year(), month, day).ok()?;
        // What has gone by is meant for next year.
        if this_year < today { Date::new(today.year() + 1, month, day).ok() } else { Some(this_year) }
    }

    /// The next day of this name; with "下周" the one of the week after.
    fn weekday(&self, today: Date) -> Option<Date> {
        let mut found = WEEKDAY.captures_iter(&self.text);
        let is_meant =
            |found: &regex::Captures<'_>| found.get(0).is_some_and(|day| !BUYS.is_match(&self.text[day.end()..]));
        let found = found.find(is_meant)?;
        let at = "一二三四五六日".chars().position(|c| found[2].replace(['天', '末'], "日").starts_with(c))?;
        let ahead = (at as i64 - i64::from(today.weekday().to_monday_zero_offset())).rem_euclid(7);
        let is_next = found.get(1).is_some() && ahead + i64::from(today.weekday().to_monday_zero_offset()) < 7;
        today.checked_add(jiff::Span::new().days(ahead + if is_next { 7 } else { 0 })).ok()
    }

    /// A size by letters that is asked about; `None` where several are.
    pub fn size(&self) -> Option<String> {
        let mut found = SIZE.captures_iter(&self.text).filter_map(|found| Some(found.get(1)?.as_str().to_uppercase()));
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// All sizes by letters that are named.
    pub fn sizes(&self) -> Vec<String> {
        let found = SIZE_WORD.captures_iter(&self.text).filter_map(|found| found.get(1));
        found.map(|size| size.as_str().to_uppercase()).collect()
    }

    fn figure(&self, pattern: &Regex) -> Option<i64> {
        figure(&pattern.captures(&self.text)?, 1)
    }
}

/// The first of a pattern's groups from `group` on that took part.
fn figure(found: &regex::Captures<'_>, group: usize) -> Option<i64> {
    found.get(group)?.as_str().parse().ok()
}

macro_rules! pattern {
    ($name:ident, $pattern:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).expect(stringify!($name)));
    };
}

pattern!(FLOOR, r"(\d{1,3}) ?(?:楼|层|st floor|nd floor|rd floor|th floor)");
pattern!(FLOOR_ASKED, r"几楼|which floor");
pattern!(OF_WHICH, r"(\d{1,5}) ?[个颗粒只盒串斤件袋]?.{0,4}?[坏烂碎破]了? ?(\d{1,5})");
pattern!(OUT_OF, r"(\d{1,5}) (?:out )?of (?:the |my )?(\d{1,5})");
pattern!(BAD, r"(?:[坏烂碎破]了?(?:大概|大约)? ?(\d{1,5}))");
pattern!(ALL, r"(?:一共|总共|共|全部|total of|in total) ?(?:有|是)? ?(\d{1,5})");
pattern!(NUMBER, r"\d{1,5}");
pattern!(QUANTITY, r"(\d{1,4}) ?(?:袋|件|包|箱|罐|桶|盒|瓶|个|bags?|boxes|packs?|tins?|pieces)");
pattern!(ORDER_ID, r"(?:^|[^a-z0-9])([a-z]{0,4}[-_]?\d{4,20}[a-z0-9-]{0,12})(?:$|[^a-z0-9])");
pattern!(MONTHS, r"(\d{1,2}) ?(?:个月|月龄|months?)");
pattern!(BUYS, r"^.{0,3}?(?:下单|拍|买|订|付)");
pattern!(ORDERS, r"(?:order|buy|pay)(?: it| now)? $");
pattern!(ISO_DAY, r"20\d\d-\d\d-\d\d");
pattern!(WEEKDAY, r"(下个?)?(?:周|星期|礼拜)([一二三四五六日天末])");
pattern!(MONTH_DAY, r"(\d{1,2})月(\d{1,2})[日号]?");
pattern!(SIZE_WORD, r"(?-u:\b)(xs|s|m|l|x{1,4}l|[2-5]xl)(?-u:\b)");
pattern!(SIZE, r"(?:^|[^a-z0-9'])(xs|s|m|l|x{1,4}l|[2-5]xl)(?:$|[^a-z0-9'])");

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    let file: File = toml::from_str(include_str!("intents.toml")).expect("intents.toml");
    #[expect(clippy::expect_used, reason = "as above")]
    let set = |patterns: &[String]| super::intents::set(patterns).expect("intents.toml");
    let severity = file.severity.iter().map(|said| (said.word.clone(), set(&said.patterns)));
    Words {
        severity: severity.collect(),
        without_lift: set(&file.lift.without),
        with_lift: set(&file.lift.with),
        no: set(&file.lift.no),
        yes: set(&file.lift.yes),
    }
});

pub(super) fn ready() {
    LazyLock::force(&WORDS);
}

/// Chinese numbers up to 99 in figures, where a counter stands behind them.
fn in_figures(text: &str) -> String {
    const COUNTERS: &str = "个颗粒只串盒斤袋件包箱罐楼层桶条双瓶月";
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let run: Vec<char> = chars[at..].iter().copied().take_while(|c| digit(*c).is_some() || *c == '十').collect();
        let counted = chars.get(at + run.len()).is_some_and(|next| COUNTERS.contains(*next));
        match number(&run).filter(|_| counted) {
            Some(number) => {
                out.push_str(&number.to_string());
                at += run.len();
            }
            None => {
                out.push(*c);
                at += 1;
            }
        }
    }
    out
}

fn number(run: &[char]) -> Option<i64> {
    match run {
        [one] if *one != '十' => digit(*one),
        ['十'] => Some(10),
        ['十', one] => Some(10 + digit(*one)?),
        [tens, '十'] => Some(10 * digit(*tens)?),
        [tens, '十', one] => Some(10 * digit(*tens)? + digit(*one)?),
        _ => None,
    }
}

fn digit(c: char) -> Option<i64> {
    let place = "零一二三四五六七八九".chars().position(|known| known == c);
    place.map(|place| place as i64).or((c == '两').then_some(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_counted() {
        for (text, bad, units) in [
            ("20个坏了6个", Some(6), Some(20)),
            ("20個壞了6個", Some(6), Some(20)),
            ("20个里坏了12个", Some(12), Some(20)),
            ("二十个烂了六个", Some(6), Some(20)),
            ("6 of 20 cherries are rotten", Some(6), Some(20)),
            ("坏了3个", Some(3), None),
            ("一共12个", None, Some(12)),
            ("20 6", Some(6), Some(20)),
            ("樱桃烂了", None, None),
        ] {
            assert_eq!(Details::of(text).pieces(), Pieces { bad, units }, "{text}");
        }
    }

    #[test]
    fn figures_have_their_words() {
        let today = "2026-10-29".parse().unwrap();
        let of = Details::of;
        assert_eq!(
            (of("6楼没电梯").floor(), of("六樓沒電梯").lift(), of("有电梯").lift()),
            (Some(6), Some(false), Some(true))
        );
        let of_lift = |text: &str| of(text).lift_in_answer_to("請問您那邊有沒有電梯？");
        assert_eq!((of_lift("没有"), of_lift("有的"), of_lift("有点贵")), (Some(false), Some(true), None));
        assert_eq!(of("No.").lift_in_answer_to("Thank you. Is there a lift?"), Some(false));
        assert_eq!(of("没有").lift_in_answer_to("请问您住几楼、有没有电梯？"), None);
        assert_eq!((of("要4袋").quantity(), of("两箱").quantity(), of("20公斤").quantity()), (Some(4), Some(2), None));
        assert_eq!(of("查一下S2002的退款").order_id().as_deref(), Some("S2002"));
        assert_eq!(of("160cm48kg").order_id(), None);
        assert_eq!((of("6个月喝几段").months(), of("两个月").months(), of("20").months()), (Some(6), Some(2), None));
        assert_eq!(of("明天一早").day(today).unwrap().to_string(), "2026-10-30");
        assert_eq!(of("11月11日前").day(today).unwrap().to_string(), "2026-11-11");
        // A Thursday.
        assert_eq!(of("周六之前能到不").day(today).unwrap().to_string(), "2026-10-31");
        assert_eq!(of("下周一能到吗").day(today).unwrap().to_string(), "2026-11-02");
        assert_eq!(of("周日下单什么时候发").day(today), None);
        assert_eq!(of("下星期六").day(today).unwrap().to_string(), "2026-11-07");
        assert_eq!(of("1月2号").day(today).unwrap().to_string(), "2027-01-02");
        assert_eq!((of("送到杭州").day(today), of("今天下单什么时候发货").day(today)), (None, None));
        assert_eq!(of("If I order today when does it ship").day(today), None);
        assert_eq!(of("今天能到吗").day(today), Some(today));
        assert_eq!(
            (of("穿 S 会不会大").size().as_deref(), of("M还是L").size(), of("160cm 1m6").size()),
            (Some("S"), None, None)
        );
        assert_eq!(
            (of("一道划痕").severity(), of("碎了").severity(), of("你好").severity()),
            (Some("cosmetic"), Some("unusable"), None)
        );
    }
}
