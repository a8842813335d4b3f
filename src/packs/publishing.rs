//! Versions of a store's packs: publishing, going back, history. A version never changes, and a pack that is broken
//! or fails its own sample conversations is never put in force.

use serde::Serialize;

use super::rehearsal::{Rehearsal, Report, rehearse};
use super::{Files, Flaw, Flaws, Pack, Source};
use crate::clock::Millis;
use crate::db::pack::{self, Draft, Release, Texts};
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::ids::StoreId;

pub use crate::db::pack::{Release as Step, Version as Row};

/// What was put in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    pub pack: String,
    /// 0: none of the store's own; the folder's or the program's pack is in force again.
    pub number: i64,
    /// Empty with the number 0.
    pub hash: String,
    /// False where the same files were in force already.
    pub changed: bool,
    /// How the pack's own conversations went; absent where they were not played.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rehearsed: Option<Report>,
}

/// Why a pack was not published.
#[derive(Debug)]
pub enum Refusal {
    Broken(Flaws),
    /// Its own sample conversations do not go as they say.
    Failed(Report),
    Other(Error),
}

/// Checks a pack, plays its conversations, stores it as a new version and puts it in force, in this order. `only`: the
/// id that it must have. `by` names who does it. The same files again change nothing.
pub async fn publish(
    db: &Db,
    now: Millis,
    (store, only): (&StoreId, Option<&str>),
    by: &str,
    files: Files,
    rehearsal: Option<&dyn Rehearsal>,
) -> Result<Published, Refusal> {
    let pack = check(files, only).map_err(Refusal::Broken)?;
    let rehearsed = match rehearsal {
        Some(rehearsal) => Some(rehearse(&pack, rehearsal).await.map_err(Refusal::Other)?),
        None => None,
    };
    if let Some(report) = rehearsed.as_ref().filter(|report| !report.failures.is_empty()) {
        return Err(Refusal::Failed(report.clone()));
    }
    let (store, by) = (store.clone(), by.to_owned());
    let put = db.write(move |conn| Box::pin(async move { put_in_force(conn, now, &store, by, pack).await }));
    let published = put.await.map_err(Refusal::Other)?;
    Ok(Published { rehearsed, ..published })
}

/// Reads a pack that must have the id `only`.
pub fn check(files: Files, only: Option<&str>) -> Result<Pack, Flaws> {
    // The number is known once it is stored.
    let pack = Pack::parse(files, Source::Published(0))?;
    match only {
        Some(only) if only != pack.id() => {
            let text = pack.files.get(super::manifest::FILE).unwrap_or_default();
            let at = text.find("id").unwrap_or(0);
            let why = format!("its id is {}, but {only} is to be published", pack.id());
            Err(Flaw::at(super::manifest::FILE, text, at, why).into())
        }
        _ => Ok(pack),
    }
}

async fn put_in_force(conn: &mut db::Conn, now: Millis, store: &StoreId, by: String, new: Pack) -> Result<Published> {
    db::store::find(conn, store).await?.ok_or(Error::NotFound("store"))?;
    // First, because it holds the store's row: of two who publish at once, one comes after the other.
    db::store::touch(conn, store).await?;
    let id = new.id().to_owned();
    let hash = new.version.hash.clone();
    let before = number_in_force(conn, store, &id).await?;
    if let Some(same) = pack::version(conn, store, &id, before).await?.filter(|row| row.hash == hash) {
        pack::delete_draft(conn, store, &id).await?;
        return Ok(Published { pack: id, number: same.number, hash, changed: false, rehearsed: None });
    }
    let number = 1 + pack::versions(conn, store, &id).await?.first().map_or(0, |last| last.number);
    let row = pack::Version {
        pack: id.clone(),
        number,
        hash: hash.clone(),
        after: before,
        author: by.clone(),
        created_at: now,
    };
    pack::insert(conn, store, &row, &Texts::from(new.files)).await?;
    release(conn, now, store, (&id, number), "publish", by).await?;
    pack::delete_draft(conn, store, &id).await?;
    Ok(Published { pack: id, number, hash, changed: true, rehearsed: None })
}

/// Puts in force what was before: one version back, from the first one back to the folder's or the program's own.
/// `id`: the pack; without it the one that was released last.
///
/// Errors: `not_found` (store), `nothing_before`.
pub async fn roll_back(db: &Db, now: Millis, store: &StoreId, id: Option<&str>, by: &str) -> Result<Published> {
    let (store, id, by) = (store.clone(), id.map(str::to_owned), by.to_owned());
    db.write(move |conn| {
        Box::pin(async move {
            db::store::find(conn, &store).await?.ok_or(Error::NotFound("store"))?;
            db::store::touch(conn, &store).await?;
            let nothing = || Error::conflict("nothing_before", "none of the store's own versions is in force");
            let last = pack::last_release(conn, &store, id.as_deref()).await?.ok_or_else(nothing)?;
            let current = pack::version(conn, &store, &last.pack, last.number).await?.ok_or_else(nothing)?;
            let before = pack::version(conn, &store, &last.pack, current.after).await?;
            release(conn, now, &store, (&last.pack, current.after), "rollback", by).await?;
            let hash = before.map(|row| row.hash).unwrap_or_default();
            Ok(Published { pack: last.pack, number: current.after, hash, changed: true, rehearsed: None })
        })
    })
    .await
}

/// All versions of a pack, the last first, and all that was put in force, the last first.
pub async fn history(db: &Db, store: &StoreId, id: &str) -> Result<(Vec<Row>, Vec<Step>)> {
    let mut conn = db.read().await?;
    Ok((pack::versions(&mut conn, store, id).await?, pack::releases(&mut conn, store, id).await?))
}

/// Keeps a draft, which must be a whole and good pack with this id.
pub async fn keep_draft(
    db: &Db,
    now: Millis,
    (store, id): (&StoreId, &str),
    by: &str,
    files: Files,
) -> Result<Pack, Refusal> {
    let pack = check(files, Some(id)).map_err(Refusal::Broken)?;
    let draft = Draft { files: pack.files.clone().into(), author: by.to_owned(), updated_at: now };
    let (store, id) = (store.clone(), id.to_owned());
    let kept = db.write(move |conn| Box::pin(async move { pack::set_draft(conn, &store, &id, &draft).await }));
    kept.await.map_err(Refusal::Other)?;
    Ok(pack)
}

/// The draft's files, if there is one.
pub async fn draft(db: &Db, store: &StoreId, id: &str) -> Result<Option<Draft>> {
    pack::draft(&mut db.read().await?, store, id).await
}

async fn number_in_force(conn: &mut db::Conn, store: &StoreId, id: &str) -> Result<i64> {
    Ok(pack::last_release(conn, store, Some(id)).await?.map_or(0, |last| last.number))
}

async fn release(
    conn: &mut db::Conn,
    at: Millis,
    store: &StoreId,
    (id, number): (&str, i64),
    what: &str,
    author: String,
) -> Result<()> {
    let step = 1 + pack::last_release(conn, store, None).await?.map_or(0, |last| last.step);
    let row = Release { pack: id.to_owned(), step, number, what: what.into(), author, at };
    pack::release(conn, store, &row).await
}

/// Throws a draft away.
pub async fn drop_draft(db: &Db, store: &StoreId, id: &str) -> Result<()> {
    let (store, id) = (store.clone(), id.to_owned());
    db.write(move |conn| Box::pin(async move { pack::delete_draft(conn, &store, &id).await })).await
}

/// The packs of which a store has a draft.
pub async fn drafts(db: &Db, store: &StoreId) -> Result<Vec<String>> {
    pack::drafts(&mut db.read().await?, store).await
}

/// One version's files.
pub async fn version(db: &Db, store: &StoreId, id: &str, number: i64) -> Result<Option<Texts>> {
    pack::files(&mut db.read().await?, store, id, number).await
}
