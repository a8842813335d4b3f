//! A plan in a sentence.

use serde::Deserialize;

use super::{Plan, Request};
use crate::clock::Millis;
use crate::policy::Zone;
use crate::said::said;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    pub ask_place: String,
    pub ask_items: String,
    pub ask_day: String,
    pub no_weight: String,
    pub oversize: String,
    pub bulk: String,
    by: String,
    earliest: String,
    too_late: String,
    to_door: String,
    to_pick_up: String,
    one: String,
    many: String,
    /// Signs of `strftime`.
    day: String,
    time: String,
}

said!("delivery", Lines);

impl Lines {
    /// `promise` is the first day that may be promised.
    pub fn plan(&self, plan: &Plan, request: &Request, zone: &Zone, promise: jiff::civil::Date) -> String {
        let day = |day: jiff::civil::Date| day.strftime(&self.day).to_string();
        let wanted = request.deliver_by.map(day).unwrap_or_default();
        if !plan.feasible {
            return self.too_late.replace("{date}", &wanted).replace("{next}", &day(promise));
        }
        let parcels = match plan.parcels.len() {
            1 => self.one.clone(),
            many => self.many.replace("{n}", &many.to_string()),
        };
        let at = |at: Option<Millis>, format: &str| at.map(|at| zone.words(at, format)).unwrap_or_default();
        let line = if request.deliver_by.is_some() { &self.by } else { &self.earliest };
        line.replace("{date}", &wanted)
            .replace("{from}", &at(plan.eta_from_ms, &self.day))
            .replace("{to}", &at(plan.eta_to_ms, &self.day))
            .replace("{parcels}", &parcels)
            .replace("{how}", if plan.doorstep { &self.to_door } else { &self.to_pick_up })
            .replace("{ship}", &at(plan.ship_by_ms, &self.time))
            // Last, because a merchant writes it.
            .replace("{carrier}", plan.carrier.as_deref().unwrap_or_default())
    }
}
