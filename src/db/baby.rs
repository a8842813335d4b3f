//! Children, apart from their parents: never written without the guardian's live consent.

use super::{Conn, on};
use crate::clock::Millis;
use crate::error::Result;
use crate::ids::{BuyerId, StoreId};

/// A child of a buyer.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Baby {
    pub id: String,
    pub nickname: Option<String>,
    /// `2026-01` or `2026-01-15`.
    pub born: Option<String>,
    pub gestational_weeks: Option<i64>,
    pub gestational_days: Option<i64>,
    pub feeding: Option<String>,
    /// JSON list of words.
    pub allergies: String,
    /// JSON list of {sku, stage, batch, used_at}.
    pub products: String,
    pub at: Millis,
}

/// Keeps a child if a guardian's consent lives; gives whether it did.
pub async fn keep(conn: &mut Conn, store: &StoreId, buyer: &BuyerId, baby: &Baby) -> Result<bool> {
    super::buyer::hold(conn, store, buyer).await?;
    let sql = "insert into baby (store, buyer, id, nickname, born, gestational_weeks, gestational_days, feeding, \
               allergies, products, at) \
               select cast($1 as text), cast($2 as text), cast($3 as text), cast($4 as text), cast($5 as text), \
               cast($6 as bigint), cast($7 as bigint), cast($8 as text), cast($9 as text), cast($10 as text), \
               cast($11 as bigint) \
               where exists (select 1 from consent where store = $1 and buyer = $2 and purpose = 'baby' \
               and withdrawn_at is null and given_by = 'guardian') \
               on conflict (store, buyer, id) do update set nickname = excluded.nickname, born = excluded.born, \
               gestational_weeks = excluded.gestational_weeks, gestational_days = excluded.gestational_days, \
               feeding = excluded.feeding, allergies = excluded.allergies, products = excluded.products, \
               at = excluded.at";
    let done = on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(&baby.id).bind(&baby.nickname).bind(&baby.born)
        .bind(baby.gestational_weeks).bind(baby.gestational_days).bind(&baby.feeding).bind(&baby.allergies)
        .bind(&baby.products).bind(baby.at)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// All children of a buyer, by id.
pub async fn of_buyer(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<Vec<Baby>> {
    let sql = "select id, nickname, born, gestational_weeks, gestational_days, feeding, allergies, products, at \
               from baby where store = $1 and buyer = $2 order by id";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(buyer.as_str()).fetch_all(c).await)?)
}

/// Erases all children of a buyer; gives how many.
pub async fn forget(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<u64> {
    let sql = "delete from baby where store = $1 and buyer = $2";
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).execute(c).await.map(|done| done.rows_affected()))?)
}
