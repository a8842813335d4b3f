//! A store's own numbers: hours, limits, amounts. Every one has a default, and none stands in code elsewhere.
//!
//! A merchant imports them as TOML (`xiaoer import policy`). [`Policy::parse`] refuses unknown keys by name and values
//! out of range, each with its line, and all at once; [`Policy::describe`] lists every key with default and meaning.
//! Stored as JSON, where an older text that lacks a key gets that key's default.

mod amounts;
mod budget;
mod chat;
mod hours;
mod keys;
mod kinds;
mod knowledge;
mod service;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use amounts::{Compensation, Delivery, Ladder};
pub use budget::{Budget, Keep, Transcripts, UsedUp};
pub use chat::{Answer, Specialists};
pub use hours::{Hours, Schedule, TimeOfDay, Zone};
pub use knowledge::{Allergy, Ease, Fit, Skin};
pub use service::{Day, Days, Service};

use crate::clock::Millis;
use crate::protocol::rest::RowError;

/// The numbers of one store, whole and checked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    pub service: Service,
    pub answer: Answer,
    pub fit: Fit,
    pub skin: Skin,
    pub allergy: Allergy,
    pub compensation: Compensation,
    pub delivery: Delivery,
    pub specialists: Specialists,
    pub budget: Budget,
    pub transcripts: Transcripts,
}

impl Policy {
    /// Reads a policy file. What it leaves out has its default.
    pub fn parse(text: &str) -> Result<Self, Vec<RowError>> {
        keys::parse(text)
    }

    /// Every key with its default and meaning, as a TOML file that changes nothing.
    pub fn describe() -> String {
        keys::describe()
    }

    /// Whether people answer at this time.
    pub fn is_open(&self, at: Millis) -> bool {
        self.service.schedule().is_open(at)
    }

    /// When people answer next: `at` itself while open; `None` when not within a year.
    pub fn next_open(&self, at: Millis) -> Option<Millis> {
        self.service.schedule().next_open(at)
    }

    /// The hours of the people with a skill; those of the store where the policy names none.
    pub fn schedule_of(&self, skill: &str) -> Schedule<'_> {
        match self.specialists.0.get(skill) {
            Some(hours) => self.service.schedule_with(vec![*hours]),
            None => self.service.schedule(),
        }
    }
}
