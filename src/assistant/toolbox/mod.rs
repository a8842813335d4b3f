//! What may be asked of experts in one turn, by a model or by the built-in assistant: the same code for both.
//!
//! Who the buyer is, which store, and what the time is stand in the [`Toolbox`] and never in an argument. What experts
//! need is looked up only when one of them asks for it ([`Records`]).

mod goods;
mod offered;
mod people;
mod records;
mod trade;

pub use records::{Kept, Records};

use serde::Serialize;
use serde_json::{Value, json};

pub(super) use self::offered::offered;
use super::library::Shelf;
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::experts::{Answer, Status};
use crate::ids::{ConversationId, TurnId};
use crate::locale::Locale;
use crate::packs::Expert;
use crate::policy::Policy;
use crate::profiles::Ledger;
use crate::protocol::HandoffReason;
use crate::protocol::buyer::Context;
use crate::protocol::event::Card;

/// What experts work with in one turn.
pub struct Toolbox<'a> {
    pub records: &'a dyn Records,
    pub shelf: &'a Shelf,
    pub policy: &'a Policy,
    pub locale: Locale,
    pub now: Millis,
    pub conversation: &'a ConversationId,
    pub turn: &'a TurnId,
    /// Where in the shop the buyer is.
    pub context: &'a Context,
    /// The merchant vouches for who the buyer is.
    pub is_signed: bool,
    /// What the buyer said of whom.
    pub ledger: Ledger,
    /// Whether the conversation has had the line on breast milk.
    pub heard_of_formula: bool,
}

/// What became of one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    pub expert: Expert,
    pub arguments: Value,
    /// As a model reads it.
    pub result: Value,
    pub status: Status,
    /// May be said as it stands.
    pub say: String,
    pub evidence: Vec<String>,
    /// Slots to ask for.
    pub missing: Vec<String>,
    pub card: Option<Card>,
    /// The conversation goes to a person, who has this skill if one is named.
    pub hands_over: Option<(HandoffReason, Option<String>)>,
}

impl Toolbox<'_> {
    /// Calls an expert with arguments as a model wrote them. What is wrong with them is an answer too: the model reads
    /// it and may call again.
    ///
    /// Errors: the database's.
    pub async fn call(&mut self, expert: Expert, arguments: &str) -> Result<Called> {
        let text = if arguments.trim().is_empty() { "{}" } else { arguments };
        let given: Value = match serde_json::from_str(text) {
            Ok(given) => given,
            Err(error) => return Ok(refused(expert, Value::String(cut(arguments)), &error.to_string())),
        };
        let done = match expert {
            Expert::SearchKnowledge => self.search_knowledge(given.clone()),
            Expert::RecommendSize => self.recommend_size(given.clone()).await,
            Expert::CheckIngredients => self.check_ingredients(given.clone()),
            Expert::AssessSkin => self.assess_skin(given.clone()),
            Expert::BabyAdvice => self.baby_advice(given.clone()).await,
            Expert::PlanDelivery => self.plan_delivery(given.clone()).await,
            Expert::LookUpOrder => self.look_up_order(given.clone()).await,
            Expert::OfferRemedy => self.offer_remedy(given.clone()).await,
            Expert::Remember => self.remember(given.clone()).await,
            Expert::HandToHuman => self.hand_to_human(given.clone()),
        };
        match done {
            Ok(done) => Ok(done.of(expert, given)),
            Err(Error::Invalid { message, .. }) => Ok(refused(expert, given, &message)),
            Err(error) => Err(error),
        }
    }
}

/// What an expert gave, before it is put on record.
struct Done {
    result: Value,
    status: Status,
    say: String,
    evidence: Vec<String>,
    missing: Vec<String>,
    card: Option<Card>,
    hands_over: Option<(HandoffReason, Option<String>)>,
}

impl Done {
    fn new<T: Serialize>(answer: Answer<T>) -> Result<Self> {
        let result = serde_json::to_value(&answer).map_err(|e| Error::Internal(e.into()))?;
        let Answer { status, evidence, missing, say, .. } = answer;
        Ok(Self { result, status, say, evidence, missing, card: None, hands_over: None })
    }

    fn of(self, expert: Expert, arguments: Value) -> Called {
        let Self { result, status, say, evidence, missing, card, hands_over } = self;
        Called { expert, arguments, result, status, say, evidence, missing, card, hands_over }
    }
}

/// Reads arguments; what is wrong with them is told by name.
fn read<T: serde::de::DeserializeOwned>(given: Value) -> Result<T> {
    serde_json::from_value(given).map_err(|e| Error::invalid("arguments", e.to_string()))
}

fn refused(expert: Expert, arguments: Value, why: &str) -> Called {
    Called {
        expert,
        arguments,
        result: json!({"status": "refused", "error": why}),
        status: Status::Refused,
        say: String::new(),
        evidence: Vec::new(),
        missing: Vec::new(),
        card: None,
        hands_over: None,
    }
}

/// For the record: arguments that are no JSON may be of any length.
fn cut(text: &str) -> String {
    text.chars().take(500).collect()
}
