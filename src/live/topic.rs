//! What is happening in one conversation right now.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::{Logged, locked};
use crate::db::conversation::Conversation;
use crate::ids::{ConversationId, TurnId};
use crate::protocol::Author;

/// How many of the newest entries are kept at hand, so that readers and the assistant need not ask the database for
/// what was stored a moment ago.
const TAIL: usize = 64;
/// A streaming reply that grows beyond this is cut off by the model's own limit long before.
const MAX_STREAM_BYTES: usize = 512 * 1024;

/// One conversation that somebody reads or works on.
pub struct Topic {
    id: ConversationId,
    now: Mutex<Now>,
    changed: watch::Sender<()>,
}

pub(super) struct Now {
    /// As it stood after the newest change of this process.
    pub conversation: Option<Arc<Conversation>>,
    /// A copy of the log's end: without gaps, never beyond what is committed.
    pub tail: VecDeque<Logged>,
    pub last_seq: i64,
    pub stream: Option<Streaming>,
    /// Each counts up when somebody types.
    pub buyer_types: u64,
    pub desk_types: u64,
    pub desk_typist: Option<Author>,
    touched: Instant,
}

/// A reply as it is being written.
pub(super) struct Streaming {
    pub turn: TurnId,
    /// A turn that is taken up again starts its text anew.
    pub attempt: i64,
    pub text: String,
}

impl Topic {
    pub(super) fn new(id: ConversationId) -> Self {
        let now = Now {
            conversation: None,
            tail: VecDeque::new(),
            last_seq: 0,
            stream: None,
            buyer_types: 0,
            desk_types: 0,
            desk_typist: None,
            touched: Instant::now(),
        };
        Self { id, now: Mutex::new(now), changed: watch::Sender::new(()) }
    }

    pub fn id(&self) -> &ConversationId {
        &self.id
    }

    /// The conversation as it stood after the newest change, if this process made one.
    pub fn conversation(&self) -> Option<Arc<Conversation>> {
        self.now().conversation.clone()
    }

    /// When the buyer's typing counter last stood here; compare to know whether the buyer typed since.
    pub fn buyer_types(&self) -> u64 {
        self.now().buyer_types
    }

    pub fn buyer_typed(&self) {
        let mut now = self.now();
        now.buyer_types += 1;
        drop(now);
        self.wake();
    }

    pub fn desk_typed(&self, who: Author) {
        let mut now = self.now();
        now.desk_types += 1;
        now.desk_typist = Some(who);
        drop(now);
        self.wake();
    }

    /// Adds to the reply of a turn without waking anybody: whoever writes decides how often readers look. Nothing is
    /// added once the turn has ended.
    pub fn write(&self, turn: &TurnId, attempt: i64, piece: &str) {
        let mut now = self.now();
        if !now.owes(turn) {
            return;
        }
        match &mut now.stream {
            Some(s) if s.turn == *turn && s.attempt == attempt => {
                if s.text.len() + piece.len() <= MAX_STREAM_BYTES {
                    s.text.push_str(piece);
                }
            }
            stream => *stream = Some(Streaming { turn: turn.clone(), attempt, text: piece.to_owned() }),
        }
    }

    /// Takes back a reply that will not be finished.
    pub fn unwrite(&self, turn: &TurnId) {
        let mut now = self.now();
        if now.stream.as_ref().is_some_and(|s| s.turn == *turn) {
            now.stream = None;
        }
    }

    /// Makes readers look.
    pub fn wake(&self) {
        self.changed.send_replace(());
    }

    pub(super) fn grew(&self, conversation: Arc<Conversation>, entries: Vec<Logged>) {
        let mut now = self.now();
        // No entry will close a reply whose turn ended without it: nobody may be told more of that one, also when the
        // assistant has the conversation again a moment later.
        let goes_on = |turn: &TurnId| {
            conversation.turn.as_ref().is_some_and(|open| open.id == *turn)
                || entries.iter().any(|entry| entry.turn() == Some(turn))
        };
        if now.stream.as_ref().is_some_and(|s| !goes_on(&s.turn)) {
            now.stream = None;
        }
        for entry in entries {
            // Another node may have written in between: then the copy starts anew after the hole.
            if now.tail.back().is_some_and(|last| last.seq() + 1 != entry.seq()) {
                now.tail.clear();
            }
            if now.tail.len() == TAIL {
                now.tail.pop_front();
            }
            now.last_seq = now.last_seq.max(entry.seq());
            now.tail.push_back(entry);
        }
        now.last_seq = now.last_seq.max(conversation.last_seq);
        // What another process stored is not in the copy: then the database has the end.
        if now.tail.back().is_some_and(|last| last.seq() < now.last_seq) {
            now.tail.clear();
        }
        now.conversation = Some(conversation);
        now.touched = Instant::now();
        drop(now);
        self.wake();
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    pub(super) fn forget_if_idle(&self, idle: Duration) {
        let mut now = self.now();
        if now.touched.elapsed() >= idle {
            now.tail = VecDeque::new();
            now.conversation = None;
            now.stream = None;
        }
    }

    pub(super) fn forget_words(&self) {
        let mut now = self.now();
        now.tail = VecDeque::new();
        now.conversation = None;
    }

    pub(super) fn now(&self) -> MutexGuard<'_, Now> {
        locked(&self.now)
    }
}

impl Now {
    /// Whether the reply that streams is still owed; when it is not, it ends with the entry that stores it.
    pub fn owes(&self, turn: &TurnId) -> bool {
        self.conversation.as_ref().is_none_or(|c| c.turn.as_ref().is_some_and(|open| open.id == *turn))
    }
}
