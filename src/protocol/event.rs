//! The entries of a conversation's log. What a buyer may see and what only the desk may see are two types, so that a
//! note cannot be put into a buyer's frame.

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use super::card::{Card, CardState, Choice, Chose, OfferAnswered, OfferMade, Settled};
use crate::ids::TurnId;

/// Who has the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The assistant answers.
    Assistant,
    /// Waiting for a person; the assistant is silent.
    Queued,
    /// A person answers; the assistant is silent.
    Human,
    /// Over. A buyer who writes again gets a new conversation.
    Closed,
}

/// Who wrote an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Author {
    pub kind: AuthorKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    Buyer,
    Assistant,
    Agent,
    System,
}

/// Where the words of a message came from; scoring tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Human,
    HumanSentAiDraft,
    AiAuto,
    AutoGreeting,
    System,
}

/// Why a conversation went to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum HandoffReason {
    HumanRequested,
    SafetyAllergy,
    SafetyInfant,
    SafetyPet,
    LowConfidence,
    NoEvidence,
    OverAuthority,
    IdentityFailed,
    RepeatFailure,
    Angry,
    AssistantUnavailable,
    Policy,
}

/// What a buyer may see, by `kind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum PublicBody {
    Message(Message),
    Handoff(Handoff),
    /// An agent took the conversation.
    Joined {},
    /// The conversation is the assistant's again.
    Returned {},
    Closed {},
    Rated(Rated),
    /// A remedy was offered; the card below the message before it takes the answer.
    Offer(OfferMade),
    OfferAnswered(OfferAnswered),
}

/// What only the desk may see, by `kind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum DeskBody {
    Note(Note),
    Tool(Tool),
    Brief(Brief),
    Transfer(Transfer),
    Flag(Flag),
    Draft(Draft),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Message {
    pub text: String,
    pub origin: Origin,
    /// The turn that this message answers; its deltas carried the same one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub turn: Option<TurnId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(as = "Option<Vec<Card>>", optional))]
    pub cards: Vec<Card>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(as = "Option<Vec<Attachment>>", optional))]
    pub attachments: Vec<Attachment>,
    /// Ids of the records that the words rest on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub evidence: Vec<String>,
    /// The choice of an earlier card that this message is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub chose: Option<Chose>,
    /// Where the card stands that this message speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub settles: Option<Settled>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Attachment {
    pub id: String,
    pub media_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Handoff {
    pub reason: HandoffReason,
    /// 1 is next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub queue_position: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub eta_s: Option<i64>,
    /// When people are next on duty, outside service hours (milliseconds).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub opens_at: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Rated {
    /// 1 to 5.
    pub stars: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Note {
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Tool {
    pub name: String,
    #[cfg_attr(test, ts(type = "unknown"))]
    pub arguments: Value,
    #[cfg_attr(test, ts(type = "unknown"))]
    pub result: Value,
    #[cfg_attr(test, ts(type = "number"))]
    pub ms: i64,
}

/// What an agent gets at a hand-over, so that nothing is asked twice.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(default)]
pub struct Brief {
    pub who: String,
    pub wants: String,
    pub slots: Vec<String>,
    pub tried: Vec<String>,
    pub evidence: Vec<String>,
    pub promises: Vec<String>,
    pub mood: String,
    pub risk: String,
    pub first_sentence: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Transfer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub to_agent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub to_skill: Option<String>,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Flag {
    /// `safety`, `claim`, `injection`, `repeat`, `reask`, `unanswerable`.
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub level: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub text: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Draft {
    pub text: String,
    pub turn: TurnId,
}
