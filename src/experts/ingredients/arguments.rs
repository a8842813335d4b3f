//! What a model says to have ingredients checked.

use serde::{Deserialize, Serialize};

/// The arguments of the tool `check_ingredients`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arguments {
    pub skus: Option<Vec<String>>,
    /// SKUs, or the buyer's own words: `A醇精华`, `早C晚A`.
    pub in_use: Option<Vec<String>>,
    pub conditions: Option<Vec<String>>,
}

/// The schema of [`Arguments`].
pub const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["skus", "in_use", "conditions"],
  "properties": {
    "skus": {"type": ["array", "null"], "items": {"type": "string"}, "description": "SKUs of the products the buyer asks about"},
    "in_use": {"type": ["array", "null"], "items": {"type": "string"}, "description": "What the buyer uses already: SKUs, or products, actives and medicines in the buyer's words"},
    "conditions": {"type": ["array", "null"], "items": {"type": "string", "enum": ["pregnant", "trying", "breastfeeding", "sensitive", "recent_procedure", "infant"]}, "description": "What the buyer said about the person who will use it; recent_procedure: waxing, laser or peel within 7 days; infant: under three years. Never guess one"}
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
                r#"{"skus": ["BE-SERUM-01"], "in_use": ["早C晚A", "果酸"], "conditions": ["pregnant", "sensitive"]}"#,
                r#"{"skus": ["BE-SERUM-01"], "in_use": null, "conditions": []}"#,
            ],
        );
    }
}
