//! What is said on the sockets and over REST: pure data, no logic. The pages' TypeScript types are made from these.
//!
//! Kinds and fields are added, never redefined: `tests/fixtures/events.jsonl` holds one stored event of each kind
//! that was ever written, and must always parse.

pub mod buyer;
pub mod card;
pub mod desk;
pub mod event;
pub mod rest;
pub mod transcript;
#[cfg(test)]
mod typescript;

pub use event::{Author, AuthorKind, DeskBody, HandoffReason, Origin, PublicBody, State};

use serde::{Deserialize, Serialize};

/// The WebSocket subprotocol that both sockets speak.
pub const SUBPROTOCOL: &str = "xiaoer.v1";

/// An error, the same on every channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Problem {
    /// What happened, for programs: `not_found`, `invalid`, `retry_later` …
    pub code: String,
    /// What happened and what to do, for people.
    pub message: String,
    /// The client's own id of the frame that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub id: Option<String>,
    /// The field that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub field: Option<String>,
    /// The line of an imported file, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub line: Option<u64>,
    /// How long to wait before trying again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub retry_after_ms: Option<u64>,
}
