//! `GET /v1/stores/{store}/people`: who works for a store, and who is there.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::who::Reader;
use crate::app::App;
use crate::error::Error;
use crate::protocol::desk::Person;
use crate::protocol::rest::Page;

pub(super) async fn list(State(app): State<Arc<App>>, reader: Reader) -> Result<Json<Page<Person>>, Error> {
    let board = app.boards.read(&reader.store).await?;
    Ok(Json(Page { items: board.people, next: None }))
}
