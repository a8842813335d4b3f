//! What is wrong with JSON or a query that a client sent: in plain words, with the field that it is about.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::error::kind_in_words;

/// What is wrong, and where.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    pub code: &'static str,
    pub field: Option<String>,
    pub message: String,
}

impl Fault {
    fn of(field: Option<&str>, message: impl Into<String>) -> Self {
        Self { code: "invalid", field: field.map(str::to_owned), message: message.into() }
    }
}

/// Why `text` is no frame that `T` knows, each named by its `type`.
pub(super) fn in_frame<T: DeserializeOwned>(text: &str, error: &serde_json::Error) -> Fault {
    let frame = match serde_json::from_str(text) {
        Ok(Value::Object(frame)) => frame,
        Ok(_) => return Fault::of(None, "a frame is a JSON object with a type"),
        Err(_) => {
            let message = format!("this frame is not JSON (column {})", error.column());
            return Fault { code: "bad_json", ..Fault::of(None, message) };
        }
    };
    match frame.get("type") {
        None => Fault::of(Some("type"), "type is missing"),
        Some(Value::String(kind)) => {
            let alone = serde_json::from_value::<T>(json!({"type": kind})).err().map(|error| error.to_string());
            if alone.is_some_and(|why| why.starts_with("unknown variant")) {
                return Fault { code: "unknown_type", ..Fault::of(Some("type"), "there is no frame of this type") };
            }
            in_object::<T>(&frame, error)
        }
        Some(_) => Fault::of(Some("type"), "type must be a text"),
    }
}

/// Why `bytes` are no body as `T` is.
pub(super) fn in_body<T: DeserializeOwned>(bytes: &[u8], error: &serde_json::Error) -> Fault {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(body)) => in_object::<T>(&body, error),
        Ok(_) => Fault::of(None, "the body must be a JSON object"),
        Err(_) => Fault::of(None, format!("the body is not JSON (column {})", error.column())),
    }
}

/// What a query's extractor says of it: the parameter, and why.
pub(super) fn in_query(said: &str) -> Fault {
    let said = said.trim_start_matches("Failed to deserialize query string: ");
    match said.split_once(": ").filter(|(field, _)| is_name(field)) {
        Some((field, why)) => Fault::of(Some(field), sentence(field, why)),
        None => Fault::of(named(said), sentence(named(said).unwrap_or("the query"), said)),
    }
}

fn in_object<T: DeserializeOwned>(object: &Map<String, Value>, error: &serde_json::Error) -> Fault {
    let why = error.to_string();
    if let Some(field) = named(&why) {
        return Fault::of(Some(field), sentence(field, &why));
    }
    // Each field by itself, with the type that says which there are: the wrong one fails for more than what is missing.
    let wrong = object.iter().filter(|(name, _)| *name != "type").find_map(|(name, value)| {
        let mut alone = Map::from_iter([(name.clone(), value.clone())]);
        alone.extend(object.get_key_value("type").map(|(name, kind)| (name.clone(), kind.clone())));
        let why = serde_json::from_value::<T>(Value::Object(alone)).err()?.to_string();
        (!why.starts_with("missing field")).then_some((name, why))
    });
    match wrong {
        Some((field, why)) => Fault::of(Some(field), sentence(field, &why)),
        None => Fault::of(None, sentence("something in it", &why)),
    }
}

/// The field that serde's words name.
fn named(why: &str) -> Option<&str> {
    let is_about_one = ["missing field", "duplicate field", "unknown field"].iter().any(|what| why.starts_with(what));
    why.split('`').nth(1).filter(|_| is_about_one)
}

/// serde's words about a field as people would say it.
fn sentence(field: &str, why: &str) -> String {
    if why.starts_with("missing field") {
        return format!("{field} is missing");
    }
    if why.starts_with("duplicate field") {
        return format!("{field} stands there twice");
    }
    if why.starts_with("unknown field") {
        return format!("there is no field {}", cut(field));
    }
    if why.starts_with("unknown variant") {
        // The first is the one that was sent.
        let known: Vec<&str> = why.split('`').skip(1).step_by(2).skip(1).collect();
        return format!("{} must be one of {}", cut(field), known.join(", "));
    }
    let why = why.split(" at line ").next().unwrap_or(why);
    let what = match (why, why.split_once(", expected ")) {
        (_, Some((_, expected))) => kind_in_words(expected).unwrap_or("of another kind"),
        ("invalid digit found in string" | "cannot parse integer from empty string", None) => "a whole number",
        ("provided string was not `true` or `false`", None) => "true or false",
        // Words of our own.
        (words, None) => return format!("{}: {}", cut(field), cut(words)),
    };
    format!("{} must be {what}", cut(field))
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'))
}

/// What a client sent may stand in an answer, but not all of it.
fn cut(words: &str) -> String {
    words.chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::protocol::buyer::BuyerSays;
    use crate::protocol::desk::DeskSays;
    use crate::protocol::rest::NewVisitor;

    #[track_caller]
    fn check(fault: fn(&str) -> Fault, text: &str, code: &str, field: Option<&str>, message: &str) {
        let fault = fault(text);
        let got = (fault.code, fault.field.as_deref(), fault.message.as_str());
        assert_eq!(got, (code, field, message), "{text}");
    }

    fn frame<T: DeserializeOwned>(text: &str) -> Fault {
        in_frame::<T>(text, &serde_json::from_str::<T>(text).err().expect("it is wrong"))
    }

    fn body<T: DeserializeOwned>(text: &str) -> Fault {
        in_body::<T>(text.as_bytes(), &serde_json::from_str::<T>(text).err().expect("it is wrong"))
    }

    #[test]
    fn frames_are_judged_in_plain_words() {
        for (text, code, field, message) in [
            ("5", "invalid", None, "a frame is a JSON object with a type"),
            ("null", "invalid", None, "a frame is a JSON object with a type"),
            ("[]", "invalid", None, "a frame is a JSON object with a type"),
            ("{", "bad_json", None, "this frame is not JSON (column 1)"),
            ("{}", "invalid", Some("type"), "type is missing"),
            (r#"{"type":7}"#, "invalid", Some("type"), "type must be a text"),
            (r#"{"type":"dance"}"#, "unknown_type", Some("type"), "there is no frame of this type"),
            (r#"{"type":"send","id":7}"#, "invalid", Some("id"), "id must be a text"),
            (r#"{"type":"send","id":"i"}"#, "invalid", Some("text"), "text is missing"),
            (r#"{"type":"send","text":["x"],"id":{}}"#, "invalid", Some("id"), "id must be a text"),
            (r#"{"type":"read","seq":"1"}"#, "invalid", Some("seq"), "seq must be a whole number"),
            (r#"{"type":"ping","type":"ping"}"#, "invalid", Some("type"), "type stands there twice"),
        ] {
            check(frame::<BuyerSays>, text, code, field, message);
        }
        let status = r#"{"type":"status","status":"asleep"}"#;
        let message = "status must be one of available, away, offline";
        check(frame::<DeskSays>, status, "invalid", Some("status"), message);
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its form counts")]
    struct Form {
        many: Vec<u8>,
        is_it: Option<bool>,
        weight: Option<f64>,
    }

    #[test]
    fn bodies_and_queries_are_too() {
        check(body::<NewVisitor>, "[]", "invalid", None, "the body must be a JSON object");
        check(body::<NewVisitor>, "x", "invalid", None, "the body is not JSON (column 1)");
        let identity = r#"{"identity":5}"#;
        check(body::<NewVisitor>, identity, "invalid", Some("identity"), "identity must be a text");
        for (text, field, message) in [
            (r#"{}"#, "many", "many is missing"),
            (r#"{"many":{}}"#, "many", "many must be a list"),
            (r#"{"many":[300]}"#, "many", "many must be a whole number from 0 to 255"),
            (r#"{"many":[],"is_it":1}"#, "is_it", "is_it must be true or false"),
            (r#"{"many":[],"weight":"x"}"#, "weight", "weight must be a number"),
            (r#"{"many":[],"other":1}"#, "other", "there is no field other"),
        ] {
            check(body::<Form>, text, "invalid", Some(field), message);
        }
        for (said, field, message) in [
            ("after: invalid digit found in string", Some("after"), "after must be a whole number"),
            ("state: unknown variant `x`, expected `a` or `b`", Some("state"), "state must be one of a, b"),
            ("missing field `from`", Some("from"), "from is missing"),
            ("who knows", None, "the query: who knows"),
        ] {
            let fault = in_query(&format!("Failed to deserialize query string: {said}"));
            assert_eq!((fault.field.as_deref(), fault.message.as_str()), (field, message), "{said}");
        }
    }
}
