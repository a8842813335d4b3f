//! What the schema of every tool's arguments must keep, so that a model's arguments are those that the expert reads.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Checks that `schema` names the fields of `T`, is strict all the way down, and that `samples` fit both.
#[track_caller]
pub fn agrees<T: Default + Serialize + DeserializeOwned>(schema: &str, samples: &[&str]) {
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    strict(&schema, "");
    let of_struct: Map<String, Value> =
        serde_json::from_value(serde_json::to_value(T::default()).expect("JSON")).expect("an object");
    assert_eq!(names(&schema["properties"]), of_struct.keys().map(String::as_str).collect());
    for sample in samples {
        let value: Value = serde_json::from_str(sample).expect("a sample is JSON");
        fits(&schema, &value, sample);
        serde_json::from_str::<T>(sample).unwrap_or_else(|error| panic!("{sample}: {error}"));
    }
    serde_json::from_str::<T>("{}").expect("everything may be left out");
    assert!(serde_json::from_str::<T>(r#"{"no_such_argument": 1}"#).is_err(), "unknown arguments are refused");
}

fn names(properties: &Value) -> BTreeSet<&str> {
    properties.as_object().expect("properties").keys().map(String::as_str).collect()
}

/// Strict as models' providers mean it: no other properties, and each of them required (what is not known is null).
#[track_caller]
fn strict(schema: &Value, place: &str) {
    if let Some(properties) = schema["properties"].as_object() {
        assert_eq!(schema["additionalProperties"], false, "{place}");
        let required: BTreeSet<&str> =
            schema["required"].as_array().expect("required").iter().filter_map(Value::as_str).collect();
        assert_eq!(required, names(&schema["properties"]), "{place}");
        for (name, property) in properties {
            strict(property, &format!("{place}.{name}"));
        }
    }
    if !schema["items"].is_null() {
        strict(&schema["items"], &format!("{place}[]"));
    }
}

/// Enough of JSON Schema for the words that our schemas use.
#[track_caller]
fn fits(schema: &Value, value: &Value, sample: &str) {
    if let Some(any) = schema["anyOf"].as_array() {
        assert!(any.iter().any(|one| has_type(one, value)), "{sample}: {value}");
        return;
    }
    assert!(has_type(schema, value), "{sample}: {value} is no {}", schema["type"]);
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{sample}: {value}");
    }
    for (name, one) in value.as_object().into_iter().flatten() {
        assert!(!schema["properties"][name].is_null(), "{sample}: the schema has no {name}");
        fits(&schema["properties"][name], one, sample);
    }
    for one in value.as_array().into_iter().flatten() {
        fits(&schema["items"], one, sample);
    }
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is = |word: &Value| word == kind || (word == "number" && kind == "integer");
    match &schema["type"] {
        Value::Array(words) => words.iter().any(is),
        word => is(word),
    }
}
