//! A merchant's own server on loopback: tools over MCP (`/mcp`, by the protocol's own library) and over plain HTTP (`/api`),
//! with a ledger of every call that reached it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::stream;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ListToolsResult, PaginatedRequestParams,
    ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, ServerHandler};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[derive(Clone)]
pub struct Merchant {
    pub port: u16,
    held: Arc<Mutex<Held>>,
}

/// How every tool answers.
#[derive(Clone)]
pub enum Manner {
    Data(Value),
    /// MCP: a text; HTTP: the body of an answer that says it is JSON.
    Text(String),
    /// The tool says that it failed.
    Refuses(&'static str),
    /// After doing what it does.
    Late(Duration),
    /// Never ends (HTTP).
    Endless,
    /// Sends elsewhere (HTTP).
    Elsewhere(String),
    /// 500 (HTTP); an error of the protocol (MCP).
    Breaks,
}

#[derive(Clone)]
struct Held {
    /// Name, description, schema, changes nothing.
    tools: Vec<(String, String, Value, bool)>,
    manner: Manner,
    /// `{tool, arguments, subject, key, authorization}` of each call.
    calls: Vec<Value>,
    requests: usize,
    /// Tools of one page of the list (MCP).
    page: usize,
}

impl Merchant {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let held = Held { tools: Vec::new(), manner: Manner::Data(json!({})), calls: Vec::new(), requests: 0, page: 2 };
        let merchant = Self { port, held: Arc::new(Mutex::new(held)) };
        merchant.tool("stock", "How many are left", &sku(), true);
        merchant.tool("refund", "Gives money back", &sku(), false);
        merchant.tool("secret_report", "Not for buyers", &sku(), true);
        let speaker = merchant.clone();
        let mcp = StreamableHttpService::new(
            move || Ok(speaker.clone()),
            Arc::new(LocalSessionManager::default()),
            StreamableHttpServerConfig::default(),
        );
        let counter = merchant.clone();
        let app = Router::new()
            .route("/api/tools", get(listed))
            .route("/api/tools/{name}", post(called))
            .with_state(merchant.clone())
            .nest_service("/mcp", mcp)
            .layer(axum::middleware::map_request(move |request: axum::extract::Request| {
                counter.held().requests += 1;
                std::future::ready(request)
            }));
        tokio::spawn(async move { axum::serve(listener, app).await });
        merchant
    }

    /// Adds a tool, or changes it.
    pub fn tool(&self, name: &str, description: &str, schema: &Value, read_only: bool) {
        let mut held = self.held();
        held.tools.retain(|tool| tool.0 != name);
        held.tools.push((name.into(), description.into(), schema.clone(), read_only));
    }

    pub fn answers(&self, manner: Manner) {
        self.held().manner = manner;
    }

    pub fn calls(&self) -> Vec<Value> {
        self.held().calls.clone()
    }

    /// Requests of any kind.
    pub fn requests(&self) -> usize {
        self.held().requests
    }

    /// Its address for a kind of connection.
    pub fn url(&self, kind: &str) -> String {
        let path = if kind == "mcp" { "mcp" } else { "api" };
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().expect("nobody panicked with it")
    }

    fn note(&self, call: Value) -> Manner {
        let mut held = self.held();
        held.calls.push(call);
        held.manner.clone()
    }
}

pub fn sku() -> Value {
    json!({"type": "object", "required": ["sku"],
        "properties": {"sku": {"type": "string"}, "buyer_id": {"type": "string"}}})
}

impl ServerHandler for Merchant {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let Held { tools, page, .. } = self.held().clone();
        let start: usize = request.and_then(|r| r.cursor).and_then(|c| c.parse().ok()).unwrap_or(0);
        let listed = tools.iter().skip(start).take(page).map(|(name, description, schema, read_only)| {
            let schema = schema.as_object().expect("a schema is an object").clone();
            let tool = Tool::new(name.clone(), description.clone(), Arc::new(schema));
            tool.with_annotations(ToolAnnotations::new().read_only(*read_only))
        });
        let mut result = ListToolsResult::with_all_items(listed.collect());
        result.next_cursor = (start + page < tools.len()).then(|| (start + page).to_string());
        Ok(result)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let headers = context.extensions.get::<axum::http::request::Parts>().map(|parts| parts.headers.clone());
        let meta = serde_json::to_value(&context.meta).expect("it is JSON");
        let manner = self.note(json!({
            "tool": request.name, "arguments": request.arguments,
            "subject": meta["xiaoer/subject"], "key": meta["xiaoer/idempotency-key"],
            "authorization": header(&headers.unwrap_or_default(), "authorization"),
        }));
        let result = match manner {
            Manner::Data(data) => CallToolResult::structured(data),
            Manner::Text(text) => CallToolResult::success(vec![ContentBlock::text(text)]),
            Manner::Refuses(why) => CallToolResult::error(vec![ContentBlock::text(why)]),
            Manner::Late(by) => {
                tokio::time::sleep(by).await;
                CallToolResult::structured(json!("late"))
            }
            _ => return Err(ErrorData::internal_error("it broke: sk-internal", None)),
        };
        Ok(result.into())
    }
}

async fn listed(State(merchant): State<Merchant>) -> Json<Value> {
    let tools = merchant.held().tools.clone();
    let tools = tools.into_iter().map(|(name, description, schema, read_only)| {
        json!({"name": name, "description": description, "input_schema": schema, "read_only": read_only})
    });
    Json(tools.collect())
}

async fn called(
    State(merchant): State<Merchant>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(arguments): Json<Value>,
) -> Response {
    let manner = merchant.note(json!({
        "tool": name, "arguments": arguments, "subject": header(&headers, "x-xiaoer-subject"),
        "key": header(&headers, "idempotency-key"), "authorization": header(&headers, "authorization"),
    }));
    let as_json = [("content-type", "application/json")];
    match manner {
        Manner::Data(data) => Json(data).into_response(),
        Manner::Text(text) => (as_json, text).into_response(),
        Manner::Refuses(why) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!(why))).into_response(),
        Manner::Late(by) => {
            tokio::time::sleep(by).await;
            Json("late").into_response()
        }
        Manner::Endless => {
            let drops = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 4096])));
            (as_json, Body::from_stream(drops)).into_response()
        }
        Manner::Elsewhere(to) => (StatusCode::TEMPORARY_REDIRECT, [("location", to)]).into_response(),
        Manner::Breaks => (StatusCode::INTERNAL_SERVER_ERROR, "it broke").into_response(),
    }
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned()
}
