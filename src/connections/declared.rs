//! A connection as a merchant imports it.

use std::collections::BTreeMap;

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;

use super::remote::Kind;
use super::{address, full_name};
use crate::catalog::imports::{Column, Fields, Row};

/// The most tools of one connection.
const MAX_TOOLS: usize = 64;
/// The longest name that models' providers take for a tool.
const MAX_FULL_NAME: usize = 64;
/// Headers of one connection, and bytes of one header's value.
const MAX_HEADERS: usize = 16;
const MAX_HEADER: usize = 4_096;

/// Headers that are ours, or that say how the request itself is carried.
const RESERVED: [&str; 13] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "idempotency-key",
    "last-event-id",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A row of the import `connections`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Declared {
    pub name: String,
    pub kind: Kind,
    pub url: String,
    pub allow: Vec<String>,
    pub confirm: Vec<String>,
    /// Values are secrets.
    pub headers: BTreeMap<String, String>,
}

impl Row for Declared {
    const COLUMNS: &'static [Column] = &[
        Column::required("name"),
        Column::required("kind"),
        Column::required("url"),
        Column::optional("allow"),
        Column::optional("confirm"),
        Column::optional("headers"),
    ];
    const KEY: &'static str = "name";

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = name(fields);
        let kind = kind(fields);
        let url = url(fields);
        let allow = fields.list("allow", MAX_TOOLS, 128).map(sorted);
        let confirm = fields.list("confirm", MAX_TOOLS, 128).map(sorted);
        let headers = headers(fields);
        if let (Some(name), Some(allow)) = (&name, &allow)
            && let Some(tool) = allow.iter().find(|tool| !can_be_offered(name, tool))
        {
            let most = MAX_FULL_NAME - name.len() - 2;
            return fields.refuse("allow", &format!("{tool}: a tool's name has 1 to {most} of A-Z, a-z, 0-9, _ and -"));
        }
        if let (Some(allow), Some(confirm)) = (&allow, &confirm)
            && let Some(tool) = confirm.iter().find(|tool| !allow.contains(tool))
        {
            return fields.refuse("confirm", &format!("{tool} is not in allow"));
        }
        Some(Self { name: name?, kind: kind?, url: url?, allow: allow?, confirm: confirm?, headers: headers? })
    }

    fn key(&self) -> &str {
        &self.name
    }
}

fn name(fields: &mut Fields<'_>) -> Option<String> {
    let name = fields.text("name", 24)?;
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    // Otherwise two connections could give two tools one name.
    if !plain || name.contains("__") || name.ends_with('_') {
        return fields.refuse("name", "has 1 to 24 of a-z, 0-9 and _, without __ and without _ at the end");
    }
    Some(name)
}

fn kind(fields: &mut Fields<'_>) -> Option<Kind> {
    let kind = fields.text("kind", 16)?;
    Kind::of(&kind).or_else(|| fields.refuse("kind", "must be mcp or http"))
}

fn url(fields: &mut Fields<'_>) -> Option<String> {
    let url = fields.text("url", 2_000)?;
    match address::read(&url) {
        Ok(url) => Some(url.into()),
        Err(why) => fields.refuse("url", &why),
    }
}

/// No error repeats a value.
fn headers(fields: &mut Fields<'_>) -> Option<BTreeMap<String, String>> {
    let given = fields.object("headers", 32 * 1024)?;
    if given.len() > MAX_HEADERS {
        return fields.refuse("headers", &format!("has more than {MAX_HEADERS}"));
    }
    let mut headers = BTreeMap::new();
    for (name, value) in given {
        let name = name.to_ascii_lowercase();
        let reserved = RESERVED.contains(&&*name) || name.starts_with("mcp-") || name.starts_with("x-xiaoer-");
        if HeaderName::from_bytes(name.as_bytes()).is_err() || reserved {
            return fields.refuse("headers", &format!("{name:?} cannot be set"));
        }
        match value {
            Value::String(value) if value.len() <= MAX_HEADER && HeaderValue::from_str(&value).is_ok() => {
                headers.insert(name, value);
            }
            _ => return fields.refuse("headers", &format!("the value of {name} is no text that a header may hold")),
        }
    }
    Some(headers)
}

fn can_be_offered(connection: &str, tool: &str) -> bool {
    let plain = tool.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    plain && !tool.is_empty() && full_name(connection, tool).len() <= MAX_FULL_NAME
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::imports;

    /// The fields that were refused, or none.
    fn refused(row: &str) -> Vec<String> {
        let reading = imports::read::<Declared>("c.json", format!("[{row}]").as_bytes());
        assert!(!format!("{:?}", reading.errors).contains("s3cret"));
        reading.errors.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_good_one_is_taken() {
        let row = r#"{"name":"erp_2","kind":"mcp","url":"https://erp.shop.example/mcp","allow":["b-x","a","a"],
            "confirm":["a"],"headers":{"Authorization":"Bearer s3cret"}}"#;
        let reading = imports::read::<Declared>("c.json", format!("[{row}]").as_bytes());
        assert!(reading.errors.is_empty(), "{:?}", reading.errors);
        let (_, declared) = &reading.rows[0];
        assert_eq!(
            (&*declared.allow, &*declared.confirm),
            (&["a".to_owned(), "b-x".into()][..], &["a".to_owned()][..])
        );
        assert_eq!(declared.headers["authorization"], "Bearer s3cret");
    }

    #[test]
    fn mistakes_are_named() {
        let with = |more: &str| format!(r#"{{"name":"erp","kind":"http","url":"http://erp.example"{more}}}"#);
        assert_eq!(refused(&with("")), [""; 0]);
        for (more, field) in [
            (r#","allow":["a"],"confirm":["b"]"#, "confirm"),
            (r#","allow":["a b"]"#, "allow"),
            (r#","allow":["a.b"]"#, "allow"),
            (r#","headers":{"Host":"s3cret"}"#, "headers"),
            (r#","headers":{"x-xiaoer-subject":"s3cret"}"#, "headers"),
            (r#","headers":{"x-key":"s3cret\r\nx: y"}"#, "headers"),
            (r#","headers":{"x-key":7}"#, "headers"),
            (r#","headers":["s3cret"]"#, "headers"),
        ] {
            assert_eq!(refused(&with(more)), [field], "{more}");
        }
        let long = format!(r#","allow":["{}"]"#, "x".repeat(60));
        assert_eq!(refused(&with(&long)), ["allow"]);
        for (name, kind, url, field) in [
            ("ERP", "http", "http://erp.example", "name"),
            ("e__p", "http", "http://erp.example", "name"),
            ("erp_", "http", "http://erp.example", "name"),
            ("erp", "soap", "http://erp.example", "kind"),
            ("erp", "mcp", "ftp://erp.example", "url"),
            ("erp", "mcp", "http://u:s3cret@erp.example", "url"),
            ("erp", "mcp", "http://169.254.169.254/latest/", "url"),
        ] {
            assert_eq!(refused(&format!(r#"{{"name":"{name}","kind":"{kind}","url":"{url}"}}"#)), [field]);
        }
    }
}
