//! Finds what may be offered when something is wrong with an order. The return always stands beside it.
//!
//! Source of the rules: domain facts, C.5 and the ladder of C.4. The amounts depend on the order, the goods and the
//! store's policy, never on who the buyer is or what the buyer writes about the shop, and no offer asks for anything
//! but the choice itself. What the law gives the buyer is not ours to bound: consumer-law wording and the guards below
//! want a professional's review before a shop relies on them.

mod arguments;
mod formula;
mod judging;
mod words;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use arguments::{Arguments, Problem, SCHEMA, Severity, SeverityWord};
pub use formula::Flaw;

use super::Answer;
use crate::catalog::{Order, Product};
use crate::clock::Millis;
use crate::locale::Locale;
use crate::policy::{Compensation, Delivery};

/// Who would make the offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    Assistant,
    Agent,
    /// A supervisor or the owner.
    Lead,
}

/// What was offered before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct History {
    /// Offers with money on this line of the order, and their sum.
    pub line_offers: i64,
    pub line_fen: i64,
    /// Offers with money to this buyer in the last 90 days, and their sum.
    pub buyer_offers: i64,
    pub buyer_fen: i64,
    /// The buyer reported the same problem within the policy's `repeat_days`.
    pub is_repeat: bool,
}

/// What is known of the case besides what was said.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The buyer's own order; `None` where there is no such order of theirs.
    pub order: Option<&'a Order>,
    /// The store's products, at least those of the order.
    pub products: &'a [Product],
    pub history: History,
    /// Somebody may have come to harm, or the goods are expired, foreign or not genuine: nothing partial is offered.
    pub is_safety: bool,
    pub authority: Authority,
    pub now: Millis,
    pub compensation: &'a Compensation,
    pub delivery: &'a Delivery,
}

/// What may be offered.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Remedy {
    /// What the buyer would get and keep the goods; `None` where only the return is fair, or something is missing.
    pub amount_fen: Option<i64>,
    /// The return is always among them.
    pub choices: Vec<Choice>,
    /// A person must approve it before the buyer hears of it.
    pub needs_approval: bool,
    /// The id of the stored offer; whoever stores it fills it in.
    pub offer: Option<String>,
    /// For the record, and not for the buyer or a model.
    #[serde(skip)]
    pub basis: Basis,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub id: ChoiceId,
    /// What the buyer gets with it.
    pub amount_fen: Option<i64>,
    /// What stands on the card.
    pub label: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChoiceId {
    /// Keep the goods and the amount.
    Keep,
    /// Send the goods back at the shop's cost for what was paid.
    Return,
    /// What was paid, and nothing is sent back.
    Refund,
    /// The carrier comes again.
    Redeliver,
    /// Somebody brings it from where it lies, at the shop's cost up to the amount.
    Errand,
    /// The damaged pieces are sent again.
    Replace,
}

/// What an offer rests on, as it is stored with it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Basis {
    /// The formula's version.
    pub formula: String,
    pub order_id: String,
    /// Empty for the order as a whole.
    pub sku: String,
    pub problem: Option<Problem>,
    /// What a return gives back.
    pub paid_fen: i64,
    pub flaw: Option<Flaw>,
    pub bad_units: Option<i64>,
    pub units: Option<i64>,
    pub weight_g: Option<i64>,
    pub floors: Option<i64>,
    /// Why a person must approve it.
    pub approval: Vec<Reason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    OverAuthority,
    /// The buyer had as many offers, or as much, as the policy gives in 90 days.
    BuyerLimit,
    /// This line had its offer.
    LineLimit,
    Repeat,
    Safety,
    /// Reported later than the goods' claim time.
    LateClaim,
    /// The order's own record says otherwise, or does not show it.
    NotOnRecord,
}

/// Finds the remedy of one case, or asks for what is missing.
pub fn remedy(arguments: &Arguments, facts: &Facts<'_>, locale: Locale) -> Answer<Remedy> {
    judging::judge(arguments, facts, words::Lines::of(locale))
}
