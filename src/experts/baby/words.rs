//! Facts about babies in sentences.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Age, Level};
use crate::said::said;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    /// What stands between two sentences.
    pub between: String,
    pub ask_born: String,
    pub before_due: String,
    pub preterm_formula: String,
    pub breast_milk: String,
    age: String,
    age_days: String,
    corrected: String,
    not_yet: String,
    not_yet_corrected: String,
    fever_now: String,
    fever_today: String,
    stage: [String; 4],
    topic: BTreeMap<String, String>,
}

said!("baby", Lines);

impl Lines {
    /// Only `stage` has no line of its own: what is said depends on the age.
    pub fn topic(&self, id: &str) -> &str {
        self.topic.get(id).map_or("", String::as_str)
    }

    pub fn stage(&self, stage: i64) -> &str {
        let line = usize::try_from(stage - 1).ok().and_then(|at| self.stage.get(at));
        line.map_or("", String::as_str)
    }

    pub fn age(&self, age: &Age) -> String {
        let line = if age.months == 0 { &self.age_days } else { &self.age };
        let text = line.replace("{months}", &age.months.to_string()).replace("{days}", &age.days.to_string());
        match age.corrected_days {
            Some(_) if age.is_preterm => {
                let corrected = self.corrected.replace("{months}", &age.ready_months().to_string());
                format!("{text}{}{corrected}", self.between)
            }
            _ => text,
        }
    }

    pub fn not_yet(&self, age: &Age, by_corrected: bool) -> String {
        let is_corrected = by_corrected && age.is_preterm && age.corrected_days.is_some();
        let (line, months) =
            if is_corrected { (&self.not_yet_corrected, age.ready_months()) } else { (&self.not_yet, age.months) };
        line.replace("{months}", &months.to_string())
    }

    pub fn fever(&self, level: Option<Level>) -> String {
        if level == Some(Level::E0) { self.fever_now.clone() } else { self.fever_today.clone() }
    }

    #[cfg(test)]
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.topic.keys().map(String::as_str)
    }
}
