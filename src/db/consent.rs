//! What buyers agreed to.

use super::{Conn, on};
use crate::clock::Millis;
use crate::error::Result;
use crate::ids::{BuyerId, StoreId};

/// One consent, given and perhaps withdrawn.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Consent {
    /// `buyer`, or `child`.
    pub subject: String,
    pub purpose: String,
    pub text_version: String,
    /// `buyer`, or `guardian` for a child's data.
    pub given_by: String,
    pub given_at: Millis,
    /// The message in which it was given.
    pub conversation: Option<String>,
    pub seq: Option<i64>,
    pub withdrawn_at: Option<Millis>,
}

/// Stores a consent; a live one of the same purpose stays. Gives whether it is new.
pub async fn give(conn: &mut Conn, store: &StoreId, buyer: &BuyerId, consent: &Consent) -> Result<bool> {
    let sql = "insert into consent (id, store, buyer, subject, purpose, text_version, given_by, given_at, \
               conversation, seq) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing";
    let id = format!("consent_{}", uuid::Uuid::now_v7().simple());
    let done = on!(conn, c => sqlx::query(sql)
        .bind(id).bind(store.as_str()).bind(buyer.as_str()).bind(&consent.subject).bind(&consent.purpose)
        .bind(&consent.text_version).bind(&consent.given_by).bind(consent.given_at)
        .bind(&consent.conversation).bind(consent.seq)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Ends the live consent of a purpose, or of all with `None`; gives how many were live. What was kept under it is
/// erased by the caller in the same transaction ([`super::slot::forget`], [`super::baby::forget`]).
pub async fn withdraw(
    conn: &mut Conn,
    store: &StoreId,
    buyer: &BuyerId,
    purpose: Option<&str>,
    at: Millis,
) -> Result<u64> {
    let sql = "update consent set withdrawn_at = $4 where store = $1 and buyer = $2 and withdrawn_at is null \
               and ($3 = '' or purpose = $3)";
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(purpose.unwrap_or("")).bind(at)
        .execute(c).await.map(|done| done.rows_affected()))?)
}

/// Whether a purpose has a live consent; a child's data need the guardian's.
pub async fn is_live(conn: &mut Conn, store: &StoreId, buyer: &BuyerId, purpose: &str) -> Result<bool> {
    let sql = "select count(*) from consent where store = $1 and buyer = $2 and purpose = $3 \
               and withdrawn_at is null and ($3 <> 'baby' or given_by = 'guardian')";
    let count: i64 = on!(conn, c => sqlx::query_scalar(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(purpose).fetch_one(c).await)?;
    Ok(count > 0)
}

/// All consents of a buyer, also those that were withdrawn, the first given first.
pub async fn of_buyer(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<Vec<Consent>> {
    let sql = "select subject, purpose, text_version, given_by, given_at, conversation, seq, withdrawn_at \
               from consent where store = $1 and buyer = $2 order by given_at, purpose";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(buyer.as_str()).fetch_all(c).await)?)
}
