//! Signed-in browsers: a random cookie, of which only the hash is stored, and a second word that a page must send back.

use subtle::ConstantTimeEq;

use super::agents::Agent;
use super::random;
use crate::clock::{Clock, Millis};
use crate::db::{self, Db};
use crate::error::Result;

pub use crate::db::session::Session;

/// A session ends so long after it was last used.
pub const LIFE_MS: Millis = 12 * 60 * 60_000;

/// The end is moved at most this often, so that not every request writes.
const MOVE_MS: Millis = 10 * 60_000;

#[derive(Clone)]
pub struct Sessions {
    db: Db,
    clock: Clock,
}

impl Sessions {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// Opens a session for a person who has proved who they are; gives the cookie's value too.
    pub async fn open(&self, agent: &Agent) -> Result<(String, Session)> {
        let cookie = random::secret()?;
        let now = self.clock.now();
        let session = Session {
            hash: random::hash(&cookie),
            store: agent.store.clone(),
            agent: agent.id.clone(),
            csrf: random::secret()?,
            created_at: now,
            expires_at: now + LIFE_MS,
        };
        let row = session.clone();
        self.db
            .write(move |conn| {
                Box::pin(async move {
                    db::session::delete_expired(conn, now).await?;
                    db::session::insert(conn, &row).await
                })
            })
            .await?;
        Ok((cookie, session))
    }

    /// The session and the person of a cookie; `None` when it is unknown, expired, or the person was disabled.
    pub async fn find(&self, cookie: &str) -> Result<Option<(Session, Agent)>> {
        let now = self.clock.now();
        let mut conn = self.db.read().await?;
        let Some(session) = db::session::find(&mut conn, &random::hash(cookie), now).await? else { return Ok(None) };
        let Some(agent) = db::agent::find(&mut conn, &session.store, &session.agent).await? else { return Ok(None) };
        drop(conn);
        if session.expires_at < now + LIFE_MS - MOVE_MS {
            let hash = session.hash.clone();
            self.db
                .write(move |conn| Box::pin(async move { db::session::extend(conn, &hash, now + LIFE_MS).await }))
                .await?;
        }
        Ok(Some((session, agent)))
    }

    /// Whether a session is still good: a socket that it opened asks now and then, and closes when it is not.
    pub async fn is_open(&self, session: &Session) -> Result<bool> {
        let mut conn = self.db.read().await?;
        Ok(db::session::find(&mut conn, &session.hash, self.clock.now()).await?.is_some())
    }

    /// Ends a session.
    pub async fn close(&self, session: &Session) -> Result<()> {
        let hash = session.hash.clone();
        self.db.write(move |conn| Box::pin(async move { db::session::delete(conn, &hash).await })).await
    }
}

/// Compares without telling by its time where the difference is.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}
