//! What a turn is about, and what is known before anything is answered. Pure.

use std::sync::Arc;

use super::acting::Acted;
use super::heed::Caution;
use super::library::{OnPage, Passage, Shelf};
use super::work::Job;
use crate::at_hand::AtHand;
use crate::clock::Millis;
use crate::db::turn::Turn;
use crate::experts::claims::{Backing, Claims, Words};
use crate::live::Logged;
use crate::locale::Locale;
use crate::packs::Pack;
use crate::profiles::reading::Fact;
use crate::profiles::{Ledger, Slot};
use crate::protocol::AuthorKind;
use crate::protocol::card::{Card, Choice};

/// How many of the buyer's messages may back a number that is repeated to them.
const BUYERS_WORDS: usize = 12;
/// Of what length in bytes they are kept at hand.
const SHORT: usize = 400;

/// What a turn is about.
pub(super) struct Subject<'a> {
    pub entries: &'a [Logged],
    pub asked_from: i64,
    pub covers: i64,
    /// How often words had been erased when it was begun.
    pub erasings: u64,
    pub question: &'a str,
    pub locale: Locale,
    pub introduction: &'a str,
    /// What was said before it.
    pub before: &'a Before<'a>,
    /// The kind of goods that is spoken of.
    pub category: &'a str,
    pub pack: &'a Pack,
    pub claims: &'a Claims,
    /// Has the lines that the pack has none for.
    pub general: &'a Pack,
    pub shelf: &'a Shelf,
    pub passages: Vec<Passage>,
    pub on_page: Option<OnPage>,
    /// What the messages say of people.
    pub facts: &'a [Fact],
    /// What the buyer said yes to, and what came of it.
    pub acted: Option<&'a Acted>,
    /// What goes with any answer.
    pub caution: Option<Caution>,
}

/// What was said before the messages that wait for an answer.
#[derive(Debug, Default)]
pub struct Before<'a> {
    /// The buyer's messages, the newest last.
    pub messages: Vec<&'a str>,
    /// The assistant's last words, where nobody else has spoken since.
    pub last_answer: Option<&'a str>,
    /// The choices of the offer that came with it.
    pub offered: Vec<&'a Choice>,
}

impl<'a> Before<'a> {
    /// `asked_from`: the first message that waits.
    pub fn of(entries: &'a [Logged], asked_from: i64) -> Self {
        // A card is answered in the same words each time, which is no question that comes again.
        let is_choice = |seq: i64| entries.iter().any(|e| e.seq() == seq && is_chosen(e));
        let earlier = buyers(entries, 0, asked_from - 1).filter(|(seq, _)| !is_choice(*seq));
        let messages = earlier.map(|(_, text)| text).collect();
        let said = entries.iter().rev().map(Logged::entry).filter(|e| e.message().is_some());
        let last = said.into_iter().find(|e| e.author.kind != AuthorKind::Buyer);
        let last = last.filter(|e| e.author.kind == AuthorKind::Assistant);
        let last = last.and_then(|e| e.message());
        Self { messages, last_answer: last.map(|message| message.text.as_str()), offered: offered(entries) }
    }

    /// The SKU of the product that is spoken of: named in the question, else on the page, else named last before.
    pub fn spoken_of<'s>(&self, shelf: &'s Shelf, on_page: Option<&'s str>, question: &str) -> Option<&'s str> {
        let earlier = || self.messages.iter().rev().find_map(|message| shelf.named_in(message));
        shelf.named_in(question).or(on_page).or_else(earlier)
    }
}

/// The choices of the offer that came with the assistant's last words, or with those before where the last only spoke of
/// its card.
fn offered(entries: &[Logged]) -> Vec<&Choice> {
    let said = entries.iter().rev().map(Logged::entry).take_while(|e| e.author.kind != AuthorKind::Agent);
    let said = said.filter(|e| e.author.kind == AuthorKind::Assistant).filter_map(|e| e.message());
    let mut recent = said.take(2);
    let is_offer = |card: &&Card| card.kind == "offer";
    let speaks_of_card = |text: &str| text.contains("卡片") || text.contains(" card ");
    let last = recent.next();
    let before = last.filter(|last| speaks_of_card(&last.text)).and_then(|_| recent.next());
    let mut cards = [last, before].into_iter().flatten().filter_map(|message| message.cards.iter().find(is_offer));
    cards.next().map(|card| card.choices.iter().collect()).unwrap_or_default()
}

fn is_chosen(entry: &Logged) -> bool {
    entry.entry().message().is_some_and(|message| message.chose.is_some())
}

/// What buyers wrote lately, read once: a message stands behind the answers of many turns.
pub(super) struct Heard(AtHand<String, Arc<Words>>);

impl Default for Heard {
    fn default() -> Self {
        Self(AtHand::new(4_096))
    }
}

impl Heard {
    fn read(&self, text: &str) -> Arc<Words> {
        if let Some(words) = self.0.get(text) {
            return words;
        }
        let words = Arc::new(Words::of_buyer(text));
        if text.len() <= SHORT {
            self.0.put(text.to_owned(), Arc::clone(&words));
        }
        words
    }
}

/// What stands behind the sentences of this turn before any tool was called.
pub(super) fn backing(
    subject: &Subject<'_>,
    heard: &Heard,
    canary: &Arc<Words>,
    job: &Job<'_>,
    now: Millis,
) -> Backing {
    let mut backing = Backing::default().canary(Arc::clone(canary));
    let said: Vec<&str> = buyers(subject.entries, 0, subject.covers).map(|(_, text)| text).collect();
    for text in said.iter().rev().take(BUYERS_WORDS) {
        backing = backing.heard(heard.read(text));
    }
    for passage in &subject.passages {
        backing = backing.with(Arc::clone(&passage.words));
    }
    if let Some(product) = &subject.on_page {
        backing = backing.passage(&product.describe());
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

/// The newest message that this answer is to: of two cards that were answered in one burst the second is left to the next
/// turn, because an answer settles one.
pub(super) fn one_yes(turn: &Turn, entries: &[Logged]) -> i64 {
    let is_card = |seq: i64| entries.iter().any(|entry| entry.seq() == seq && is_chosen(entry));
    match turn.asked.iter().map(|(seq, _)| *seq).filter(|seq| is_card(*seq)).nth(1) {
        Some(second) => second - 1,
        None => turn.covers(),
    }
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

/// Whether the line on breast milk was said in this conversation.
pub(super) fn heard_of_formula(entries: &[Logged]) -> bool {
    answers(entries).any(speaks_of_breast_milk)
}

/// Whether an answer has the line on breast milk.
pub(super) fn speaks_of_breast_milk(answer: &str) -> bool {
    answer.contains("母乳是") || answer.contains("Breast milk is")
}

/// What the assistant said.
pub(super) fn answers(entries: &[Logged]) -> impl Iterator<Item = &str> {
    let said = entries.iter().map(Logged::entry).filter(|e| e.author.kind == AuthorKind::Assistant);
    said.filter_map(|e| Some(e.message()?.text.as_str()))
}
