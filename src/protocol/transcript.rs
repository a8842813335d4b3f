//! What was sent to models in a turn and what came: `GET /v1/stores/{store}/conversations/{id}/turns/{turn}/prompt`. Personal
//! data are masked before it is stored.

use serde::{Deserialize, Serialize};

use super::rest::Stamp;
use crate::ids::TurnId;

/// A turn's talk with models.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TurnPrompt {
    pub turn: TurnId,
    #[cfg_attr(test, ts(type = "number"))]
    pub at: i64,
    pub ended: PromptEnd,
    /// What was sent, the instructions first, and what tools were called and gave.
    pub messages: Vec<PromptMessage>,
    /// The tools that were offered: name, description, parameters.
    #[cfg_attr(test, ts(type = "unknown"))]
    pub tools: serde_json::Value,
    /// The reply, or the sentence that was held; empty where there was none.
    pub answer: String,
    pub requests: Vec<PromptRequest>,
    /// How the answer was made; `None` where none was.
    pub stamp: Option<Stamp>,
}

/// How a talk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum PromptEnd {
    Answered,
    HandedOff,
    /// No model answered, and the built-in assistant did, or a person.
    Failed,
    /// The buyer wrote more, and it began anew.
    WroteOn,
    /// A person took over.
    Gone,
    /// Its time was over.
    Cut,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PromptMessage {
    /// `system`, `user`, `assistant`, `tool`.
    pub role: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<PromptCall>,
}

/// A call that the model asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PromptCall {
    pub name: String,
    /// JSON, as the model wrote it.
    pub arguments: String,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PromptRequest {
    pub model: String,
    #[cfg_attr(test, ts(type = "number"))]
    pub prompt_tokens: u64,
    #[cfg_attr(test, ts(type = "number"))]
    pub cached_tokens: u64,
    #[cfg_attr(test, ts(type = "number"))]
    pub completion_tokens: u64,
    /// The server did not count the tokens.
    pub estimated: bool,
    /// In millionths of a yuan; `None` for a model without a price.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub cost_micros: Option<i64>,
    /// From asking, with what was waited for a place and for models that failed, to the end.
    #[cfg_attr(test, ts(type = "number"))]
    pub ms: i64,
}

/// What is stored of it. Instructions and tools are the same in many turns, so they stand elsewhere, by their hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPrompt {
    pub ended: PromptEnd,
    pub system: Option<String>,
    pub tools: Option<String>,
    pub messages: Vec<PromptMessage>,
    pub answer: String,
    pub requests: Vec<PromptRequest>,
}
