//! The assistant without any model: it finds what the buyer wants, calls the expert whom that belongs to, and says what
//! comes of it, in the pack's words where nothing is to be looked up.
//!
//! [`intents`] and [`details`] read the words, [`talk`] holds one answer as it is put together, and [`sizes`],
//! [`care`] and [`trade`] ask the experts.

mod care;
mod details;
mod facts;
mod guard;
mod intents;
mod keeping;
mod parts;
mod sizes;
mod talk;
mod thread;
mod trade;

#[cfg(test)]
mod tests;

use super::intent;
use super::library::{OnPage, Passage};
use super::subject::Before;
use super::toolbox::{Called, Toolbox};
use crate::error::Result;
use crate::experts::claims::Claims;
use crate::packs::{Expert, Pack};
use crate::profiles::reading::Fact;
use crate::profiles::{Purpose, Slot, Whom};
use crate::protocol::event::Card;
use crate::protocol::{DeskBody, HandoffReason};
use details::Details;
pub(super) use guard::never_said;
use intents::{Intent, Via, named, wanted};
use parts::{By, Part};
use talk::{SURE, Talk, Words};

/// The longest message that can be a bare answer to what was asked, in characters.
const BARE: usize = 16;

/// What the built-in assistant says, before it is stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spoken {
    pub text: String,
    pub evidence: Vec<String>,
    pub cards: Vec<Card>,
    pub called: Vec<Called>,
    /// What was asked for, and of whom.
    pub asked: Vec<(Whom, Slot)>,
    pub hands_over: Option<(HandoffReason, Option<String>)>,
    /// What the guard held, for the desk.
    pub flag: Option<DeskBody>,
}

/// What was heard, and what stands around it.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    pub question: &'a str,
    /// What this message says of people.
    pub facts: &'a [Fact],
    /// What the store knows about it, best first.
    pub passages: &'a [Passage],
    pub on_page: Option<&'a OnPage>,
    pub before: &'a Before<'a>,
}

/// In whose words it speaks.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    pub pack: &'a Pack,
    /// Has the lines that the pack in force has none for.
    pub general: &'a Pack,
    /// The store's name, where there is a store.
    pub store: Option<&'a str>,
    /// The guard of the pack in force.
    pub claims: &'a Claims,
}

/// Answers a question. The toolbox's ledger holds this message's facts already. A live turn and a rehearsed one both
/// come here, so that a case that passes says how buyers are answered.
///
/// Errors: the database's.
pub async fn answer(toolbox: &mut Toolbox<'_>, heard: &Heard<'_>, voice: Voice<'_>) -> Result<Spoken> {
    let mut talk = Talk::new(toolbox, *heard, voice);
    talk.thread = talk.taken_up();
    talk.answer().await?;
    talk.says_what_is_open();
    Ok(guard::guarded(talk.end(), voice.claims))
}

/// Compiles the rules; the first call takes a while.
pub fn ready() {
    intents::ready();
    details::ready();
}

impl Talk<'_, '_> {
    async fn answer(&mut self) -> Result<()> {
        let heard = self.heard;
        if self.answers_consent().await? || self.answers_offer() {
            return Ok(());
        }
        if intent::only_greets(heard.question) {
            self.courtesy("greeting");
            return Ok(());
        }
        if intent::only_thanks(heard.question) {
            self.courtesy("thanks");
            return Ok(());
        }
        if intent::asks_what_it_is(heard.question) {
            self.say(&Words::of(self.locale()).is_ai);
            if wanted(heard.question).next().is_none() {
                return Ok(());
            }
            self.break_line();
        }
        if self.asks_about_doubt() {
            return Ok(());
        }
        if self.says_baby_weight() {
            return Ok(());
        }
        let all: Vec<&Intent> = wanted(heard.question).filter(|wanted| self.can(wanted)).collect();
        let parts = self.parts(heard.question, &all);
        if parts.len() > 1 {
            for Part { clause, by } in parts {
                self.turn_to(clause);
                match by {
                    By::Wish(wanted) => self.follow(wanted, false).await?,
                    By::Attribute => drop(self.says_attribute(clause)),
                    By::Passage => drop(self.says_passage()),
                }
            }
            return Ok(());
        }
        let is_of_product =
            all.first().is_none_or(|first| matches!(first.via, Via::Line | Via::Stock | Via::Size | Via::Shape));
        if is_of_product && self.says_measure().await? {
            // Who gives a body with it asks for the size too.
            let has_body = heard.facts.iter().any(|fact| fact.slot.purpose() == Purpose::Body);
            let Some(size) = all.first().filter(|first| has_body && first.via == Via::Size) else { return Ok(()) };
            self.break_line();
            return self.follow(size, false).await;
        }
        let is_of_product = all.first().is_none_or(|first| first.via == Via::Line);
        if is_of_product && self.says_attribute(heard.question) {
            return Ok(());
        }
        if let Some(wanted) = all.first() {
            return self.follow(wanted, false).await;
        }
        if let Some(continued) = self.by_facts().or_else(|| self.by_details()) {
            return self.follow(continued, true).await;
        }
        // No wish is known, so the words alone must be near enough.
        if self.passage().is_some_and(|passage| passage.score >= SURE) {
            self.says_passage();
            return Ok(());
        }
        match self.by_thread() {
            Some(continued) => self.follow(continued, true).await,
            None => {
                self.hand_over(HandoffReason::NoEvidence);
                Ok(())
            }
        }
    }

    /// `is_continued`: the words themselves did not say it; they go on from the last question.
    async fn follow(&mut self, wanted: &Intent, is_continued: bool) -> Result<()> {
        if let Some(instead) = &wanted.look_up {
            self.looks_up(instead);
            if self.passage().is_some_and(|passage| !passage.is_of_pack()) && self.says_passage() {
                return Ok(());
            }
        }
        match wanted.via {
            Via::Knowledge => {
                if !self.says_passage() {
                    self.hand_over(HandoffReason::NoEvidence);
                }
            }
            Via::Courtesy => self.courtesy(&wanted.id),
            Via::Line => self.known(&wanted.id),
            Via::Person => {
                self.line(&wanted.id);
                self.hand_over(HandoffReason::Policy);
            }
            Via::Price => self.price(),
            Via::Stock => self.stock(),
            Via::Size if self.may(Expert::RecommendSize) => self.sizes().await?,
            Via::Shape if self.may(Expert::RecommendSize) => self.shape(&wanted.id).await?,
            Via::Skin if self.may(Expert::AssessSkin) => self.skin().await?,
            Via::Ingredients if self.may(Expert::CheckIngredients) => self.ingredients(wanted).await?,
            Via::Baby if self.may(Expert::BabyAdvice) => self.baby(wanted).await?,
            Via::Delivery if self.may(Expert::PlanDelivery) => self.delivery().await?,
            Via::Orders if self.may(Expert::LookUpOrder) => self.orders().await?,
            Via::Lost if self.may(Expert::LookUpOrder) => self.lost(wanted).await?,
            Via::Remedy if self.may(Expert::OfferRemedy) => self.remedy(wanted, is_continued).await?,
            Via::Remember if self.may(Expert::Remember) => self.remember().await?,
            _ => self.known(&wanted.id),
        }
        Ok(())
    }

    /// Whether there is anything to answer with.
    fn can(&self, wanted: &Intent) -> bool {
        let expert = match wanted.via {
            Via::Price | Via::Stock | Via::Knowledge => return true,
            Via::Remember => {
                let keeps = self.heard.facts.iter().any(|fact| fact.slot.purpose() != Purpose::Conversation);
                return keeps && self.may(Expert::Remember);
            }
            Via::Line | Via::Courtesy | Via::Person => None,
            Via::Size | Via::Shape => Some(Expert::RecommendSize),
            Via::Skin => Some(Expert::AssessSkin),
            Via::Ingredients => Some(Expert::CheckIngredients),
            Via::Baby => Some(Expert::BabyAdvice),
            Via::Delivery => Some(Expert::PlanDelivery),
            Via::Orders | Via::Lost => Some(Expert::LookUpOrder),
            Via::Remedy => Some(Expert::OfferRemedy),
        };
        expert.is_some_and(|expert| self.may(expert)) || self.has_line(&wanted.id) || self.passage().is_some()
    }

    /// What the new facts of a message are for, when its words ask for nothing.
    fn by_facts(&self) -> Option<&'static Intent> {
        let last = self.thread.as_ref().map(|thread| thread.wanted);
        if self.goes_on_with_quiz() {
            return named("skin_type");
        }
        let says = |purpose| self.heard.facts.iter().any(|fact| fact.slot.purpose_for(&fact.whom) == purpose);
        if says(Purpose::Body) && self.may(Expert::RecommendSize) {
            return named("size");
        }
        if says(Purpose::Baby) && self.may(Expert::BabyAdvice) {
            return last.filter(|last| last.via == Via::Baby).or_else(|| named("stage"));
        }
        if says(Purpose::Skin) && self.may(Expert::CheckIngredients) {
            return last.filter(|last| last.via == Via::Ingredients).or_else(|| named("ingredients"));
        }
        if self.says_any(&[Slot::OrderId]) {
            return last.filter(|last| matches!(last.via, Via::Remedy | Via::Orders)).or_else(|| named("order_status"));
        }
        if self.says_any(&[Slot::Province, Slot::City]) && self.may(Expert::PlanDelivery) {
            return last.filter(|last| last.via == Via::Delivery).or_else(|| named("delivery"));
        }
        None
    }

    /// "6楼没电梯", "20个坏了6个": an answer to what was asked about an order.
    fn by_details(&self) -> Option<&'static Intent> {
        let last = self.thread.as_ref().map(|thread| thread.wanted).filter(|last| last.via == Via::Remedy)?;
        (self.was_asked() && Details::of(self.heard.question).tells_of_an_order()).then_some(last)
    }

    /// What the buyer wanted before, when this is a bare answer to what was asked about it.
    fn by_thread(&self) -> Option<&'static Intent> {
        let is_bare = self.heard.question.chars().count() <= BARE || self.heard.is_short_english();
        let last = self.thread.as_ref().map(|thread| thread.wanted);
        last.filter(|_| is_bare && self.was_asked())
    }

    fn was_asked(&self) -> bool {
        self.heard.before.last_answer.is_some_and(|last| last.contains(['？', '?', '请', '請']))
    }
}

impl Heard<'_> {
    /// English needs more letters for the same.
    fn is_short_english(&self) -> bool {
        self.question.is_ascii() && self.question.chars().count() <= 3 * BARE
    }
}
