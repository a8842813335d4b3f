//! `/v1/stores/{store}/connections`: the merchant's own tools, as they are and as they were approved. They are imported like
//! other files (`imports`).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use super::who::Admin;
use crate::app::App;
use crate::connections::{Approved, Report};
use crate::error::Error;

#[derive(Deserialize)]
pub(super) struct How {
    /// Ask the servers now, instead of showing what they last said.
    #[serde(default)]
    look: bool,
}

/// What to approve; nothing means all tools of the connection.
#[derive(Default, Deserialize)]
struct What {
    tool: Option<String>,
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    admin: Admin,
    how: Result<Query<How>, QueryRejection>,
) -> Result<Json<Report>, Error> {
    let Query(how) = how?;
    Ok(Json(app.connections.report(&admin.store, how.look).await?))
}

/// `POST connections/{name}/approve` with `{}`, `{"tool"}` or nothing.
pub(super) async fn approve(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((_, name)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<Approved>, Error> {
    let what: What = match body.is_empty() {
        true => What::default(),
        false => serde_json::from_slice(&body).map_err(|error| Error::invalid("tool", error.to_string()))?,
    };
    Ok(Json(app.connections.approve(&admin.store, &name, what.tool.as_deref()).await?))
}

pub(super) async fn remove(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path((_, name)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    app.connections.remove(&admin.store, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
