//! Facts about the database as a whole.

use super::{Conn, Db, on};
use crate::error::Result;

/// Makes what every database must have: its epoch.
pub(super) async fn make_sure(db: &Db) -> Result<()> {
    db.write_here(|conn| Box::pin(put_if_absent(conn, "epoch", uuid::Uuid::new_v4().simple().to_string()))).await
}

/// Changes only when the log is restored from a backup, so that a client ahead of it starts over.
pub async fn epoch(conn: &mut Conn) -> Result<String> {
    Ok(on!(conn, c => sqlx::query_scalar("select value from meta where key = 'epoch'").fetch_one(c).await)?)
}

async fn put_if_absent(conn: &mut Conn, key: &str, value: String) -> Result<()> {
    let sql = "insert into meta (key, value) values ($1, $2) on conflict (key) do nothing";
    on!(conn, c => sqlx::query(sql).bind(key).bind(value).execute(c).await.map(|_| ()))?;
    Ok(())
}
