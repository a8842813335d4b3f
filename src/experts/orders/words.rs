//! Orders in sentences.

use serde::Deserialize;

use super::{Stage, since, stage};
use crate::catalog::Order;
use crate::policy::Zone;
use crate::said::said;

/// More orders than this are too many for a sentence; all of them stand in the result.
const MOST_SAID: usize = 3;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    pub sign_in: String,
    pub not_found: String,
    pub no_orders: String,
    one: String,
    one_since: String,
    latest: String,
    between: String,
    end: String,
    not_to_door: String,
    /// Signs of `strftime`.
    time: String,
    stage: Stages,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stages {
    unpaid: String,
    paid: String,
    shipped: String,
    on_the_way: String,
    delivered: String,
    completed: String,
    refunding: String,
    refunded: String,
    cancelled: String,
}

said!("orders", Lines);

impl Lines {
    pub fn stage(&self, stage: Stage) -> &str {
        let words = &self.stage;
        match stage {
            Stage::Unpaid => &words.unpaid,
            Stage::Paid => &words.paid,
            Stage::Shipped => &words.shipped,
            Stage::OnTheWay => &words.on_the_way,
            Stage::Delivered => &words.delivered,
            Stage::Completed => &words.completed,
            Stage::Refunding => &words.refunding,
            Stage::Refunded => &words.refunded,
            Stage::Cancelled => &words.cancelled,
        }
    }

    /// `orders` are not empty.
    pub fn orders(&self, orders: &[&Order], zone: &Zone) -> String {
        let told: Vec<String> = orders.iter().take(MOST_SAID).map(|order| self.order(order, zone)).collect();
        let text = format!("{}{}", told.join(&self.between), self.end);
        match orders {
            [only] if only.doorstep == Some(false) => format!("{text}{}", self.not_to_door),
            [_] => text,
            _ => format!("{}{text}", self.latest),
        }
    }

    fn order(&self, order: &Order, zone: &Zone) -> String {
        let at = since(order).map(|at| zone.words(at, &self.time));
        let line = if at.is_some() { &self.one_since } else { &self.one };
        line.replace("{stage}", self.stage(stage(order)))
            .replace("{time}", &at.unwrap_or_default())
            // Last, because a merchant writes it.
            .replace("{id}", &order.order_id)
    }
}
