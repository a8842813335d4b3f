//! Bodies of the REST side.

use serde::{Deserialize, Serialize};

use super::desk::{AnyBody, Role};
use super::event::{Author, State};
use crate::ids::{AgentId, BuyerId, ConversationId, StoreId, TurnId};

/// `POST /v1/stores/{store}/visitors`.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewVisitor {
    /// A JWT signed by the merchant's server with the store's `identity_secret` (HS256).
    #[cfg_attr(test, ts(optional))]
    pub identity: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Visitor {
    pub token: String,
    pub buyer: BuyerId,
    #[cfg_attr(test, ts(type = "number"))]
    pub expires_at: i64,
}

/// `POST /v1/session`.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignIn {
    pub store: StoreId,
    pub email: String,
    pub password: String,
}

/// Who is signed in; also `GET /v1/session`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignedIn {
    pub agent: AgentId,
    pub store: StoreId,
    pub store_name: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// To be sent back as `X-Xiaoer-Csrf` with every request that changes something.
    pub csrf: String,
}

/// A page of a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Pass as `after` to get the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub next: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConversationSummary {
    pub id: ConversationId,
    pub buyer: BuyerId,
    pub buyer_name: Option<String>,
    pub state: State,
    pub agent: Option<AgentId>,
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub created_at: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub last_at: i64,
    pub last_text: String,
    #[cfg_attr(test, ts(type = "number | null"))]
    pub waiting_since: Option<i64>,
    /// What models have used and cost in it, in tokens and in millionths of a yuan.
    #[cfg_attr(test, ts(type = "number"))]
    pub model_tokens: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub cost_micros: i64,
}

/// A stored entry as `GET conversations/{id}/events` gives it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LoggedEvent {
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub at: i64,
    pub author: Author,
    #[serde(flatten)]
    pub body: AnyBody,
}

/// `POST /v1/stores/{store}/imports/{kind}`.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Imported {
    #[cfg_attr(test, ts(type = "number"))]
    pub accepted: u64,
    #[cfg_attr(test, ts(type = "number"))]
    pub rejected: u64,
    pub errors: Vec<RowError>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RowError {
    /// Counted from 1, the heading included.
    #[cfg_attr(test, ts(type = "number"))]
    pub line: u64,
    pub field: String,
    pub why: String,
}

/// A product as the demo shop's pages and the console show it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProductCard {
    pub sku: String,
    pub name: String,
    pub category: String,
    #[cfg_attr(test, ts(type = "number"))]
    pub price_fen: i64,
    #[cfg_attr(test, ts(type = "number | null"))]
    pub stock: Option<i64>,
    #[cfg_attr(test, ts(type = "unknown"))]
    pub attributes: serde_json::Value,
}

/// One answer owed, and how it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnRecord {
    pub id: TurnId,
    /// `open`, `answered`, `handed_off`, `person`, `closed`.
    pub state: String,
    /// Times in milliseconds.
    pub asked_at: i64,
    pub ended_at: Option<i64>,
    /// The entry that answers it.
    pub answer_seq: Option<i64>,
    /// `None` while it is open, and where no answer was made.
    pub stamp: Option<Stamp>,
}

/// How an answer was made. For the desk and for scoring, never for a buyer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Stamp {
    /// The pack that was in force, with its version: `apparel@3-9f86d081884c`.
    pub pack: String,
    /// Our name for the model that answered; `None` for the built-in assistant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What its server calls itself, where that is another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_as: Option<String>,
    /// Models that were asked before it and failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// Of all requests together, as the servers counted them.
    pub prompt_tokens: u64,
    pub cached_tokens: u64,
    pub completion_tokens: u64,
    /// What they cost, in millionths of a yuan; `None` where a model has no price, or nothing was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_micros: Option<i64>,
    /// Some of the tokens are not counted but estimated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub estimated: bool,
    /// The limit that was used up (a key of the policy's section `budget`), so that no model was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_up: Option<String>,
    /// Requests to the model.
    pub rounds: u32,
    /// From the end of the burst to the answer, in milliseconds.
    pub took_ms: i64,
    /// Versions of the rules that judged it.
    pub rules: String,
}

/// What models cost a store: `GET /v1/stores/{store}/spending`. Money is in millionths of a yuan (a fen is 10,000).
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Spending {
    pub today: SpentToday,
    /// The newest day first, and of each day every model that was asked.
    pub items: Vec<SpentOn>,
}

/// Today, in the store's time zone.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SpentToday {
    /// `2026-11-23`
    pub day: String,
    #[cfg_attr(test, ts(type = "number"))]
    pub tokens: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub cost_micros: i64,
    /// `fine`, `near` (the policy's share of a limit is reached) or `used_up` (models are not asked any more today).
    pub level: String,
    /// The limit of the day that is nearest to its end, a key of the policy's section `budget`; `None` without limits.
    pub limit: Option<String>,
    /// How much of it is used.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub percent: Option<i64>,
}

/// What one model was asked on a day, and what it cost.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SpentOn {
    pub day: String,
    pub model: String,
    #[cfg_attr(test, ts(type = "number"))]
    pub turns: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub requests: i64,
    /// Of the requests, those whose tokens are estimated, because the server did not count them.
    #[cfg_attr(test, ts(type = "number"))]
    pub estimated: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub prompt_tokens: i64,
    /// Of the prompt's tokens, those that the provider's cache served.
    #[cfg_attr(test, ts(type = "number"))]
    pub cached_tokens: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub completion_tokens: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub cost_micros: i64,
}
