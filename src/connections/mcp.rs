//! A merchant's tools over MCP (streamable HTTP). Each errand is a session of its own: what fails before the call is
//! sent certainly had no effect, and nothing of one buyer's session is left for the next.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use reqwest::Url;
use reqwest::header::HeaderMap;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities, ClientConfig, ContentBlock, ErrorCode,
    Implementation, MetaObject, PaginatedRequestParams, ProtocolVersion, RequestMetaObject,
};
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, RoleClient, RunningService, ServiceError, serve_client_with_lifecycle,
};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};

use super::client::Client;
use super::failure::{Failure, FailureKind};
use super::remote::{Errand, MAX_TOOLS, Reply};
use super::tool::{Effects, Tool};
use super::wire::{MAX_ERROR, Trouble, Wire};

/// So many pages of tools are asked for.
const MAX_PAGES: usize = 20;

struct Session {
    running: RunningService<RoleClient, ClientConfig>,
    trouble: Trouble,
}

pub(super) async fn list(client: &Client, url: &Url, headers: &HeaderMap) -> Result<Vec<Tool>, Failure> {
    let session = open(client, url, headers).await?;
    let mut tools = Vec::new();
    let mut page = None;
    for _ in 0..MAX_PAGES {
        let listed = session.running.peer().list_tools(page.take()).await.map_err(|_| session.failure())?;
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
    match session.running.peer().call_tool_once(params).await {
        Ok(CallToolResponse::Complete(result)) => Ok(reply(result)),
        Ok(_) => Err(Failure::after(FailureKind::BadAnswer, "it asks for more than was agreed")),
        // It did not understand: it has done nothing.
        Err(ServiceError::McpError(error))
            if [ErrorCode::INVALID_PARAMS, ErrorCode::INVALID_REQUEST, ErrorCode::METHOD_NOT_FOUND]
                .contains(&error.code) =>
        {
            Ok(Reply { is_error: true, data: json!(error.message) })
        }
        Err(ServiceError::McpError(_)) => Err(Failure::after(FailureKind::BadAnswer, "it reports an error of its own")),
        Err(_) => Err(session.failure()),
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

impl Session {
    /// Why the library gave up: what happened on the wire, if anything did.
    fn failure(&self) -> Failure {
        self.trouble.take().unwrap_or_else(|| Failure::after(FailureKind::BadAnswer, "the connection was lost"))
    }
}

/// Shakes hands: the way that most servers know first, the way without sessions where that is refused.
async fn open(client: &Client, url: &Url, headers: &HeaderMap) -> Result<Session, Failure> {
    let trouble = Trouble::default();
    let opened = match shake(client, url, headers, ClientLifecycleMode::Initialize, &trouble).await {
        Err(ClientInitializeError::JsonRpcError(_)) => {
            let versions = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::LATEST] };
            shake(client, url, headers, versions, &trouble).await
        }
        other => other,
    };
    let Ok(running) = opened else {
        let foreign = || Failure::before(FailureKind::BadAnswer, "it does not speak MCP as was agreed");
        return Err(Failure { reached: false, ..trouble.take().unwrap_or_else(foreign) });
    };
    Ok(Session { running, trouble })
}

async fn shake(
    client: &Client,
    url: &Url,
    headers: &HeaderMap,
    mode: ClientLifecycleMode,
    trouble: &Trouble,
) -> Result<RunningService<RoleClient, ClientConfig>, ClientInitializeError> {
    let mut config = StreamableHttpClientTransportConfig::with_uri(url.as_str());
    config.custom_headers = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    config.max_json_response_size = client.max_answer();
    config.max_sse_event_size = client.max_answer();
    config.max_error_response_size = MAX_ERROR;
    // A request is sent once; whoever lost its answer decides what that means.
    config.reinit_on_expired_session = false;
    let wire = Wire { http: client.http().clone(), max_answer: client.max_answer(), trouble: trouble.clone() };
    let transport = StreamableHttpClientTransport::with_client(wire, config);
    let us = Implementation::new("xiaoer", env!("CARGO_PKG_VERSION"));
    serve_client_with_lifecycle(ClientConfig::new(ClientCapabilities::default(), us), transport, mode).await
}
