//! The arguments of a merchant's tool: what a model is asked for, and what is sent.
//!
//! Who the buyer is and which store it is are filled by the server: a model is not asked for them, and what it says of
//! them does not count.

use jsonschema::{PatternOptions, Validator};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::tool::Tool;

/// Arguments that name the buyer, in small letters and digits alone.
const BUYER: [&str; 7] = ["buyer", "buyerid", "customerid", "userid", "memberid", "openid", "unionid"];
/// Arguments that name the store.
const STORE: [&str; 5] = ["store", "storeid", "shopid", "merchantid", "tenantid"];

/// The largest arguments, in bytes.
const MAX_ARGUMENTS: usize = 16 * 1024;
/// What a model is told of its mistakes: so many, and so many characters of each.
const MAX_MISTAKES: usize = 3;
const MAX_MISTAKE: usize = 200;

/// How a tool's arguments are asked for and checked.
pub(super) struct Shape {
    /// The schema without what the server fills.
    pub asked: Box<RawValue>,
    validator: Validator,
    filled: Vec<(String, Subject)>,
}

/// Who an argument is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Buyer,
    Store,
}

impl Shape {
    /// Errors: why the tool cannot be offered, in words for the merchant.
    pub(super) fn of(tool: &Tool) -> Result<Self, String> {
        if let Some(problem) = tool.problem() {
            return Err(problem.into());
        }
        let mut asked = tool.schema.clone();
        asked.entry("type").or_insert_with(|| "object".into());
        let mut filled = Vec::new();
        if let Some(Value::Object(properties)) = asked.get_mut("properties") {
            for (name, schema) in &*properties {
                let Some(subject) = subject(name) else { continue };
                if schema.get("type").is_some_and(|kind| kind != "string") {
                    return Err(format!("its argument {name} must be a string: the server fills it"));
                }
                filled.push((name.clone(), subject));
            }
            properties.retain(|name, _| subject(name).is_none());
        }
        if let Some(Value::Array(required)) = asked.get_mut("required") {
            required.retain(|name| name.as_str().and_then(subject).is_none());
        }
        let checked = Value::Object(tool.schema.clone());
        // Patterns come from outside, so they run in time that grows with the text alone.
        let patterns = PatternOptions::regex().size_limit(1 << 20).dfa_size_limit(1 << 20);
        let validator = jsonschema::options()
            .with_pattern_options(patterns)
            .build(&checked)
            .map_err(|_| "its schema is no JSON Schema".to_owned())?;
        let asked = to_raw_value(&asked).map_err(|error| error.to_string())?;
        Ok(Self { asked, validator, filled })
    }

    /// The arguments as they are sent. Errors: what is wrong, in words for the model.
    pub(super) fn fill(&self, given: &RawValue, buyer: &str, store: &str) -> Result<Map<String, Value>, String> {
        if given.get().len() > MAX_ARGUMENTS {
            return Err(format!("the arguments are larger than {} kB", MAX_ARGUMENTS / 1024));
        }
        let Ok(mut arguments) = serde_json::from_str::<Map<String, Value>>(given.get()) else {
            return Err("the arguments must be a JSON object".into());
        };
        arguments.retain(|name, _| subject(name).is_none());
        if let Some(name) = arguments.values().find_map(subject_within) {
            return Err(format!("{name} is not yours to say: the server knows it"));
        }
        for (name, whose) in &self.filled {
            let id = match whose {
                Subject::Buyer => buyer,
                Subject::Store => store,
            };
            arguments.insert(name.clone(), id.into());
        }
        let checked = Value::Object(arguments);
        let mistakes: Vec<String> = self.validator.iter_errors(&checked).take(MAX_MISTAKES).map(mistake).collect();
        match checked {
            Value::Object(arguments) if mistakes.is_empty() => Ok(arguments),
            _ => Err(mistakes.join("; ")),
        }
    }
}

fn mistake(error: jsonschema::ValidationError<'_>) -> String {
    let place = error.instance_path().to_string();
    let text = if place.is_empty() { error.to_string() } else { format!("{place}: {error}") };
    text.chars().take(MAX_MISTAKE).collect()
}

fn subject(name: &str) -> Option<Subject> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    match plain.as_str() {
        plain if BUYER.contains(&plain) => Some(Subject::Buyer),
        plain if STORE.contains(&plain) => Some(Subject::Store),
        _ => None,
    }
}

/// The name of a subject somewhere inside a value.
fn subject_within(value: &Value) -> Option<&str> {
    match value {
        Value::Object(object) => object.iter().find_map(|(name, value)| match subject(name) {
            Some(_) => Some(name.as_str()),
            None => subject_within(value),
        }),
        Value::Array(items) => items.iter().find_map(subject_within),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tool::Effects;
    use super::*;

    fn shape(schema: &Value) -> Result<Shape, String> {
        Shape::of(&Tool {
            name: "points".into(),
            description: String::new(),
            schema: schema.as_object().unwrap().clone(),
            effects: Effects::None,
        })
    }

    fn fill(shape: &Shape, given: &str) -> Result<String, String> {
        let given = RawValue::from_string(given.to_owned()).unwrap();
        shape.fill(&given, "b1", "s1").map(|arguments| Value::Object(arguments).to_string())
    }

    fn points() -> Shape {
        let schema = json!({"type": "object", "required": ["buyer_id", "month"], "additionalProperties": false,
            "properties": {"buyer_id": {"type": "string"}, "shopId": {}, "month": {"type": "integer", "maximum": 12}}});
        shape(&schema).unwrap()
    }

    #[test]
    fn the_server_says_who_it_is_about() {
        let points = points();
        let asked: Value = serde_json::from_str(points.asked.get()).unwrap();
        assert_eq!(asked["required"], json!(["month"]));
        assert_eq!(asked["properties"], json!({"month": {"type": "integer", "maximum": 12}}));
        let sent = r#"{"buyer_id":"b1","month":3,"shopId":"s1"}"#;
        assert_eq!(fill(&points, r#"{"month":3}"#), Ok(sent.into()));
        assert_eq!(fill(&points, r#"{"month":3,"buyer_id":"b2","BuyerID":"b2","store":"s2"}"#), Ok(sent.into()));
        assert_eq!(fill(&points, "{\"month\":3,\"buyer_id\":\"b1\\\", \\\"x\"}"), Ok(sent.into()));
        let open = shape(&json!({"properties": {"filter": {"type": "object"}}})).unwrap();
        assert!(fill(&open, r#"{"filter":[{"customer_id":"b2"}]}"#).is_err());
        assert!(shape(&json!({"properties": {"customer_id": {"type": "integer"}}})).is_err());
    }

    #[test]
    fn arguments_that_do_not_fit_are_refused() {
        let points = points();
        for wrong in [r#"{"month":13}"#, r#"{"month":"3"}"#, "{}", r#"{"month":3,"more":1}"#, "[]", "3", "{\"month\":"]
        {
            let Ok(given) = RawValue::from_string(wrong.to_owned()) else { continue };
            assert!(points.fill(&given, "b1", "s1").is_err(), "{wrong}");
        }
        assert!(fill(&points, &format!(r#"{{"month":3,"more":"{}"}}"#, "x".repeat(20_000))).is_err());
    }

    #[test]
    fn hostile_patterns_cost_little() {
        let schema = json!({"properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}});
        let text = format!(r#"{{"a":"{}!"}}"#, "a".repeat(10_000));
        assert!(fill(&shape(&schema).unwrap(), &text).is_err());
        assert!(shape(&json!({"properties": {"a": {"pattern": "(\\p{L}{1000}){1000}"}}})).is_err());
    }
}
