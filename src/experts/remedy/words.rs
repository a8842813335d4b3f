//! Remedies in sentences and on cards.

use serde::Deserialize;

use super::{Choice, ChoiceId};
use crate::said::{said, yuan};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    pub ask_order: String,
    pub ask_problem: String,
    pub ask_sku: String,
    pub ask_severity: String,
    pub ask_units: String,
    /// Floor and lift together.
    pub ask_door: String,
    pub ask_floor: String,
    pub ask_lift: String,
    pub nothing_left: String,
    pub had_offer: String,
    pub safety: String,
    pub keep_or_return: String,
    pub refund_or_return: String,
    pub return_only: String,
    pub to_approve: String,
    pub not_to_door: String,
    pub door_to_approve: String,
    pub late: String,
    choice: Labels,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    keep: String,
    r#return: String,
    return_any: String,
    refund: String,
    redeliver: String,
    errand: String,
    replace: String,
}

said!("remedy", Lines);

impl Lines {
    pub fn choice(&self, id: ChoiceId, amount_fen: Option<i64>) -> Choice {
        let labels = &self.choice;
        let label = match (id, amount_fen) {
            (ChoiceId::Keep, _) => &labels.keep,
            (ChoiceId::Return, Some(_)) => &labels.r#return,
            (ChoiceId::Return, None) => &labels.return_any,
            (ChoiceId::Refund, _) => &labels.refund,
            (ChoiceId::Redeliver, _) => &labels.redeliver,
            (ChoiceId::Errand, _) => &labels.errand,
            (ChoiceId::Replace, _) => &labels.replace,
        };
        Choice { id, amount_fen, label: label.replace("{amount}", &yuan(amount_fen.unwrap_or(0))) }
    }
}
