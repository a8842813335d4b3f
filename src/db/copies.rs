//! Backups of a SQLite file, and the way back. PostgreSQL has tools of its own for this.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Context;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::lock::Lock;
use super::{Db, meta};
use crate::error::{Error, Result};

/// Writes a consistent copy while others read and write. The copy appears under its name when it is whole.
///
/// Errors: `exists`, when there is a file of that name; `not_found`, when there is no database.
pub async fn backup(database: &Path, copy: &Path) -> Result<()> {
    if copy.exists() {
        return Err(Error::conflict("exists", format!("{} exists already", copy.display())));
    }
    if !database.exists() {
        return Err(Error::NotFound("database; nothing has been stored yet"));
    }
    let part = beside(copy, "part");
    drop(fs::remove_file(&part));
    let mut conn = open(database).await?;
    let made = sqlx::query("vacuum into $1").bind(part.to_string_lossy()).execute(&mut conn).await;
    conn.close().await?;
    let kept = made
        .with_context(|| format!("cannot write {}", part.display()))
        .and_then(|_| settle(&part, copy).with_context(|| format!("cannot write {}", copy.display())));
    if kept.is_err() {
        drop(fs::remove_file(&part));
    }
    Ok(kept?)
}

/// Puts a copy in the database's place. The log gets a new epoch, so that clients who have read further than the copy
/// goes start over; sessions end, because some may have been closed since.
///
/// Errors: `in_use`, when a server runs; `invalid`, when the copy is damaged or no database of ours. Then nothing has
/// changed.
pub async fn restore(copy: &Path, database: &Path) -> Result<()> {
    let _alone = Lock::take(database)?;
    let part = beside(database, "restoring");
    for old in [part.clone(), beside(&part, "-wal"), beside(&part, "-shm")] {
        drop(fs::remove_file(old));
    }
    fs::copy(copy, &part).with_context(|| format!("cannot copy {} to {}", copy.display(), part.display()))?;
    let made = renew(copy, &part).await;
    if let Err(error) = made {
        drop(fs::remove_file(&part));
        return Err(error);
    }
    // What the old file's log still holds belongs to it and not to the copy: should this end here, nothing of it is lost.
    fold_in(database).await;
    for old in ["-wal", "-shm"] {
        let path = joined(database, old);
        if path.exists() {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    settle(&part, database).with_context(|| format!("cannot write {}", database.display()))?;
    Ok(())
}

async fn renew(copy: &Path, part: &Path) -> Result<()> {
    let damaged = |why: &str| Error::invalid("file", format!("{} {why}", copy.display()));
    let mut conn = open(part).await.map_err(|_| damaged("is no SQLite file"))?;
    let check: std::result::Result<String, _> = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut conn).await;
    let ours: std::result::Result<String, _> =
        sqlx::query_scalar("select value from meta where key = 'epoch'").fetch_one(&mut conn).await;
    conn.close().await?;
    if check.ok().as_deref() != Some("ok") {
        return Err(damaged("is damaged"));
    }
    if ours.is_err() {
        return Err(damaged("is not a backup of this program"));
    }
    let db = Db::open(&part.to_string_lossy()).await?;
    let renewed = db.write_here(|conn| Box::pin(meta::restored(conn))).await;
    db.close().await;
    renewed
}

/// Writes what the log of a database holds into its file, where that can be done: the file may be what is broken.
async fn fold_in(database: &Path) {
    let options = SqliteConnectOptions::new().filename(database).create_if_missing(false);
    let Ok(mut conn) = options.connect().await else { return };
    if let Err(error) = sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut conn).await {
        tracing::warn!(%error, "The log of the database that is replaced could not be folded into it");
    }
    drop(conn.close().await);
}

async fn open(path: &Path) -> Result<SqliteConnection> {
    Ok(SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .read_only(true)
        .connect()
        .await
        .with_context(|| format!("cannot open {}", path.display()))?)
}

/// Makes a file durable under its final name.
fn settle(part: &Path, name: &Path) -> std::io::Result<()> {
    File::open(part)?.sync_all()?;
    fs::rename(part, name)?;
    let folder = name.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    joined(path, &format!(".{ending}"))
}

fn joined(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
