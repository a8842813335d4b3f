//! What buyers say of themselves and of others, read from their words: text in, facts out. Pure.
//!
//! A message goes through `fold` (one script, one width), `token` (figures and known words), `quantity` (figures with
//! their units), `clauses` (whose and which each quantity is), `settle` (what is left bare) and `judge` (what is
//! plausible); `traits` and `babies` read what is no quantity. A unit that is in doubt is never guessed: the fact then
//! has two readings, and the caller asks.

mod babies;
mod clauses;
mod fold;
mod judge;
mod limits;
mod number;
mod quantity;
mod settle;
mod token;
mod traits;
mod words;

#[cfg(test)]
mod tests;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use judge::still_plausible;
pub use words::Unit;

use super::slot::Slot;
use super::whom::Whom;
use crate::locale::Locale;
use crate::masking::without_links;

/// Something that a message says of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub whom: Whom,
    pub slot: Slot,
    /// As it was said, without its unit: `105`, `2.1`, `M`.
    pub value: Value,
    pub unit: Option<Unit>,
    /// In the slot's own unit; not to be used while the sureness [asks](Sureness::asks).
    pub canonical: Value,
    pub sureness: Sureness,
    /// All plausible readings where there are several.
    pub readings: Vec<Reading>,
    /// Its place in the text, in bytes.
    pub span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Number(f64),
    Text(String),
}

/// A unit that a bare figure may have, and what it then is in the slot's own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub unit: Unit,
    pub canonical: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// With its unit or in so many words.
    Said,
    /// The unit or the slot follows from the rest.
    Inferred,
    /// "About", or the middle of a range.
    About,
    /// Reckoned from something else that was said.
    Estimated,
    /// Two readings are plausible: ask which.
    Ambiguous,
    /// No reading is: ask again.
    Implausible,
}

impl Sureness {
    /// The buyer must be asked before the fact is used.
    pub fn asks(self) -> bool {
        matches!(self, Self::Ambiguous | Self::Implausible)
    }

    /// From 0 to 1, for those who weigh facts; an order and no measured share.
    pub fn confidence(self) -> f64 {
        match self {
            Self::Said => 1.0,
            Self::Inferred => 0.9,
            Self::About => 0.7,
            Self::Estimated => 0.5,
            Self::Ambiguous | Self::Implausible => 0.0,
        }
    }
}

impl Value {
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) => None,
        }
    }
}

/// What stands around a message.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    /// The conversation's language: what a bare weight is in.
    pub locale: Locale,
    /// What was asked last, and of whom.
    pub asked: Option<(Whom, Slot)>,
    /// The bare figure that the question "斤 or 公斤?" was about.
    pub said: Option<f64>,
    /// Who was spoken of last.
    pub about: Whom,
    /// Heights that are known, in centimetres.
    pub heights: Vec<(Whom, f64)>,
}

/// In what a bare weight is given: 斤 or kg; kg or lb; lb or kg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    Simplified,
    Traditional,
    English,
}

/// Reads a message. A slot of a person comes once (several times where it may have several values), in the order of the
/// text.
pub fn read(text: &str, context: &Context) -> Vec<Fact> {
    let folded = fold::Folded::of(&without_links(text));
    if folded.chars.is_empty() {
        return Vec::new();
    }
    let habit = match context.locale {
        _ if folded.is_traditional => Habit::Traditional,
        Locale::Hant if folded.has_han || !folded.has_words => Habit::Traditional,
        Locale::En if !folded.has_han => Habit::English,
        _ if !folded.has_han && folded.has_words => Habit::English,
        _ => Habit::Simplified,
    };
    let tokens = token::tokens(&folded);
    let quantities = quantity::quantities(&tokens);
    let message = Message { text: &folded, tokens: &tokens, context, habit };
    let people = clauses::people(&message);
    let items = clauses::items(&message, &people, quantities);
    let mut facts = settle::facts(&message, items);
    facts.extend(traits::facts(&message, &people));
    facts.extend(traits::places(&message));
    facts.extend(babies::facts(&message, &people));
    facts.sort_by_key(|fact| fact.span.start);
    facts
}

/// A message being read.
struct Message<'a> {
    text: &'a fold::Folded,
    tokens: &'a [token::Token],
    context: &'a Context,
    habit: Habit,
}

impl Message<'_> {
    /// The place in the text of some tokens.
    fn span(&self, from: usize, to: usize) -> Range<usize> {
        let Some(first) = self.tokens.get(from) else { return 0..0 };
        let last = self.tokens.get(to.saturating_sub(1)).unwrap_or(first);
        self.text.span(first.from..last.to.max(first.to))
    }

    /// The tokens of the clause around one: to the next comma or stop on either side.
    fn clause(&self, at: usize) -> Range<usize> {
        use token::Kind::{Comma, Stop};
        let ends = |t: &token::Token| matches!(t.kind, Comma | Stop);
        let from = self.tokens[..at].iter().rposition(ends).map_or(0, |i| i + 1);
        let to = self.tokens[at..].iter().position(ends).map_or(self.tokens.len(), |i| at + i);
        from..to.max(from)
    }

    fn has(&self, tag: words::Tag) -> bool {
        self.tokens.iter().any(|t| t.is(tag))
    }

    /// The token before `at` that is no blank.
    fn before(&self, at: usize) -> Option<&token::Token> {
        self.tokens[..at].iter().rev().find(|t| t.kind != token::Kind::Space)
    }

    /// The token from `at` on that is no blank.
    fn after(&self, at: usize) -> Option<&token::Token> {
        self.tokens.get(at..)?.iter().find(|t| t.kind != token::Kind::Space)
    }

    /// A fact of words.
    fn fact(&self, whom: &Whom, slot: Slot, value: Value, at: usize) -> Fact {
        Fact {
            whom: whom.clone(),
            slot,
            canonical: value.clone(),
            value,
            unit: None,
            sureness: Sureness::Said,
            readings: Vec::new(),
            span: self.span(at, at + 1),
        }
    }
}
