//! Says where a buyer's own orders stand.
//!
//! The caller brings orders of this buyer alone; an order of somebody else and one that does not exist look the same
//! here, because neither is among them. Addresses are not shown: a model has no use for them.

mod arguments;
mod words;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use arguments::{Arguments, SCHEMA};

use super::{Answer, Status};
use crate::catalog::{Line, Order, Product};
use crate::clock::Millis;
use crate::locale::Locale;
use crate::policy::Zone;
use words::Lines;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Orders {
    /// The newest first.
    pub orders: Vec<Shown>,
}

/// An order as it may be told to its buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub order_id: String,
    /// The merchant's own word.
    pub status: String,
    /// The same in the buyer's language.
    pub status_text: String,
    pub paid_at: Millis,
    pub shipped_at: Option<Millis>,
    pub picked_up_at: Option<Millis>,
    pub delivered_at: Option<Millis>,
    pub doorstep: Option<bool>,
    pub lines: Vec<ShownLine>,
    pub paid_fen: i64,
    pub refunded_fen: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownLine {
    pub sku: String,
    /// `None` where the store does not sell it any more.
    pub name: Option<String>,
    pub qty: i64,
    pub price_fen: i64,
}

/// Where an order stands, whatever the merchant's word for it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Unpaid,
    Paid,
    Shipped,
    OnTheWay,
    Delivered,
    Completed,
    Refunding,
    Refunded,
    Cancelled,
}

/// Tells of the buyer's `orders`: those asked for, the newest first. `is_signed`: the merchant vouches for who this is.
pub fn look_up(
    arguments: &Arguments,
    orders: &[Order],
    products: &[Product],
    is_signed: bool,
    zone: &Zone,
    locale: Locale,
) -> Answer<Orders> {
    let lines = Lines::of(locale);
    let none = |status, missing: &[&str], say: &str| {
        let missing = missing.iter().map(|&slot| slot.to_owned()).collect();
        Answer { status, evidence: Vec::new(), missing, say: say.to_owned(), found: Orders::default() }
    };
    if !is_signed {
        return none(Status::Ask, &["identity"], &lines.sign_in);
    }
    let asked = arguments.order_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let mut found: Vec<&Order> = orders.iter().filter(|order| asked.is_none_or(|id| order.order_id == id)).collect();
    found.sort_by(|a, b| b.paid_at.cmp(&a.paid_at).then_with(|| b.order_id.cmp(&a.order_id)));
    if found.is_empty() {
        return match asked {
            Some(_) => none(Status::NoBasis, &["order_id"], &lines.not_found),
            None => none(Status::NoBasis, &[], &lines.no_orders),
        };
    }
    Answer {
        status: Status::Ok,
        evidence: found.iter().map(|order| format!("order:{}", order.order_id)).collect(),
        missing: Vec::new(),
        say: lines.orders(&found, zone),
        found: Orders { orders: found.into_iter().map(|order| shown(order, products, lines)).collect() },
    }
}

fn shown(order: &Order, products: &[Product], lines: &Lines) -> Shown {
    let line = |line: &Line| ShownLine {
        sku: line.sku.clone(),
        name: products.iter().find(|product| product.sku == line.sku).map(|product| product.name.clone()),
        qty: line.qty,
        price_fen: line.price_fen,
    };
    Shown {
        order_id: order.order_id.clone(),
        status: order.status.clone(),
        status_text: lines.stage(stage(order)).to_owned(),
        paid_at: order.paid_at,
        shipped_at: order.shipped_at,
        picked_up_at: order.picked_up_at,
        delivered_at: order.delivered_at,
        doorstep: order.doorstep,
        lines: order.lines.iter().map(line).collect(),
        paid_fen: order.paid_fen(),
        refunded_fen: order.refunded_fen(),
    }
}

/// By the merchant's word, or by the order's times where the word is not one of those that are common.
fn stage(order: &Order) -> Stage {
    match order.status.to_lowercase().as_str() {
        "unpaid" | "pending" | "pending_payment" | "待付款" => Stage::Unpaid,
        "paid" | "processing" | "待发货" | "待出货" => Stage::Paid,
        // The carrier's time says more than a word that the merchant did not change since.
        "shipped" | "已发货" | "已出货" if order.picked_up_at.is_none() => Stage::Shipped,
        "shipped" | "已发货" | "已出货" if order.delivered_at.is_none() => Stage::OnTheWay,
        "shipped" | "已发货" | "已出货" => Stage::Delivered,
        "in_transit" | "picked_up" | "delivering" | "运输中" | "配送中" => Stage::OnTheWay,
        "delivered" | "signed" | "received" | "已签收" => Stage::Delivered,
        "completed" | "done" | "finished" | "已完成" => Stage::Completed,
        "refunding" | "returning" | "退款中" => Stage::Refunding,
        "refunded" | "returned" | "已退款" => Stage::Refunded,
        "cancelled" | "canceled" | "closed" | "已取消" | "已关闭" => Stage::Cancelled,
        _ if order.delivered_at.is_some() => Stage::Delivered,
        _ if order.picked_up_at.is_some() => Stage::OnTheWay,
        _ if order.shipped_at.is_some() => Stage::Shipped,
        _ => Stage::Paid,
    }
}

/// When an order came to the stage where it stands.
fn since(order: &Order) -> Option<Millis> {
    match stage(order) {
        Stage::Paid => Some(order.paid_at),
        Stage::Shipped => order.shipped_at,
        Stage::OnTheWay => order.picked_up_at.or(order.shipped_at),
        Stage::Delivered => order.delivered_at,
        Stage::Refunded => order.refunds.iter().filter_map(|refund| refund.finished_at).max(),
        Stage::Refunding => order.refunds.iter().map(|refund| refund.applied_at).max(),
        Stage::Unpaid | Stage::Completed | Stage::Cancelled => None,
    }
}
