//! Stores: the merchants' shops.

use super::event::json;
use super::{Conn, on};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::StoreId;

/// A merchant's shop.
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    pub id: StoreId,
    pub name: String,
    pub industry: String,
    pub identity_secret: String,
    /// Origins (`https://shop.example`) whose pages may open the buyer socket.
    pub origins: Vec<String>,
    /// The policy as JSON.
    pub policy: String,
    pub version: i64,
    pub created_at: Millis,
}

pub async fn insert(conn: &mut Conn, store: &Store) -> Result<()> {
    let sql = "insert into store (id, name, industry, identity_secret, origins, policy, version, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let origins = json(&store.origins)?;
    let done = on!(conn, c => sqlx::query(sql)
        .bind(store.id.as_str()).bind(&store.name).bind(&store.industry).bind(&store.identity_secret)
        .bind(origins).bind(&store.policy).bind(store.version).bind(store.created_at)
        .execute(c).await.map(|_| ()));
    match done {
        Err(sqlx::Error::Database(e)) if e.is_unique_violation() => {
            Err(Error::conflict("exists", format!("the store {} exists already", store.id)))
        }
        other => Ok(other?),
    }
}

pub async fn find(conn: &mut Conn, id: &StoreId) -> Result<Option<Store>> {
    let sql =
        "select id, name, industry, identity_secret, origins, policy, version, created_at from store where id = $1";
    let row: Option<Row> = on!(conn, c => sqlx::query_as(sql).bind(id.as_str()).fetch_optional(c).await)?;
    row.map(Row::store).transpose()
}

pub async fn all(conn: &mut Conn) -> Result<Vec<Store>> {
    let sql = "select id, name, industry, identity_secret, origins, policy, version, created_at from store order by id";
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql).fetch_all(c).await)?;
    rows.into_iter().map(Row::store).collect()
}

/// The store's version, so that a copy in memory knows whether it is old.
pub async fn version(conn: &mut Conn, id: &StoreId) -> Result<Option<i64>> {
    let sql = "select version from store where id = $1";
    Ok(on!(conn, c => sqlx::query_scalar(sql).bind(id.as_str()).fetch_optional(c).await)?)
}

/// Says that something that copies in memory hold has changed.
pub async fn touch(conn: &mut Conn, id: &StoreId) -> Result<()> {
    let sql = "update store set version = version + 1 where id = $1";
    on!(conn, c => sqlx::query(sql).bind(id.as_str()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Sets the policy (JSON).
pub async fn set_policy(conn: &mut Conn, id: &StoreId, policy: &str) -> Result<()> {
    let sql = "update store set policy = $2, version = version + 1 where id = $1";
    on!(conn, c => sqlx::query(sql).bind(id.as_str()).bind(policy).execute(c).await.map(|_| ()))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    industry: String,
    identity_secret: String,
    origins: String,
    policy: String,
    version: i64,
    created_at: i64,
}

impl Row {
    fn store(self) -> Result<Store> {
        Ok(Store {
            id: self.id.into(),
            name: self.name,
            industry: self.industry,
            identity_secret: self.identity_secret,
            origins: serde_json::from_str(&self.origins).map_err(|e| Error::Internal(e.into()))?,
            policy: self.policy,
            version: self.version,
            created_at: self.created_at,
        })
    }
}
