//! The experts as tools: names and strict schemas, as a model is offered them.

use std::sync::LazyLock;

use serde_json::value::RawValue;

use crate::assistant::model::Tool;
use crate::experts::{baby, delivery, ingredients, orders, remedy, skin};
use crate::packs::Expert;

/// An expert as a tool. The description tells the model when to call it.
struct Described {
    expert: Expert,
    description: &'static str,
    schema: Box<RawValue>,
}

/// The tools that a pack allows, always in the same order and the same bytes, so that a provider's prompt cache works.
pub fn offered(allowed: &[Expert]) -> Vec<Tool<'static>> {
    let tools = DESCRIBED.iter().filter(|tool| allowed.contains(&tool.expert));
    tools.map(|t| Tool { name: t.expert.word(), description: t.description, parameters: &t.schema }).collect()
}

static DESCRIBED: LazyLock<Vec<Described>> = LazyLock::new(|| {
    Expert::ALL
        .into_iter()
        .map(|expert| {
            let (description, schema) = describe(expert);
            let schema = RawValue::from_string(minimal(schema)).expect("our own schemas are JSON; a test reads them");
            Described { expert, description, schema }
        })
        .collect()
});

/// Without the spaces that make a schema readable: they cost tokens.
fn minimal(schema: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(schema).unwrap_or_default();
    value.to_string()
}

fn describe(expert: Expert) -> (&'static str, &'static str) {
    match expert {
        Expert::SearchKnowledge => {
            ("Search the shop's FAQ and policies. Cite what is found; if nothing answers, say so.", SEARCH)
        }
        Expert::RecommendSize => (
            "The size of a garment for a body and how it will look, from try-ons and the size chart. Call it for every \
             question about sizes; leave out what the buyer has not said.",
            SIZE,
        ),
        Expert::AssessSkin => ("Judge a skin type from the shop's quiz, or get its next question.", skin::SCHEMA),
        Expert::CheckIngredients => (
            "Check products' ingredients against each other, what is in use, and pregnancy or sensitivity.",
            ingredients::SCHEMA,
        ),
        Expert::BabyAdvice => ("Facts about a baby's age, formula stage and food; never a diagnosis.", baby::SCHEMA),
        Expert::PlanDelivery => {
            ("Plan parcels and dates of a delivery; the only ground for naming a day.", delivery::SCHEMA)
        }
        Expert::LookUpOrder => ("The buyer's own orders and where they stand.", orders::SCHEMA),
        Expert::OfferRemedy => (
            "What may be offered when something is wrong with an order; the only ground for naming an amount.",
            remedy::SCHEMA,
        ),
        Expert::Remember => ("Keep one fact about the buyer or a person of theirs for later conversations.", REMEMBER),
        Expert::HandToHuman => ("Hand the conversation to a person.", HAND),
    }
}

const SEARCH: &str = r#"{
  "type": "object", "additionalProperties": false, "required": ["query"],
  "properties": {"query": {"type": "string", "description": "A few words of it, in the buyer's language"}}
}"#;

const SIZE: &str = r#"{
  "type": "object", "additionalProperties": false,
  "required": ["sku", "whom", "sex", "height_cm", "weight_kg", "bust_cm", "waist_cm", "hip_cm", "shoulder_cm", "leg_cm", "shape", "usual_size"],
  "properties": {
    "sku": {"type": ["string", "null"], "description": "null for the product on the page"},
    "whom": {"type": ["string", "null"], "description": "Whose body: mother, husband …; null for the buyer"},
    "sex": {"enum": ["female", "male", null]},
    "height_cm": {"type": ["number", "null"]},
    "weight_kg": {"type": ["number", "null"], "description": "1 斤 is 0.5 kg"},
    "bust_cm": {"type": ["number", "null"]},
    "waist_cm": {"type": ["number", "null"]},
    "hip_cm": {"type": ["number", "null"]},
    "shoulder_cm": {"type": ["number", "null"]},
    "leg_cm": {"type": ["number", "null"]},
    "shape": {"type": ["string", "null"], "description": "As the buyer says it: 梨形"},
    "usual_size": {"type": ["string", "null"], "description": "That the buyer usually takes or asks about"}
  }
}"#;

const REMEMBER: &str = r#"{
  "type": "object", "additionalProperties": false, "required": ["whom", "slot", "value", "unit"],
  "properties": {
    "whom": {"type": ["string", "null"], "description": "mother …; null for the buyer"},
    "slot": {"type": "string", "description": "height_cm, weight_kg, bust_cm, shape, usual_size, born, allergy, condition …"},
    "value": {"type": ["string", "number"]},
    "unit": {"type": ["string", "null"], "description": "As the buyer said it: 斤"}
  }
}"#;

const HAND: &str = r#"{
  "type": "object", "additionalProperties": false, "required": ["reason", "skill", "note"],
  "properties": {
    "reason": {"enum": ["human_requested", "low_confidence", "no_evidence", "over_authority", "identity_failed", "repeat_failure", "angry", "policy"]},
    "skill": {"enum": ["apparel_fit", "skin_consult", "paediatric", "pet_logistics", "aftersale_senior", "general", null]},
    "note": {"type": ["string", "null"], "description": "For the person who takes over"}
  }
}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expert_has_a_strict_schema() {
        let tools = offered(&Expert::ALL);
        assert_eq!(tools.len(), Expert::ALL.len());
        for tool in tools {
            let schema: serde_json::Value = serde_json::from_str(tool.parameters.get()).unwrap();
            assert_eq!(schema["type"], "object", "{}", tool.name);
            assert_eq!(schema["additionalProperties"], false, "{}", tool.name);
            // Strict means that each is named as required; what may be left out may be null.
            let required = schema["required"].as_array().unwrap().len();
            assert_eq!(required, schema["properties"].as_object().unwrap().len(), "{}", tool.name);
            assert!(!tool.description.is_empty());
        }
    }

    #[test]
    fn a_pack_decides_which() {
        let names: Vec<&str> =
            offered(&[Expert::HandToHuman, Expert::SearchKnowledge]).iter().map(|t| t.name).collect();
        assert_eq!(names, ["search_knowledge", "hand_to_human"], "in the order of the list, whatever the pack's");
    }
}
