//! Orders as they are told.

use serde_json::json;

use super::*;
use crate::catalog::{Address, Refund};

const PAID_AT: Millis = 1_794_369_600_000; // 2026-11-11 12:00 +08:00

fn order(id: &str, status: &str, paid_at: Millis) -> Order {
    Order {
        order_id: id.into(),
        buyer: "u1".into(),
        status: status.into(),
        paid_at,
        shipped_at: None,
        picked_up_at: None,
        delivered_at: None,
        doorstep: None,
        address: Address {
            province: "浙江".into(), city: "杭州".into(), town: Some("秘密镇".into()), district: None
        },
        lines: vec![Line { sku: "x".into(), qty: 2, price_fen: 990, batch: Some("B7".into()) }],
        refunds: Vec::new(),
        rating: None,
    }
}

fn told(asked: Option<&str>, orders: &[Order], locale: Locale) -> Answer<Orders> {
    let arguments = Arguments { order_id: asked.map(str::to_owned) };
    look_up(&arguments, orders, &[], true, &Zone::default(), locale)
}

#[test]
fn the_result_has_the_names_of_the_contract() {
    let mut one = order("A1", "shipped", PAID_AT);
    one.shipped_at = Some(PAID_AT + 3_600_000);
    let answer = told(Some(" A1 "), &[one, order("A2", "paid", PAID_AT)], Locale::Hans);
    let value = serde_json::to_value(&answer).unwrap();
    assert_eq!(
        value,
        json!({
            "status": "ok", "evidence": ["order:A1"], "missing": [],
            "say": "订单 A1 已发货，等待快递揽收（11 月 11 日 13:00）。",
            "orders": [{
                "order_id": "A1", "status": "shipped", "status_text": "已发货，等待快递揽收",
                "paid_at": PAID_AT, "shipped_at": PAID_AT + 3_600_000, "picked_up_at": null, "delivered_at": null,
                "doorstep": null, "lines": [{"sku": "x", "name": null, "qty": 2, "price_fen": 990}],
                "paid_fen": 1_980, "refunded_fen": 0,
            }],
        })
    );
    assert!(!value.to_string().contains("秘密"), "no address");
}

#[test]
fn the_newest_come_first() {
    let orders: Vec<Order> = (0..5).map(|n| order(&format!("A{n}"), "paid", PAID_AT + n * 60_000)).collect();
    let answer = told(None, &orders, Locale::Hans);
    let ids: Vec<&str> = answer.found.orders.iter().map(|order| order.order_id.as_str()).collect();
    assert_eq!(ids, ["A4", "A3", "A2", "A1", "A0"]);
    assert!(answer.say.starts_with("您最近的订单：订单 A4") && !answer.say.contains("A1"), "{}", answer.say);
}

#[test]
fn foreign_and_absent_orders_look_the_same_and_visitors_have_none() {
    let mine = [order("A1", "paid", PAID_AT)];
    let answer = told(Some("B9"), &mine, Locale::Hans);
    assert_eq!((answer.status, answer.found.orders.len()), (Status::NoBasis, 0));
    assert_eq!(told(None, &[], Locale::Hans).status, Status::NoBasis);
    let visitor = look_up(&Arguments::default(), &mine, &[], false, &Zone::default(), Locale::Hans);
    assert_eq!((visitor.status, visitor.found.orders.len()), (Status::Ask, 0));
    assert_eq!(visitor.missing, ["identity"]);
}

#[test]
fn every_word_of_a_merchant_has_a_stage() {
    for (status, expected) in [
        ("delivered", Stage::Delivered),
        ("已签收", Stage::Delivered),
        ("REFUNDED", Stage::Refunded),
        ("closed", Stage::Cancelled),
        ("in_transit", Stage::OnTheWay),
        ("somewhere", Stage::Paid),
    ] {
        assert_eq!(stage(&order("A", status, PAID_AT)), expected, "{status}");
    }
    let by_times = Order { picked_up_at: Some(PAID_AT), ..order("A", "state_7", PAID_AT) };
    assert_eq!(stage(&by_times), Stage::OnTheWay);
    let picked_up = Order { picked_up_at: Some(PAID_AT), ..order("A", "shipped", PAID_AT) };
    assert_eq!((stage(&picked_up), since(&picked_up)), (Stage::OnTheWay, Some(PAID_AT)));
    let refunding = Order {
        refunds: vec![Refund {
            reason: "x".into(),
            quality: true,
            applied_at: PAID_AT,
            finished_at: None,
            amount_fen: 500,
        }],
        ..order("A", "refunding", PAID_AT)
    };
    assert_eq!(since(&refunding), Some(PAID_AT));
}

#[test]
fn every_locale_has_every_line() {
    for locale in Locale::ALL {
        for status in
            ["unpaid", "paid", "shipped", "in_transit", "delivered", "done", "refunding", "refunded", "closed"]
        {
            let failed = Order { doorstep: Some(false), ..order("A1", status, PAID_AT) };
            let say = told(None, &[failed], locale).say;
            assert!(say.contains("A1") && !say.contains(['{', '%']), "{say}");
        }
    }
}
