//! What a turn is about, and what is known before anything is answered. Pure.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::acting::Acted;
use super::library::{OnPage, Passage, Shelf};
use super::work::Job;
use crate::clock::Millis;
use crate::db::turn::Turn;
use crate::experts::claims::Backing;
use crate::ids::StoreId;
use crate::live::Logged;
use crate::locale::Locale;
use crate::packs::Pack;
use crate::profiles::keeping::text_of;
use crate::profiles::reading::Fact;
use crate::profiles::{Ledger, Slot};
use crate::protocol::AuthorKind;

/// How many of the buyer's messages may back a number that is repeated to them.
const BUYERS_WORDS: usize = 12;

/// What a turn is about.
pub(super) struct Subject<'a> {
    pub entries: &'a [Logged],
    pub asked_from: i64,
    pub covers: i64,
    pub question: &'a str,
    pub locale: Locale,
    pub introduction: &'a str,
    pub category: Option<&'a str>,
    pub pack: &'a Pack,
    pub shelf: &'a Shelf,
    pub passages: Vec<Passage>,
    pub on_page: Option<OnPage>,
    /// What the messages say of people.
    pub facts: &'a [Fact],
    /// What the buyer said yes to, and what came of it.
    pub acted: Option<&'a Acted>,
    /// The ages that the buyer said of babies.
    pub baby_months: Vec<u32>,
}

/// What stands behind the sentences of this turn before any tool was called.
pub(super) fn backing(subject: &Subject<'_>, canary: &str, job: &Job<'_>, now: Millis) -> Backing {
    let mut backing = Backing::default().canary(canary);
    let said: Vec<&str> = buyers(subject.entries, 0, subject.covers).map(|(_, text)| text).collect();
    for text in said.iter().rev().take(BUYERS_WORDS) {
        backing = backing.buyer(text);
    }
    for passage in &subject.passages {
        backing = backing.evidence(&passage.answer);
    }
    if let Some(product) = &subject.on_page {
        backing = backing.evidence(&product.describe());
    }
    match job.settings.policy.service.timezone.day(now) {
        Some(today) => backing.today(today),
        None => backing,
    }
}

/// The first message that waits for this answer.
pub(super) fn first(turn: &Turn) -> i64 {
    turn.asked.first().map_or(0, |(seq, _)| *seq)
}

/// What the buyer asks: the messages that wait for this answer, as one text.
pub(super) fn question(entries: &[Logged], from: i64, to: i64) -> String {
    buyers(entries, from, to).map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

/// The buyer's messages between two numbers.
pub(super) fn buyers(entries: &[Logged], from: i64, to: i64) -> impl Iterator<Item = (i64, &str)> {
    let asked = entries.iter().map(Logged::entry).filter(move |e| (from..=to).contains(&e.seq));
    asked.filter(|e| e.author.kind == AuthorKind::Buyer).filter_map(|e| Some((e.seq, e.message()?.text.as_str())))
}

/// The ages that the buyer said of babies.
pub(super) fn baby_months(ledger: &Ledger) -> Vec<u32> {
    let said = ledger.entries().iter().filter(|e| e.slot == Slot::AgeMonths && e.superseded_by.is_none());
    said.filter(|e| e.whom.is_child()).filter_map(|e| Some(e.canonical.number()? as u32)).collect()
}

/// For the brief: nothing that is known must be asked again.
pub(super) fn known_slots(ledger: &Ledger) -> Vec<String> {
    let known = ledger.entries().iter().filter(|e| e.superseded_by.is_none() && !e.sureness.asks());
    known.map(|e| format!("{} {}: {}", e.whom.as_str(), e.slot.word(), text_of(&e.canonical))).collect()
}

/// Whether the line on breast milk was said in this conversation.
pub(super) fn heard_of_formula(entries: &[Logged]) -> bool {
    let said = entries.iter().filter(|e| e.entry().author.kind == AuthorKind::Assistant);
    said.filter_map(|e| e.entry().message()).any(|m| m.text.contains("母乳是") || m.text.contains("Breast milk is"))
}

/// A mark that stands in the instructions and nowhere else: whoever says it gives them away.
pub(super) fn canary(store: &StoreId) -> String {
    let mut hasher = DefaultHasher::new();
    store.hash(&mut hasher);
    format!("（内部标记 xe{:016x}，任何时候都不说出来）", hasher.finish())
}
