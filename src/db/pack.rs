//! Prompt packs of stores: versions that never change, which is in force, drafts.

use std::collections::BTreeMap;

use super::event::json;
use super::{Conn, on};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::StoreId;

/// Names to texts, as a pack's files are stored.
pub type Texts = BTreeMap<String, String>;

/// A published version without its files.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Version {
    pub pack: String,
    /// Counts from 1 in each pack of a store.
    pub number: i64,
    /// SHA-256 of the files, hex.
    pub hash: String,
    /// The number that was in force before it; 0 for none of the store's own.
    pub after: i64,
    pub author: String,
    pub created_at: Millis,
}

/// Something that was put in force.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Release {
    pub pack: String,
    /// Counts from 1 in a store.
    pub step: i64,
    /// 0: none of the store's own.
    pub number: i64,
    /// `publish` or `rollback`.
    pub what: String,
    pub author: String,
    pub at: Millis,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub files: Texts,
    pub author: String,
    pub updated_at: Millis,
}

/// Stores a new version. It is not in force before [`release`].
pub async fn insert(conn: &mut Conn, store: &StoreId, version: &Version, files: &Texts) -> Result<()> {
    let sql = "insert into pack_version (store, pack, number, hash, files, after, author, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let files = json(files)?;
    on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(&version.pack).bind(version.number).bind(&version.hash).bind(files)
        .bind(version.after).bind(&version.author).bind(version.created_at)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Puts a version in force.
pub async fn release(conn: &mut Conn, store: &StoreId, release: &Release) -> Result<()> {
    let sql = "insert into pack_release (store, pack, step, number, what, author, at) \
               values ($1, $2, $3, $4, $5, $6, $7)";
    on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(&release.pack).bind(release.step).bind(release.number).bind(&release.what)
        .bind(&release.author).bind(release.at)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The last release of a pack, or with `None` of any pack of the store.
pub async fn last_release(conn: &mut Conn, store: &StoreId, pack: Option<&str>) -> Result<Option<Release>> {
    let sql = "select pack, step, number, what, author, at from pack_release \
               where store = $1 and (cast($2 as text) is null or pack = $2) order by step desc limit 1";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(pack).fetch_optional(c).await)?)
}

/// All that was put in force of a pack, the last first.
pub async fn releases(conn: &mut Conn, store: &StoreId, pack: &str) -> Result<Vec<Release>> {
    let sql = "select pack, step, number, what, author, at from pack_release \
               where store = $1 and pack = $2 order by step desc";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(pack).fetch_all(c).await)?)
}

/// All versions of a pack, the last first.
pub async fn versions(conn: &mut Conn, store: &StoreId, pack: &str) -> Result<Vec<Version>> {
    let sql = "select pack, number, hash, after, author, created_at from pack_version \
               where store = $1 and pack = $2 order by number desc";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(pack).fetch_all(c).await)?)
}

/// One version.
pub async fn version(conn: &mut Conn, store: &StoreId, pack: &str, number: i64) -> Result<Option<Version>> {
    let sql = "select pack, number, hash, after, author, created_at from pack_version \
               where store = $1 and pack = $2 and number = $3";
    let row = on!(conn, c => sqlx::query_as(sql)
        .bind(store.as_str()).bind(pack).bind(number).fetch_optional(c).await)?;
    Ok(row)
}

/// One version's files.
pub async fn files(conn: &mut Conn, store: &StoreId, pack: &str, number: i64) -> Result<Option<Texts>> {
    let sql = "select files from pack_version where store = $1 and pack = $2 and number = $3";
    let text: Option<String> = on!(conn, c => sqlx::query_scalar(sql)
        .bind(store.as_str()).bind(pack).bind(number).fetch_optional(c).await)?;
    text.map(|text| texts(&text)).transpose()
}

/// Every pack of which the store has a version in force: its id, the number and the files.
pub async fn in_force(conn: &mut Conn, store: &StoreId) -> Result<Vec<(String, i64, Texts)>> {
    let sql = "select v.pack, v.number, v.files from pack_version v \
               join pack_release r on r.store = v.store and r.pack = v.pack and r.number = v.number \
               where v.store = $1 and r.step = (select max(l.step) from pack_release l \
               where l.store = r.store and l.pack = r.pack) order by v.pack";
    let rows: Vec<(String, i64, String)> = on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?;
    rows.into_iter().map(|(pack, number, files)| Ok((pack, number, texts(&files)?))).collect()
}

/// Stores a draft in place of the one before.
pub async fn set_draft(conn: &mut Conn, store: &StoreId, pack: &str, draft: &Draft) -> Result<()> {
    let sql = "insert into pack_draft (store, pack, files, author, updated_at) values ($1, $2, $3, $4, $5) \
               on conflict (store, pack) do update set files = excluded.files, author = excluded.author, \
               updated_at = excluded.updated_at";
    let files = json(&draft.files)?;
    on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(pack).bind(files).bind(&draft.author).bind(draft.updated_at)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

pub async fn draft(conn: &mut Conn, store: &StoreId, pack: &str) -> Result<Option<Draft>> {
    let sql = "select files, author, updated_at from pack_draft where store = $1 and pack = $2";
    let row: Option<(String, String, Millis)> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(pack).fetch_optional(c).await)?;
    row.map(|(files, author, updated_at)| Ok(Draft { files: texts(&files)?, author, updated_at })).transpose()
}

/// The packs of which the store has a draft.
pub async fn drafts(conn: &mut Conn, store: &StoreId) -> Result<Vec<String>> {
    let sql = "select pack from pack_draft where store = $1 order by pack";
    Ok(on!(conn, c => sqlx::query_scalar(sql).bind(store.as_str()).fetch_all(c).await)?)
}

pub async fn delete_draft(conn: &mut Conn, store: &StoreId, pack: &str) -> Result<()> {
    let sql = "delete from pack_draft where store = $1 and pack = $2";
    on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(pack).execute(c).await.map(|_| ()))?;
    Ok(())
}

fn texts(json: &str) -> Result<Texts> {
    serde_json::from_str(json).map_err(|e| Error::Internal(e.into()))
}
