//! A merchant's tools over MCP (streamable HTTP). Each errand is a session of its own: what fails before the call is
//! sent certainly had no effect, and nothing of one buyer's session is left for the next.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, ClientConfig, ClientJsonRpcMessage,
    ContentBlock, ErrorCode, Implementation, MetaObject, PaginatedRequestParams, ProtocolVersion, RequestMetaObject,
};
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, RoleClient, RunningService, ServiceError, serve_client_with_lifecycle,
};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpClientTransportConfig, StreamableHttpError,
    StreamableHttpPostResponse, StreamableHttpResponseLimits,
};
use serde_json::{Value, json};
use sse_stream::Sse;

use super::client::{Client, failure};
use super::failure::{Failure, FailureKind};
use super::remote::{Errand, MAX_TOOLS, Reply};
use super::tool::{Effects, Tool};

/// So many pages of tools are asked for.
const MAX_PAGES: usize = 20;
/// What the largest part of an error is that we look at, in bytes.
const MAX_ERROR: usize = 4 * 1024;

type Session = RunningService<RoleClient, ClientConfig>;

pub(super) async fn list(client: &Client, url: &Url, headers: &HeaderMap) -> Result<Vec<Tool>, Failure> {
    let session = open(client, url, headers).await?;
    let mut tools = Vec::new();
    let mut page = None;
    for _ in 0..MAX_PAGES {
        let listed =
            session.peer().list_tools(page.take()).await.map_err(|e| Failure { reached: false, ..lost(&e) })?;
        tools.extend(listed.tools.into_iter().map(Tool::from));
        match listed.next_cursor {
            Some(next) if tools.len() <= MAX_TOOLS => {
                page = Some(PaginatedRequestParams::default().with_cursor(Some(next)))
            }
            _ => return Ok(tools),
        }
    }
    Err(Failure::before(FailureKind::TooLarge, format!("its list of tools has more than {MAX_PAGES} pages")))
}

pub(super) async fn call(
    client: &Client,
    url: &Url,
    headers: &HeaderMap,
    errand: &Errand<'_>,
) -> Result<Reply, Failure> {
    let session = open(client, url, headers).await?;
    let mut meta = MetaObject::default();
    meta.0.insert("xiaoer/subject".into(), errand.buyer.into());
    meta.0.insert("xiaoer/store".into(), errand.store.into());
    meta.0.insert("xiaoer/idempotency-key".into(), errand.key.into());
    let mut params = CallToolRequestParams::new(errand.tool.to_owned()).with_arguments(errand.arguments.clone());
    params.meta = Some(RequestMetaObject(meta));
    errand.is_on_its_way.store(true, Ordering::Release);
    match session.peer().call_tool_once(params).await {
        Ok(CallToolResponse::Complete(result)) => Ok(reply(result)),
        Ok(_) => Err(Failure::after(FailureKind::BadAnswer, "it asks for more than was agreed")),
        // It did not understand: it has done nothing.
        Err(ServiceError::McpError(error))
            if [ErrorCode::INVALID_PARAMS, ErrorCode::INVALID_REQUEST, ErrorCode::METHOD_NOT_FOUND]
                .contains(&error.code) =>
        {
            Ok(Reply { is_error: true, data: json!(error.message) })
        }
        Err(error) => Err(lost(&error)),
    }
}

impl From<rmcp::model::Tool> for Tool {
    fn from(tool: rmcp::model::Tool) -> Self {
        let hints = tool.annotations.unwrap_or_default();
        let effects = match (hints.read_only_hint, hints.idempotent_hint) {
            (Some(true), _) => Effects::None,
            (_, Some(true)) => Effects::Idempotent,
            _ => Effects::Once,
        };
        Self {
            name: tool.name.into_owned(),
            description: tool.description.map_or_else(String::new, std::borrow::Cow::into_owned),
            schema: Arc::unwrap_or_clone(tool.input_schema),
            effects,
        }
    }
}

/// What is structured is taken as it is; otherwise the texts, each as JSON if it is that. Pictures, sounds and files are
/// left out, and how many there were is said.
fn reply(result: CallToolResult) -> Reply {
    let is_error = result.is_error == Some(true);
    if let Some(data) = result.structured_content {
        return Reply { is_error, data };
    }
    let blocks = result.content.len();
    let texts = result.content.into_iter().filter_map(|block| match block {
        ContentBlock::Text(text) => Some(text.text),
        _ => None,
    });
    let mut texts: Vec<Value> = texts.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text))).collect();
    let left_out = blocks - texts.len();
    let data = match texts.len() {
        0 if left_out == 0 => Value::Null,
        1 if left_out == 0 => texts.remove(0),
        _ => json!({"parts": texts, "left_out": left_out}),
    };
    Reply { is_error, data }
}

/// Shakes hands: the way that most servers know first, the way without sessions where that is refused.
async fn open(client: &Client, url: &Url, headers: &HeaderMap) -> Result<Session, Failure> {
    let versions = vec![ProtocolVersion::LATEST];
    match shake(client, url, headers, ClientLifecycleMode::Initialize).await {
        Err(ClientInitializeError::JsonRpcError(_)) => {
            shake(client, url, headers, ClientLifecycleMode::Discover { preferred_versions: versions }).await
        }
        other => other,
    }
    .map_err(|error| Failure { reached: false, ..cause(&error, "it does not speak MCP as was agreed") })
}

async fn shake(
    client: &Client,
    url: &Url,
    headers: &HeaderMap,
    mode: ClientLifecycleMode,
) -> Result<Session, ClientInitializeError> {
    let mut config = StreamableHttpClientTransportConfig::with_uri(url.as_str());
    config.custom_headers = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    config.max_json_response_size = client.max_answer();
    config.max_sse_event_size = client.max_answer();
    config.max_error_response_size = MAX_ERROR;
    // A request is sent once; whoever lost its answer decides what that means.
    config.reinit_on_expired_session = false;
    let wire = Wire { http: client.http().clone(), max_answer: client.max_answer() };
    let transport = StreamableHttpClientTransport::with_client(wire, config);
    let us = Implementation::new("xiaoer", env!("CARGO_PKG_VERSION"));
    serve_client_with_lifecycle(ClientConfig::new(ClientCapabilities::default(), us), transport, mode).await
}

fn lost(error: &ServiceError) -> Failure {
    match error {
        ServiceError::McpError(_) => Failure::after(FailureKind::BadAnswer, "it reports an error of its own"),
        other => cause(other, "the connection was lost"),
    }
}

/// The failure behind the library's error.
fn cause(error: &(dyn std::error::Error + 'static), otherwise: &str) -> Failure {
    let mut inner = Some(error);
    while let Some(error) = inner {
        if let Some(error) = error.downcast_ref::<reqwest::Error>() {
            return failure(error);
        }
        match error.downcast_ref::<StreamableHttpError<reqwest::Error>>() {
            Some(StreamableHttpError::ResponseBodyTooLarge { .. }) => {
                return Failure::after(FailureKind::TooLarge, "its answer is too large");
            }
            Some(StreamableHttpError::Client(error)) => return failure(error),
            _ => inner = error.source(),
        }
    }
    Failure::after(FailureKind::BadAnswer, otherwise)
}

/// The library's own HTTP, with less of it: no stream beside the answers, and an end to what an answer may hold.
#[derive(Clone)]
struct Wire {
    http: reqwest::Client,
    max_answer: usize,
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
        let sent = self.http.post_message_with_response_limits(uri, message, session, auth, headers, limits).await?;
        Ok(match sent {
            StreamableHttpPostResponse::Sse(stream, session) => {
                StreamableHttpPostResponse::Sse(ending(stream, self.max_answer), session)
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

/// The stream up to so many bytes, all its events together.
fn ending(stream: BoxStream<'static, Result<Sse, SseError>>, most: usize) -> BoxStream<'static, Result<Sse, SseError>> {
    let within = stream.scan(0, move |read, event| {
        // Each event has a line or two of its own besides its data.
        *read += 16 + event.as_ref().map_or(0, |event| event.data.as_ref().map_or(0, String::len));
        std::future::ready((*read <= most).then_some(event))
    });
    within.boxed()
}
