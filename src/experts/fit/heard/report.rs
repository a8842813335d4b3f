//! A buyer's verdict on the way to becoming a record: what is known of it, what to ask for next, and how.

use serde::{Deserialize, Serialize};

use super::super::body::Zone;
use super::super::lines::Lines;
use super::super::verdict::Verdict;
use super::Heard;
use crate::locale::Locale;
use crate::protocol::card::{Card, Choice};

/// The name under which the desk sees it.
pub const NAME: &str = "keep_verdict";

/// What the buyer said of one size of one garment so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub sku: String,
    pub size: Option<String>,
    /// `small`, `fit` or `large`.
    pub verdict: Option<String>,
    /// `bust_cm` … ; where it does not fit.
    pub zone: Option<String>,
    /// It goes back because of its size.
    #[serde(default)]
    pub goes_back: bool,
}

/// What is to be done next. One question at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    AskVerdict,
    AskSize,
    AskBody,
    AskConsent,
    Keep,
    /// The buyer does not want it kept.
    Drop,
}

impl Step {
    /// What the record still misses, by the desk's name of it.
    pub fn missing(self) -> Option<&'static str> {
        match self {
            Self::AskVerdict => Some("verdict"),
            Self::AskSize => Some("size"),
            Self::AskBody => Some("body"),
            Self::AskConsent => Some("consent"),
            Self::Keep | Self::Drop => None,
        }
    }
}

impl Report {
    /// Takes in what a message says.
    pub fn learn(&mut self, heard: &Heard) {
        if let Some(size) = &heard.size {
            self.size = Some(size.clone());
        }
        if let Some(verdict) = heard.verdict {
            self.verdict = Some(verdict.word().into());
            self.zone = heard.zone.filter(|_| verdict != Verdict::Fit).map(|zone| zone.slot().into());
        }
        self.goes_back |= heard.goes_back;
    }

    /// `has_body`: height and weight are known. `consent`: whether the buyer agreed to have measures kept; `None` before
    /// an answer.
    pub fn next(&self, has_body: bool, consent: Option<bool>) -> Step {
        match () {
            () if consent == Some(false) => Step::Drop,
            () if self.verdict.is_none() => Step::AskVerdict,
            () if self.size.is_none() => Step::AskSize,
            () if !has_body => Step::AskBody,
            () if consent.is_none() => Step::AskConsent,
            () => Step::Keep,
        }
    }

    /// Where it does not fit, in fixed words: a buyer's own are not shown to others.
    pub fn effect(&self) -> Option<String> {
        let zone = self.zone.as_deref().and_then(|slot| Zone::ALL.into_iter().find(|zone| zone.slot() == slot))?;
        let lines = Lines::of(Locale::Hans);
        let look = match self.verdict.as_deref()? {
            "small" => "tight",
            "large" => "loose",
            _ => return None,
        };
        Some(format!("{}{}", lines.zone(zone), lines.line(look, &[])))
    }

    /// What the buyer is told at a step, and the card to answer by. `sizes`: the garment's.
    pub fn say(&self, step: Step, name: &str, sizes: &[&str], turn: &str, locale: Locale) -> (String, Option<Card>) {
        let lines = Lines::of(locale);
        let size = self.size.as_deref().unwrap_or_default();
        let filled = |line: &str| lines.line(line, &[("name", name), ("size", size)]);
        let card = |kind: &str, title: String, choices: Vec<(String, String)>| Card {
            id: format!("{kind}:{turn}"),
            kind: kind.into(),
            title: Some(title),
            choices: choices.into_iter().map(|(id, label)| Choice { id, label }).collect(),
            ..Card::default()
        };
        let said = |word: &str| (word.to_owned(), lines.line(&format!("said_{word}"), &[]));
        match step {
            Step::AskVerdict => {
                let title = filled(if size.is_empty() { "card_verdict" } else { "card_verdict_of" });
                let choices = ["small", "fit", "large"].map(said).to_vec();
                (filled("ask_verdict"), Some(card("verdict", title, choices)))
            }
            Step::AskSize => {
                let choices = sizes.iter().map(|size| ((*size).to_owned(), (*size).to_owned())).collect();
                (filled("ask_bought"), Some(card("quick_replies", filled("card_bought"), choices)))
            }
            Step::AskBody => (filled("ask_body_of_verdict"), None),
            Step::AskConsent => {
                let choices = ["yes", "no"].map(|id| (id.to_owned(), lines.line(&format!("consent_{id}"), &[])));
                let card = card("consent", String::new(), choices.to_vec());
                let text = Some(filled("card_consent"));
                (filled("ask_consent"), Some(Card { title: None, text, ..card }))
            }
            Step::Keep => (filled("kept"), None),
            Step::Drop => (filled("dropped"), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_asked_after_the_other() {
        let mut report = Report { sku: "d".into(), ..Report::default() };
        assert_eq!(report.next(false, None), Step::AskVerdict);
        let heard =
            |size: Option<&str>, verdict, zone| Heard { size: size.map(Into::into), verdict, zone, goes_back: false };
        report.learn(&heard(None, Some(Verdict::Small), Some(Zone::Waist)));
        assert_eq!(report.next(false, None), Step::AskSize);
        report.learn(&heard(Some("S"), None, None));
        assert_eq!(report.next(false, None), Step::AskBody);
        assert_eq!(report.next(true, None), Step::AskConsent);
        assert_eq!(report.next(true, Some(false)), Step::Drop);
        assert_eq!(report.next(true, Some(true)), Step::Keep);
        assert_eq!(report.effect().as_deref(), Some("腰部偏紧"));
        assert_eq!((report.size.as_deref(), report.verdict.as_deref()), (Some("S"), Some("small")));
    }

    #[test]
    fn every_step_is_said_in_every_language() {
        let report = Report { sku: "d".into(), size: Some("S".into()), ..Report::default() };
        for locale in Locale::ALL {
            for step in [Step::AskVerdict, Step::AskSize, Step::AskBody, Step::AskConsent, Step::Keep, Step::Drop] {
                let (text, card) = report.say(step, "裙", &["S", "M"], "t_1", locale);
                assert!(!text.is_empty() && !text.contains('{'), "{locale:?} {step:?}: {text}");
                for choice in card.iter().flat_map(|card| &card.choices) {
                    assert!(!choice.label.is_empty(), "{locale:?} {step:?}");
                }
            }
        }
    }
}
