//! One reader's place at a conversation: what it has taken already.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Live, Logged, Topic};
use crate::db::conversation::Conversation;
use crate::db::{self, Db};
use crate::error::Result;
use crate::ids::{StoreId, TurnId};
use crate::protocol::{Author, State};

/// One reader's place. Leaving it (dropping it) lets go of the topic when nobody else is there.
pub struct Seat {
    live: Live,
    topic: Arc<Topic>,
    changed: watch::Receiver<()>,
    /// Of which reply how much was taken, in how many pieces.
    turn: Option<(TurnId, i64)>,
    taken: usize,
    pieces: u32,
    /// The turn whose stored answer this reader has: later pieces of it are of no use.
    answered: Option<TurnId>,
    /// The newest entry that this reader has.
    given: i64,
    buyer_types: u64,
    desk_types: u64,
}

/// What of the log is at hand after a number.
pub enum Tail {
    /// Nothing was stored after it.
    UpToDate,
    /// All that was stored after it, or the beginning of it.
    Here(Vec<Logged>),
    /// Something was, and the database has it.
    InDatabase,
}

/// A piece of a streaming reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub turn: TurnId,
    /// 0, 1, 2 … for this turn and this reader.
    pub index: u32,
    pub text: String,
}

impl Seat {
    pub(super) fn new(live: Live, topic: Arc<Topic>) -> Self {
        let changed = topic.subscribe();
        let (buyer_types, desk_types) = {
            let now = topic.now();
            (now.buyer_types, now.desk_types)
        };
        Self {
            live,
            topic,
            changed,
            turn: None,
            taken: 0,
            pieces: 0,
            answered: None,
            given: 0,
            buyer_types,
            desk_types,
        }
    }

    pub fn topic(&self) -> &Arc<Topic> {
        &self.topic
    }

    /// Returns when something has happened since the last call. Safe to cancel.
    pub async fn changed(&mut self) {
        // The topic, and so the sender, lives as long as this seat.
        let _ = self.changed.changed().await;
    }

    /// Counts everything up to now as seen; look at what there is afterwards.
    pub fn see(&mut self) {
        self.changed.mark_unchanged();
    }

    /// Wakes when something has happened, for whoever reads many conversations at once.
    pub fn wakes(&self) -> watch::Receiver<()> {
        self.topic.subscribe()
    }

    /// What was stored after `seq`.
    pub fn after(&self, seq: i64) -> Tail {
        let now = self.topic.now();
        if now.last_seq <= seq {
            return Tail::UpToDate;
        }
        match now.tail.front() {
            Some(first) if first.seq() <= seq + 1 => {
                Tail::Here(now.tail.iter().skip((seq + 1 - first.seq()) as usize).cloned().collect())
            }
            _ => Tail::InDatabase,
        }
    }

    /// The last entries of the log, at most `limit`: at hand, or from the database.
    pub async fn last(&self, db: &Db, store: &StoreId, limit: i64) -> Result<Vec<Logged>> {
        let newest = self.topic.now().last_seq;
        if newest > 0
            && let Tail::Here(entries) = self.after((newest - limit).max(0))
        {
            return Ok(entries);
        }
        let mut conn = db.read().await?;
        let entries = db::event::last(&mut conn, store, self.topic.id(), limit).await?;
        Ok(entries.into_iter().map(Logged::new).collect())
    }

    /// What of the streaming reply this reader has not taken.
    pub fn piece(&mut self) -> Option<Piece> {
        let now = self.topic.now();
        // Words that were on their way when a person took over are not said any more.
        let silenced = now.conversation.as_ref().is_some_and(|c| c.state != State::Assistant);
        // Whoever read the log from the database may know of a takeover that is not told here yet.
        let is_behind = self.given > now.last_seq;
        let stream = now.stream.as_ref().filter(|_| !silenced && !is_behind)?;
        if self.answered.as_ref() == Some(&stream.turn) {
            return None;
        }
        if self.turn.as_ref().is_none_or(|(turn, attempt)| *turn != stream.turn || *attempt != stream.attempt) {
            // Who has heard nothing of a reply that has ended reads it in the log; who has heard its beginning gets
            // the rest before the entry that closes it.
            if !now.owes(&stream.turn) {
                return None;
            }
            self.turn = Some((stream.turn.clone(), stream.attempt));
            self.taken = 0;
            self.pieces = 0;
        }
        let text = stream.text.get(self.taken..).filter(|t| !t.is_empty())?.to_owned();
        let piece = Piece { turn: stream.turn.clone(), index: self.pieces, text };
        self.taken = stream.text.len();
        self.pieces += 1;
        Some(piece)
    }

    /// Notes that this reader was given an entry: pieces of the reply that it stores must not follow it.
    pub fn given(&mut self, entry: &Logged) {
        self.given = self.given.max(entry.seq());
        if let Some(turn) = entry.turn() {
            self.answered = Some(turn.clone());
        }
    }

    /// The conversation as it stood after the newest change, if this process made one lately.
    pub fn conversation(&self) -> Option<Arc<Conversation>> {
        self.topic.conversation()
    }

    /// Whether the buyer typed since the last call.
    pub fn buyer_typed(&mut self) -> bool {
        let at = self.topic.now().buyer_types;
        std::mem::replace(&mut self.buyer_types, at) != at
    }

    /// Who at the desk typed since the last call.
    pub fn desk_typed(&mut self) -> Option<Author> {
        let now = self.topic.now();
        let at = now.desk_types;
        if std::mem::replace(&mut self.desk_types, at) == at { None } else { now.desk_typist.clone() }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.live.leave(&self.topic);
    }
}
