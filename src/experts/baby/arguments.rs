//! What a model says to ask about a baby.

use serde::{Deserialize, Serialize};

/// The arguments of the tool `baby_advice`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arguments {
    /// Which of the buyer's babies, by the profile's id or nickname.
    pub baby: Option<String>,
    /// A day, `2026-01-15`, as the buyer said it.
    pub born: Option<String>,
    pub gestational_weeks: Option<i64>,
    pub gestational_days: Option<i64>,
    /// One of the schema's words, or the buyer's own.
    pub topic: Option<String>,
}

/// The schema of [`Arguments`].
pub const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["baby", "born", "gestational_weeks", "gestational_days", "topic"],
  "properties": {
    "baby": {"type": ["string", "null"], "description": "Which of the buyer's babies, by nickname, if there are several; null for the only one"},
    "born": {"type": ["string", "null"], "description": "Day of birth as 2026-01-15, only if the buyer said it in this conversation; null otherwise"},
    "gestational_weeks": {"type": ["integer", "null"], "description": "Completed weeks of the pregnancy, only if the buyer said so"},
    "gestational_days": {"type": ["integer", "null"], "description": "Days beyond the completed weeks, 0 to 6"},
    "topic": {"type": ["string", "null"], "enum": ["stage", "complementary_food", "meals", "allergens", "egg", "honey", "milk", "salt", "sugar", "nuts", "fish", "breastfeeding", "vaccine", "preparation", "special_formula", "allergy", "digestion", "fever", null], "description": "What the question is about; null for the age alone"}
  }
}"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experts::baby::rules::RULES;

    #[test]
    fn the_schema_names_what_is_read() {
        crate::experts::schema_check::agrees::<Arguments>(
            SCHEMA,
            &[
                r#"{"born": "2026-01-15", "gestational_weeks": 32, "gestational_days": 0, "topic": "complementary_food"}"#,
                r#"{"baby": "果果", "topic": null}"#,
            ],
        );
    }

    #[test]
    fn the_schema_names_every_topic() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let words = schema["properties"]["topic"]["enum"].as_array().unwrap();
        let mut words: Vec<&str> = words.iter().filter_map(serde_json::Value::as_str).collect();
        let mut topics: Vec<&str> = RULES.topic.iter().map(|topic| topic.id.as_str()).collect();
        words.sort_unstable();
        topics.sort_unstable();
        assert_eq!(words, topics);
    }
}
