//! How the assistant answers, and when specialists are there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::hours::Hours;

/// `[answer]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    pub turn_deadline_s: i64,
    pub burst_ms: i64,
    pub burst_max_ms: i64,
    pub max_questions: i64,
    pub confirm_s: i64,
}

impl Default for Answer {
    fn default() -> Self {
        Self { turn_deadline_s: 15, burst_ms: 1_200, burst_max_ms: 4_000, max_questions: 2, confirm_s: 900 }
    }
}

/// `[specialists]`: the hours of the people with a skill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Specialists(pub BTreeMap<String, Hours>);

impl Default for Specialists {
    /// Experts in medicine and skin keep shorter hours than the shop.
    fn default() -> Self {
        let day = Hours { from: super::TimeOfDay::new(9, 0), to: super::TimeOfDay::new(21, 0) };
        Self(BTreeMap::from([("paediatric".into(), day), ("skin_consult".into(), day)]))
    }
}
