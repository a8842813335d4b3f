//! Sizes that were advised, and which of them came back.

use super::event::json;
use super::{Conn, on};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::StoreId;

/// One size that was advised to one buyer.
#[derive(Debug, Clone, PartialEq)]
pub struct SizeAdvice {
    pub id: String,
    pub conversation: String,
    pub buyer: String,
    pub sku: String,
    pub size: String,
    pub confidence: f64,
    pub evidence: Vec<String>,
    pub advised_at: Millis,
}

/// How often a size of a product was advised, and how often it came back as too small and too large.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Outcome {
    pub sku: String,
    pub size: String,
    pub advised: i64,
    pub returned_small: i64,
    pub returned_large: i64,
}

/// Keeps it. The same id again changes nothing.
pub async fn insert(conn: &mut Conn, store: &StoreId, advice: &SizeAdvice) -> Result<()> {
    let sql = "insert into size_advice (id, store, conversation, buyer, sku, size, confidence, evidence, advised_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing";
    let evidence = json(&advice.evidence)?;
    on!(conn, c => sqlx::query(sql)
        .bind(&advice.id).bind(store.as_str()).bind(&advice.conversation).bind(&advice.buyer).bind(&advice.sku)
        .bind(&advice.size).bind(advice.confidence).bind(evidence).bind(advice.advised_at)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The size of a product that a buyer was advised last.
pub async fn last(conn: &mut Conn, store: &StoreId, buyer: &str, sku: &str) -> Result<Option<String>> {
    let sql = "select size from size_advice where store = $1 and buyer = $2 and sku = $3 \
               order by advised_at desc limit 1";
    Ok(on!(conn, c => sqlx::query_scalar(sql)
        .bind(store.as_str()).bind(buyer).bind(sku).fetch_optional(c).await)?)
}

/// Notes that a buyer sent a size back because it was `small` or `large`; gives how many advices of this size to this
/// buyer it is laid at the door of (those not noted yet).
pub async fn came_back(
    conn: &mut Conn,
    store: &StoreId,
    buyer: &str,
    [sku, size, verdict]: [&str; 3],
    at: Millis,
) -> Result<u64> {
    let sql = "update size_advice set returned = $5, returned_at = $6 \
               where store = $1 and buyer = $2 and sku = $3 and size = $4 and returned is null and advised_at <= $6";
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer).bind(sku).bind(size).bind(verdict).bind(at)
        .execute(c).await.map(|done| done.rows_affected()))?)
}

/// The newest advice of each of these products that a buyer was given until then: the ids.
pub async fn newest(
    conn: &mut Conn,
    store: &StoreId,
    buyer: &str,
    skus: &[&str],
    until: Millis,
) -> Result<Vec<String>> {
    let sql = "select id from size_advice where store = $1 and buyer = $2 and sku = $3 and advised_at <= $4 \
               order by advised_at desc, id desc limit 1";
    let mut found = Vec::new();
    for sku in skus {
        let id: Option<String> = on!(conn, c => sqlx::query_scalar(sql)
            .bind(store.as_str()).bind(buyer).bind(*sku).bind(until).fetch_optional(c).await)?;
        found.extend(id);
    }
    Ok(found)
}

/// Notes that the size of one advice came back as `small` or `large`, if that is not noted yet; gives whether it was.
pub async fn blame(conn: &mut Conn, store: &StoreId, id: &str, verdict: &str, at: Millis) -> Result<bool> {
    let sql =
        "update size_advice set returned = $3, returned_at = $4 where store = $1 and id = $2 and returned is null";
    let done = on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(id).bind(verdict).bind(at).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// What the advices of one product rested on, and whether the size came back (`small`, `large`).
pub async fn evidence(conn: &mut Conn, store: &StoreId, sku: &str) -> Result<Vec<(Vec<String>, Option<String>)>> {
    let sql = "select evidence, returned from size_advice where store = $1 and sku = $2";
    let rows: Vec<(String, Option<String>)> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(sku).fetch_all(c).await)?;
    let list = |text: &str| serde_json::from_str(text).map_err(|e| Error::Internal(e.into()));
    rows.into_iter().map(|(evidence, returned)| Ok((list(&evidence)?, returned))).collect()
}

/// Erases what was advised to one buyer; gives how many rows there were.
pub async fn erase_buyer(conn: &mut Conn, store: &StoreId, buyer: &str) -> Result<u64> {
    let sql = "delete from size_advice where store = $1 and buyer = $2";
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer).execute(c).await.map(|done| done.rows_affected()))?)
}

/// Of all products of a store, by product and size.
pub async fn outcomes(conn: &mut Conn, store: &StoreId) -> Result<Vec<Outcome>> {
    let sql = "select sku, size, count(*) as advised, \
               count(case when returned = 'small' then 1 end) as returned_small, \
               count(case when returned = 'large' then 1 end) as returned_large \
               from size_advice where store = $1 group by sku, size order by sku, size";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?)
}
