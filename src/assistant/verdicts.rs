//! Buyers' own verdicts of what they bought: heard in words or by a card, and kept with their consent as records of another
//! source. What is still missing is asked for, one thing at a time; where it stands is read off the log.

use serde_json::json;

use super::Assistant;
use super::subject::Subject;
use super::work::{Ending, Job};
use crate::catalog::outcomes::{self, Basis};
use crate::conversation::Reply;
use crate::db::fit_model::FitModel;
use crate::db::turn::Turn;
use crate::db::{self, size_advice};
use crate::error::{Error, Result};
use crate::experts::fit::heard::{self, Heard, NAME, Report, Step};
use crate::experts::fit::verdict::Verdict;
use crate::ids::BuyerId;
use crate::live::Logged;
use crate::packs::Expert;
use crate::profiles::keeping::{self, Slotted};
use crate::profiles::ledger::Source;
use crate::profiles::{Ledger, Purpose, Slot, Whom};
use crate::protocol::card::Chose;
use crate::protocol::desk::AnyBody;
use crate::protocol::event::Tool;
use crate::protocol::{AuthorKind, DeskBody};

/// After so many of the buyer's messages a question of ours is forgotten.
const STILL_ASKED: usize = 3;

/// What came of a verdict.
pub(super) enum Noted {
    /// It is answered.
    Said(Reply, DeskBody),
    /// It is kept, and the message asks for something else.
    Kept(DeskBody),
}

/// A question about a verdict that waits for an answer.
struct Pending {
    report: Report,
    missing: String,
}

/// Measures that a record has.
const MEASURES: [Slot; 7] =
    [Slot::HeightCm, Slot::WeightKg, Slot::BustCm, Slot::WaistCm, Slot::HipCm, Slot::ShoulderCm, Slot::LegCm];

impl Assistant {
    /// Heeds what the message says of wearing something; `None` where it says nothing of it.
    pub(super) async fn hear_verdict(
        &self,
        job: &Job<'_>,
        turn: &Turn,
        subject: &Subject<'_>,
        ledger: &Ledger,
    ) -> Result<Option<Noted>> {
        let pending = pending(subject);
        let is_known = subject.pack.manifest.experts.contains(&Expert::RecommendSize);
        if !is_known || (pending.is_none() && !heard::may_be(subject.question)) {
            return Ok(None);
        }
        let (c, shared) = (job.conversation, &*self.shared);
        let wardrobe = shared.wardrobes.of(&shared.db, job.settings, shared.clock.now()).await?;
        let sku = match &pending {
            Some(pending) => Some(pending.report.sku.clone()),
            None => self.garment_meant(job, |sku| wardrobe.garment(sku).is_some()).await?,
        };
        let Some(fitted) = sku.as_deref().and_then(|sku| wardrobe.garment(sku)) else { return Ok(None) };
        let garment = &fitted.garment;
        let sizes: Vec<&str> = garment.sizes.iter().map(|size| size.size.as_str()).collect();
        let chosen = chosen(subject);
        let heard = by_card(chosen).or_else(|| heard::hear(subject.question, &sizes, pending.is_some()));
        let agreed = match pending.as_ref().map(|pending| pending.missing.as_str()) {
            Some("consent") => consent(chosen, subject.question),
            // Who would rather not say it has said no to the rest.
            Some("body") => consent(chosen, subject.question).filter(|agreed| !agreed),
            _ => None,
        };
        let body = self.body_of(c, ledger).await?;
        let is_answered = match pending.as_ref().map(|pending| pending.missing.as_str()) {
            Some("consent") => agreed.is_some(),
            Some("body") => agreed.is_some() || (body.is_some() && !subject.facts.is_empty()),
            _ => heard.is_some(),
        };
        if !is_answered && heard.is_none() {
            return Ok(None);
        }
        let mut report = pending.map_or_else(|| Report { sku: garment.sku.clone(), ..Report::default() }, |p| p.report);
        if let Some(heard) = &heard {
            report.learn(heard);
        }
        if report.size.is_none() {
            let mut conn = shared.db.read().await?;
            report.size = size_advice::last(&mut conn, &c.store, c.buyer.as_str(), &report.sku).await?;
        }
        let step = match report.next(body.is_some(), self.consents(c, agreed, subject.covers).await?) {
            Step::Keep => match &body {
                Some(body) if self.keep_record(job, &report, body).await? => Step::Keep,
                _ => Step::Drop,
            },
            step => step,
        };
        if agreed == Some(true) && step == Step::Keep {
            self.keep_measures(c, ledger, subject.covers).await?;
        }
        let note = note(&report, step)?;
        if report.goes_back {
            // What went wrong comes first; nobody is asked about sizes now.
            return Ok((step == Step::Keep).then_some(Noted::Kept(note)));
        }
        let (text, card) = report.say(step, &garment.name, &sizes, turn.id.as_str(), subject.locale);
        let text = format!("{}{text}", subject.introduction);
        Ok(Some(Noted::Said(Reply { text, cards: card.into_iter().collect(), ..Reply::default() }, note)))
    }

    /// The garment on the page, else the only one that the buyer has had delivered.
    async fn garment_meant(&self, job: &Job<'_>, is_garment: impl Fn(&str) -> bool) -> Result<Option<String>> {
        let c = job.conversation;
        if let Some(sku) = c.context.sku.as_deref().filter(|sku| is_garment(sku)) {
            return Ok(Some(sku.to_owned()));
        }
        let orders = db::order::of_buyer(&mut self.shared.db.read().await?, &c.store, &c.buyer, 20).await?;
        let delivered = orders.into_iter().filter(|order| order.delivered_at.is_some());
        let mut skus: Vec<String> =
            delivered.flat_map(|order| order.lines).map(|line| line.sku).filter(|sku| is_garment(sku)).collect();
        skus.sort();
        skus.dedup();
        Ok(if skus.len() == 1 { skus.pop() } else { None })
    }

    /// The buyer's own measures, as far as a record needs them: said in this conversation, else kept.
    async fn body_of(
        &self,
        c: &db::conversation::Conversation,
        ledger: &Ledger,
    ) -> Result<Option<[Option<f64>; MEASURES.len()]>> {
        let me = Whom::buyer();
        let mut body = MEASURES.map(|slot| ledger.known(&me, slot).and_then(|e| e.canonical.number()));
        if body[0].is_none() || body[1].is_none() {
            let kept = db::slot::of_buyer(&mut self.shared.db.read().await?, &c.store, &c.buyer).await?;
            let of = |slot: Slot| kept.iter().find(|k| k.whom == Whom::SELF && k.slot == slot.word());
            for (value, slot) in body.iter_mut().zip(MEASURES) {
                *value = value.or_else(|| of(slot)?.canonical.parse().ok());
            }
        }
        Ok((body[0].is_some() && body[1].is_some()).then_some(body))
    }

    /// Whether the buyer lets measures be kept; what is said now is stored.
    async fn consents(&self, c: &db::conversation::Conversation, now: Option<bool>, seq: i64) -> Result<Option<bool>> {
        if now == Some(true) {
            let source = Source { conversation: c.id.clone(), seq };
            let consent = keeping::consent(Purpose::Body, self.shared.clock.now(), Some(&source));
            keeping::give(&self.shared.db, &c.store, &c.buyer, consent).await?;
        }
        if now.is_some() {
            return Ok(now);
        }
        let mut conn = self.shared.db.read().await?;
        let is_live = db::consent::is_live(&mut conn, &c.store, &c.buyer, Purpose::Body.word()).await?;
        Ok(is_live.then_some(true))
    }

    /// False where the consent has ended meanwhile.
    async fn keep_record(&self, job: &Job<'_>, report: &Report, body: &[Option<f64>; MEASURES.len()]) -> Result<bool> {
        let (db, c) = (&self.shared.db, job.conversation);
        let [Some(height_cm), Some(weight_kg), bust_cm, waist_cm, hip_cm, shoulder_cm, leg_cm] = *body else {
            return Ok(false);
        };
        let (Some(size), Some(verdict)) = (report.size.clone(), report.verdict.clone()) else { return Ok(false) };
        let is_return = report.goes_back && verdict != Verdict::Fit.word();
        let record = FitModel {
            // Filled in where it is kept.
            model_id: String::new(),
            sku: report.sku.clone(),
            size,
            height_cm,
            weight_kg,
            bust_cm,
            waist_cm,
            hip_cm,
            shoulder_cm,
            leg_cm,
            shape: None,
            verdict,
            effect: report.effect(),
            photo: None,
            source: if is_return { "size_return" } else { "buyer" }.into(),
        };
        if is_return {
            let back = (record, Basis::Consent);
            outcomes::came_back(db, &c.store, &c.buyer, back, self.shared.clock.now()).await?;
            return Ok(true);
        }
        outcomes::was_worn(db, &c.store, &c.buyer, record, Basis::Consent).await
    }

    /// What the buyer has just agreed to have kept.
    async fn keep_measures(&self, c: &db::conversation::Conversation, ledger: &Ledger, seq: i64) -> Result<()> {
        let (shared, me) = (&*self.shared, Whom::buyer());
        let known = MEASURES.iter().filter_map(|slot| Some((slot, ledger.known(&me, *slot)?.canonical.number()?)));
        for (slot, value) in known {
            let slotted = Slotted { whom: None, slot: slot.word().into(), value: json!(value), unit: None };
            let source = Some(Source { conversation: c.id.clone(), seq });
            let buyer: &BuyerId = &c.buyer;
            keeping::remember(&shared.db, &c.store, buyer, source, &slotted, shared.clock.now()).await?;
        }
        Ok(())
    }
}

/// Tells the desk one thing more.
pub(super) fn with_note(mut ending: Ending, note: Option<DeskBody>) -> Ending {
    match &mut ending {
        Ending::Answer { notes, .. } => notes.extend(note),
        Ending::HandOff(handing) => handing.notes.extend(note),
        Ending::Again | Ending::Gone => {}
    }
    ending
}

/// The question about a verdict that was asked last, if it still waits.
fn pending(subject: &Subject<'_>) -> Option<Pending> {
    let asked = subject.entries.iter().map(Logged::entry).rev().find_map(|entry| match &entry.body {
        AnyBody::Desk(DeskBody::Tool(tool)) if tool.name == NAME => Some((entry.seq, tool)),
        _ => None,
    });
    let (seq, tool) = asked.filter(|(_, tool)| tool.result["status"] == "ask")?;
    let since = subject.entries.iter().map(Logged::entry).filter(|e| e.seq > seq && e.author.kind == AuthorKind::Buyer);
    if since.count() > STILL_ASKED {
        return None;
    }
    let report = serde_json::from_value(tool.arguments.clone()).ok()?;
    Some(Pending { report, missing: tool.result["missing"][0].as_str()?.to_owned() })
}

/// The newest choice of a card among the messages of this turn.
fn chosen<'a>(subject: &Subject<'a>) -> Option<&'a Chose> {
    let asked = subject.entries.iter().map(Logged::entry);
    let asked = asked.filter(|e| (subject.asked_from..=subject.covers).contains(&e.seq));
    asked.rev().find_map(|e| e.message()?.chose.as_ref())
}

fn by_card(chosen: Option<&Chose>) -> Option<Heard> {
    let chosen = chosen.filter(|chose| chose.card.starts_with("verdict:"))?;
    let verdict = Some(Verdict::of(&chosen.choice)?);
    Some(Heard { size: None, verdict, zone: None, goes_back: false })
}

/// Yes or no, by the card or in plain words.
fn consent(chosen: Option<&Chose>, text: &str) -> Option<bool> {
    if let Some(chose) = chosen.filter(|chose| chose.card.starts_with("consent:")) {
        return Some(chose.choice == "yes");
    }
    heard::agrees(text)
}

fn note(report: &Report, step: Step) -> Result<DeskBody> {
    let arguments = serde_json::to_value(report).map_err(|e| Error::Internal(e.into()))?;
    let result = match (step, step.missing()) {
        (_, Some(missing)) => json!({"status": "ask", "missing": [missing]}),
        (Step::Keep, None) => json!({"status": "ok", "stored": true}),
        (_, None) => json!({"status": "refused", "stored": false}),
    };
    Ok(DeskBody::Tool(Tool { name: NAME.into(), arguments, result, ms: 0 }))
}
