//! `GET /v1/desk`: agents and supervisors.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::origin::Origin;
use super::sockets::Upgrade;
use super::who::Browser;
use crate::app::App;
use crate::error::Error;

/// A signed-in page, or a program that shows its token in the first frame.
pub(super) async fn open(
    State(app): State<Arc<App>>,
    origin: Origin,
    _browser: Result<Browser, Error>,
    upgrade: Upgrade,
) -> Response {
    if !origin.is_ours() {
        return Error::Forbidden("this page may not speak for you").into_response();
    }
    upgrade.open("desk", move |mut socket| async move {
        app.stop.cancelled().await;
        drop(socket.recv());
    })
}
