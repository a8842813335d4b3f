//! The wire below MCP: what the protocol's library sends goes through the guarded client, and what comes back is counted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use reqwest::header::{HeaderName, HeaderValue};
use rmcp::model::ClientJsonRpcMessage;
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse, StreamableHttpResponseLimits,
};
use sse_stream::Sse;

use super::client::failure;
use super::failure::{Failure, FailureKind};

/// Of an HTTP error so much is looked at, in bytes.
pub(super) const MAX_ERROR: usize = 4 * 1024;

/// The library's own HTTP, with less of it: no stream beside the answers, and an end to what an answer may hold.
#[derive(Clone)]
pub(super) struct Wire {
    pub http: reqwest::Client,
    pub max_answer: usize,
    pub trouble: Trouble,
}

/// The first thing that went wrong on the wire: what the library says of it later has lost the cause.
#[derive(Clone, Default)]
pub(super) struct Trouble(Arc<Mutex<Option<Failure>>>);

impl Trouble {
    pub(super) fn take(&self) -> Option<Failure> {
        self.held().take()
    }

    fn note(&self, failure: Failure) {
        self.held().get_or_insert(failure);
    }

    fn held(&self) -> MutexGuard<'_, Option<Failure>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Outcome<T> = Result<T, StreamableHttpError<reqwest::Error>>;
type Headers = HashMap<HeaderName, HeaderValue>;

impl StreamableHttpClient for Wire {
    type Error = reqwest::Error;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        auth: Option<String>,
        headers: Headers,
    ) -> Outcome<StreamableHttpPostResponse> {
        let mut limits = StreamableHttpResponseLimits::default();
        limits.max_sse_event_size = self.max_answer;
        limits.max_json_response_size = self.max_answer;
        limits.max_error_response_size = MAX_ERROR;
        self.post_message_with_response_limits(uri, message, session, auth, headers, limits).await
    }

    async fn post_message_with_response_limits(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        auth: Option<String>,
        headers: Headers,
        limits: StreamableHttpResponseLimits,
    ) -> Outcome<StreamableHttpPostResponse> {
        let sent = self.http.post_message_with_response_limits(uri, message, session, auth, headers, limits).await;
        Ok(match sent.inspect_err(|error| self.trouble.note(meaning(error)))? {
            StreamableHttpPostResponse::Sse(stream, session) => {
                StreamableHttpPostResponse::Sse(ending(stream, self.max_answer, self.trouble.clone()), session)
            }
            other => other,
        })
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session: Arc<str>,
        auth: Option<String>,
        headers: Headers,
    ) -> Outcome<()> {
        self.http.delete_session(uri, session, auth, headers).await
    }

    /// We listen to answers alone; an answer that was cut off is lost.
    async fn get_stream(
        &self,
        _: Arc<str>,
        _: Option<Arc<str>>,
        _: Option<String>,
        _: Option<String>,
        _: Headers,
    ) -> Outcome<BoxStream<'static, Result<Sse, SseError>>> {
        Err(StreamableHttpError::ServerDoesNotSupportSse)
    }
}

fn meaning(error: &StreamableHttpError<reqwest::Error>) -> Failure {
    match error {
        StreamableHttpError::Client(error) => failure(error),
        StreamableHttpError::ResponseBodyTooLarge { .. } => too_large(),
        StreamableHttpError::AuthRequired(_) | StreamableHttpError::InsufficientScope(_) => {
            Failure::before(FailureKind::Unreachable, "it does not let us in: are the headers right?")
        }
        StreamableHttpError::HttpStatus(error) => {
            Failure::after(FailureKind::BadAnswer, format!("it answers with the status {}", error.status))
        }
        _ => Failure::after(FailureKind::BadAnswer, "it does not answer as MCP says"),
    }
}

fn too_large() -> Failure {
    Failure::after(FailureKind::TooLarge, "its answer is too large")
}

type Events = BoxStream<'static, Result<Sse, SseError>>;

/// The stream up to so many bytes, all its events together.
fn ending(stream: Events, most: usize, trouble: Trouble) -> Events {
    let within = stream.scan(0, move |read, event| {
        match &event {
            // Each event has a line or two of its own besides its data.
            Ok(event) => *read += 16 + event.data.as_ref().map_or(0, String::len),
            Err(SseError::Body(error)) => {
                trouble.note(error.downcast_ref::<reqwest::Error>().map_or_else(too_large, failure));
            }
            Err(_) => trouble.note(Failure::after(FailureKind::BadAnswer, "its stream of events is none")),
        }
        if *read > most {
            trouble.note(too_large());
        }
        std::future::ready((*read <= most).then_some(event))
    });
    within.boxed()
}
