//! Presence: each socket of an agent keeps it fresh; nobody needs to say goodbye.

use std::time::Duration;

use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, Millis};
use crate::conversation::{Command, Log};
use crate::db::{self, Db};
use crate::error::Result;
use crate::ids::{AgentId, StoreId};
use crate::live::Live;
use crate::protocol::desk::Presence;

/// How often a socket says that its agent is there.
pub const BEAT: Duration = Duration::from_secs(10);
/// After so long without a sign (milliseconds) an agent counts as gone, and whoever waits goes back to the queue.
pub const AWAY_AFTER: Millis = 30_000;
/// How often conversations of people who have gone are looked for.
const SWEEP: Duration = Duration::from_secs(5);

/// Keeps presence in the database, where every node sees it.
#[derive(Clone)]
pub struct Presences {
    pub db: Db,
    pub live: Live,
    pub log: Log,
    pub clock: Clock,
}

impl Presences {
    /// Says that an agent is there, and tells the desk if that is news.
    pub async fn note(&self, store: &StoreId, agent: &AgentId, status: Presence, news: bool) -> Result<()> {
        let now = self.clock.now();
        let (of, who) = (store.clone(), agent.clone());
        let change = self
            .db
            .write(move |conn| Box::pin(async move { db::presence::seen(conn, &of, &who, word(status), now).await }));
        change.await?;
        if news {
            self.live.desk_changed(store);
        }
        Ok(())
    }

    /// Puts conversations of people who have vanished back into the queue, until told to stop.
    pub async fn watch(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(SWEEP);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(tick.tick()).await.is_some() {
            if let Err(error) = self.requeue().await {
                tracing::warn!(error = ?error, "Conversations of absent people could not be looked for");
            }
        }
    }

    async fn requeue(&self) -> Result<()> {
        let mut conn = self.db.read().await?;
        let alone = db::presence::left_alone(&mut conn, self.clock.now() - AWAY_AFTER, 100).await?;
        drop(conn);
        for (store, conversation, agent) in alone {
            let requeue = Command::Requeue { from: agent };
            if let Err(error) = self.log.apply(&store, &conversation, requeue).await {
                tracing::warn!(error = ?error, "A conversation could not go back into the queue");
            }
        }
        Ok(())
    }
}

fn word(status: Presence) -> &'static str {
    match status {
        Presence::Available => "available",
        Presence::Away => "away",
        Presence::Offline => "offline",
    }
}
