//! A baby's fever: the temperature and the age decide.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Level;
use super::context::Context;
use crate::experts::patterns::compile;
use crate::experts::plain::Plain;

/// From here on it is a fever, °C.
const FEVER: f32 = 38.0;
/// Below this a word for fever is answered by the temperature itself: it is none.
const NO_FEVER: f32 = 37.3;
/// Younger than this many months a fever is an emergency. Unknown ages count as younger.
const YOUNG_MONTHS: f32 = 3.0;

/// The level of a fever in the text and the words that tell it.
pub(super) fn of_infant(plain: &Plain, context: &Context, profile: &[u32]) -> Option<(Level, Range<usize>)> {
    let text = &plain.text;
    let word = WORDS
        .find_iter(text)
        .map(|found| found.range())
        .find(|found| !context.denies(found, None) && !context.takes_back(found, Level::E1, false));
    let warmest = temperatures(plain, word.is_some())
        .into_iter()
        .filter(|(found, _)| !context.denies(found, None) && !context.takes_back(found, Level::E1, false))
        .max_by(|one, other| one.1.total_cmp(&other.1));
    let young = months(text).map_or_else(
        || profile.iter().min().is_none_or(|months| (*months as f32) < YOUNG_MONTHS),
        |months| months < YOUNG_MONTHS,
    );
    match (warmest, word) {
        (Some((found, degrees)), _) if degrees >= FEVER => Some((if young { Level::E0 } else { Level::E1 }, found)),
        (Some((_, degrees)), _) if degrees < NO_FEVER => None,
        (Some((found, _)), Some(_)) => Some((Level::E1, found)),
        (Some((found, _)), None) if young => Some((Level::E2, found)),
        (Some(_), None) | (None, None) => None,
        (None, Some(found)) => Some((if young { Level::E0 } else { Level::E1 }, found)),
    }
}

static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "发烧|发热|高烧|低烧|高热|低热|烧到|烧得|烧了|还烧|又烧|在烧|烧起来|烧不退|烧退不|有点烧|一直烧|反复烧|烧的厉害|\
         体温(?:很|偏|有点|一直|特别|太|挺|比较|好|过)?高|(?:额头|身上|身子|浑身|全身|脑门|头|摸着|手心|小身体)[^，。？]{0,4}(?:发烫|很烫|好烫|滚烫|烫手|烫得|烫)|\
         fever|high temperature|running a temperature|has a temperature|temperature of|temp of|feverish|burning up",
    )
});

/// What is warm by itself, and no child.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "水|冲奶|奶粉用|泡|□|洗澡|恒温|温奶|加热|调到|调|酒|暖|空调|室|户外|外面|夏天|高温|保温|烫|消毒|烘|码|近视|角|斜|机器|设置|档|奶瓶|煮|烤|冷藏|度数|洗|杯|壶|衣|穿|测到不准|最高可测|量程",
    )
});

static DEGREES: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?P<c>3[5-9]|4[0-2])(?:(?:\\.|点|。)(?P<tenth>\\d)\\d?)?(?P<unit>度|c)?c?(?P<after>\\d|半)?|\
         (?P<han>三十[五六七八九]|四十[一二]?)(?:点(?P<hantenth>[零一二三四五六七八九]))?度(?P<hanafter>[一二三四五六七八九半])?|\
         (?P<f>9[5-9]|10[0-6])(?:\\.(?P<ftenth>\\d))? ?(?:度)?(?:f|华氏|degrees|fever|temp)",
    )
});

/// The temperatures of a body in the text, °C, and where they stand.
fn temperatures(plain: &Plain, fever_is_named: bool) -> Vec<(Range<usize>, f32)> {
    let text = &plain.text;
    let mut found = Vec::new();
    for degrees in DEGREES.captures_iter(text) {
        let Some(all) = degrees.get(0) else { continue };
        let digit = |name: &str| degrees.name(name).map(|found| tenth(found.as_str()));
        let number = |name: &str| degrees.name(name).and_then(|found| found.as_str().parse::<f32>().ok());
        let alone = !text[..all.start()].ends_with(|c: char| c.is_ascii_digit() || c == '.')
            && !text[all.end()..].starts_with(|c: char| c.is_ascii_digit() || c == '.');
        let (value, sure) = if let Some(whole) = number("c") {
            let unit = degrees.name("unit").is_some();
            let after = if unit { digit("after") } else { None };
            let tenths = digit("tenth").or(after);
            (whole + tenths.unwrap_or(0.0), unit || (tenths.is_some() && degrees.name("after").is_none()))
        } else if let Some(whole) = degrees.name("han") {
            let ones = whole.as_str().chars().nth(2).map_or(0.0, |c| tenth(c.encode_utf8(&mut [0; 4])) * 10.0);
            let tens = if whole.as_str().starts_with('三') { 30.0 } else { 40.0 };
            (tens + ones + digit("hantenth").or(digit("hanafter")).unwrap_or(0.0), true)
        } else if let Some(whole) = number("f") {
            ((whole + digit("ftenth").unwrap_or(0.0) - 32.0) / 1.8, true)
        } else {
            continue;
        };
        let clause = &text[plain.clause(all.start())];
        let of_body = fever_is_named || BODY.is_match(clause) || !OTHER.is_match(clause);
        // A number alone may be a size or a price.
        let meant = sure || ((fever_is_named || BODY.is_match(clause)) && degrees.name("unit").is_none());
        if alone && of_body && meant && !SOMETHING_ELSE.is_match(&text[all.end()..]) {
            found.push((all.range(), value));
        }
    }
    found
}

static BODY: LazyLock<Regex> =
    LazyLock::new(|| compile("体温|烧|腋|耳温|额温|量了|量出|量的|一量|测了|肛温|精神|发热|温度|temp|fever"));
static SOMETHING_ELSE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "^ ?(?:元|块|码|cm|厘米|kg|公斤|斤|g|克|周|个|天|罐|件|号|岁|%|ml|毫升|包|片|w|v|的水|水|温水|的奶|左右的水|w|次)",
    )
});

/// The digit that a character stands for, as tenths.
fn tenth(digit: &str) -> f32 {
    const HAN: &str = "零一二三四五六七八九";
    let value = match digit.chars().next() {
        Some('半') => 5,
        Some(c) => c.to_digit(10).or_else(|| HAN.chars().position(|han| han == c).map(|at| at as u32)).unwrap_or(0),
        None => 0,
    };
    value as f32 / 10.0
}

static AGES: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        "(?P<used>用了?|吃了?|喝了?|买了?|过了?|近|这|前|第|隔|每|穿了?|还有|后)?(?:快|才|刚|今年|差不多|大概|满|已经|现在|大约)?(?:(?P<n>\\d{1,2})|(?P<han>十[一二三四五六七八]?|[一二两俩三四五六七八九半]))(?:个|多|个多)?(?P<half>半)?(?:多)?(?P<unit>月|岁|周岁|星期|周|天)(?P<half2>半)?(?P<of>大|龄|的宝|的娃|宝|娃|的婴|婴|了|多|的孩|孩|女|儿|男|的女|的儿|，|。|$|发|体|烧|的|小)?|\
         (?P<new>刚出生|新生儿|刚满月|未满月|还没满月|没满月|没出月子|月子里的宝|初生|newborn|百天|百日|一百天)|(?P<en>\\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[ -]?(?P<enunit>day|week|month|year|mo|yr|yo)",
    )
});

/// The age that the text tells, in months.
pub(super) fn months(text: &str) -> Option<f32> {
    AGES.captures_iter(text).find_map(|age| {
        if let Some(new) = age.name("new") {
            return Some(if new.as_str().contains('百') { 3.3 } else { 0.5 });
        }
        if let Some(number) = age.name("en") {
            let number = number.as_str().parse().unwrap_or_else(|_| english(number.as_str()));
            return Some(match &age["enunit"] {
                "day" => number / 30.0,
                "week" => number / 4.35,
                "year" | "yr" | "yo" => number * 12.0,
                _ => number,
            });
        }
        // "用了三个月" is how long, not how old.
        if age.name("used").is_some() {
            return None;
        }
        let number = match age.name("n") {
            Some(number) => number.as_str().parse().ok()?,
            None => han(age.name("han")?.as_str()),
        };
        let half = if age.name("half").is_some() || age.name("half2").is_some() { 0.5 } else { 0.0 };
        let of = age.name("of").map_or("", |of| of.as_str());
        match &age["unit"] {
            "月" => Some(number + half),
            "岁" | "周岁" => Some((number + half) * 12.0),
            // Days and weeks are ages only where that is said: "三天没拉" is not one.
            "星期" | "周" if !matches!(of, "" | "，" | "。" | "了") => Some(number / 4.35),
            "天" if !matches!(of, "" | "，" | "。" | "了" | "多" | "发" | "烧" | "体" | "的") => {
                Some(number / 30.0)
            }
            _ => None,
        }
    })
}

fn han(number: &str) -> f32 {
    number.chars().fold(0.0, |sum, c| match c {
        '十' => sum + 10.0,
        '两' | '俩' => sum + 2.0,
        '半' => sum + 0.5,
        c => sum + 10.0 * tenth(c.encode_utf8(&mut [0; 4])),
    })
}

fn english(number: &str) -> f32 {
    const NAMES: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    NAMES.iter().position(|name| *name == number).map_or(0.0, |at| at as f32 + 1.0)
}
