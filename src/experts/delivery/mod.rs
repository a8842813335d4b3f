//! Plans a delivery: parcels that can be carried to a door, a lane that does so, and when the order must leave.
//!
//! Source of the rules: domain facts, C.4. [`split`] packs, [`place`] finds the lanes, [`schedule`] counts days. A plan
//! is a promise's only ground: without a place, a weight or a lane there is none, and the answer says so.

mod arguments;
mod place;
mod schedule;
mod split;
mod words;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::Serialize;

pub use arguments::{Arguments, Item, SCHEMA};
pub use place::Place;

use super::{Answer, Status};
use crate::catalog::{Lane, Order, Product};
use crate::clock::Millis;
use crate::locale::Locale;
use crate::policy::{self, Days, Zone};
use place::Ways;
use schedule::{Departure, Timetable};
use words::Lines;

/// More pieces than this are no shopper's order: a person plans it.
const MOST_PIECES: i64 = 1_000;

/// A line of goods with what one piece weighs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    pub sku: String,
    pub qty: i64,
    /// In grams, with packaging; `None` where the product or its weight is unknown.
    pub unit_g: Option<i64>,
}

/// What is to be planned.
#[derive(Debug, Clone)]
pub struct Request {
    pub place: Place,
    pub goods: Vec<Goods>,
    /// The day by whose end it must be there; `None`: as soon as possible.
    pub deliver_by: Option<Date>,
    pub now: Millis,
}

/// What the store has to plan with.
#[derive(Debug, Clone, Copy)]
pub struct Shop<'a> {
    pub lanes: &'a [Lane],
    pub policy: &'a policy::Delivery,
    pub holidays: &'a [Days],
    pub zone: &'a Zone,
}

/// The plan. Without a promise all times are `None`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Plan {
    pub feasible: bool,
    pub parcels: Vec<Parcel>,
    pub carrier: Option<String>,
    pub warehouse: Option<String>,
    pub doorstep: bool,
    /// When the carrier must have it.
    pub ship_by_ms: Option<Millis>,
    /// When the order must be released to the warehouse.
    pub release_by_ms: Option<Millis>,
    pub eta_from_ms: Option<Millis>,
    pub eta_to_ms: Option<Millis>,
    /// The first day that could be promised instead, where `deliver_by` is not feasible: `2026-11-14`.
    pub next_feasible: Option<String>,
    pub flags: Vec<Flag>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parcel {
    pub items: Vec<Item>,
    pub weight_g: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// A piece is heavier than any carrier takes there: freight, and a person.
    Oversize,
    /// A piece is heavier than a parcel should be that is carried to a door; it goes alone.
    OverSoftLimit,
    /// No carrier brings parcels to the door there.
    NoDoorstep,
    UnknownPlace,
    UnknownWeight,
    /// So many pieces that a person plans it.
    Bulk,
}

/// Answers a model. Place and goods that it does not name are those of `order`, which is the buyer's own; `products` are
/// the store's, at least those that are named.
pub fn answer(
    arguments: &Arguments,
    order: Option<&Order>,
    products: &[Product],
    now: Millis,
    shop: &Shop<'_>,
    locale: Locale,
) -> Answer<Plan> {
    let Ok(deliver_by) = arguments.deliver_by.as_deref().map(|day| day.trim().parse()).transpose() else {
        return without(Status::Ask, &["deliver_by"], &Lines::of(locale).ask_day, &[]);
    };
    let place = match (&arguments.province, order) {
        (None, Some(order)) => Place::from(&order.address),
        _ => Place {
            province: arguments.province.clone(),
            city: arguments.city.clone(),
            district: arguments.district.clone(),
            town: arguments.town.clone(),
        },
    };
    let goods = |sku: &str, qty| {
        let product = products.iter().find(|product| product.sku == sku);
        Goods { sku: sku.to_owned(), qty, unit_g: product.and_then(|product| product.weight_g) }
    };
    let goods: Vec<Goods> = match (&arguments.items, order) {
        (Some(items), _) => items.iter().map(|item| goods(&item.sku, item.qty)).collect(),
        (None, Some(order)) => order.lines.iter().map(|line| goods(&line.sku, line.qty)).collect(),
        (None, None) => Vec::new(),
    };
    plan(&Request { place, goods, deliver_by, now }, shop, locale)
}

/// Plans, or says what is missing. Nothing is promised to a place that no lane names.
pub fn plan(request: &Request, shop: &Shop<'_>, locale: Locale) -> Answer<Plan> {
    let lines = Lines::of(locale);
    if request.goods.is_empty() || request.goods.iter().any(|goods| goods.qty < 1) {
        return without(Status::Ask, &["items"], &lines.ask_items, &[]);
    }
    let lanes = match place::ways(&request.place, shop.lanes) {
        Ways::Lanes(lanes) => lanes,
        Ways::Ask(slot) => return without(Status::Ask, &[slot], &lines.ask_place, &[Flag::UnknownPlace]),
    };
    if request.goods.iter().map(|goods| goods.qty).fold(0, i64::saturating_add) > MOST_PIECES {
        return without(Status::NoBasis, &[], &lines.bulk, &[Flag::Bulk]);
    }
    let Some(pieces) = pieces(&request.goods) else {
        return without(Status::NoBasis, &[], &lines.no_weight, &[Flag::UnknownWeight]);
    };
    let heaviest = pieces.iter().map(|(_, weight)| *weight).max().unwrap_or(0);
    let options = lanes.iter().filter(|lane| lane.max_parcel_g >= heaviest);
    let options = options.filter_map(|lane| Choice::of(lane, request, shop, &pieces));
    let Some(best) = options.min_by_key(Choice::rank) else {
        return without(Status::NoBasis, &[], &lines.oversize, &[Flag::Oversize]);
    };
    let plan = best.plan(shop, &pieces);
    let say = lines.plan(&plan, request, shop.zone, best.promise);
    Answer {
        status: Status::Ok,
        evidence: vec![format!("lane:{}", best.lane.id)],
        missing: Vec::new(),
        say,
        found: plan,
    }
}

fn without(status: Status, missing: &[&str], say: &str, flags: &[Flag]) -> Answer<Plan> {
    let missing = missing.iter().map(|&slot| slot.to_owned()).collect();
    let found = Plan { flags: flags.to_vec(), ..Plan::default() };
    Answer { status, evidence: Vec::new(), missing, say: say.to_owned(), found }
}

/// Each piece by itself with its weight; `None` where one is unknown.
fn pieces(goods: &[Goods]) -> Option<Vec<(&str, i64)>> {
    let mut pieces = Vec::new();
    for line in goods {
        let weight = line.unit_g.filter(|weight| *weight > 0)?;
        pieces.extend((0..line.qty).map(|_| (line.sku.as_str(), weight)));
    }
    Some(pieces)
}

/// One lane with what it would mean.
struct Choice<'a> {
    lane: &'a Lane,
    parcels: Vec<Vec<usize>>,
    departure: Departure,
    /// Whether the order can still leave in time.
    feasible: bool,
    /// The first day that may be promised with this lane.
    promise: Date,
}

impl<'a> Choice<'a> {
    fn of(lane: &'a Lane, request: &Request, shop: &Shop<'_>, pieces: &[(&str, i64)]) -> Option<Self> {
        let table = Timetable { lane, policy: shop.policy, holidays: shop.holidays, zone: shop.zone };
        let next = table.after(request.now)?;
        let departure = match request.deliver_by {
            Some(day) => table.before(day)?,
            None => next,
        };
        let weights: Vec<i64> = pieces.iter().map(|(_, weight)| *weight).collect();
        let limit = shop.policy.soft_limit_g.min(lane.max_parcel_g);
        let feasible = request.now <= departure.release_by;
        Some(Self { lane, parcels: split::split(&weights, limit), departure, feasible, promise: table.promise(next)? })
    }

    /// To the door, in time, at little cost, soon; the smallest is best.
    fn rank(&self) -> (bool, bool, Option<Date>, i64, i64, &'a str) {
        let price = self.lane.price_fen.unwrap_or(i64::MAX);
        let cost = price.saturating_mul(self.parcels.len() as i64);
        // What cannot be there in time is judged by when it can.
        let late = (!self.feasible).then_some(self.promise);
        (!self.lane.doorstep, !self.feasible, late, cost, self.lane.transit_days, &self.lane.id)
    }

    fn plan(&self, shop: &Shop<'_>, pieces: &[(&str, i64)]) -> Plan {
        let table = Timetable { lane: self.lane, policy: shop.policy, holidays: shop.holidays, zone: shop.zone };
        let window = table.window(self.departure).filter(|_| self.feasible);
        let parcels: Vec<Parcel> = self.parcels.iter().map(|parcel| packed(parcel, pieces)).collect();
        let mut flags = Vec::new();
        if parcels.iter().any(|parcel| parcel.weight_g > shop.policy.soft_limit_g) {
            flags.push(Flag::OverSoftLimit);
        }
        if !self.lane.doorstep {
            flags.push(Flag::NoDoorstep);
        }
        Plan {
            feasible: self.feasible,
            parcels,
            carrier: Some(self.lane.carrier.clone()),
            warehouse: Some(self.lane.warehouse.clone()),
            doorstep: self.lane.doorstep,
            ship_by_ms: self.feasible.then_some(self.departure.ship_by),
            release_by_ms: self.feasible.then_some(self.departure.release_by),
            eta_from_ms: window.map(|(from, _)| from),
            eta_to_ms: window.map(|(_, to)| to),
            next_feasible: (!self.feasible).then(|| self.promise.to_string()),
            flags,
        }
    }
}

/// Pieces of the same product become one item.
fn packed(parcel: &[usize], pieces: &[(&str, i64)]) -> Parcel {
    let mut items: Vec<Item> = Vec::new();
    let mut weight_g = 0;
    for (sku, weight) in parcel.iter().filter_map(|piece| pieces.get(*piece)) {
        weight_g += weight;
        match items.iter_mut().find(|item| item.sku == *sku) {
            Some(item) => item.qty += 1,
            None => items.push(Item { sku: (*sku).to_owned(), qty: 1 }),
        }
    }
    items.sort_by(|a, b| a.sku.cmp(&b.sku));
    Parcel { items, weight_g }
}
