//! `/v1/stores/{store}/packs`: what a merchant's studio reads and writes.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::json::Json;
use super::problem::plain;
use super::who::{Admin, Reader};
use crate::app::App;
use crate::assistant::Rehearsing;
use crate::clock::Millis;
use crate::error::Error;
use crate::ids::StoreId;
use crate::locale::Locale;
use crate::packs::publishing::{self, Published, Refusal, Row, Step};
use crate::packs::{Files, Flaw, Flaws, Pack, Report, Source, rehearse};
use crate::protocol::Problem;
use crate::protocol::rest::Page;

/// Names to texts.
type Texts = BTreeMap<String, String>;

/// A pack as it is in force.
#[derive(Serialize)]
pub(super) struct Listed {
    id: String,
    /// By locale.
    name: BTreeMap<&'static str, String>,
    serves: Vec<String>,
    /// `built_in`, `folder` or `published`.
    source: &'static str,
    /// The store's own number; 0 where none of its own is in force.
    number: i64,
    hash: String,
    /// As it is stamped on what is said with it.
    version: String,
    cases: usize,
    has_draft: bool,
    /// What is wrong with the folder's files as they are; what was read before stays in force.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flaws: Vec<Flaw>,
}

#[derive(Serialize)]
pub(super) struct WithFiles {
    #[serde(flatten)]
    listed: Listed,
    files: Texts,
}

#[derive(Serialize)]
pub(super) struct History {
    items: Vec<Listing>,
    /// What was put in force, by whom and when; the last first.
    steps: Vec<Taken>,
}

#[derive(Serialize)]
struct Listing {
    number: i64,
    hash: String,
    /// Where a rollback leads; 0: none of the store's own.
    after: i64,
    author: String,
    at: Millis,
    in_force: bool,
}

#[derive(Serialize)]
struct Taken {
    what: String,
    number: i64,
    author: String,
    at: Millis,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Draft {
    files: Texts,
}

#[derive(Serialize)]
pub(super) struct Kept {
    hash: String,
    cases: usize,
}

/// A refusal with every mistake.
#[derive(Serialize)]
struct Refused<T> {
    #[serde(flatten)]
    problem: Problem,
    errors: Vec<T>,
}

/// The packs of the store.
pub(super) async fn list(State(app): State<Arc<App>>, reader: Reader) -> Result<axum::Json<Page<Listed>>, Error> {
    let drafts = publishing::drafts(&app.db, &reader.store).await?;
    let packs = app.packs.all(&reader.store).await?;
    let items = packs.values().map(|pack| Listed::of(pack, &app, drafts.iter().any(|d| d == pack.id()))).collect();
    Ok(axum::Json(Page { items, next: None }))
}

/// One pack in force, with its files.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
) -> Result<axum::Json<WithFiles>, Error> {
    let packs = app.packs.all(&reader.store).await?;
    let pack = packs.get(&id).ok_or(Error::NotFound("pack"))?;
    let has_draft = publishing::draft(&app.db, &reader.store, &id).await?.is_some();
    Ok(axum::Json(WithFiles { listed: Listed::of(pack, &app, has_draft), files: pack.files.clone().into() }))
}

/// All that the store published of a pack, the last first. A pack of which it published nothing has none.
pub(super) async fn versions(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
) -> Result<axum::Json<History>, Error> {
    let (rows, steps) = publishing::history(&app.db, &reader.store, &id).await?;
    if rows.is_empty() && !app.packs.all(&reader.store).await?.contains_key(&id) {
        return Err(Error::NotFound("pack"));
    }
    let in_force = steps.first().map_or(0, |step| step.number);
    let items = rows.into_iter().map(|row| Listing::of(row, in_force)).collect();
    Ok(axum::Json(History { items, steps: steps.into_iter().map(Taken::of).collect() }))
}

/// One version's files.
pub(super) async fn version(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, id, number)): Path<(String, String, String)>,
) -> Result<axum::Json<Draft>, Error> {
    let number = number.parse().map_err(|_| Error::NotFound("version"))?;
    let files = publishing::version(&app.db, &reader.store, &id, number).await?;
    Ok(axum::Json(Draft { files: files.ok_or(Error::NotFound("version"))? }))
}

/// The draft's files.
pub(super) async fn draft(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
) -> Result<axum::Json<Draft>, Error> {
    let draft = publishing::draft(&app.db, &reader.store, &id).await?.ok_or(Error::NotFound("draft"))?;
    Ok(axum::Json(Draft { files: draft.files }))
}

/// Keeps a draft; a broken one is refused with file, line and column, and the one before stays.
pub(super) async fn keep_draft(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((_, id)): Path<(String, String)>,
    Json(Draft { files }): Json<Draft>,
) -> Result<axum::Json<Kept>, Response> {
    let files = Files::new(files).map_err(broken)?;
    let kept = publishing::keep_draft(&app.db, app.clock.now(), (&admin.store, &id), &admin.by, files).await;
    let pack = kept.map_err(refused)?;
    Ok(axum::Json(Kept { hash: pack.version.hash, cases: pack.cases.len() }))
}

/// Throws the draft away.
pub(super) async fn drop_draft(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    publishing::drop_draft(&app.db, &admin.store, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Plays the sample conversations of the draft, or where there is none of the pack in force.
pub(super) async fn test(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((_, id)): Path<(String, String)>,
) -> Result<axum::Json<Report>, Response> {
    let response = IntoResponse::into_response;
    let pack = match publishing::draft(&app.db, &admin.store, &id).await.map_err(response)? {
        Some(draft) => {
            let files = Files::new(draft.files).map_err(broken)?;
            Arc::new(publishing::check(files, Some(&id)).map_err(broken)?)
        }
        None => {
            let packs = app.packs.all(&admin.store).await.map_err(response)?;
            packs.get(&id).cloned().ok_or_else(|| Error::NotFound("pack").into_response())?
        }
    };
    let rehearsing = rehearsing(&app, &admin.store).await.map_err(response)?;
    rehearse(&pack, &rehearsing).await.map(axum::Json).map_err(response)
}

/// With the lines of the general pack that is in force for the store.
async fn rehearsing(app: &App, store: &StoreId) -> Result<Rehearsing, Error> {
    Ok(Rehearsing::new(app.packs.general(store).await?))
}

/// Puts the draft in force as a new version, if its own conversations go as they say.
pub(super) async fn publish(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((_, id)): Path<(String, String)>,
) -> Result<axum::Json<Published>, Response> {
    let draft = publishing::draft(&app.db, &admin.store, &id).await.map_err(IntoResponse::into_response)?;
    let no_draft = || Error::conflict("no_draft", "there is no draft to publish; PUT one first").into_response();
    let files = Files::new(draft.ok_or_else(no_draft)?.files).map_err(broken)?;
    let place = (&admin.store, Some(id.as_str()));
    let rehearsing = rehearsing(&app, &admin.store).await.map_err(IntoResponse::into_response)?;
    let done = publishing::publish(&app.db, app.clock.now(), place, &admin.by, files, Some(&rehearsing)).await;
    app.stores.forget(&admin.store);
    done.map(axum::Json).map_err(refused)
}

/// Puts in force what was before.
pub(super) async fn roll_back(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((_, id)): Path<(String, String)>,
) -> Result<axum::Json<Published>, Error> {
    let back = publishing::roll_back(&app.db, app.clock.now(), &admin.store, Some(&id), &admin.by).await?;
    app.stores.forget(&admin.store);
    Ok(axum::Json(back))
}

impl Listed {
    fn of(pack: &Pack, app: &App, has_draft: bool) -> Self {
        let (source, number) = match pack.version.source {
            Source::BuiltIn => ("built_in", 0),
            Source::Folder => ("folder", 0),
            Source::Published(number) => ("published", number),
        };
        Self {
            id: pack.id().to_owned(),
            name: Locale::ALL.map(|locale| (locale.tag(), pack.manifest.name(locale).to_owned())).into(),
            serves: pack.manifest.serves.iter().map(|category| category.as_str().to_owned()).collect(),
            source,
            number,
            hash: pack.version.hash.clone(),
            version: pack.version.to_string(),
            cases: pack.cases.len(),
            has_draft,
            flaws: app.packs.flaws(pack.id()).0,
        }
    }
}

impl Listing {
    fn of(row: Row, in_force: i64) -> Self {
        let Row { number, hash, after, author, created_at, .. } = row;
        Self { number, hash, after, author, at: created_at, in_force: number == in_force }
    }
}

impl Taken {
    fn of(step: Step) -> Self {
        Self { what: step.what, number: step.number, author: step.author, at: step.at }
    }
}

fn refused(refusal: Refusal) -> Response {
    match refusal {
        Refusal::Broken(flaws) => broken(flaws),
        Refusal::Failed(report) => {
            let problem = plain("cases_failed", "the pack's own sample conversations do not go as they say");
            unprocessable(problem, report.failures)
        }
        Refusal::Other(error) => error.into_response(),
    }
}

fn broken(flaws: Flaws) -> Response {
    let mut problem = plain("pack_broken", flaws.to_string());
    if let Some(first) = flaws.0.first() {
        problem.field = Some(first.file.clone());
        problem.line = Some(first.line as u64);
    }
    unprocessable(problem, flaws.0)
}

fn unprocessable<T: Serialize>(problem: Problem, errors: Vec<T>) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(Refused { problem, errors })).into_response()
}
