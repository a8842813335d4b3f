//! The buyer socket, `GET /v1/chat`.

use serde::{Deserialize, Serialize};

use super::Problem;
use super::event::{Attachment, Author, AuthorKind, PublicBody, State};
use crate::ids::{BuyerId, ConversationId, StoreId, TurnId};

/// What a buyer's client says, by `type`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BuyerSays {
    Hello(Hello),
    Send(Send),
    Choose(Choose),
    Typing {},
    Read(Read),
    Human(Human),
    Rate(Rate),
    Ping {},
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Hello {
    pub store: StoreId,
    pub token: String,
    /// With `after` and `epoch`: carry on where this client stopped reading.
    #[cfg_attr(test, ts(optional))]
    pub conversation: Option<ConversationId>,
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub after: Option<i64>,
    #[cfg_attr(test, ts(optional))]
    pub epoch: Option<String>,
    /// BCP 47, e.g. `zh-CN`, `zh-TW`, `en`.
    #[cfg_attr(test, ts(optional))]
    pub locale: Option<String>,
    #[cfg_attr(test, ts(optional))]
    pub context: Option<Context>,
}

/// Where in the shop the buyer is. The buyer's side wrote it, so it is a hint and never a proof.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Context {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub sku: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub order_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub page: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub quiz: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Send {
    /// The client's own id, at most 64 characters, unique in the conversation.
    pub id: String,
    /// 1 to 4,000 characters.
    pub text: String,
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Option<Vec<Attachment>>", optional))]
    pub attachments: Vec<Attachment>,
}

/// An answer to a card.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Choose {
    pub id: String,
    pub card: String,
    pub choice: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Read {
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
}

/// The buyer wants a person.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Human {
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Rate {
    pub id: String,
    /// 1 to 5.
    pub stars: u8,
    #[cfg_attr(test, ts(optional))]
    pub comment: Option<String>,
}

/// What the server tells a buyer's client, by `type`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TellBuyer {
    Welcome(Welcome),
    Ack(Ack),
    Event(BuyerEvent),
    Delta(Delta),
    Typing {
        author: Author,
    },
    /// The other side has read up to `seq`.
    Read {
        by: AuthorKind,
        #[cfg_attr(test, ts(type = "number"))]
        seq: i64,
    },
    Queue(QueuePlace),
    Pong {
        /// The number of the newest event that this reader may see: one who holds less has missed something.
        #[cfg_attr(test, ts(type = "number"))]
        seq: i64,
    },
    /// The server stops soon; come back after this time.
    GoingAway {
        #[cfg_attr(test, ts(type = "number"))]
        reconnect_after_ms: u64,
    },
    Error(Problem),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Welcome {
    pub conversation: ConversationId,
    pub buyer: BuyerId,
    /// Changes only when the log was restored from a backup.
    pub epoch: String,
    /// The newest event that this reader may see.
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
    pub state: State,
    /// Whether the events that follow begin after the client's `after`; if not, they begin at 1.
    pub resumed: bool,
    /// The store's name, for the page's head.
    pub store_name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Ack {
    pub id: String,
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub at: i64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(as = "Option<bool>", optional))]
    pub duplicate: bool,
}

/// A stored entry as a buyer sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BuyerEvent {
    #[cfg_attr(test, ts(type = "number"))]
    pub seq: i64,
    /// The entry before it that this reader may see; 0 at the beginning.
    #[cfg_attr(test, ts(type = "number"))]
    pub prev: i64,
    #[cfg_attr(test, ts(type = "number"))]
    pub at: i64,
    pub author: Author,
    #[serde(flatten)]
    pub body: PublicBody,
}

/// A piece of a reply as it is written.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Delta {
    pub turn: TurnId,
    /// 0, 1, 2 … for this turn on this connection.
    #[cfg_attr(test, ts(type = "number"))]
    pub index: u32,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct QueuePlace {
    /// 1 is next.
    #[cfg_attr(test, ts(type = "number"))]
    pub position: i64,
    #[cfg_attr(test, ts(type = "number | null"))]
    pub eta_s: Option<i64>,
}
