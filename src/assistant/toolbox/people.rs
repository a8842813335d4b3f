//! Experts on people: skin, babies, what to remember, and when a person takes over.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Done, Toolbox, read};
use crate::error::{Error, Result};
use crate::experts::{Answer, Status, baby, skin};
use crate::profiles::asking::Questions;
use crate::profiles::keeping::Slotted;
use crate::profiles::{Slot, Whom};
use crate::protocol::HandoffReason;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remember {
    #[serde(default)]
    whom: Option<String>,
    slot: String,
    value: Value,
    #[serde(default)]
    unit: Option<String>,
}

#[derive(Serialize)]
struct Stored {
    stored: bool,
    needs_consent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hand {
    reason: HandoffReason,
    #[serde(default)]
    skill: Option<String>,
    /// For whoever takes over; a model's words, so they stand in the brief and nowhere else.
    #[serde(default)]
    #[expect(dead_code, reason = "it is on record with the call, where the desk reads it")]
    note: Option<String>,
}

#[derive(Serialize)]
struct Handed {
    handed: bool,
}

impl Toolbox<'_> {
    pub(super) fn assess_skin(&self, given: Value) -> Result<Done> {
        let given: skin::Arguments = read(given)?;
        let answer = skin::assess(&given, &self.policy.skin, self.locale);
        let needs_person = answer.found.needs_person && answer.status == Status::Ok;
        let mut done = Done::new(answer)?;
        if needs_person {
            // Below the store's confidence a person judges before any product is named.
            done.hands_over = Some((HandoffReason::LowConfidence, Some("skin_consult".into())));
        }
        Ok(done)
    }

    pub(super) async fn baby_advice(&mut self, given: Value) -> Result<Done> {
        let given: baby::Arguments = read(given)?;
        let today = self.policy.service.timezone.day(self.now).ok_or(Error::RetryLater)?;
        let whom = given.baby.as_deref().and_then(Whom::of);
        let kept = match &given.born {
            None => self.records.baby(given.baby.as_deref()).await?,
            Some(_) => None,
        };
        let born = given.born.as_deref().or_else(|| kept.as_ref()?.born.as_deref()).and_then(day);
        let born = born.or_else(|| self.born_by_age(whom.as_ref(), today));
        let weeks = given.gestational_weeks.or_else(|| kept.as_ref()?.gestational_weeks);
        let weeks = weeks.or_else(|| Some(self.of_baby(whom.as_ref(), Slot::GestationalWeeks)? as i64));
        let days = given.gestational_days.or_else(|| kept.as_ref()?.gestational_days).unwrap_or(0);
        let known = baby::Baby { born, gestation_days: weeks.and_then(|weeks| baby::gestation(weeks, days)) };
        let is_first = !self.heard_of_formula;
        Done::new(baby::advise(&known, given.topic.as_deref(), today, is_first, self.locale))
    }

    /// A number that the buyer said of the baby.
    fn of_baby(&self, whom: Option<&Whom>, slot: Slot) -> Option<f64> {
        let mut entries = self.ledger.entries().iter().rev().filter(|e| e.slot == slot && e.superseded_by.is_none());
        let entry = entries.find(|e| whom.map_or(e.whom.is_child(), |whom| e.whom == *whom))?;
        entry.canonical.number()
    }

    /// The day of birth that an age in days, weeks or months means today.
    fn born_by_age(&self, whom: Option<&Whom>, today: Date) -> Option<Date> {
        let of = |slot| self.of_baby(whom, slot).map(|n| n as i64);
        let said = self.ledger.entries().iter().rev().find(|e| e.slot == Slot::Born && e.superseded_by.is_none());
        if let Some(born) = said.and_then(|e| day(e.canonical.text()?)) {
            return Some(born);
        }
        let span = match (of(Slot::AgeDays), of(Slot::AgeWeeks), of(Slot::AgeMonths)) {
            (Some(days), ..) => jiff::Span::new().try_days(days),
            (_, Some(weeks), _) => jiff::Span::new().try_weeks(weeks),
            (.., Some(months)) => jiff::Span::new().try_months(months),
            _ => return None,
        };
        today.checked_sub(span.ok()?).ok()
    }

    pub(super) async fn remember(&mut self, given: Value) -> Result<Done> {
        let Remember { whom, slot, value, unit } = read(given)?;
        let slotted = Slotted { whom, slot, value, unit };
        let kept = self.records.remember(&slotted, self.conversation, self.now).await?;
        let say = if kept.needs_consent {
            Questions::of(self.locale).consent(kept.purpose).to_owned()
        } else {
            String::new()
        };
        let found = Stored { stored: kept.stored, needs_consent: kept.needs_consent };
        let status = if kept.needs_consent { Status::Ask } else { Status::Ok };
        Done::new(Answer { status, evidence: Vec::new(), missing: Vec::new(), say, found })
    }

    pub(super) fn hand_to_human(&self, given: Value) -> Result<Done> {
        let Hand { reason, skill, .. } = read(given)?;
        let say = String::new();
        let answer = Answer {
            status: Status::Ok,
            evidence: Vec::new(),
            missing: Vec::new(),
            say,
            found: Handed { handed: true },
        };
        Ok(Done { hands_over: Some((reason, skill)), ..Done::new(answer)? })
    }
}

/// `2026-01-15`, or `2026-01`, which counts from its first day.
fn day(text: &str) -> Option<Date> {
    text.parse().ok().or_else(|| format!("{text}-01").parse().ok())
}
