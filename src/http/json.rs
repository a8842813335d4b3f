//! Bodies: read within a limit and a time, and parsed with an answer that says where they are wrong.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::faults::{self, Fault};
use super::problem::{answer, plain, refuse};

/// How long a small body may take.
const SOON: Duration = Duration::from_secs(10);

/// A JSON body. The content type is not looked at: whoever may not speak for a browser is stopped by other means.
pub(super) struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let bytes = whole(request, state, SOON).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let Fault { code, field, message } = faults::in_body::<T>(&bytes, &error);
            let mut problem = plain(code, message);
            problem.line = Some(error.line() as u64).filter(|line| *line > 0);
            problem.field = field;
            answer(StatusCode::BAD_REQUEST, &problem)
        })
    }
}

/// A whole body, within the route's limit.
pub(super) async fn whole<S: Send + Sync>(request: Request, state: &S, time: Duration) -> Result<Bytes, Response> {
    match timeout(time, Bytes::from_request(request, state)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is larger than this path takes"))
        }
        Ok(Err(_)) => Err(refuse(StatusCode::BAD_REQUEST, "invalid", "the body ended early")),
        Err(_) => Err(refuse(StatusCode::REQUEST_TIMEOUT, "timeout", "the body took too long")),
    }
}
