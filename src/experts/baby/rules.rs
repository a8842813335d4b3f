//! The facts of `rules.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::said;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub version: String,
    pub term_days: i64,
    pub preterm_before_days: i64,
    pub correct_months: i64,
    pub gestational_weeks: [i64; 2],
    pub facts_only_months: i64,
    pub most_months: i64,
    pub stage: Vec<Stage>,
    pub topic: Vec<Topic>,
    pub growth: Vec<GrowthRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub from_months: i64,
    pub stage: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub id: String,
    /// In both scripts and English.
    words: Vec<String>,
    pub from_months: Option<i64>,
    #[serde(default)]
    pub uses_corrected: bool,
    #[serde(default)]
    pub stage_facts: bool,
    pub level: Option<super::Level>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrowthRow {
    pub sex: Sex,
    pub day: i64,
    pub weight: [f64; 3],
    pub lms: Option<[f64; 3]>,
    pub length: f64,
}

/// The rules in force.
pub static RULES: LazyLock<Rules> = LazyLock::new(|| said::parse(include_str!("rules.toml")));

impl Rules {
    /// The topic that a text names, by its id or in a buyer's words.
    pub fn topic(&self, text: &str) -> Option<&Topic> {
        let text = text.trim().to_lowercase();
        let by_id = self.topic.iter().find(|topic| topic.id == text);
        by_id.or_else(|| self.topic.iter().find(|topic| topic.words.iter().any(|word| text.contains(word.as_str()))))
    }

    /// The stage of formula meant for an age.
    pub fn stage(&self, months: i64) -> Option<i64> {
        self.stage.iter().rev().find(|stage| months >= stage.from_months).map(|stage| stage.stage)
    }
}
