//! Plays a pack's sample conversations with the built-in assistant, on the case's own data and at its own time: no
//! database, no model, nothing from outside.

mod rehearsed;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::builtin::{self, Heard, Spoken, Voice};
use super::guards::{Guard, Guards};
use super::heed::{Alarm, Asked, Heeded, heed};
use super::library::{Library, Shelf};
use super::subject::{Before, speaks_of_breast_milk};
use super::toolbox::Toolbox;
use crate::clock::{Clock, Millis};
use crate::error::{Error, Result};
use crate::experts::safety::SafetyContext;
use crate::ids::{ConversationId, TurnId};
use crate::locale::Locale;
use crate::packs::{Answered, Case, Failure, Pack, Rehearsal, built_in};
use crate::policy::Policy;
use crate::profiles::ledger::{Entry, Ledger, Source};
use crate::profiles::reading::{self, Sureness, Value as Said, read};
use crate::profiles::{Slot, Whom};
use crate::protocol::buyer::Context;
use rehearsed::{Rehearsed, Stock};

/// Plays cases with the built-in assistant.
pub struct Rehearsing {
    /// Has the lines that a pack has none for.
    general: Arc<Pack>,
    library: Library,
    guards: Guards,
}

impl Rehearsing {
    /// `general`: the general pack in force, whose lines stand behind each pack's own.
    pub fn new(general: Arc<Pack>) -> Self {
        Self { general, library: Library::default(), guards: Guards::default() }
    }
}

impl Default for Rehearsing {
    /// With the program's own general pack.
    fn default() -> Self {
        Self::new(Arc::clone(&built_in()["general"]))
    }
}

impl Rehearsal for Rehearsing {
    fn play<'a>(&'a self, pack: &'a Pack, case: &'a Case) -> BoxFuture<'a, Result<Vec<Answered>>> {
        Box::pin(async move {
            let now = case.data.now.unwrap_or_else(|| Clock::system().now());
            let (records, stock) = rehearsed::of(case, now)?;
            let shelf = Shelf::new(Vec::new(), stock.products.clone());
            let general: &Pack = if pack.id() == self.general.id() { pack } else { &self.general };
            let shelf = self.library.with_packs(&shelf, &[pack, general], case.locale).await?;
            let guard = self.guards.of(pack);
            let ledger = known(case, &stock)?;
            let context = Context {
                sku: case.context.sku.clone(),
                order_id: case.context.order_id.clone(),
                ..Context::default()
            };
            let mut stage = Stage {
                voice: Voice { pack, general, store: None, claims: &guard.claims },
                guard: &guard,
                case,
                now,
                records: &records,
                shelf: &shelf,
                context,
                ledger,
                policy: Policy::default(),
                baby_months: stock.baby_months(now),
                heard: Vec::new(),
                heard_of_formula: false,
            };
            let mut answers: Vec<Answered> = Vec::new();
            for turn in &case.turn {
                let answered = stage.answer(turn.buyer.as_str(), answers.last().map(|last| last.text.as_str())).await?;
                let is_over = answered.handoff.is_some();
                answers.push(answered);
                if is_over {
                    break;
                }
            }
            Ok(answers)
        })
    }

    fn held(&self, pack: &Pack) -> Vec<Failure> {
        let guard = self.guards.of(pack);
        let failure = |case: String, turn: usize, text: &str| {
            let withheld = builtin::never_said(text, &guard.claims)?;
            let why = withheld.held.first().map_or("", |held| held.why);
            Some(Failure { case, turn, why: format!("the guard would hold {:?} ({why})", withheld.sentence.trim()) })
        };
        let lines = pack.replies.intents().flat_map(|intent| Locale::ALL.map(|locale| (intent, locale)));
        let lines = lines.flat_map(|(intent, locale)| {
            let file = format!("replies.{}.toml, {intent}", locale.tag());
            pack.replies
                .ways(intent, locale)
                .iter()
                .enumerate()
                .map(move |(n, line)| (file.clone(), n + 1, line.as_str()))
        });
        let known = pack.knowledge.iter().map(|known| (known.id.clone(), 1, known.answer.as_str()));
        lines.chain(known).filter_map(|(place, n, text)| failure(place, n, text)).collect()
    }
}

/// One conversation as it is played.
struct Stage<'a> {
    voice: Voice<'a>,
    guard: &'a Guard,
    case: &'a Case,
    now: Millis,
    records: &'a Rehearsed,
    shelf: &'a Shelf,
    context: Context,
    ledger: Ledger,
    policy: Policy,
    baby_months: Vec<u32>,
    /// What the buyer said before.
    heard: Vec<&'a str>,
    heard_of_formula: bool,
}

impl<'a> Stage<'a> {
    async fn answer(&mut self, question: &'a str, last_answer: Option<&str>) -> Result<Answered> {
        let seq = self.heard.len() as i64 + 1;
        let conversation = ConversationId::from("rehearsal");
        let facts = read(question, &self.ledger.context(self.case.locale));
        self.ledger.apply(&facts, &Source { conversation: conversation.clone(), seq });
        let before = Before { messages: self.heard.clone(), last_answer, offered: Vec::new() };
        let on_page = self.context.sku.as_deref().and_then(|sku| self.shelf.product(sku));
        let spoken_of = before.spoken_of(self.shelf, self.context.sku.as_deref(), question);
        let category = spoken_of.and_then(|sku| self.shelf.category(sku));
        let category = category.unwrap_or_else(|| self.voice.pack.goods());
        let (baby_months, locale) = (self.baby_months.clone(), self.case.locale);
        let known = SafetyContext { baby_months: &baby_months, category };
        let asked = Asked { question, earlier: &before.messages, answers: before.messages.len(), locale, known };
        let caution = match heed(&asked, &self.guard.escalating, self.voice.pack) {
            Heeded::Person(Alarm { reason, words, .. }) => {
                return Ok(Answered { text: words.unwrap_or_default(), handoff: Some(reason), ..Answered::default() });
            }
            Heeded::Answer(caution) => caution,
        };
        let turn = TurnId::from(format!("rehearsal_{seq}"));
        let mut toolbox = Toolbox {
            records: self.records,
            shelf: self.shelf,
            policy: &self.policy,
            locale: self.case.locale,
            now: self.now,
            conversation: &conversation,
            turn: &turn,
            context: &self.context,
            is_signed: self.case.context.buyer.is_some(),
            ledger: std::mem::take(&mut self.ledger),
            heard_of_formula: self.heard_of_formula,
        };
        let passages = self.shelf.look_up(question);
        let heard = Heard { question, facts: &facts, passages: &passages, on_page: on_page.as_ref(), before: &before };
        let spoken = builtin::answer(&mut toolbox, &heard, self.voice).await;
        self.ledger = std::mem::take(&mut toolbox.ledger);
        let Spoken { mut text, called, asked, hands_over, .. } = spoken?;
        if let Some(caution) = caution.filter(|_| hands_over.is_none()) {
            text = caution.added_to(text);
        }
        self.heard.push(question);
        self.heard_of_formula |= speaks_of_breast_milk(&text);
        Ok(Answered {
            text,
            called: called.iter().map(|called| called.expert).collect(),
            asked: asked.into_iter().map(|(_, slot)| slot.word().to_owned()).collect(),
            handoff: hands_over.map(|(reason, _)| reason),
        })
    }
}

/// What is known before the first word: the case's slots of the buyer, and what the buyer's profile keeps.
fn known(case: &Case, stock: &Stock) -> Result<Ledger> {
    let mut entries = Vec::new();
    let kept = stock.buyer.iter().flat_map(|buyer| &buyer.people);
    let kept = kept.flat_map(|person| person.slots.iter().map(|(slot, value)| (person.id.as_str(), slot, value)));
    for (whom, word, value) in kept {
        if let (Some(whom), Some(slot)) = (Whom::of(whom), Slot::of(word)) {
            entries.extend(entry(whom, slot, value));
        }
    }
    for (word, value) in &case.context.slots {
        let wrong =
            || Error::invalid("context.slots", format!("{}: {word} is no slot with this value", case.name.as_str()));
        let slot = Slot::of(word).ok_or_else(wrong)?;
        entries.push(entry(Whom::buyer(), slot, value).ok_or_else(wrong)?);
    }
    // Whom the last entry is about is whom the conversation is about.
    entries.sort_by_key(|entry: &Entry| entry.whom.is_buyer());
    Ok(Ledger::of(entries))
}

fn entry(whom: Whom, slot: Slot, value: &Value) -> Option<Entry> {
    let value = match value {
        Value::Number(number) => Said::Number(number.as_f64()?),
        Value::String(text) => Said::Text(text.clone()),
        _ => return None,
    };
    let source = Source { conversation: "rehearsal".into(), seq: 0 };
    let readings: Vec<reading::Reading> = Vec::new();
    let (canonical, sureness) = (value.clone(), Sureness::Said);
    Some(Entry { whom, slot, value, unit: None, canonical, sureness, readings, source, superseded_by: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::rehearse;

    #[tokio::test]
    async fn every_case_of_the_seven_packs_passes() {
        let rehearsing = Rehearsing::default();
        let (mut cases, mut failures) = (0, Vec::new());
        for pack in built_in().values() {
            let report = rehearse(pack, &rehearsing).await.unwrap();
            cases += report.cases;
            for failure in report.failures {
                let case = pack.cases.iter().find(|case| case.name.as_str() == failure.case);
                let said = match case {
                    Some(case) => rehearsing.play(pack, case).await.unwrap().into_iter().nth(failure.turn - 1),
                    None => None,
                };
                failures.push(format!(
                    "{}: {}, {}: {}\n    {said:?}",
                    pack.id(),
                    failure.case,
                    failure.turn,
                    failure.why
                ));
            }
        }
        assert_eq!(built_in().len(), 7);
        assert!(cases > 100, "{cases}");
        assert!(failures.is_empty(), "{} of {cases} cases:\n{}", failures.len(), failures.join("\n"));
    }
}
