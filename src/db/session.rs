//! Signed-in browsers. Only the hash of a cookie is kept.

use super::{Conn, on};
use crate::clock::Millis;
use crate::error::Result;
use crate::ids::{AgentId, StoreId};

/// A signed-in browser.
#[derive(Clone, PartialEq)]
pub struct Session {
    /// SHA-256 of the cookie's value, in hex.
    pub hash: String,
    pub store: StoreId,
    pub agent: AgentId,
    /// What a page must send back with everything that changes something.
    pub csrf: String,
    pub created_at: Millis,
    pub expires_at: Millis,
}

pub async fn insert(conn: &mut Conn, session: &Session) -> Result<()> {
    let sql = "insert into session (hash, store, agent, csrf, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)";
    on!(conn, c => sqlx::query(sql)
        .bind(&session.hash).bind(session.store.as_str()).bind(session.agent.as_str()).bind(&session.csrf)
        .bind(session.created_at).bind(session.expires_at)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The session of a cookie, unless it has expired or its person may no longer sign in.
pub async fn find(conn: &mut Conn, hash: &str, now: Millis) -> Result<Option<Session>> {
    let sql = "select s.hash, s.store, s.agent, s.csrf, s.created_at, s.expires_at from session s \
               join agent a on a.id = s.agent and a.store = s.store \
               where s.hash = $1 and s.expires_at > $2 and a.disabled_at is null";
    let row: Option<Row> = on!(conn, c => sqlx::query_as(sql).bind(hash).bind(now).fetch_optional(c).await)?;
    Ok(row.map(Row::session))
}

/// Moves the end of a session.
pub async fn extend(conn: &mut Conn, hash: &str, expires_at: Millis) -> Result<()> {
    let sql = "update session set expires_at = $2 where hash = $1 and expires_at < $2";
    on!(conn, c => sqlx::query(sql).bind(hash).bind(expires_at).execute(c).await.map(|_| ()))?;
    Ok(())
}

pub async fn delete(conn: &mut Conn, hash: &str) -> Result<()> {
    let sql = "delete from session where hash = $1";
    on!(conn, c => sqlx::query(sql).bind(hash).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Deletes what has expired; gives how many.
pub async fn delete_expired(conn: &mut Conn, now: Millis) -> Result<u64> {
    let sql = "delete from session where expires_at <= $1";
    Ok(on!(conn, c => sqlx::query(sql).bind(now).execute(c).await.map(|done| done.rows_affected()))?)
}

#[derive(sqlx::FromRow)]
struct Row {
    hash: String,
    store: String,
    agent: String,
    csrf: String,
    created_at: i64,
    expires_at: i64,
}

impl Row {
    fn session(self) -> Session {
        Session {
            hash: self.hash,
            store: self.store.into(),
            agent: self.agent.into(),
            csrf: self.csrf,
            created_at: self.created_at,
            expires_at: self.expires_at,
        }
    }
}
