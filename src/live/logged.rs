//! A stored entry on its way to readers. Its frames are written once, however many read it.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::db::event::Entry;
use crate::ids::TurnId;
use crate::protocol::PublicBody;
use crate::protocol::buyer::{BuyerEvent, TellBuyer};
use crate::protocol::desk::{AnyBody, DeskEvent, TellDesk};

/// A stored entry. Cheap to clone.
#[derive(Clone)]
pub struct Logged(Arc<Inner>);

struct Inner {
    entry: Entry,
    for_buyer: OnceLock<Option<Bytes>>,
    for_desk: OnceLock<Bytes>,
}

impl Logged {
    pub fn new(entry: Entry) -> Self {
        Self(Arc::new(Inner { entry, for_buyer: OnceLock::new(), for_desk: OnceLock::new() }))
    }

    pub fn entry(&self) -> &Entry {
        &self.0.entry
    }

    pub fn seq(&self) -> i64 {
        self.0.entry.seq
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
            let frame = TellBuyer::Event(BuyerEvent {
                seq: entry.seq,
                prev: entry.prev_public,
                at: entry.at,
                author: entry.author.clone(),
                body: body.clone(),
            });
            serde_json::to_vec(&frame).ok().map(Bytes::from)
        };
        self.0.for_buyer.get_or_init(make).as_ref()
    }

    /// The `event` frame for the desk.
    pub fn for_desk(&self) -> &Bytes {
        self.0.for_desk.get_or_init(|| {
            let entry = &self.0.entry;
            let frame = TellDesk::Event(DeskEvent {
                conversation: entry.conversation.clone(),
                seq: entry.seq,
                prev: entry.seq - 1,
                at: entry.at,
                author: entry.author.clone(),
                body: entry.body.clone(),
            });
            serde_json::to_vec(&frame).map(Bytes::from).unwrap_or_default()
        })
    }
}
