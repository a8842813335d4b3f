//! What a store's desk sees at one moment: everything that is with people, the places in the queue, the people.
//!
//! One task a store reads it from the database when something has changed, for all who look at it: agents, and buyers
//! who wait and want to know their place.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{AWAY_AFTER, MARK_S};
use crate::clock::{Clock, Millis};
use crate::db::conversation::Conversation;
use crate::db::{self, Db};
use crate::error::Result;
use crate::ids::{ConversationId, StoreId};
use crate::live::Live;
use crate::protocol::State;
use crate::protocol::desk::{Person, Presence, QueueItem};

/// Changes that come closer together than this are looked at once.
const PAUSE: Duration = Duration::from_millis(100);
/// Looked at anew at the latest after this, because another node may have changed something.
const AT_LATEST: Duration = Duration::from_secs(5);
/// How many conversations a board holds at most.
const LIMIT: i64 = 1_000;

/// One store's desk at one moment.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Board {
    /// False until the database was read for the first time.
    pub read: bool,
    /// The most urgent first. `seconds_left` is not set here, because it changes with every second.
    pub items: Vec<QueueItem>,
    /// Place in the queue, from 1.
    pub places: HashMap<ConversationId, i64>,
    pub people: Vec<Person>,
}

/// The boards that somebody looks at. Cheap to clone.
#[derive(Clone)]
pub struct Boards {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    live: Live,
    clock: Clock,
    tasks: TaskTracker,
    stop: CancellationToken,
    boards: Mutex<HashMap<StoreId, watch::Sender<Arc<Board>>>>,
}

impl Boards {
    pub fn new(db: Db, live: Live, clock: Clock, tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self { inner: Arc::new(Inner { db, live, clock, tasks, stop, boards: Mutex::default() }) }
    }

    /// Looks at a store's board from now on. Until the database was read it says so (`read`).
    pub fn watch(&self, store: &StoreId) -> watch::Receiver<Arc<Board>> {
        let mut boards = self.inner.boards.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = boards.get(store) {
            return sender.subscribe();
        }
        let (sender, receiver) = watch::channel(Arc::new(Board::default()));
        boards.insert(store.clone(), sender.clone());
        self.inner.tasks.spawn(self.clone().keep(store.clone(), sender));
        receiver
    }

    /// Keeps one board up to date for as long as somebody looks at it.
    async fn keep(self, store: StoreId, sender: watch::Sender<Arc<Board>>) {
        let mut changed = self.inner.live.desk(&store);
        loop {
            changed.mark_unchanged();
            match self.read(&store).await {
                Ok(board) => {
                    sender.send_if_modified(|held| {
                        let news = **held != board;
                        if news {
                            *held = Arc::new(board);
                        }
                        news
                    });
                }
                Err(error) => tracing::warn!(%store, error = ?error, "The board of {store} could not be read"),
            }
            tokio::select! {
                () = self.inner.stop.cancelled() => return,
                () = sender.closed() => if self.forget(&store) { return },
                _ = changed.changed() => tokio::time::sleep(PAUSE).await,
                () = tokio::time::sleep(AT_LATEST) => {}
            }
        }
    }

    /// Lets go of a board, unless somebody has begun to look at it again meanwhile.
    fn forget(&self, store: &StoreId) -> bool {
        let mut boards = self.inner.boards.lock().unwrap_or_else(PoisonError::into_inner);
        let unseen = boards.get(store).is_none_or(|sender| sender.receiver_count() == 0);
        if unseen {
            boards.remove(store);
        }
        unseen
    }

    /// The board as it is now.
    pub async fn read(&self, store: &StoreId) -> Result<Board> {
        let now = self.inner.clock.now();
        let mut conn = self.inner.db.read().await?;
        let conversations = db::conversation::with_people(&mut conn, store, LIMIT).await?;
        let agents = db::agent::of_store(&mut conn, store).await?;
        let there: HashMap<_, _> = db::presence::there(&mut conn, store, now - AWAY_AFTER).await?.into_iter().collect();
        drop(conn);
        let queued = conversations.iter().filter(|c| c.state == State::Queued);
        let places = queued.zip(1..).map(|(c, place)| (c.id.clone(), place)).collect();
        let people = agents
            .into_iter()
            .filter(|a| a.disabled_at.is_none())
            .map(|a| Person {
                status: match there.get(&a.id).map(String::as_str) {
                    Some("available") => Presence::Available,
                    Some("away") => Presence::Away,
                    _ => Presence::Offline,
                },
                load: conversations.iter().filter(|c| c.agent.as_ref() == Some(&a.id)).count() as i64,
                agent: a.id,
                name: a.name,
                email: a.email,
                role: a.role,
                skills: a.skills,
            })
            .collect();
        Ok(Board { read: true, items: conversations.into_iter().map(item).collect(), places, people })
    }
}

fn item(c: Conversation) -> QueueItem {
    QueueItem {
        conversation: c.id,
        buyer: c.buyer,
        buyer_name: c.buyer_name,
        vip_level: c.vip_level,
        state: c.state,
        agent: c.agent,
        reason: c.reason,
        skill: c.skill,
        priority: c.priority,
        queued_at: c.queued_at,
        waiting_since: c.waiting_since,
        seconds_left: None,
        last_text: c.last_text,
        last_at: c.last_at,
        seq: c.last_seq,
    }
}

/// Seconds to the 3-minute mark of somebody who waits since `waiting_since`; negative after it.
pub fn seconds_left(waiting_since: Option<Millis>, now: Millis) -> Option<i64> {
    waiting_since.map(|since| MARK_S - (now - since).max(0) / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_runs_from_the_first_unanswered_message() {
        assert_eq!(seconds_left(None, 5), None);
        assert_eq!(seconds_left(Some(1_000), 1_000), Some(180));
        assert_eq!(seconds_left(Some(0), 179_999), Some(1));
        assert_eq!(seconds_left(Some(0), 180_000), Some(0));
        assert_eq!(seconds_left(Some(0), 240_000), Some(-60));
        assert_eq!(seconds_left(Some(9_000), 0), Some(180), "a clock that was set back");
    }
}
