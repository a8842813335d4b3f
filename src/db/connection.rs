//! Merchants' connections and their tools, as they were approved and as they were last seen.

use serde::de::DeserializeOwned;

use super::event::json;
use super::{Conn, on};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::StoreId;

/// A connection as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub name: String,
    /// `mcp` or `http`.
    pub kind: String,
    pub url: String,
    pub allow: Vec<String>,
    pub confirm: Vec<String>,
    /// Sealed; empty where there are none.
    pub headers: String,
}

/// An allowed tool of a connection. A hash is `None` while nothing was approved (or seen), and empty where the server
/// had no such tool; the specifications are JSON.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Tool {
    pub connection: String,
    pub name: String,
    pub pinned_hash: Option<String>,
    pub pinned: Option<String>,
    pub seen_hash: Option<String>,
    pub seen: Option<String>,
    pub pinned_at: Option<Millis>,
}

impl Tool {
    /// An allowed tool that nobody has seen yet.
    pub fn unseen(connection: &str, name: &str) -> Self {
        Self {
            connection: connection.to_owned(),
            name: name.to_owned(),
            pinned_hash: None,
            pinned: None,
            seen_hash: None,
            seen: None,
            pinned_at: None,
        }
    }
}

/// A store's connections, by name.
pub async fn of_store(conn: &mut Conn, store: &StoreId) -> Result<Vec<Connection>> {
    let sql = "select name, kind, url, allow, confirm, headers from connection where store = $1 order by name";
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?;
    rows.into_iter().map(Row::connection).collect()
}

/// The allowed tools of a store's connections.
pub async fn tools_of_store(conn: &mut Conn, store: &StoreId) -> Result<Vec<Tool>> {
    let sql = "select connection, name, pinned_hash, pinned, seen_hash, seen, pinned_at from connection_tool \
               where store = $1 order by connection, name";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?)
}

/// Adds a connection, or replaces the one of that name.
pub async fn put(conn: &mut Conn, store: &StoreId, connection: &Connection, now: Millis) -> Result<()> {
    let sql = "insert into connection (store, name, kind, url, allow, confirm, headers, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (store, name) do update set kind = excluded.kind, \
               url = excluded.url, allow = excluded.allow, confirm = excluded.confirm, headers = excluded.headers";
    let Connection { name, kind, url, allow, confirm, headers } = connection;
    let (allow, confirm) = (json(allow)?, json(confirm)?);
    on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(name).bind(kind).bind(url).bind(allow).bind(confirm)
        .bind(headers).bind(now).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Adds an allowed tool, or replaces what is known of it.
pub async fn put_tool(conn: &mut Conn, store: &StoreId, tool: &Tool) -> Result<()> {
    let sql = "insert into connection_tool \
               (store, connection, name, pinned_hash, pinned, seen_hash, seen, pinned_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (store, connection, name) do update set \
               pinned_hash = excluded.pinned_hash, pinned = excluded.pinned, seen_hash = excluded.seen_hash, \
               seen = excluded.seen, pinned_at = excluded.pinned_at";
    on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(&tool.connection).bind(&tool.name)
        .bind(&tool.pinned_hash).bind(&tool.pinned).bind(&tool.seen_hash).bind(&tool.seen).bind(tool.pinned_at)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Forgets an allowed tool.
pub async fn delete_tool(conn: &mut Conn, store: &StoreId, connection: &str, name: &str) -> Result<()> {
    let sql = "delete from connection_tool where store = $1 and connection = $2 and name = $3";
    on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(connection).bind(name).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Forgets a connection with its tools; whether it was there.
pub async fn delete(conn: &mut Conn, store: &StoreId, name: &str) -> Result<bool> {
    let tools = "delete from connection_tool where store = $1 and connection = $2";
    on!(conn, c => sqlx::query(tools).bind(store.as_str()).bind(name).execute(c).await.map(|_| ()))?;
    let sql = "delete from connection where store = $1 and name = $2";
    let done = on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(name).execute(c).await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    kind: String,
    url: String,
    allow: String,
    confirm: String,
    headers: String,
}

impl Row {
    fn connection(self) -> Result<Connection> {
        Ok(Connection {
            name: self.name,
            kind: self.kind,
            url: self.url,
            allow: read(&self.allow)?,
            confirm: read(&self.confirm)?,
            headers: self.headers,
        })
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::Internal(e.into()))
}
