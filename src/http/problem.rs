//! Errors as HTTP answers: always `{"code", "message"}` and what helps.

use std::any::Any;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::faults::{self, Fault};
use crate::error::Error;
use crate::protocol::Problem;

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::RetryLater => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(cause) => {
                // Here and nowhere else: the caller learns only that it happened.
                tracing::error!(error = format!("{cause:#}"), "A request failed");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        answer(status, &self.problem())
    }
}

/// An answer with a problem that no [`Error`] stands for.
pub(super) fn refuse(status: StatusCode, code: &str, message: impl Into<String>) -> Response {
    answer(status, &plain(code, message))
}

pub(super) fn plain(code: &str, message: impl Into<String>) -> Problem {
    Problem { code: code.into(), message: message.into(), id: None, field: None, line: None, retry_after_ms: None }
}

pub(super) fn answer(status: StatusCode, problem: &Problem) -> Response {
    metrics::counter!("xiaoer_http_problems_total", "code" => problem.code.clone()).increment(1);
    let mut response = (status, axum::Json(problem)).into_response();
    if let Some(ms) = problem.retry_after_ms {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(ms.div_ceil(1_000).max(1)));
    }
    response
}

pub(super) async fn no_such_path() -> Error {
    Error::NotFound("path")
}

pub(super) async fn wrong_method() -> Response {
    refuse(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this path takes another method")
}

pub(super) fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let cause = cause.downcast_ref::<&str>().copied().or(cause.downcast_ref::<String>().map(String::as_str));
    let cause = cause.unwrap_or("unknown").to_owned();
    Error::Internal(anyhow::anyhow!("a handler panicked: {cause}")).into_response()
}

impl From<QueryRejection> for Error {
    fn from(rejection: QueryRejection) -> Self {
        let Fault { code, field, message } = faults::in_query(&rejection.body_text());
        Self::Invalid { code, field, message }
    }
}

impl From<PathRejection> for Error {
    fn from(_: PathRejection) -> Self {
        Self::NotFound("path")
    }
}
