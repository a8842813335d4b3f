//! What a model says to find a remedy.

use serde::{Deserialize, Serialize};

use super::formula::FORMULA;

/// The arguments of the tool `offer_remedy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arguments {
    pub order_id: Option<String>,
    pub sku: Option<String>,
    pub problem: Option<Problem>,
    pub severity: Option<Severity>,
    pub bad_units: Option<i64>,
    pub units: Option<i64>,
    /// 1 is the ground floor.
    pub floor: Option<i64>,
    pub lift: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    Quality,
    Spoiled,
    Damaged,
    NotToDoor,
    Late,
}

impl Problem {
    pub fn word(self) -> &'static str {
        match self {
            Self::Quality => "quality",
            Self::Spoiled => "spoiled",
            Self::Damaged => "damaged",
            Self::NotToDoor => "not_to_door",
            Self::Late => "late",
        }
    }
}

/// How much of the goods' worth a flaw takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Severity {
    Word(SeverityWord),
    Share(f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeverityWord {
    Cosmetic,
    Minor,
    Major,
    Unusable,
}

impl Severity {
    /// 0 to 1; `None` for a number that is no share.
    pub fn share(self) -> Option<f64> {
        let words = &FORMULA.severity;
        match self {
            Self::Word(SeverityWord::Cosmetic) => Some(words.cosmetic),
            Self::Word(SeverityWord::Minor) => Some(words.minor),
            Self::Word(SeverityWord::Major) => Some(words.major),
            Self::Word(SeverityWord::Unusable) => Some(words.unusable),
            Self::Share(share) => Some(share).filter(|share| *share > 0.0 && *share <= 1.0),
        }
    }
}

/// The schema of [`Arguments`].
pub const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "required": ["order_id", "sku", "problem", "severity", "bad_units", "units", "floor", "lift"],
  "properties": {
    "order_id": {"type": ["string", "null"]},
    "sku": {"type": ["string", "null"], "description": "null: the order as a whole"},
    "problem": {"type": ["string", "null"], "enum": ["quality", "spoiled", "damaged", "not_to_door", "late", null], "description": "damaged: on the way"},
    "severity": {"anyOf": [{"type": "string", "enum": ["cosmetic", "minor", "major", "unusable"]}, {"type": "number"}, {"type": "null"}], "description": "Of a flaw, as the buyer describes it: a word, or the share of its worth that is lost, 0 to 1"},
    "bad_units": {"type": ["integer", "null"], "description": "Pieces that are bad"},
    "units": {"type": ["integer", "null"], "description": "Out of how many pieces"},
    "floor": {"type": ["integer", "null"], "description": "Of the buyer, 1 is the ground floor; for not_to_door"},
    "lift": {"type": ["boolean", "null"], "description": "For not_to_door"}
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
                r#"{"order_id": "A1", "sku": "x", "problem": "quality", "severity": "minor"}"#,
                r#"{"order_id": "A1", "problem": "quality", "severity": 0.15}"#,
                r#"{"order_id": "A1", "problem": "spoiled", "bad_units": 3, "units": 12}"#,
                r#"{"order_id": "A1", "problem": "not_to_door", "floor": 6, "lift": false}"#,
                r#"{"order_id": "A1", "problem": "late", "sku": null, "severity": null, "lift": null}"#,
            ],
        );
        assert!(serde_json::from_str::<Arguments>(r#"{"problem": "bored"}"#).is_err());
        assert!(serde_json::from_str::<Arguments>(r#"{"severity": "awful"}"#).is_err());
    }

    #[test]
    fn a_severity_is_a_share() {
        assert_eq!(Severity::Word(SeverityWord::Cosmetic).share(), Some(0.15));
        let shares = [0.3, 1.0, 0.0, -1.0, 1.1, f64::NAN].map(|share| Severity::Share(share).share());
        assert_eq!(shares, [Some(0.3), Some(1.0), None, None, None, None]);
    }
}
