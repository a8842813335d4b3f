//! Finds the entry of a store's FAQ that answers a buyer's question, and knows in which script the buyer writes.
//!
//! Pure: the dictionary and the synonyms are part of the program, and an [`Index`] is built from entries that the
//! caller loaded. [`script`] tells simplified from traditional, [`words`] cuts text into words, [`synonyms`] says which
//! words mean the same, and [`Index`] ranks (BM25) and then judges whether the best entry really answers.

mod grams;
mod index;
mod judge;
mod ranking;
mod script;
mod synonyms;
mod words;

#[cfg(test)]
mod tests;

pub use index::{Entry, Hit, Index, Query};
pub use judge::Tuning;
pub use script::{Script, is_han, to_script};
pub use words::{Term, normalise, terms};
