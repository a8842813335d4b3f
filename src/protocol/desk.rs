//! The desk socket, `GET /v1/desk`: agents and supervisors.

use serde::{Deserialize, Serialize};

use super::Problem;
use super::event::{Author, AuthorKind, DeskBody, HandoffReason, PublicBody, State};
use crate::ids::{AgentId, BuyerId, ConversationId, StoreId, TurnId};

/// What a desk client says, by `type`. Each may carry an `id`, acknowledged once stored; `send` must.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeskSays {
    Hello(Hello),
    Status(SetStatus),
    Watch(Watch),
    Unwatch(About),
    Claim(About),
    Send(Send),
    Note(NoteText),
    Typing(About),
    Read(Read),
    Return(About),
    Transfer(TransferTo),
    Close(About),
    Ping {},
}

/// First frame of a program; a browser brings its session cookie instead.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename = "DeskHello"))]
pub struct Hello {
    /// An API token of scope `desk`. Absent where the cookie already says who this is.
    #[cfg_attr(test, ts(optional))]
    pub token: Option<String>,
    /// The email of the person on whose behalf the program acts.
    #[serde(rename = "as")]
    #[cfg_attr(test, ts(optional, rename = "as"))]
    pub on_behalf_of: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Available,
    Away,
    Offline,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SetStatus {
    pub status: Presence,
    #[cfg_attr(test, ts(optional))]
    pub id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Watch {
    pub conversation: ConversationId,
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub after: Option<i64>,
    #[cfg_attr(test, ts(optional))]
    pub id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct About {
    pub conversation: ConversationId,
    #[cfg_attr(test, ts(optional))]
    pub id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename = "DeskSend"))]
pub struct Send {
    pub conversation: ConversationId,
    pub id: String,
    pub text: String,
    /// The turn whose draft these words are, if they are one.
    #[cfg_attr(test, ts(optional))]
    pub draft: Option<TurnId>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NoteText {
    pub conversation: ConversationId,
    pub text: String,
    #[cfg_attr(test, ts(optional))]
    pub id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename = "DeskRead"))]
pub struct Read {
    pub conversation: ConversationId,
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
}

/// Exactly one of `to_agent` (an email or id) and `to_skill`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TransferTo {
    pub conversation: ConversationId,
    #[cfg_attr(test, ts(optional))]
    pub to_agent: Option<String>,
    #[cfg_attr(test, ts(optional))]
    pub to_skill: Option<String>,
    pub reason: String,
    #[cfg_attr(test, ts(optional))]
    pub id: Option<String>,
}

/// What the server tells a desk client, by `type`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TellDesk {
    Welcome(Welcome),
    /// First the whole queue (`snapshot`), then what changed and what left it.
    Queue(Queue),
    /// The people of the store and whether they are there.
    People {
        people: Vec<Person>,
    },
    Assigned(Assigned),
    /// The answer to `watch`; the events after `after` follow.
    Watched(Watched),
    Event(DeskEvent),
    Delta(Delta),
    Typing {
        conversation: ConversationId,
        author: Author,
    },
    Read {
        conversation: ConversationId,
        by: AuthorKind,
        #[cfg_attr(test, ts(type = "number"))]
        seq: i64,
    },
    /// The 3-minute mark of a conversation that waits for a person comes near, or (0) has passed.
    Warning {
        conversation: ConversationId,
        #[cfg_attr(test, ts(type = "number"))]
        seconds_left: i64,
    },
    Ack(Ack),
    Pong {},
    GoingAway {
        #[cfg_attr(test, ts(type = "number"))]
        reconnect_after_ms: u64,
    },
    Error(Problem),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename = "DeskWelcome"))]
pub struct Welcome {
    pub agent: AgentId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub store: StoreId,
    pub store_name: String,
    pub epoch: String,
    /// The server's time, so that clocks on the screen agree with it.
    #[cfg_attr(test, ts(type = "number"))]
    pub now: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Supervisor,
    Agent,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Queue {
    pub snapshot: bool,
    pub items: Vec<QueueItem>,
    pub removed: Vec<ConversationId>,
}

/// A conversation that is with people: waiting for one, or with one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct QueueItem {
    pub conversation: ConversationId,
    pub buyer: BuyerId,
    pub buyer_name: Option<String>,
    #[cfg_attr(test, ts(type = "number"))]
    pub vip_level: i64,
    pub state: State,
    pub agent: Option<AgentId>,
    pub reason: Option<HandoffReason>,
    pub skill: Option<String>,
    /// The larger is taken first, and of two alike whoever waits longer. Tens: 3 for a red flag of level E0, 2 for E1, 1
    /// for another matter of safety; ones: the buyer's VIP level.
    #[cfg_attr(test, ts(type = "number"))]
    pub priority: i64,
    /// Since when it waits for a person to take it.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub queued_at: Option<i64>,
    /// When the buyer wrote the first message that nobody has answered.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub waiting_since: Option<i64>,
    /// To the 3-minute mark; negative after it; absent while nothing is unanswered.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub seconds_left: Option<i64>,
    /// The buyer's last words, cut to 80 characters.
    pub last_text: String,
    #[cfg_attr(test, ts(type = "number"))]
    pub last_at: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Person {
    pub agent: AgentId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub status: Presence,
    pub skills: Vec<Skill>,
    /// How many conversations the person has now.
    #[cfg_attr(test, ts(type = "number"))]
    pub load: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Skill {
    pub name: String,
    /// 1 to 5.
    pub level: u8,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Assigned {
    pub conversation: ConversationId,
    pub agent: AgentId,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Watched {
    pub conversation: ConversationId,
    pub buyer: BuyerId,
    pub buyer_name: Option<String>,
    #[cfg_attr(test, ts(type = "number"))]
    pub vip_level: i64,
    pub state: State,
    pub agent: Option<AgentId>,
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
    /// How far the buyer has read.
    #[cfg_attr(test, ts(type = "number"))]
    pub buyer_read: i64,
    pub context: super::buyer::Context,
}

/// A stored entry as the desk sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeskEvent {
    pub conversation: ConversationId,
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub prev: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub at: i64,
    pub author: Author,
    #[serde(flatten)]
    pub body: AnyBody,
}

/// Everything that a log can hold; the desk sees all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(untagged)]
pub enum AnyBody {
    Public(PublicBody),
    Desk(DeskBody),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename = "DeskDelta"))]
pub struct Delta {
    pub conversation: ConversationId,
    pub turn: TurnId,
    #[cfg_attr(test, ts(type = "number"))]
    pub index: u32,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename = "DeskAck"))]
pub struct Ack {
    pub id: String,
    /// Absent where nothing was stored in a log (`status`, `watch`, `unwatch`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub seq: Option<i64>,
    #[cfg_attr(test, ts(type = "number"))]
    pub at: i64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(as = "Option<bool>", optional))]
    pub duplicate: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub conversation: Option<ConversationId>,
}
