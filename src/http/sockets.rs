//! What both sockets share before their first frame.

use std::future::Future;

use axum::extract::FromRequestParts;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::Front;
use super::callers::Caller;
use super::caps::Place;
use super::problem::refuse;
use crate::protocol::SUBPROTOCOL;

/// A socket that may be opened: it speaks our protocol, its address has a place for it, and it is counted.
pub(super) struct Upgrade {
    upgrade: WebSocketUpgrade,
    place: Option<Place>,
    counted: TaskTrackerToken,
}

impl Upgrade {
    /// Opens it and runs `talk` in a task of its own, which the program waits for when it stops.
    pub fn open<F, T>(self, kind: &'static str, talk: F) -> Response
    where
        F: FnOnce(WebSocket) -> T + Send + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let Self { upgrade, place, counted } = self;
        upgrade.on_upgrade(move |socket| async move {
            let _held = (place, counted, Gauge::up(kind));
            talk(socket).await;
        })
    }
}

impl FromRequestParts<Front> for Upgrade {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Response> {
        if front.app.stop.is_cancelled() {
            return Err(refuse(
                StatusCode::SERVICE_UNAVAILABLE,
                "retry_later",
                "the server stops; come back in a moment",
            ));
        }
        let caller = Caller::from_request_parts(parts, front).await.map_err(IntoResponse::into_response)?;
        let upgrade = WebSocketUpgrade::from_request_parts(parts, front).await.map_err(|rejection| {
            refuse(rejection.status(), "upgrade_required", "this path is a WebSocket of version 13")
        })?;
        // A read buffer is allocated for each socket: 128 kB by default, which is 1.3 GB for ten thousand that idle.
        let upgrade = upgrade
            .read_buffer_size(2 * 1024)
            .write_buffer_size(16 * 1024)
            .max_write_buffer_size(512 * 1024)
            .max_message_size(64 * 1024)
            .max_frame_size(64 * 1024)
            .protocols([SUBPROTOCOL]);
        if upgrade.selected_protocol().is_none() {
            let mut response = refuse(
                StatusCode::UPGRADE_REQUIRED,
                "wrong_protocol",
                format!("this server speaks the WebSocket subprotocol {SUBPROTOCOL}"),
            );
            response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
            return Err(response);
        }
        let place = front.caps.socket(caller).map_err(IntoResponse::into_response)?;
        Ok(Self { upgrade, place, counted: front.app.tasks.token() })
    }
}

/// Counts open sockets for `/metrics`.
struct Gauge(metrics::Gauge);

impl Gauge {
    fn up(kind: &'static str) -> Self {
        let gauge = metrics::gauge!("xiaoer_sockets", "kind" => kind);
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for Gauge {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}
