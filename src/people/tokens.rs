//! API tokens: `xo_<scope>_<64 hex digits>`. The prefix lets people and secret scanners see what it is.

use super::random;
use crate::clock::Millis;
use crate::db::{self, Db};
use crate::error::Result;
use crate::ids::StoreId;

pub use crate::db::token::Scope;

/// Makes a token; it is shown once.
///
/// Errors: `not_found` (store).
pub async fn create(db: &Db, now: Millis, store: &StoreId, scope: Scope) -> Result<String> {
    let token = format!("xo_{}_{}", scope.word(), random::secret()?);
    let (hash, store) = (random::hash(&token), store.clone());
    db.write(move |conn| Box::pin(async move { db::token::insert(conn, &hash, &store, scope, now).await })).await?;
    Ok(token)
}

/// Whose token this is and what it may do.
pub async fn find(db: &Db, token: &str) -> Result<Option<(StoreId, Scope)>> {
    if !token.starts_with("xo_") || token.len() > 100 {
        return Ok(None);
    }
    let mut conn = db.read().await?;
    db::token::find(&mut conn, &random::hash(token)).await
}
