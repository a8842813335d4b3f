//! `GET /v1/chat`: buyers.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::origin::Origin;
use super::sockets::Upgrade;
use crate::app::App;

/// A buyer, who says who they are in the first frame.
pub(super) async fn open(State(app): State<Arc<App>>, _origin: Origin, upgrade: Upgrade) -> Response {
    upgrade.open("buyer", move |mut socket| async move {
        app.stop.cancelled().await;
        drop(socket.recv());
    })
}
