//! `POST /v1/stores/{store}/imports/{kind}`: a merchant's file as the body.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::json::whole;
use super::who::Admin;
use crate::app::App;
use crate::catalog::storing::{File, Kind, Mode};
use crate::connections;
use crate::error::Error;
use crate::profiles::importing;

/// How long a file may take to arrive.
const UPLOAD: Duration = Duration::from_secs(120);

#[derive(Deserialize)]
pub(super) struct How {
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    keep_good: bool,
    /// The file's name, for its ending; without it the content type says what it is.
    name: Option<String>,
}

/// Reads the file and stores it; `accepted` and `rejected` say how many rows are good and how many are not. Unless
/// `keep_good`, nothing is stored when one is not.
pub(super) async fn import(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((_, kind)): Path<(String, String)>,
    how: Result<Query<How>, QueryRejection>,
    request: Request,
) -> Result<Response, Error> {
    // Connections are not rows of a table alone: their servers are asked for their tools.
    let kind = if kind == connections::IMPORT { None } else { Some(Kind::of(&kind)?) };
    let Query(how) = how?;
    let name = match how.name {
        Some(name) => name,
        None => format!("body.{}", ending(request.headers())?),
    };
    let bytes = match whole(request, &app, UPLOAD).await {
        Ok(bytes) => bytes.into(),
        Err(refused) => return Ok(refused),
    };
    let mode = match how {
        How { dry_run: true, .. } => Mode::DryRun,
        How { keep_good: true, .. } => Mode::KeepGood,
        How { .. } => Mode::Whole,
    };
    let (file, now) = (File { name, bytes }, app.clock.now());
    let imported = match kind {
        Some(kind) => importing::import(&app.db, &admin.store, kind, file, mode, now, |_, _| {}).await?,
        None => app.connections.import(&admin.store, file, mode).await?,
    };
    Ok(Json(imported).into_response())
}

fn ending(headers: &HeaderMap) -> Result<&'static str, Error> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    match kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase().as_str() {
        "text/csv" => Ok("csv"),
        "application/json" => Ok("json"),
        "application/jsonl" | "application/x-ndjson" | "application/x-jsonlines" => Ok("jsonl"),
        "application/toml" => Ok("toml"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Ok("xlsx"),
        _ => Err(Error::invalid("name", "say what the file is: by its content type, or by ?name=FILE.csv")),
    }
}
