//! Wakes readers and carries the pieces of streaming replies. Nothing here is the truth: losing all of it costs a
//! moment, never a message.
//!
//! A conversation that somebody reads or works on has a [`Topic`]. Readers hold a [`Seat`]; they sit down first and
//! read the log then, so that nothing falls between. What a reader gets is pulled, not pushed: stored entries by their
//! number, a streaming reply by how much of its text was taken. A slow reader therefore holds no queue, and pieces
//! that it missed come as one.

mod logged;
mod seat;
mod topic;

pub use logged::Logged;
pub use seat::{Piece, Seat, Tail};
pub use topic::Topic;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::db::conversation::Conversation;
use crate::ids::{ConversationId, StoreId};

/// How many turns may wait for the assistant's attention before the bell stays silent; the sweeper finds the rest.
const BELL: usize = 8_192;
/// Topics are spread over this many locks.
const SHARDS: usize = 32;

/// The exchange of one process. Cheap to clone.
#[derive(Clone)]
pub struct Live {
    inner: Arc<Inner>,
}

struct Inner {
    shards: Vec<Mutex<HashMap<ConversationId, Arc<Topic>>>>,
    hasher: RandomState,
    /// Per store: something about the conversations that are with people has changed.
    desks: Mutex<HashMap<StoreId, watch::Sender<()>>>,
    bell: mpsc::Sender<Arc<Conversation>>,
    /// How often words were erased.
    erasings: AtomicU64,
}

impl Live {
    /// The second half is the bell: conversations that owe an answer of the assistant.
    pub fn new() -> (Self, mpsc::Receiver<Arc<Conversation>>) {
        let (bell, rings) = mpsc::channel(BELL);
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        let erasings = AtomicU64::new(0);
        let inner = Inner { shards, hasher: RandomState::new(), desks: Mutex::default(), bell, erasings };
        (Self { inner: Arc::new(inner) }, rings)
    }

    /// Takes a seat at a conversation. From now on no change is missed.
    pub fn sit(&self, id: &ConversationId) -> Seat {
        let mut shard = self.shard(id);
        let topic = shard.entry(id.clone()).or_insert_with(|| Arc::new(Topic::new(id.clone()))).clone();
        drop(shard);
        Seat::new(self.clone(), topic)
    }

    /// Says what was stored: after the commit, never before.
    pub fn grew(&self, conversation: Arc<Conversation>, entries: Vec<Logged>) {
        let topic = self.shard(&conversation.id).get(&conversation.id).cloned();
        if let Some(topic) = topic {
            topic.grew(conversation, entries);
        }
    }

    /// Says that a conversation owes an answer. A bell that nobody hears is found by the sweeper.
    pub fn ring(&self, conversation: Arc<Conversation>) {
        if self.inner.bell.try_send(conversation).is_err() {
            metrics::counter!("xiaoer_bells_lost_total").increment(1);
        }
    }

    /// Says that the desk of a store should look again.
    pub fn desk_changed(&self, store: &StoreId) {
        if let Some(desk) = locked(&self.inner.desks).get(store) {
            desk.send_replace(());
        }
    }

    /// Hears when the desk of a store should look again.
    pub fn desk(&self, store: &StoreId) -> watch::Receiver<()> {
        locked(&self.inner.desks).entry(store.clone()).or_insert_with(|| watch::Sender::new(())).subscribe()
    }

    /// Says that a buyer's words are erased: inside the transaction that does it, so that nothing is decided after it on
    /// what was at hand before.
    pub fn erased(&self) {
        self.inner.erasings.fetch_add(1, Ordering::AcqRel);
    }

    /// How often words were erased: what was kept at hand at another count must be read again.
    pub fn erasings(&self) -> u64 {
        self.inner.erasings.load(Ordering::Acquire)
    }

    /// Lets go of what is at hand of one conversation, because its words were erased. A reply that streams goes on.
    pub fn forget(&self, id: &ConversationId) {
        if let Some(topic) = self.shard(id).get(id) {
            topic.forget_words();
        }
    }

    /// Lets go of what topics keep for readers when nothing has happened in them for a while, and of topics whose last
    /// seats left while somebody else had them in hand.
    pub fn forget_idle(&self, idle: Duration) {
        for shard in &self.inner.shards {
            let topics: Vec<Arc<Topic>> = {
                let mut shard = locked(shard);
                shard.retain(|_, topic| Arc::strong_count(topic) > 1);
                shard.values().cloned().collect()
            };
            for topic in topics {
                topic.forget_if_idle(idle);
            }
        }
    }

    fn leave(&self, topic: &Arc<Topic>) {
        let mut shard = self.shard(topic.id());
        // One in the map, one in the hands of the seat that leaves.
        if Arc::strong_count(topic) <= 2 {
            shard.remove(topic.id());
        }
    }

    fn shard(&self, id: &ConversationId) -> MutexGuard<'_, HashMap<ConversationId, Arc<Topic>>> {
        let n = self.inner.hasher.hash_one(id) as usize % SHARDS;
        locked(&self.inner.shards[n])
    }
}

/// These locks guard plain data that a panic cannot leave half-changed in a way that matters.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
