//! What stands behind the sentences of a turn.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, LazyLock, OnceLock};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use regex::Regex;

use super::rules::Rules;
use super::sizes;
use crate::experts::plain::{Plain, is_letter};

/// A text that may stand behind sentences. It is read once, by the first sentence that asks for what stands behind it:
/// most sentences promise nothing.
#[derive(Debug, Default)]
pub struct Words {
    said: String,
    by: By,
    read: OnceLock<Read>,
}

/// Whose words they are.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum By {
    /// A tool's result in this conversation, or a record of it.
    #[default]
    Result,
    /// The store's own text, which says what holds for all and of nobody what was done for them.
    Passage,
    Buyer,
}

/// A text as it is looked at.
#[derive(Debug, Default)]
struct Read {
    text: String,
    /// Letters and digits of `text` alone.
    letters: String,
    /// The words as they were written, as people's data are compared.
    squeezed: String,
    /// Numbers that may be said, in thousandths, ascending.
    numbers: Vec<i64>,
    /// The same as they were given, before they are put in other units.
    given: Vec<i64>,
    sizes: BTreeSet<String>,
    /// Of a passage: its amounts of money. A number of days or of people is none.
    amounts: Vec<i64>,
    /// Sizes that are advised.
    advised: BTreeSet<String>,
}

/// What a turn's tools, passages and the buyer have said. Made once a turn, asked for each sentence.
#[derive(Debug, Clone, Default)]
pub struct Backing {
    evidence: Vec<Arc<Words>>,
    buyer: Vec<Arc<Words>>,
    /// Numbers of amounts and days that tools gave, in thousandths.
    numbers: Vec<i64>,
    today: Option<Date>,
    dates: Vec<Date>,
    own: String,
    pub(super) hosts: Vec<String>,
    canary: Option<Arc<Words>>,
}

impl Words {
    /// What the buyer wrote.
    pub fn of_buyer(text: &str) -> Self {
        Self { said: text.to_owned(), by: By::Buyer, read: OnceLock::new() }
    }

    /// A passage of the store's or a product's facts: policies, which say nothing of what was done for this buyer.
    pub fn of_passage(text: &str) -> Self {
        Self { said: text.to_owned(), by: By::Passage, read: OnceLock::new() }
    }

    /// A successful tool's result (JSON or its `say`).
    pub fn of_evidence(text: &str) -> Self {
        Self { said: text.to_owned(), by: By::Result, read: OnceLock::new() }
    }

    fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let read = || Read::of(super::rules::read(&self.said).text, self.said.contains("_fen"));
            match self.by {
                By::Buyer => Read { squeezed: squeezed(&self.said), ..Read::of(Plain::of(&self.said).text, false) },
                By::Result => {
                    let read = read();
                    let advised = sizes::of_result(&self.said).unwrap_or_else(|| read.sizes.clone());
                    Read { advised, ..read }
                }
                By::Passage => {
                    let read = read();
                    let mut amounts: Vec<i64> =
                        super::numbers::amounts(&read.text).map(|value| (value * 1_000.0).round() as i64).collect();
                    amounts.sort_unstable();
                    Read { amounts, advised: sizes::of_passage(&read.text), ..read }
                }
            }
        })
    }
}

impl Read {
    fn says_amount(&self, by: By, thousandths: i64) -> bool {
        let amounts = if by == By::Passage { &self.amounts } else { &self.numbers };
        amounts.binary_search(&thousandths).is_ok()
    }

    fn of(text: String, in_fen: bool) -> Self {
        let mut read = Self { letters: letters(&text), ..Self::default() };
        read.take_numbers(&text, in_fen);
        Self { text, ..read }
    }

    fn take_numbers(&mut self, text: &str, in_fen: bool) {
        // "下午4点" stands behind both 4 and 16.
        let on_24 = super::hours::on_24(text);
        let hours = matches!(on_24, Cow::Owned(_)).then(|| super::numbers::all(&on_24)).unwrap_or_default();
        let by_weight = text.contains('斤') || text.contains("kg");
        for value in super::numbers::all(text).into_iter().chain(hours) {
            let thousandths = (value * 1_000.0).round() as i64;
            self.numbers.push(thousandths);
            self.given.push(thousandths);
            if in_fen && value >= 1.0 {
                self.numbers.push((value * 10.0).round() as i64);
            }
            // Metres and centimetres, 斤 and kilograms name the same length and weight.
            if value < 3.0 {
                self.numbers.push(thousandths * 100);
            } else if (100.0..300.0).contains(&value) {
                self.numbers.push(thousandths / 100);
            }
            if by_weight {
                self.numbers.extend([thousandths * 2, thousandths / 2]);
            }
        }
        for numbers in [&mut self.numbers, &mut self.given] {
            numbers.sort_unstable();
            numbers.dedup();
        }
        self.sizes.extend(super::numbers::sizes(text).map(str::to_owned));
    }
}

impl Backing {
    /// The words of the buyer in this conversation: their numbers, sizes and data may be repeated.
    pub fn buyer(self, words: &str) -> Self {
        self.heard(Arc::new(Words::of_buyer(words)))
    }

    /// As [`Backing::buyer`], with words that were read already.
    pub fn heard(mut self, words: Arc<Words>) -> Self {
        self.buyer.push(words);
        self
    }

    /// As [`Words::of_evidence`].
    pub fn evidence(self, text: &str) -> Self {
        self.with(Arc::new(Words::of_evidence(text)))
    }

    /// As [`Words::of_passage`].
    pub fn passage(self, text: &str) -> Self {
        self.with(Arc::new(Words::of_passage(text)))
    }

    /// As [`Backing::evidence`], with words that were read already.
    pub fn with(mut self, words: Arc<Words>) -> Self {
        self.evidence.push(words);
        self
    }

    /// What holds in every turn of the store alike: its hosts and the mark of its instructions.
    pub fn of_store(&self) -> Self {
        Self { hosts: self.hosts.clone(), canary: self.canary.clone(), ..Self::default() }
    }

    /// An amount of money that a tool granted, in fen.
    pub fn amount_fen(mut self, fen: i64) -> Self {
        self.numbers.push(fen * 10);
        self
    }

    /// A day that a tool gave.
    pub fn date(mut self, date: Date) -> Self {
        let parts = [i64::from(date.year()), i64::from(date.month()), i64::from(date.day())];
        self.numbers.extend(parts.map(|part| part * 1_000));
        self.dates.push(date);
        self
    }

    /// What "tomorrow" is counted from.
    pub fn today(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }

    /// Data of this buyer that may be said: order numbers, the masked phone, the address of an order.
    pub fn own(mut self, data: &str) -> Self {
        self.own.push_str(&squeezed(data));
        self.own.push('\n');
        self.numbers.extend(&Words::of_buyer(data).read().numbers);
        self
    }

    /// A host that links may lead to, without scheme or path.
    pub fn host(mut self, host: &str) -> Self {
        self.hosts.push(host.to_lowercase());
        self
    }

    /// A mark that stands in the instructions and nowhere else.
    pub fn canary(mut self, canary: Arc<Words>) -> Self {
        self.canary = Some(canary);
        self
    }

    pub(super) fn leaks(&self, text: &str) -> bool {
        self.canary.as_ref().is_some_and(|canary| letters(text).contains(&canary.read().letters))
    }

    /// Whether one piece of evidence says `text` in the same words.
    pub(super) fn says(&self, text: &str) -> bool {
        let text = letters(text);
        // "支持货到付款" is not what "不支持货到付款" says.
        let says = |letters: &str| {
            let denials = ['不', '没', '无', '未', '非', '勿', '别', '禁'];
            letters.match_indices(&text).any(|(at, _)| !letters[..at].ends_with(denials))
        };
        text.chars().count() >= 6 && self.evidence.iter().any(|evidence| says(&evidence.read().letters))
    }

    /// Whether `data` is this buyer's own.
    pub(super) fn owns(&self, data: &str) -> bool {
        let data = squeezed(data);
        self.own.contains(&data) || self.buyer.iter().any(|words| words.read().squeezed.contains(&data))
    }

    /// Whether the buyer, their data or the evidence holds a name or a part of a number.
    pub(super) fn knows(&self, word: &str) -> bool {
        let mut heard = self.buyer.iter().map(|words| words.read());
        let heard = heard.any(|words| words.squeezed.contains(word) || words.text.contains(word));
        heard || self.own.contains(word) || self.texts().any(|text| text.contains(word))
    }

    /// Whether `value` is what two numbers that may be said differ by.
    pub(super) fn holds_difference(&self, value: f64) -> bool {
        let thousandths = (value * 1_000.0).round() as i64;
        let given: HashSet<i64> = self.words().flat_map(|words| &words.given).copied().collect();
        given.iter().any(|one| given.contains(&(one + thousandths)))
    }

    pub(super) fn holds_number(&self, value: f64) -> bool {
        let thousandths = (value * 1_000.0).round() as i64;
        self.numbers.contains(&thousandths)
            || self.words().any(|words| words.numbers.binary_search(&thousandths).is_ok())
    }

    /// An amount of money that the shop's own word or the buyer's names.
    pub(super) fn holds_amount(&self, value: f64) -> bool {
        let thousandths = (value * 1_000.0).round() as i64;
        self.grants_amount(value)
            || self.buyer.iter().any(|words| words.read().numbers.binary_search(&thousandths).is_ok())
    }

    /// The same by the shop's own word alone, without the buyer's.
    pub(super) fn grants_amount(&self, value: f64) -> bool {
        let thousandths = (value * 1_000.0).round() as i64;
        self.numbers.contains(&thousandths)
            || self.evidence.iter().any(|words| words.read().says_amount(words.by, thousandths))
    }

    /// A share as it is written, "95", in percent.
    pub(super) fn holds_share(&self, share: &str) -> bool {
        let percent = format!("{share}%");
        let stands_in = |text: &str| {
            let mut found = text.match_indices(&percent);
            found.any(|(at, _)| !text[..at].ends_with(|c: char| c.is_ascii_digit() || c == '.'))
        };
        self.words().any(|words| stands_in(&words.text))
            || share.parse::<f64>().is_ok_and(|share| self.results_hold(share / 100.0))
    }

    fn results_hold(&self, value: f64) -> bool {
        let thousandths = (value * 1_000.0).round() as i64;
        self.of(By::Result).any(|words| words.read().given.binary_search(&thousandths).is_ok())
    }

    /// Whether the buyer or the shop has named a size.
    pub(super) fn holds_size(&self, size: &str) -> bool {
        self.words().any(|words| words.sizes.contains(size))
    }

    /// Whether an expert advises a size; or a passage, which does not know this buyer and backs only what says for whom
    /// the size is.
    pub(super) fn advises_size(&self, size: &str, says_for_whom: bool) -> bool {
        let heard = self.evidence.iter().filter(|words| says_for_whom || words.by == By::Result);
        heard.into_iter().any(|words| words.read().advised.contains(size))
    }

    /// All that was said, by the buyer as well.
    fn words(&self) -> impl Iterator<Item = &Read> {
        self.evidence.iter().chain(&self.buyer).map(|words| words.read())
    }

    /// Whether a day, as a sentence names it, is one that the evidence holds.
    pub(super) fn holds_day(&self, word: &str) -> bool {
        if self.texts().any(|text| text.contains(word)) {
            return true;
        }
        if let Some(weekday) = weekday(word) {
            let said = |text: &str| DAYS.find_iter(text).any(|day| self::weekday(day.as_str()) == Some(weekday));
            return self.dates.iter().any(|date| date.weekday() == weekday) || self.texts().any(said);
        }
        let ahead = match word {
            "今天" | "今日" | "今晚" | "今早" | "当天" | "当日" | "today" | "tonight" => 0,
            "明天" | "明日" | "明晚" | "明早" | "次日" | "隔天" | "第二天" | "tomorrow" => 1,
            "后天" | "后日" => 2,
            "大后天" => 3,
            // Days with digits are numbers, which are looked up as such.
            word => return word.chars().any(|c| c.is_ascii_digit()),
        };
        self.today.and_then(|today| today.checked_add(ahead.days()).ok()).is_some_and(|day| self.dates.contains(&day))
    }

    /// What tools gave in this conversation.
    pub(super) fn results(&self) -> impl Iterator<Item = &str> {
        self.of(By::Result).map(|words| words.read().text.as_str())
    }

    /// The store's own passages that name all of `amounts`.
    pub(super) fn passages_with(&self, amounts: &[f64]) -> impl Iterator<Item = &str> {
        let thousandths: Vec<i64> = amounts.iter().map(|value| (value * 1_000.0).round() as i64).collect();
        let names_all = move |read: &&Read| thousandths.iter().all(|value| read.says_amount(By::Passage, *value));
        self.of(By::Passage).map(|words| words.read()).filter(names_all).map(|read| read.text.as_str())
    }

    fn of(&self, by: By) -> impl Iterator<Item = &Arc<Words>> {
        self.evidence.iter().filter(move |words| words.by == by)
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.evidence.iter().map(|words| words.read().text.as_str())
    }

    /// How much of `text` some piece of evidence says too: pairs of neighbouring characters, 0 to 1.
    pub(super) fn overlap(&self, text: &str) -> f32 {
        let pairs = |text: &str| {
            let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
            chars.windows(2).map(|pair| (pair[0], pair[1])).collect::<HashSet<_>>()
        };
        let said = pairs(text);
        let shared = |evidence: &str| said.intersection(&pairs(evidence)).count();
        let most = self.texts().map(shared).max().unwrap_or(0);
        if said.is_empty() { 0.0 } else { most as f32 / said.len() as f32 }
    }
}

static DAYS: LazyLock<Regex> = LazyLock::new(|| Rules::get().no_promise.day.clone());

fn weekday(word: &str) -> Option<Weekday> {
    let named = ["周", "星期", "礼拜"].iter().any(|name| word.contains(name));
    let last = word.chars().next_back().filter(|_| named)?;
    Some(match last {
        '一' => Weekday::Monday,
        '二' => Weekday::Tuesday,
        '三' => Weekday::Wednesday,
        '四' => Weekday::Thursday,
        '五' => Weekday::Friday,
        '六' => Weekday::Saturday,
        '日' | '天' | '末' => Weekday::Sunday,
        _ => return None,
    })
}

/// Letters and digits alone.
fn letters(text: &str) -> String {
    text.chars().filter(|c| is_letter(*c)).collect()
}

/// Lower case without blanks and dashes, so that a phone reads the same however it is grouped.
fn squeezed(text: &str) -> String {
    let kept = text.chars().filter(|c| is_letter(*c) || matches!(c, '@' | '.' | '*'));
    kept.flat_map(char::to_lowercase).collect()
}
