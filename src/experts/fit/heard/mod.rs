//! What buyers say of what they bought: "买了S，腰紧". Pure.
//!
//! A verdict becomes a record of its own source only when it is plainly one: of a garment that was worn, by the buyer, said
//! and not asked.

mod report;

use std::sync::LazyLock;

use serde::Deserialize;

use super::body::Zone;
use super::verdict::Verdict;
use crate::experts::knowledge::normalise;

pub use report::{NAME, Report, Step};

/// What a message says of one garment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// One of the garment's sizes.
    pub size: Option<String>,
    pub verdict: Option<Verdict>,
    pub zone: Option<Zone>,
    /// The buyer wants to send it back or to change it.
    pub goes_back: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[expect(dead_code, reason = "for people who compare files")]
    version: String,
    worn: Vec<String>,
    open: Vec<String>,
    others: Vec<String>,
    back: Vec<String>,
    not: Vec<String>,
    denied: Vec<String>,
    verdict: Verdicts,
    zone: Zones,
    agree: Agree,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Agree {
    yes: Vec<String>,
    no: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verdicts {
    small: Vec<String>,
    large: Vec<String>,
    fit: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Zones {
    bust: Vec<String>,
    waist: Vec<String>,
    hip: Vec<String>,
    shoulder: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    toml::from_str(include_str!("words.toml")).expect("words.toml")
});

/// What a message says of wearing a garment with these sizes; `None` where it says nothing of the kind. `is_asked`: it was
/// asked for, so that fewer words are needed.
pub fn hear(text: &str, sizes: &[&str], is_asked: bool) -> Option<Heard> {
    let words = &*WORDS;
    let text = normalise(text);
    let has = |list: &[String]| list.iter().any(|word| text.contains(word.as_str()));
    if has(&words.open) || has(&words.others) {
        return None;
    }
    let size = size_in(&text, sizes);
    let mut plain = text.clone();
    for harmless in &words.not {
        plain = plain.replace(harmless.as_str(), "·");
    }
    let verdict = verdict_in(&plain, words);
    let is_worn = has(&words.worn);
    let says_it = is_worn || is_asked || (size.is_some() && verdict.is_some());
    if !says_it || (size.is_none() && verdict.is_none() && !is_worn) {
        return None;
    }
    let zones = [
        (Zone::Bust, &words.zone.bust),
        (Zone::Waist, &words.zone.waist),
        (Zone::Hip, &words.zone.hip),
        (Zone::Shoulder, &words.zone.shoulder),
    ];
    let zone = zones.into_iter().find(|(_, list)| list.iter().any(|word| plain.contains(word.as_str())));
    Some(Heard { size, verdict, zone: zone.map(|(zone, _)| zone), goes_back: has(&words.back) })
}

/// Whether it is worth looking at more closely: most messages are not.
pub fn may_be(text: &str) -> bool {
    let words = &*WORDS;
    let text = normalise(text);
    let has = |list: &[String]| list.iter().any(|word| text.contains(word.as_str()));
    let Verdicts { small, large, fit } = &words.verdict;
    !has(&words.open) && !has(&words.others) && (has(&words.worn) || has(small) || has(large) || has(fit))
}

/// A plain yes or no to what was asked; `None` where it is neither.
pub fn agrees(text: &str) -> Option<bool> {
    let plain: String = normalise(text).chars().filter(|c| c.is_alphanumeric()).collect();
    let is = |words: &[String]| words.contains(&plain);
    match (is(&WORDS.agree.yes), is(&WORDS.agree.no)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// The verdict that is said first and not denied; `None` also where two that exclude each other are said.
fn verdict_in(text: &str, words: &Words) -> Option<Verdict> {
    let lists = [
        (Verdict::Small, &words.verdict.small),
        (Verdict::Large, &words.verdict.large),
        (Verdict::Fit, &words.verdict.fit),
    ];
    let stands = |at: usize| !words.denied.iter().any(|no| text[..at].ends_with(no.as_str()));
    let said = |list: &[String]| {
        list.iter().any(|word| text.match_indices(word.as_str()).any(|(at, word)| word.starts_with('不') || stands(at)))
    };
    let said: Vec<Verdict> = lists.into_iter().filter(|(_, list)| said(list)).map(|(verdict, _)| verdict).collect();
    match said.as_slice() {
        [only] => Some(*only),
        // "整体合身，就是腰有点紧": what does not fit is what counts.
        [misfit, Verdict::Fit] => Some(*misfit),
        _ => None,
    }
}

/// The longest of the garment's sizes that stands in the text by itself.
fn size_in(text: &str, sizes: &[&str]) -> Option<String> {
    let mut by_length: Vec<&&str> = sizes.iter().collect();
    by_length.sort_by_key(|size| std::cmp::Reverse(size.len()));
    let stands = |at: usize, size: &str| {
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let after = &text[at + size.len()..];
        let is_measure = ["cm", "kg", "斤", "公斤", "厘米"].iter().any(|unit| after.trim_start().starts_with(unit));
        !is_part(text[..at].chars().next_back()) && !is_part(after.chars().next()) && !is_measure
    };
    let found = by_length.into_iter().find(|size| {
        let size = normalise(size);
        text.match_indices(&size).any(|(at, size)| stands(at, size))
    });
    found.map(|size| (*size).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(Option<&str>, Option<Verdict>, Option<Zone>)>) {
        let heard = hear(text, &["S", "M", "L", "XL"], false);
        let heard = heard.as_ref().map(|heard| (heard.size.as_deref(), heard.verdict, heard.zone));
        assert_eq!(heard, expected, "{text}");
    }

    #[test]
    fn verdicts_are_heard_in_many_words() {
        use Verdict::{Fit, Large, Small};
        check("买了S，腰紧", Some((Some("S"), Some(Small), Some(Zone::Waist))));
        check("我買了M碼，肩膀大了", Some((Some("M"), Some(Large), Some(Zone::Shoulder))));
        check("收到了，L 码很合身", Some((Some("L"), Some(Fit), None)));
        check("XL太大了", Some((Some("XL"), Some(Large), None)));
        check("I bought the S and the waist is too tight", Some((Some("S"), Some(Small), Some(Zone::Waist))));
        check("S整体合身，就是胸有点紧", Some((Some("S"), Some(Small), Some(Zone::Bust))));
        check("收到了", Some((None, None, None)));
        check("买了S", Some((Some("S"), None, None)));
        check("穿上不紧，刚好", Some((None, Some(Fit), None)));
        check("收到了不合身", Some((None, None, None)));
    }

    #[test]
    fn questions_wishes_and_other_people_are_none() {
        for text in [
            "160cm 48kg 穿 S 会不会大",
            "S会紧吗？",
            "怕买了S腰紧",
            "平时穿M偏大",
            "我妈买了S，腰紧",
            "想买M，会大吗",
            "要紧吗",
            "什么时候发货",
            "你好",
            "我160 96斤",
            "should I take the S, is it tight?",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_yes_and_a_no_are_plain() {
        for (text, expected) in [
            ("同意", Some(true)),
            ("可以！", Some(true)),
            ("不同意", Some(false)),
            ("可以便宜点吗", None),
            ("Yes.", Some(true)),
        ] {
            assert_eq!(agrees(text), expected, "{text}");
        }
        assert!(may_be("收到了") && !may_be("什么时候发货") && !may_be("会不会大"));
    }

    #[test]
    fn what_was_asked_for_needs_no_more_words() {
        let heard = hear("M", &["S", "M"], true).unwrap();
        assert_eq!(heard.size.as_deref(), Some("M"));
        assert_eq!(hear("偏小", &["S"], true).unwrap().verdict, Some(Verdict::Small));
        assert_eq!(hear("我 48kg", &["48", "50"], true), None, "a weight is no size");
        assert!(hear("买了S太小了想退", &["S"], false).unwrap().goes_back);
    }
}
