//! API tokens. Only their hashes are kept.

use super::{Conn, on};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::StoreId;

/// What an API token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything an owner may.
    Admin,
    /// Work at the desk on behalf of a person; read.
    Desk,
    /// Read.
    Read,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Admin, Self::Desk, Self::Read];

    /// As it is stored and stands in the token itself.
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Desk => "desk",
            Self::Read => "read",
        }
    }
}

/// Stores a token's hash (SHA-256, hex).
pub async fn insert(conn: &mut Conn, hash: &str, store: &StoreId, scope: Scope, now: Millis) -> Result<()> {
    let sql = "insert into api_token (hash, store, scope, created_at) values ($1, $2, $3, $4)";
    let done = on!(conn, c => sqlx::query(sql)
        .bind(hash).bind(store.as_str()).bind(scope.word()).bind(now).execute(c).await.map(|_| ()));
    match done {
        Err(sqlx::Error::Database(e)) if e.is_foreign_key_violation() => Err(Error::NotFound("store")),
        other => Ok(other?),
    }
}

/// The store and scope of a token's hash.
pub async fn find(conn: &mut Conn, hash: &str) -> Result<Option<(StoreId, Scope)>> {
    let sql = "select store, scope from api_token where hash = $1";
    let row: Option<(String, String)> = on!(conn, c => sqlx::query_as(sql).bind(hash).fetch_optional(c).await)?;
    Ok(row.and_then(|(store, scope)| Some((store.into(), Scope::ALL.into_iter().find(|s| s.word() == scope)?))))
}
