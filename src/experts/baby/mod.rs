//! Facts about a baby's age and food, and never a recommendation, a diagnosis or a drug.
//!
//! Source of the rules: domain facts, C.3, as data in `rules.toml`. To twelve months, and while the age is unknown,
//! nothing is recommended; what is said about formula carries the line on breast milk. Medical wording is for a
//! paediatrician's review before a shop relies on it.

mod age;
mod arguments;
mod growth;
mod rules;
mod words;

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use age::{Age, age, gestation};
pub use arguments::{Arguments, SCHEMA};
pub use growth::{Growth, GrowthFlag, growth};
pub use rules::Sex;

use super::{Answer, Status};
use crate::locale::Locale;
use rules::{RULES, Topic};
use words::Lines;

/// What is known of a baby: from the profile, or from this conversation alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Baby {
    pub born: Option<Date>,
    /// Days of the pregnancy ([`gestation`]).
    pub gestation_days: Option<i64>,
}

impl Baby {
    /// As the buyer says it in this conversation. What is no day or no pregnancy counts as not said.
    pub fn said(arguments: &Arguments) -> Self {
        let days = arguments.gestational_days.unwrap_or(0);
        Self {
            born: arguments.born.as_deref().and_then(|day| day.trim().parse().ok()),
            gestation_days: arguments.gestational_weeks.and_then(|weeks| gestation(weeks, days)),
        }
    }
}

/// How far a question goes beyond a shop. E0: an emergency; E1: a doctor today; E2: a person of the shop takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    E0,
    E1,
    E2,
}

/// The ages, and what goes with them. `None` while the day of birth is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Advice {
    pub age_days: Option<i64>,
    pub age_months: Option<i64>,
    pub corrected_days: Option<i64>,
    pub before_due: bool,
    /// The stage of formula that is labelled for the age; never chosen for a preterm baby.
    pub stage: Option<i64>,
    pub level: Option<Level>,
    /// Nothing may be recommended: to twelve months, and while the age is unknown.
    pub facts_only: bool,
}

/// Answers a question about a baby on a day. `is_first_formula`: the conversation has not had the line on breast milk.
pub fn advise(baby: &Baby, topic: Option<&str>, today: Date, is_first_formula: bool, locale: Locale) -> Answer<Advice> {
    let lines = Lines::of(locale);
    let topic = topic.and_then(|text| RULES.topic(text));
    let age = baby.born.and_then(|born| age(born, baby.gestation_days, today));
    let age = age.filter(|age| age.months <= RULES.most_months);
    let found = advice(age, topic);
    let (status, say) = match (topic, age) {
        // A seller never manages a fever, whatever else is known.
        (Some(topic), _) if topic.id == "fever" => (Status::Refused, lines.fever(found.level)),
        (_, Some(age)) if age.is_before_due() => (Status::Refused, lines.before_due.clone()),
        (Some(topic), _) if topic.level.is_some() => (Status::Refused, lines.topic(&topic.id).to_owned()),
        (Some(topic), Some(age)) if topic.stage_facts && age.is_preterm && age.months < RULES.correct_months => {
            (Status::Refused, lines.preterm_formula.clone())
        }
        (None, None) => (Status::Ask, lines.ask_born.clone()),
        (Some(topic), None) if needs_age(topic) => {
            (Status::Ask, join(lines, &[lines.topic(&topic.id), &lines.ask_born]))
        }
        (Some(topic), age) => (Status::Ok, facts(topic, age, lines)),
        (None, Some(age)) => (Status::Ok, lines.age(&age)),
    };
    let is_formula = topic.is_some_and(|topic| topic.stage_facts);
    let say = if is_formula && is_first_formula { join(lines, &[&say, &lines.breast_milk]) } else { say };
    let missing = if status == Status::Ask { vec!["born".to_owned()] } else { Vec::new() };
    let rule = topic.map_or("age", |topic| topic.id.as_str());
    Answer { status, evidence: vec![format!("rule:{}:{rule}", RULES.version)], missing, say, found }
}

fn advice(age: Option<Age>, topic: Option<&Topic>) -> Advice {
    let facts_only = age.is_none_or(|age| age.months < RULES.facts_only_months);
    let is_fever = topic.is_some_and(|topic| topic.id == "fever");
    let before_due = age.is_some_and(|age| age.is_before_due());
    let level = match age {
        // An unknown age is treated as the youngest.
        None if is_fever => Some(Level::E0),
        Some(age) if is_fever && (age.months < 3 || before_due) => Some(Level::E0),
        Some(_) if is_fever => Some(Level::E1),
        _ => topic.and_then(|topic| topic.level).or(before_due.then_some(Level::E2)),
    };
    let Some(age) = age else { return Advice { level, facts_only, ..Advice::default() } };
    let is_corrected = age.is_preterm && age.months < RULES.correct_months;
    let formula_by_doctor = is_corrected && topic.is_some_and(|topic| topic.stage_facts);
    Advice {
        age_days: Some(age.days),
        age_months: Some(age.months),
        corrected_days: age.corrected_days,
        before_due,
        stage: if is_corrected { None } else { RULES.stage(age.months) },
        level: level.or(formula_by_doctor.then_some(Level::E2)),
        facts_only,
    }
}

/// Whether the answer says more than the general fact once the age is known.
fn needs_age(topic: &Topic) -> bool {
    topic.from_months.is_some() || topic.id == "stage"
}

fn facts(topic: &Topic, age: Option<Age>, lines: &Lines) -> String {
    let fact = lines.topic(&topic.id);
    let Some(age) = age else { return fact.to_owned() };
    if topic.id == "stage" {
        let stage = RULES.stage(age.months).unwrap_or_default();
        return join(lines, &[&lines.age(&age), lines.stage(stage)]);
    }
    let months = if topic.uses_corrected { age.ready_months() } else { age.months };
    match topic.from_months {
        Some(from) if months < from => join(lines, &[fact, &lines.not_yet(&age, topic.uses_corrected)]),
        _ => fact.to_owned(),
    }
}

fn join(lines: &Lines, parts: &[&str]) -> String {
    parts.join(&lines.between)
}
