//! What a model says to look up an order.

use serde::{Deserialize, Serialize};

/// The arguments of the tool `look_up_order`. Whose orders they are comes from the buyer's token and never from here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arguments {
    pub order_id: Option<String>,
}

/// The schema of [`Arguments`].
pub const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["order_id"],
  "properties": {
    "order_id": {"type": ["string", "null"], "description": "The order's number as the buyer says it; null for the buyer's latest orders"}
  }
}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_what_is_read() {
        crate::experts::schema_check::agrees::<Arguments>(SCHEMA, &[r#"{"order_id": "A1"}"#, r#"{"order_id": null}"#]);
    }
}
