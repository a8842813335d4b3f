//! What a model says to have a skin judged.

use serde::{Deserialize, Serialize};

/// The arguments of the tool `assess_skin`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arguments {
    pub answers: Option<Answers>,
    /// The id of a photo that the buyer sent. It is for the person who looks at it: no program here judges a photo.
    pub photo: Option<String>,
}

/// The answers of the quiz, each 1 to 4, in the order of its questions; three to an axis, and a fourth to break a tie.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    pub oil: Vec<i64>,
    pub sensitivity: Vec<i64>,
    pub pigment: Vec<i64>,
    pub wrinkle: Vec<i64>,
}

/// The schema of [`Arguments`].
pub const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["answers", "photo"],
  "properties": {
    "answers": {
      "type": ["object", "null"],
      "description": "The buyer's answers so far, each 1 to 4, three to an axis in the order of the quiz; a fourth breaks a tie. Never guess one",
      "additionalProperties": false,
      "required": ["oil", "sensitivity", "pigment", "wrinkle"],
      "properties": {
        "oil": {"type": "array", "items": {"type": "integer"}, "description": "Tightness after washing, shine at noon, make-up"},
        "sensitivity": {"type": "array", "items": {"type": "integer"}, "description": "Stinging with new products, redness, reactions so far"},
        "pigment": {"type": "array", "items": {"type": "integer"}, "description": "Marks after spots, sun spots, tanning"},
        "wrinkle": {"type": "array", "items": {"type": "integer"}, "description": "Lines at rest, years of sun or smoking, age band"}
      }
    },
    "photo": {"type": ["string", "null"], "description": "Id of a photo that the buyer sent for this; null if none"}
  }
}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_what_is_read() {
        crate::experts::schema_check::agrees::<Arguments>(
            SCHEMA,
            &[
                r#"{"answers": {"oil": [4, 3, 4], "sensitivity": [2, 2, 3], "pigment": [1, 2, 1], "wrinkle": [3, 3, 2]}}"#,
                r#"{"answers": null, "photo": "f_1"}"#,
            ],
        );
        let fields = serde_json::to_value(Answers::default()).unwrap();
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        for name in fields.as_object().unwrap().keys() {
            assert!(schema["properties"]["answers"]["properties"][name].is_object(), "{name}");
        }
    }
}
