//! A stored entry on its way to readers. Its frames are written once, however many read it.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use serde::Serialize;

use crate::clock::Millis;
use crate::db::event::Entry;
use crate::ids::{ConversationId, TurnId};
use crate::masking;
use crate::protocol::desk::AnyBody;
use crate::protocol::{Author, PublicBody};

/// A stored entry. Cheap to clone.
#[derive(Clone)]
pub struct Logged(Arc<Inner>);

struct Inner {
    entry: Entry,
    for_buyer: OnceLock<Option<Bytes>>,
    for_desk: OnceLock<Bytes>,
    is_personal: OnceLock<bool>,
}

impl Logged {
    pub fn new(entry: Entry) -> Self {
        Self(Arc::new(Inner {
            entry,
            for_buyer: OnceLock::new(),
            for_desk: OnceLock::new(),
            is_personal: OnceLock::new(),
        }))
    }

    pub fn entry(&self) -> &Entry {
        &self.0.entry
    }

    pub fn seq(&self) -> i64 {
        self.0.entry.seq
    }

    /// Whether the message holds a personal number, which a model is not shown. Looked for once: a message is shown to
    /// models again with each turn that follows it.
    pub fn is_personal(&self) -> bool {
        let look = || self.0.entry.message().is_some_and(|message| !masking::find(&message.text).is_empty());
        *self.0.is_personal.get_or_init(look)
    }

    /// The turn that this entry answers.
    pub fn turn(&self) -> Option<&TurnId> {
        match &self.0.entry.body {
            AnyBody::Public(PublicBody::Message(message)) => message.turn.as_ref(),
            _ => None,
        }
    }

    /// The `event` frame for the buyer; `None` for what only the desk may see.
    pub fn for_buyer(&self) -> Option<&Bytes> {
        let make = || {
            let entry = &self.0.entry;
            let AnyBody::Public(body) = &entry.body else { return None };
            let frame = EventFrame {
                kind: "event",
                conversation: None,
                seq: entry.seq,
                prev: entry.prev_public,
                at: entry.at,
                author: &entry.author,
                body,
            };
            serde_json::to_vec(&frame).ok().map(Bytes::from)
        };
        self.0.for_buyer.get_or_init(make).as_ref()
    }

    /// The `event` frame for the desk.
    pub fn for_desk(&self) -> &Bytes {
        self.0.for_desk.get_or_init(|| {
            let entry = &self.0.entry;
            let frame = EventFrame {
                kind: "event",
                conversation: Some(&entry.conversation),
                seq: entry.seq,
                prev: entry.seq - 1,
                at: entry.at,
                author: &entry.author,
                body: &entry.body,
            };
            serde_json::to_vec(&frame).map(Bytes::from).unwrap_or_default()
        })
    }
}

/// `TellBuyer::Event` or `TellDesk::Event` as they are written, of borrowed parts.
#[derive(Serialize)]
struct EventFrame<'a, B> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<&'a ConversationId>,
    seq: i64,
    prev: i64,
    at: Millis,
    author: &'a Author,
    #[serde(flatten)]
    body: &'a B,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::AuthorKind;
    use crate::protocol::buyer::{BuyerEvent, TellBuyer};
    use crate::protocol::desk::{DeskEvent, TellDesk};
    use crate::protocol::event::Rated;

    #[test]
    fn frames_are_what_the_protocol_says() {
        let rated = PublicBody::Rated(Rated { stars: 5, comment: Some("好".into()) });
        let author = Author { kind: AuthorKind::Buyer, id: Some("b".into()), name: None };
        let entry = Entry {
            store: "demo".into(),
            conversation: "c_1".into(),
            seq: 7,
            prev_public: 4,
            at: 12,
            author: author.clone(),
            body: AnyBody::Public(rated.clone()),
            client_id: Some("x".into()),
        };
        let (seq, at, conversation) = (entry.seq, entry.at, entry.conversation.clone());
        let logged = Logged::new(entry);
        let for_buyer = TellBuyer::Event(BuyerEvent { seq, prev: 4, at, author: author.clone(), body: rated.clone() });
        let for_desk =
            TellDesk::Event(DeskEvent { conversation, seq, prev: 6, at, author, body: AnyBody::Public(rated) });
        assert_eq!(logged.for_buyer().expect("public"), &serde_json::to_vec(&for_buyer).expect("json"));
        assert_eq!(logged.for_desk(), &serde_json::to_vec(&for_desk).expect("json"));
    }
}
