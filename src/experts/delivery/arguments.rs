//! What a model says to plan a delivery.

use serde::{Deserialize, Serialize};

/// The arguments of the tool `plan_delivery`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arguments {
    pub province: Option<String>,
    pub city: Option<String>,
    pub district: Option<String>,
    pub town: Option<String>,
    pub items: Option<Vec<Item>>,
    /// A day, `2026-11-11`.
    pub deliver_by: Option<String>,
    /// Place and items of this order of the buyer stand for those that are missing.
    pub order_id: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    pub sku: String,
    pub qty: i64,
}

/// The schema of [`Arguments`].
pub const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["province", "city", "district", "town", "items", "deliver_by", "order_id"],
  "properties": {
    "province": {"type": ["string", "null"], "description": "Of the address, as the buyer says it: 浙江"},
    "city": {"type": ["string", "null"]},
    "district": {"type": ["string", "null"]},
    "town": {"type": ["string", "null"]},
    "items": {
      "type": ["array", "null"],
      "description": "null: those of order_id",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["sku", "qty"],
        "properties": {
          "sku": {"type": "string"},
          "qty": {"type": "integer"}
        }
      }
    },
    "deliver_by": {"type": ["string", "null"], "description": "The last day that will do, as 2026-11-11; null: as soon as possible"},
    "order_id": {"type": ["string", "null"], "description": "An order of the buyer's: its address and items stand in for what is null"}
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
                r#"{"province": "浙江", "city": null, "items": [{"sku": "PE-DOG-15", "qty": 2}], "deliver_by": "2026-11-11"}"#,
                r#"{"order_id": "A1"}"#,
            ],
        );
    }
}
