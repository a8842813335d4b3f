//! A merchant's tools over plain HTTP; what is said is written down in `connections/mod.rs`.

use std::sync::atomic::Ordering;

use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::Client;
use super::failure::{Failure, FailureKind};
use super::remote::{Errand, Reply};
use super::tool::{Effects, Tool};

/// Carries the buyer's id as the server knows it.
const SUBJECT: &str = "x-xiaoer-subject";
const STORE: &str = "x-xiaoer-store";
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The list, alone or as `tools` in an object.
#[derive(Deserialize)]
#[serde(untagged)]
enum Listing {
    Alone(Vec<Listed>),
    Within { tools: Vec<Listed> },
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    input_schema: Map<String, Value>,
    #[serde(default)]
    read_only: bool,
    #[serde(default)]
    idempotent: bool,
}

impl From<Listed> for Tool {
    fn from(listed: Listed) -> Self {
        let effects = match listed {
            Listed { read_only: true, .. } => Effects::None,
            Listed { idempotent: true, .. } => Effects::Idempotent,
            Listed { .. } => Effects::Once,
        };
        Self { name: listed.name, description: listed.description, schema: listed.input_schema, effects }
    }
}

pub(super) async fn list(client: &Client, base: &Url, headers: &HeaderMap) -> Result<Vec<Tool>, Failure> {
    let url = below(base, &["tools"])?;
    let request = client.http().get(url.clone()).headers(headers.clone()).header(ACCEPT, "application/json");
    let (status, _, body) = client.send(&url, request).await?;
    if status != 200 {
        return Err(Failure::before(FailureKind::BadAnswer, format!("its list of tools has the status {status}")));
    }
    match serde_json::from_slice(&body) {
        Ok(Listing::Alone(tools) | Listing::Within { tools }) => Ok(tools.into_iter().map(Tool::from).collect()),
        Err(_) => Err(Failure::before(FailureKind::BadAnswer, "its list of tools is not what was agreed")),
    }
}

pub(super) async fn call(
    client: &Client,
    base: &Url,
    headers: &HeaderMap,
    errand: &Errand<'_>,
) -> Result<Reply, Failure> {
    let url = below(base, &["tools", errand.tool])?;
    let request = client
        .http()
        .post(url.clone())
        .headers(headers.clone())
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/json")
        .header(IDEMPOTENCY_KEY, errand.key)
        .header(SUBJECT, header_text(errand.buyer))
        .header(STORE, errand.store)
        .body(Value::Object(errand.arguments.clone()).to_string());
    errand.is_on_its_way.store(true, Ordering::Release);
    let (status, headers, body) = client.send(&url, request).await?;
    match status {
        200..=299 => Ok(Reply { is_error: false, data: read(&headers, &body)? }),
        // The tool, or what stands before it, has refused; nothing was done.
        408 => Err(Failure::after(FailureKind::TimedOut, "it gave up waiting")),
        400..=499 => Ok(Reply { is_error: true, data: read(&headers, &body).unwrap_or(status.into()) }),
        _ => Err(Failure::after(FailureKind::BadAnswer, format!("it answers with the status {status}"))),
    }
}

/// JSON, or a text that says that it is one.
fn read(headers: &HeaderMap, body: &[u8]) -> Result<Value, Failure> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if body.is_empty() {
        return Ok(Value::Null);
    }
    if kind.starts_with("text/plain") {
        return Ok(Value::String(String::from_utf8_lossy(body).into_owned()));
    }
    serde_json::from_slice(body).map_err(|_| Failure::after(FailureKind::BadAnswer, "its answer is no JSON"))
}

/// An id as a header can carry it: what is not printable ASCII, and `%`, as `%XX` of its UTF-8 bytes.
fn header_text(id: &str) -> String {
    let parts = id.bytes().map(|byte| match byte {
        b'!'..=b'~' if byte != b'%' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    parts.collect()
}

/// The URL with more parts at the end of its path.
fn below(base: &Url, parts: &[&str]) -> Result<Url, Failure> {
    let mut url = base.clone();
    match url.path_segments_mut() {
        Ok(mut path) => path.pop_if_empty().extend(parts),
        Err(()) => return Err(Failure::before(FailureKind::Unreachable, "its address has no path")),
    };
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_fit_into_a_header() {
        assert_eq!(header_text("user@shop-1"), "user@shop-1");
        assert_eq!(header_text("小 50%\r\nX: 1"), "%E5%B0%8F%2050%25%0D%0AX:%201");
    }

    #[test]
    fn tools_stand_below_the_address() {
        let url = |base: &str| below(&base.parse().unwrap(), &["tools", "a/../b"]).unwrap().to_string();
        assert_eq!(url("https://shop.example"), "https://shop.example/tools/a%2F..%2Fb");
        assert_eq!(url("https://shop.example/api/?v=2"), "https://shop.example/api/tools/a%2F..%2Fb?v=2");
    }
}
