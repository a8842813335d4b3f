//! What models may cost, and what is kept of what they were asked.

use serde::{Deserialize, Serialize};

/// `[budget]`. A limit of 0 is none. A day is one of the store's time zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    pub day_fen: i64,
    pub day_tokens: i64,
    pub conversation_fen: i64,
    pub conversation_tokens: i64,
    pub notice_percent: i64,
    pub used_up: UsedUp,
}

/// Who answers when a limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsedUp {
    /// The built-in assistant, and a person for what it cannot answer.
    Assistant,
    /// A person, at once.
    Person,
}

impl Default for Budget {
    /// Sixty long messages fill the longest prompt; a conversation that needs more than a hundred usual turns is none
    /// for a model.
    fn default() -> Self {
        Self {
            day_fen: 0,
            day_tokens: 0,
            conversation_fen: 0,
            conversation_tokens: 300_000,
            notice_percent: 80,
            used_up: UsedUp::Assistant,
        }
    }
}

/// `[transcripts]`: what was said to models and what came, with personal data masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transcripts {
    pub keep: Keep,
    pub share: f64,
    pub days: i64,
}

/// Of which turns a transcript is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    None,
    /// Of a share of them, and of those where something went wrong.
    Some,
    All,
}

impl Default for Transcripts {
    fn default() -> Self {
        Self { keep: Keep::Some, share: 0.1, days: 7 }
    }
}
