//! The red-flag gate: what a buyer writes that must not wait for a model.
//!
//! Code and data alone decide (`rules.toml`: how words are read and what takes a sign back; `signs.toml`: the signs and
//! their levels), before any model and again whatever a model says: a model may raise a level, never lower it. A text is
//! read as [`Plain`](super::plain::Plain), misspellings are set right, harmless words are taken out, and then each sign
//! must hold against its sentence: denied, long over, only imagined, or only the suitability of goods being asked.
//!
//! It is a heuristic that errs on the safe side, not a diagnosis.

mod context;
mod fever;
mod lines;
mod rules;
mod spelling;

#[cfg(test)]
mod blind;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use lines::words;

use crate::protocol::HandoffReason;
use context::Context;
use rules::{Rules, Subject};

/// How pressing a flag is; the greater, the more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// The assistant may answer, with a caution.
    E3,
    /// A person takes over.
    E2,
    /// See a doctor or a vet today, stop using it, and a person takes over.
    E1,
    /// An emergency: fixed words, no talk of goods, a person within a minute.
    E0,
}

/// Whom a flag is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An older child or an adult: skin, eyes, what was eaten.
    Skin,
    Infant,
    Pet,
    SelfHarm,
}

/// What is known beside the text.
#[derive(Debug, Clone, Copy, Default)]
pub struct SafetyContext<'a> {
    /// Completed months of the buyer's babies, from the profile. An age in the text outranks them.
    pub baby_months: &'a [u32],
    /// The store's category: `beauty`, `mother_baby`, `pet`, … or empty.
    pub category: &'a str,
}

/// The most pressing sign in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flag {
    pub level: Level,
    pub kind: Kind,
    /// The words that raised it, as they were read (simplified, without blanks).
    pub matched: String,
    /// The sign's name in `signs.toml`.
    pub sign: &'static str,
    /// Why the conversation goes to a person; of no use at [`Level::E3`].
    pub reason: HandoffReason,
}

/// The version of the rules, for the record of a turn. The first call of this module compiles the rules (about a quarter
/// of a second), so that a server calls it while it starts.
pub fn version() -> &'static str {
    &Rules::get().version
}

/// The red flag in what a buyer wrote, if there is one. Takes well under a millisecond for any message.
pub fn check(text: &str, known: &SafetyContext) -> Option<Flag> {
    let rules = Rules::get();
    let (whole, plain) = spelling::read(text, rules);
    let subject = rules.subject(&plain.text, &whole, known);
    let context = Context::of(&plain, rules);
    let mut best: Option<Flag> = None;
    let mut raise = |level, kind, matched: &str, sign| {
        if best.as_ref().is_none_or(|best| best.level < level) {
            best = Some(Flag { level, kind, matched: matched.to_owned(), sign, reason: reason(kind) });
        }
    };
    if subject == Subject::Infant
        && let Some((level, found)) = fever::of_infant(&plain, &context, known.baby_months)
    {
        raise(level, Kind::Infant, &plain.text[found], "fever");
    }
    for sign in rules.signs_in(&plain.text) {
        let Some(level) = sign.level_for(subject) else { continue };
        let mut denied = None;
        for found in sign.found_in(&plain.text) {
            if context.denies(&found, denied) {
                denied = Some(found.end);
                continue;
            }
            // Whoever speaks of ending their life is believed, whatever stands around it.
            if sign.kind != Some(Kind::SelfHarm) && context.takes_back(&found, level, sign.mild) {
                continue;
            }
            raise(level, sign.kind.unwrap_or(subject.kind()), &plain.text[found], &sign.id);
            break;
        }
    }
    for lasting in rules.lasting() {
        if let (Some(level), Some(found)) = (lasting.level_for(subject), lasting.found_in(&whole).next()) {
            raise(level, subject.kind(), &whole[found], &lasting.id);
        }
    }
    best
}

fn reason(kind: Kind) -> HandoffReason {
    match kind {
        Kind::Skin => HandoffReason::SafetyAllergy,
        Kind::Infant => HandoffReason::SafetyInfant,
        Kind::Pet => HandoffReason::SafetyPet,
        // The contract has no reason of its own for it: the house's rule is that a person answers.
        Kind::SelfHarm => HandoffReason::Policy,
    }
}
