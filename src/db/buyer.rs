//! Buyers of a store.

use super::{Conn, on};
use crate::clock::Millis;
use crate::error::Result;
use crate::ids::{BuyerId, StoreId};

/// A shopper of one store.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Buyer {
    /// The merchant vouches for who it is.
    pub signed: bool,
    pub name: Option<String>,
    pub vip_level: i64,
    pub created_at: Millis,
}

pub async fn find(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<Option<Buyer>> {
    let sql = "select signed, name, vip_level, created_at from buyer where store = $1 and id = $2";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(buyer.as_str()).fetch_optional(c).await)?)
}

/// Adds a buyer whom the merchant names, or brings name and level up to date; what is `None` stays as it is.
pub async fn upsert(
    conn: &mut Conn,
    store: &StoreId,
    buyer: &BuyerId,
    name: Option<&str>,
    vip_level: Option<i64>,
    now: Millis,
) -> Result<()> {
    let sql = "insert into buyer (store, id, signed, name, vip_level, created_at) \
               values ($1, $2, true, $3, coalesce($4, 0), $5) on conflict (store, id) do update set \
               name = coalesce(excluded.name, buyer.name), vip_level = coalesce($4, buyer.vip_level)";
    on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(name).bind(vip_level).bind(now)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Keeps others from changing what hangs on a buyer until the end of the transaction; false where there is no such buyer.
/// (SQLite has one writer anyway.)
pub async fn hold(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<bool> {
    let sql = if conn.is_postgres() {
        "select 1 from buyer where store = $1 and id = $2 for update"
    } else {
        "select 1 from buyer where store = $1 and id = $2"
    };
    let row = on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(buyer.as_str()).fetch_optional(c).await
        .map(|row| row.is_some()))?;
    Ok(row)
}

/// Takes away what says who it is; the id stays, because the log's numbers hang on it.
pub async fn blank(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<()> {
    let sql = "update buyer set name = null, vip_level = 0 where store = $1 and id = $2";
    on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(buyer.as_str()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Notes that somebody looked at sensitive data of a buyer.
pub async fn note_look(
    conn: &mut Conn,
    store: &StoreId,
    buyer: &BuyerId,
    at: Millis,
    who: &str,
    why: &str,
) -> Result<()> {
    let sql = "insert into profile_look (store, buyer, at, who, why) values ($1, $2, $3, $4, $5)";
    on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(at).bind(who).bind(why).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Who looked at a buyer's sensitive data, the first look first: when, who and why.
pub async fn looks(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<Vec<(Millis, String, String)>> {
    let sql = "select at, who, why from profile_look where store = $1 and buyer = $2 order by at";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(buyer.as_str()).fetch_all(c).await)?)
}
