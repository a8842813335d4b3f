//! The pages: built by `make web`, carried in the binary. Without them the rest still works and their paths are empty.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;

use super::{Front, problem};
use crate::app::App;
use crate::error::Error;
use crate::ids::StoreId;

/// The store that has a small shop of its own.
const DEMO: &str = "demo";

const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const SHOP_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'self'";
const WIDGET_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";
/// For everything that is no page.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web/widget/dist"]
#[allow_missing = true]
struct Widget;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web/console/dist"]
#[allow_missing = true]
struct Console;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web/shop/dist"]
#[allow_missing = true]
struct Shop;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/widget.js", get(loader))
        .route("/widget", get(|| async { Redirect::permanent("/widget/") }))
        .route("/widget/", get(widget))
        .route("/widget/{*path}", get(async |path: Path<String>, headers: HeaderMap| asset::<Widget>(&path, &headers)))
        .route("/console", get(console))
        .route("/console/", get(console))
        .route("/console/{*path}", get(console_path))
        .route("/", get(shop))
        .route("/p/{*path}", get(shop))
        .route("/shop/{*path}", get(async |path: Path<String>, headers: HeaderMap| asset::<Shop>(&path, &headers)))
        .fallback(problem::no_such_path)
}

/// Headers that every answer has.
pub(super) async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CONTENT_SECURITY_POLICY, NO_PAGE);
    set(header::CACHE_CONTROL, "no-store");
    response
}

/// The script that a shop embeds. Other sites load it, so it may be read from anywhere.
async fn loader(headers: HeaderMap) -> Response {
    let mut response = file::<Widget>("widget.js", &headers, "public, max-age=300");
    response
        .headers_mut()
        .insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}

#[derive(Deserialize)]
struct Embedded {
    store: Option<StoreId>,
}

/// The widget's page. Only the store's own sites may frame it; the demo store's may be tried out anywhere.
async fn widget(
    State(app): State<Arc<App>>,
    Query(embedded): Query<Embedded>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let store = match &embedded.store {
        Some(id) => app.stores.find(id).await?,
        None => None,
    };
    let ancestors: Cow<'_, str> = match store {
        Some(store) if store.id.as_str() == DEMO && store.origins.is_empty() => "*".into(),
        Some(store) => format!("'self' {}", store.origins.join(" ")).into(),
        None => "'self'".into(),
    };
    Ok(page::<Widget>(&headers, &format!("{WIDGET_POLICY}{ancestors}")))
}

async fn console(headers: HeaderMap) -> Response {
    page::<Console>(&headers, CONSOLE_POLICY)
}

/// An asset of the console, or its page for the paths that its own script understands.
async fn console_path(Path(path): Path<String>, headers: HeaderMap) -> Response {
    if Console::get(&path).is_some() || path.starts_with("assets/") {
        return asset::<Console>(&path, &headers);
    }
    page::<Console>(&headers, CONSOLE_POLICY)
}

/// The demo store's shop, where there is that store.
async fn shop(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, Error> {
    app.stores.find(&DEMO.into()).await?.ok_or(Error::NotFound("path"))?;
    Ok(page::<Shop>(&headers, SHOP_POLICY))
}

fn page<F: RustEmbed>(headers: &HeaderMap, policy: &str) -> Response {
    let mut response = file::<F>("index.html", headers, "no-cache");
    if let Ok(policy) = HeaderValue::from_str(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Files under `assets/` have a hash of what is in them in their names.
fn asset<F: RustEmbed>(path: &str, headers: &HeaderMap) -> Response {
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    file::<F>(path, headers, cache)
}

fn file<F: RustEmbed>(path: &str, headers: &HeaderMap, cache: &'static str) -> Response {
    let Some(plain) = F::get(path) else { return Error::NotFound("path").into_response() };
    let kind = plain.metadata.mimetype().to_owned();
    let packed = if accepts_gzip(headers) { F::get(&format!("{path}.gz")) } else { None };
    let is_packed = packed.is_some();
    let EmbeddedFile { data, metadata } = packed.unwrap_or(plain);
    let tag = tag_of(&metadata.sha256_hash());
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|t| t.trim().trim_start_matches("W/") == tag));
    let mut response =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { data.into_owned().into_response() };
    let out = response.headers_mut();
    for (name, value) in [(header::CONTENT_TYPE, kind), (header::ETAG, tag)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            out.insert(name, value);
        }
    }
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_packed {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
    accepted.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        words.next() == Some("gzip") && words.all(|word| word != "q=0")
    })
}

fn tag_of(hash: &[u8; 32]) -> String {
    let hex: String = hash.iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("\"{hex}\"")
}
