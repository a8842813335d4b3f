//! What stores' fit records taught, version by version.

use super::{Conn, on};
use crate::clock::Millis;
use crate::error::Result;
use crate::ids::StoreId;

/// Learned constants of one store.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct FitConstants {
    pub version: i64,
    /// A hash of the records that taught it.
    pub basis: String,
    pub learned_at: Millis,
    /// JSON.
    pub constants: String,
}

/// The newest; `None` before the first records.
pub async fn newest(conn: &mut Conn, store: &StoreId) -> Result<Option<FitConstants>> {
    let sql = "select version, basis, learned_at, constants from fit_constants where store = $1 \
               order by version desc limit 1";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_optional(c).await)?)
}

/// Keeps a version. One that another process kept already stays as it is.
pub async fn insert(conn: &mut Conn, store: &StoreId, learned: &FitConstants) -> Result<()> {
    let sql = "insert into fit_constants (store, version, basis, learned_at, constants) \
               values ($1, $2, $3, $4, $5) on conflict (store, version) do nothing";
    on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(learned.version).bind(&learned.basis).bind(learned.learned_at)
        .bind(&learned.constants).execute(c).await.map(|_| ()))?;
    Ok(())
}
