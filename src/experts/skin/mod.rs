//! Judges a skin's type from a quiz of twelve questions: oily or dry, sensitive or resistant, pigmented or not, wrinkled
//! or tight.
//!
//! Source: domain facts, C.2; the numbers are data in `rules.toml`, the questions stand in `prompts/general/skin.*.toml`
//! and are our own. A type is a help in choosing, not a finding of a doctor: for a professional's review before a shop
//! relies on it.

mod arguments;
mod words;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use arguments::{Answers, Arguments, SCHEMA};
pub use words::{Question, questions};

use super::{Answer, Status};
use crate::locale::Locale;
use crate::policy;
use crate::said;
use words::Lines;

/// What the quiz shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Skin {
    /// Four letters, as `ORNW`; `None` until all questions are answered.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The axes whose side is a close call, by the letter of their high side: `O`, `S`, `P`, `W`.
    pub borderline: Vec<String>,
    /// 0 to 1; 0 until all questions are answered.
    pub confidence: f64,
    /// A person must confirm the type before a product is named.
    pub needs_person: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    version: String,
    items: usize,
    answers: [i64; 2],
    high_from: i64,
    borderline: [i64; 2],
    strong_low_to: i64,
    strong_high_from: i64,
    tie_high_from: i64,
    confidence: Confidence,
    axis: Vec<Axis>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confidence {
    strong: f64,
    plain: f64,
    tie_broken: f64,
    borderline: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Axis {
    id: String,
    low: String,
    high: String,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| said::parse(include_str!("rules.toml")));

/// Judges the answers so far, or asks the next question. A photo is only passed on to a person.
pub fn assess(arguments: &Arguments, policy: &policy::Skin, locale: Locale) -> Answer<Skin> {
    let rules = &*RULES;
    let lines = Lines::of(locale);
    let none = Answers::default();
    let answers = arguments.answers.as_ref().unwrap_or(&none);
    let given = |axis: &Axis| -> &[i64] {
        match axis.id.as_str() {
            "oil" => &answers.oil,
            "sensitivity" => &answers.sensitivity,
            "pigment" => &answers.pigment,
            _ => &answers.wrinkle,
        }
    };
    let evidence = vec![format!("quiz:{}", rules.version)];
    let missing: Vec<(&Axis, usize)> =
        rules.axis.iter().filter_map(|axis| Some((axis, first_missing(given(axis))?))).collect();
    if let Some((axis, item)) = missing.first() {
        let say = lines.ask(&axis.id, *item);
        let missing = missing.iter().map(|(axis, item)| format!("{}[{item}]", axis.id)).collect();
        let found = Skin { needs_person: arguments.photo.is_some(), ..Skin::default() };
        return Answer { status: Status::Ask, evidence, missing, say, found };
    }
    let judged: Vec<Side<'_>> = rules.axis.iter().map(|axis| side(axis, given(axis))).collect();
    let kind: String = judged.iter().map(|side| side.letter).collect();
    let product: f64 = judged.iter().map(|side| side.confidence).product();
    let confidence = (product.powf(1.0 / judged.len() as f64) * 1_000.0).round() / 1_000.0;
    let needs_person = confidence < policy.min_confidence || arguments.photo.is_some();
    let undecided: Vec<&Side<'_>> = judged.iter().filter(|side| side.is_borderline).collect();
    let borderline = undecided.iter().map(|side| side.high.to_owned()).collect();
    let mut say = lines.kind(&kind);
    if needs_person {
        say = format!("{say}{}", lines.needs_person);
    } else if let Some(side) = undecided.first() {
        say = format!("{say}{}", lines.tie(side.axis));
    }
    Answer {
        status: Status::Ok,
        evidence,
        missing: undecided.iter().map(|side| format!("{}[{}]", side.axis, rules.items)).collect(),
        say,
        found: Skin { kind: Some(kind), borderline, confidence, needs_person },
    }
}

/// The place of the first answer that is missing or is none.
fn first_missing(answers: &[i64]) -> Option<usize> {
    let [least, most] = RULES.answers;
    (0..RULES.items).find(|item| !answers.get(*item).is_some_and(|answer| (least..=most).contains(answer)))
}

/// On which side of an axis a skin lies.
struct Side<'a> {
    axis: &'a str,
    letter: &'a str,
    high: &'a str,
    is_borderline: bool,
    confidence: f64,
}

fn side<'a>(axis: &'a Axis, answers: &[i64]) -> Side<'a> {
    let rules = &*RULES;
    let sum: i64 = answers.iter().take(rules.items).sum();
    let [least, most] = rules.answers;
    let tie = answers.get(rules.items).filter(|answer| (least..=most).contains(answer));
    let is_between = (rules.borderline[0]..=rules.borderline[1]).contains(&sum);
    let (is_high, is_borderline, confidence) = match tie {
        Some(answer) if is_between => (*answer >= rules.tie_high_from, false, rules.confidence.tie_broken),
        _ if is_between => (sum >= rules.high_from, true, rules.confidence.borderline),
        _ if sum <= rules.strong_low_to || sum >= rules.strong_high_from => {
            (sum >= rules.high_from, false, rules.confidence.strong)
        }
        _ => (sum >= rules.high_from, false, rules.confidence.plain),
    };
    let letter = if is_high { &axis.high } else { &axis.low };
    Side { axis: &axis.id, letter, high: &axis.high, is_borderline, confidence }
}
