//! What takes a sign back: it is denied, over, imagined, told of somebody else, or only goods for it are asked for.

use std::ops::Range;

use regex::Regex;
use serde::Deserialize;

use super::Level;
use super::rules::Rules;
use crate::experts::patterns::{Names, regex};
use crate::experts::plain::Plain;

/// How many characters before a sign a word that denies it may stand.
const REACH: usize = 4;
/// How many characters before a sign, within its clause, the words stand that make it imagined.
const IMAGINED_REACH: usize = 10;

pub(super) struct Takebacks {
    denied: Regex,
    denied_far: Regex,
    denied_close: Regex,
    not_denied: Regex,
    denied_english: Regex,
    not_denied_english: Regex,
    list: Regex,
    imagined: Regex,
    will: Regex,
    not_will: Regex,
    will_told: Regex,
    supposed: Regex,
    imagined_english: Regex,
    not_imagined_english: Regex,
    suits: Regex,
    not_suits: Regex,
    now: Regex,
    past: Regex,
    long_past: Regex,
    once: Regex,
    over: Regex,
    not_over: Regex,
    past_english: Regex,
    asks: Regex,
    present: Regex,
    shopping: Regex,
    inquiry: Regex,
    used: Regex,
}

/// The part `[context]` of `rules.toml`; the comments there say what each is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContextFile {
    denied: String,
    denied_far: String,
    denied_close: String,
    not_denied: String,
    denied_english: String,
    not_denied_english: String,
    list: String,
    imagined: String,
    will: String,
    not_will: String,
    will_told: String,
    supposed: String,
    imagined_english: String,
    not_imagined_english: String,
    suits: String,
    not_suits: String,
    now: String,
    past: String,
    long_past: String,
    once: String,
    over: String,
    not_over: String,
    past_english: String,
    asks: String,
    present: String,
    shopping: String,
    inquiry: String,
    used: String,
}

impl Takebacks {
    pub fn new(file: &ContextFile, names: &Names) -> Result<Self, regex::Error> {
        let plain = |pattern: &str| regex(pattern, names);
        // These must end where the sign begins.
        let at_end = |pattern: &str| regex(&format!("(?:{pattern})$"), names);
        Ok(Self {
            denied: plain(&file.denied)?,
            denied_far: at_end(&file.denied_far)?,
            denied_close: at_end(&file.denied_close)?,
            not_denied: plain(&file.not_denied)?,
            denied_english: at_end(&format!("(?:^|[^a-z]){}", file.denied_english))?,
            not_denied_english: plain(&file.not_denied_english)?,
            list: regex(&format!("^(?:{})$", file.list), names)?,
            imagined: plain(&file.imagined)?,
            will: plain(&file.will)?,
            not_will: plain(&file.not_will)?,
            will_told: plain(&file.will_told)?,
            supposed: plain(&file.supposed)?,
            imagined_english: at_end(&format!("(?:^|[^a-z]){}", file.imagined_english))?,
            not_imagined_english: plain(&file.not_imagined_english)?,
            suits: plain(&file.suits)?,
            not_suits: plain(&file.not_suits)?,
            now: plain(&file.now)?,
            past: plain(&file.past)?,
            long_past: plain(&file.long_past)?,
            once: plain(&file.once)?,
            over: plain(&file.over)?,
            not_over: plain(&file.not_over)?,
            past_english: plain(&file.past_english)?,
            asks: regex(&format!("^[^，。？]{{0,4}}{}", file.asks), names)?,
            present: plain(&file.present)?,
            inquiry: plain(&file.inquiry)?,
            shopping: plain(&file.shopping)?,
            used: plain(&file.used)?,
        })
    }
}

/// A text and what can take its signs back.
pub(super) struct Context<'a> {
    plain: &'a Plain,
    rules: &'a Takebacks,
}

impl<'a> Context<'a> {
    pub fn of(plain: &'a Plain, rules: &'a Rules) -> Self {
        Self { plain, rules: &rules.takebacks }
    }

    /// Whether the sign at `found` is denied. `before` is the end of a sign of the same kind that was.
    pub fn denies(&self, found: &Range<usize>, before: Option<usize>) -> bool {
        let rules = self.rules;
        if before.is_some_and(|end| end <= found.start && rules.list.is_match(&self.plain.text[end..found.start])) {
            return true;
        }
        let start = self.plain.clause(found.start).start;
        let clause = &self.plain.text[start..found.start];
        if clause.is_empty() {
            return false;
        }
        // "没想到", "是不是": they only look like it. Each character becomes one that is as
        // many bytes long, so that places stay.
        let clause =
            rules.not_denied.replace_all(clause, |found: &regex::Captures| "□".repeat(found[0].chars().count()));
        let near = clause.char_indices().rev().nth(REACH - 1).map_or(0, |(at, _)| at);
        let close = rules.denied.find_iter(&clause).last().filter(|word| word.end() > near);
        if let Some(word) = close {
            // A pause after the denial's own word ends it: "没有发烧 吐了".
            let after = start + word.end()..found.start;
            if after.is_empty() || !self.plain.breaks_inside(after) {
                return true;
            }
        }
        if rules.denied_far.is_match(&clause) || rules.denied_close.is_match(&clause) {
            return true;
        }
        let english = &self.plain.text[start..found.start];
        english.is_ascii() && rules.denied_english.is_match(english) && !rules.not_denied_english.is_match(english)
    }

    /// Whether the sign at `found` is only imagined, somebody else's, long over, or a question of what suits.
    pub fn takes_back(&self, found: &Range<usize>, level: Level, mild: bool) -> bool {
        let rules = self.rules;
        let text = &self.plain.text;
        let sentence = self.plain.sentence(found.start);
        let clause = self.plain.clause(found.start);
        let clause = clause.start..clause.end.max(found.end);
        let whole = &text[sentence.clone()];
        let before = &text[clause.start..found.start];
        let after = &text[found.end..];
        let happening = rules.now.is_match(whole);
        let asks = text[sentence.end..].starts_with('？') || whole.ends_with(['吗', '嘛', '吧', '么']);
        // "涂完会刺痛，正常吗" tells what happens, and asks about it.
        let wonders = asks && !["正常", "怎么办", "怎么回事", "为什么"].iter().any(|word| whole.contains(word));
        if self.imagined(before, wonders) {
            return true;
        }
        if rules.supposed.is_match(&text[..found.start][sentence.start..]) && !happening_for_sure(whole) {
            return true;
        }
        if before.is_ascii() && rules.imagined_english.is_match(before) && !rules.not_imagined_english.is_match(before)
        {
            return true;
        }
        let earlier = &text[sentence.start..found.start];
        if !happening && (rules.long_past.is_match(earlier) || rules.once.is_match(after)) {
            return true;
        }
        let rest = &text[found.end..];
        if rules.past_english.find(whole).is_some_and(|past| past.as_str().contains("now") || !whole.contains(" now")) {
            return true;
        }
        let over = rules.over.is_match(rest) && !rules.not_over.is_match(rest);
        if over && (level < Level::E0 || rules.past.is_match(earlier)) {
            return true;
        }
        let told = rules.present.is_match(&text[clause.clone()]);
        // Whoever laughs is not in need, as far as mild signs go.
        if mild && ["哈哈", "hhh", "嘻嘻", "lol"].iter().any(|laugh| whole.contains(laugh)) {
            return true;
        }
        // "辣眼睛吗": asked, with nothing that tells that it happened.
        if mild && !told && asks && rules.asks.is_match(after) {
            return true;
        }
        let used = rules.used.is_match(&text[..found.end]);
        // "头皮痒用哪款": which goods suit somebody to whom nothing happened just now.
        if mild && !told && !used && rules.inquiry.is_match(whole) {
            return true;
        }
        // Whoever only thinks of buying has used nothing yet.
        let shopping = rules.shopping.is_match(text) && (mild || (level < Level::E0 && text.contains(['备', '囤'])));
        let suits = mild && rules.suits.is_match(after) && !rules.not_suits.is_match(after);
        (shopping || suits) && !used && !happening
    }

    fn imagined(&self, before: &str, asks: bool) -> bool {
        let rules = self.rules;
        let near = before.char_indices().rev().nth(IMAGINED_REACH - 1).map_or(0, |(at, _)| at);
        let near = &before[near..];
        if rules.imagined.is_match(near) && !rules.not_will.is_match(near) {
            return true;
        }
        let without = rules.not_will.replace_all(near, "□");
        if !rules.will.is_match(&without) {
            return false;
        }
        // "涂完会刺痛" tells of each time, "涂完会刺痛吗" asks.
        asks || !rules.will_told.is_match(before)
    }
}

/// A supposition that goes on to tell what did happen.
fn happening_for_sure(sentence: &str) -> bool {
    ["已经", "现在", "刚", "今天", "昨天", "怎么回事"].iter().any(|word| sentence.contains(word))
}
