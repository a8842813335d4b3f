//! `cases/*.toml`: sample conversations that a pack must pass before it is published.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::flaw::Flaw;
use super::manifest::Expert;
use super::within::Line;
use crate::clock::Millis;
use crate::locale::Locale;
use crate::protocol::HandoffReason;

/// A whole file: data that its conversations are played on, and the conversations.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[serde(default)]
    data: Data,
    #[serde(default)]
    case: Vec<Case>,
}

/// What the store has while a case is played: rows as they are imported, so that a case rests on nothing outside.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// The time at which it is played, so that ages and days since delivery stay the same; now without it.
    pub now: Option<Millis>,
    pub products: Vec<Row>,
    pub size_charts: Vec<Row>,
    pub fit_models: Vec<Row>,
    pub lanes: Vec<Row>,
    pub orders: Vec<Row>,
    pub buyers: Vec<Row>,
}

/// A row with the names of its import.
pub type Row = Map<String, Value>;

/// One sample conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows.
    pub name: Line<120>,
    #[serde(default)]
    pub locale: Locale,
    #[serde(default)]
    pub context: Context,
    pub turn: Vec<Turn>,
    /// The file's data.
    #[serde(skip_deserializing, default)]
    pub data: Data,
}

/// Where the buyer stands, and what is known of the buyer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Context {
    /// The product whose page the buyer is on.
    pub sku: Option<String>,
    pub order_id: Option<String>,
    /// Who of `data.buyers` speaks; a stranger without it.
    pub buyer: Option<String>,
    /// Slots of the buyer that are known beforehand.
    pub slots: BTreeMap<String, Value>,
}

/// One thing that the buyer says, and what must hold for the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    pub buyer: Line<4000>,
    /// All of these stand in the answer.
    #[serde(default)]
    pub contains: Vec<String>,
    /// At least one of these does.
    #[serde(default)]
    pub contains_any: Vec<String>,
    /// None of these does.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// All of these are called.
    #[serde(default)]
    pub calls: Vec<Expert>,
    /// All of these slots are asked for.
    #[serde(default)]
    pub asks: Vec<String>,
    /// The conversation goes to a person, for this reason.
    pub handoff: Option<HandoffReason>,
    /// It stays with the assistant.
    #[serde(default)]
    pub stays: bool,
}

impl Turn {
    fn expects_something(&self) -> bool {
        self.handoff.is_some()
            || self.stays
            || !(self.contains.is_empty() && self.contains_any.is_empty() && self.lacks.is_empty())
            || !(self.calls.is_empty() && self.asks.is_empty())
    }
}

/// Reads one file. What a case expects must be possible: it may only call `experts`.
pub(super) fn parse(file: &str, text: &str, experts: &[Expert]) -> Result<Vec<Case>, Flaw> {
    let read: CaseFile = toml::from_str(text).map_err(|e| Flaw::of_toml(file, text, &e))?;
    for case in &read.case {
        let at = text.find(case.name.as_str()).unwrap_or(0);
        let refuse = |why: String| Err(Flaw::at(file, text, at, why));
        if case.turn.is_empty() {
            return refuse("a case without a turn".into());
        }
        if !case.turn.iter().any(Turn::expects_something) {
            return refuse("a case that expects nothing".into());
        }
        if case.turn.iter().any(|turn| turn.stays && turn.handoff.is_some()) {
            return refuse("a turn that stays cannot go to a person".into());
        }
        let mut calls = case.turn.iter().flat_map(|turn| &turn.calls);
        if let Some(call) = calls.find(|call| !experts.contains(call)) {
            return refuse(format!("{} is called, but not on the list of experts in pack.toml", call.word()));
        }
    }
    Ok(read.case.into_iter().map(|case| Case { data: read.data.clone(), ..case }).collect())
}
