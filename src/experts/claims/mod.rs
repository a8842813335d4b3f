//! The outgoing filter: what a sentence claims, promises or gives away that nothing stands behind.
//!
//! Pure, and asked for each sentence before a buyer sees it. Unlawful claims (absolute, medical, guarantees, breast
//! milk) are held whatever the evidence, also when they are denied or quoted: such a sentence is to be put in other
//! words. Promises and numbers are held unless the turn's evidence or the buyer's own words hold them. It is a
//! heuristic over words, not understanding; whoever calls it logs each hold.

mod backing;
mod hours;
mod markup;
mod numbers;
mod people;
mod policies;
mod promises;
mod rules;
mod sentences;
mod sizes;
mod strangers;

#[cfg(test)]
mod blind;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use backing::{Backing, Words};
pub use sentences::Sentences;

use super::patterns::Patterns;
use super::plain::Plain;
use rules::Rules;

/// What a held sentence does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Says that something is the best.
    Absolute,
    /// Speaks as a doctor, or of goods as of drugs.
    Medical,
    /// Vouches for an effect or for safety.
    Guarantee,
    /// Likens goods to breast milk.
    Breastmilk,
    /// Promises what neither a tool's result nor a passage backs.
    Commitment,
    /// States a number, size or date that nothing backs.
    Number,
    /// Holds a phone, an address, an order that is not this buyer's.
    Stranger,
    /// Asks the buyer to pay, talk or praise outside the shop's own ways.
    Elsewhere,
    /// Could run, fetch or lead somewhere that is not the shop's.
    Markup,
    /// Gives the assistant's own instructions away.
    Leak,
    /// Says that a person is writing.
    Human,
}

/// One reason not to show a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    pub kind: Kind,
    /// The words, as they were read.
    pub matched: String,
    /// Which rule, in English, for the log.
    pub why: &'static str,
}

/// The filter of the house, and what a store's pack adds to it.
#[derive(Debug, Default)]
pub struct Claims {
    more: Option<Patterns>,
}

/// As [`Claims::check`] with no additions.
pub fn check(sentence: &str, backing: &Backing) -> Vec<Held> {
    Claims::default().check(sentence, backing)
}

/// The version of the rules, for the record of a turn.
pub fn version() -> &'static str {
    &Rules::get().version
}

impl Claims {
    /// The house's filter with more phrases, which are held as absolute claims. Nothing can be taken from it.
    pub fn with_more(phrases: &[&str]) -> Self {
        let phrases = phrases.iter().map(|phrase| rules::read(phrase)).filter(|phrase| !phrase.text.is_empty());
        let phrases: Vec<String> = phrases.map(|phrase| regex::escape(&phrase.text)).collect();
        // Escaped phrases are regular expressions, unless there is an absurd number of them.
        let more = if phrases.is_empty() {
            None
        } else {
            Patterns::new(phrases.iter().map(String::as_str), &Default::default()).ok()
        };
        Self { more }
    }

    /// A sentence as [`Claims::contradict`] reads it; `None` where it names nothing that could be turned round.
    pub fn on_policy(&self, sentence: &str) -> Option<Plain> {
        Some(rules::read(sentence)).filter(policies::names_any)
    }

    /// Why a sentence says the opposite of what the store itself says in the turn's evidence; empty where it does not.
    pub fn contradict(&self, plain: &Plain, backing: &Backing) -> Vec<Held> {
        let mut held = Vec::new();
        policies::check(plain, backing, &mut held);
        if !held.is_empty() && backing.says(&plain.text) {
            held.clear();
        }
        held
    }

    /// Why `sentence` must not be shown; empty where it may be.
    pub fn check(&self, sentence: &str, backing: &Backing) -> Vec<Held> {
        let mut held = Vec::new();
        markup::check(sentence, backing, &mut held);
        strangers::check(sentence, backing, &mut held);
        let plain = rules::read(sentence);
        if backing.leaks(&plain.text) {
            held.push(Held { kind: Kind::Leak, matched: String::new(), why: "holds the instructions' mark" });
        }
        people::check(&plain, backing, &mut held);
        let rules = Rules::get();
        let allowed = rules.without_allowed(plain.clone());
        rules.claims_in(&allowed.text, &mut held);
        if let Some(more) = &self.more
            && let Some(number) = more.occurring(&plain.text).next()
        {
            let matched = more.one(number).find(&plain.text).map_or("", |found| found.as_str());
            held.push(Held { kind: Kind::Absolute, matched: matched.to_owned(), why: "a phrase of the store's pack" });
        }
        // What a passage or an expert says in the same words may be said.
        if !backing.says(&plain.text) {
            promises::check(&allowed, backing, &mut held);
            numbers::check(&plain, backing, &mut held);
            policies::check(&plain, backing, &mut held);
        }
        held
    }
}
