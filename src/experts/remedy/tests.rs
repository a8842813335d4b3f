//! Cases as buyers bring them.

use serde_json::{Value, json};

use super::*;
use crate::catalog::{Address, Line, Refund};
use crate::experts::Status;

const HOUR: Millis = 3_600_000;
const PAID_AT: Millis = 1_794_000_000_000;
const DELIVERED_AT: Millis = PAID_AT + 72 * HOUR;

fn order(lines: &[(&str, i64, i64)]) -> Order {
    let line = |(sku, qty, price_fen): &(&str, i64, i64)| Line {
        sku: (*sku).into(),
        qty: *qty,
        price_fen: *price_fen,
        batch: None,
    };
    Order {
        order_id: "A1".into(),
        buyer: "u1".into(),
        status: "delivered".into(),
        paid_at: PAID_AT,
        shipped_at: Some(PAID_AT + 20 * HOUR),
        picked_up_at: Some(PAID_AT + 24 * HOUR),
        delivered_at: Some(DELIVERED_AT),
        doorstep: None,
        address: Address { province: "浙江".into(), city: "杭州".into(), ..Address::default() },
        lines: lines.iter().map(line).collect(),
        refunds: Vec::new(),
        rating: None,
    }
}

fn product(sku: &str, category: &str, weight_g: i64, attributes: Value) -> Product {
    Product {
        sku: sku.into(),
        name: sku.into(),
        category: category.into(),
        price_fen: 1,
        weight_g: Some(weight_g),
        stock: None,
        ingredients: Vec::new(),
        attributes: serde_json::from_value(attributes).unwrap(),
    }
}

fn goods() -> Vec<Product> {
    vec![
        product("DRESS", "apparel", 400, json!({"return_ship_fen": 800, "process_fen": 400, "salvage_fen": 3_000})),
        product("APPLE", "fresh", 2_800, json!({"units": 12, "claim_hours": 48})),
        product("DOG", "pet", 10_000, json!({})),
        product("MILK", "mother_baby", 1_050, json!({"stage": 2})),
    ]
}

/// `change` sees the facts before they are judged.
fn judged(order: &Order, arguments: Value, change: impl FnOnce(&mut Facts<'_>)) -> Answer<Remedy> {
    let (products, compensation, delivery) = (goods(), Compensation::default(), Delivery::default());
    let mut facts = Facts {
        order: Some(order),
        products: &products,
        history: History::default(),
        is_safety: false,
        authority: Authority::Assistant,
        now: DELIVERED_AT + HOUR,
        compensation: &compensation,
        delivery: &delivery,
    };
    change(&mut facts);
    let answer = remedy(&serde_json::from_value(arguments).unwrap(), &facts, Locale::Hans);
    let has_return = answer.found.choices.iter().any(|choice| choice.id == ChoiceId::Return);
    assert!(has_return, "the return is always among the choices: {answer:?}");
    assert!(!answer.say.is_empty() && !answer.say.contains('{'), "{}", answer.say);
    if let (Some(amount), true) = (answer.found.amount_fen, answer.found.needs_approval) {
        assert!(!answer.say.contains(&format!("补偿您 {}", amount / 100)), "an amount nobody approved: {}", answer.say);
    }
    answer
}

fn ids(answer: &Answer<Remedy>) -> Vec<ChoiceId> {
    answer.found.choices.iter().map(|choice| choice.id).collect()
}

#[test]
fn the_result_has_the_names_of_the_contract() {
    let order = order(&[("DRESS", 1, 6_000)]);
    let answer = judged(&order, json!({"order_id": "A1", "problem": "quality", "severity": "cosmetic"}), |_| {});
    assert_eq!(
        serde_json::to_value(&answer).unwrap(),
        json!({
            "status": "ok", "evidence": ["order:A1", "policy:compensation", "goodwill-1"], "missing": [],
            "say": "非常抱歉给您带来不好的体验。您可以留下商品，我们补偿您 9 元；也可以退货退款 60 元，运费由我们承担。您选哪一种？",
            "amount_fen": 900, "needs_approval": false, "offer": null,
            "choices": [
                {"id": "keep", "amount_fen": 900, "label": "留下商品，补偿 9 元"},
                {"id": "return", "amount_fen": 6_000, "label": "退货退款 60 元，运费我们承担"},
            ],
        })
    );
    assert_eq!((answer.found.basis.sku.as_str(), answer.found.basis.problem), ("DRESS", Some(Problem::Quality)));
    assert_eq!(answer, judged(&order, json!({"order_id": "A1", "problem": "quality", "severity": 0.15}), |_| {}));
}

#[test]
fn who_may_offer_how_much() {
    let order = order(&[("DRESS", 1, 6_000)]);
    let major = || json!({"order_id": "A1", "problem": "quality", "severity": 0.5});
    for (authority, needs_approval) in
        [(Authority::Assistant, true), (Authority::Agent, false), (Authority::Lead, false)]
    {
        let found = judged(&order, major(), |facts| facts.authority = authority).found;
        assert_eq!((found.amount_fen, found.needs_approval), (Some(2_100), needs_approval), "{authority:?}");
    }
    let small = json!({"order_id": "A1", "problem": "quality", "severity": 0.15});
    for (history, reason) in [
        (History { buyer_offers: 3, ..History::default() }, Reason::BuyerLimit),
        (History { buyer_fen: 9_101, ..History::default() }, Reason::BuyerLimit),
        (History { is_repeat: true, ..History::default() }, Reason::Repeat),
    ] {
        let found = judged(&order, small.clone(), |facts| facts.history = history).found;
        assert_eq!((found.amount_fen, &found.basis.approval[..]), (Some(900), &[reason][..]));
    }
    let within = History { buyer_offers: 2, buyer_fen: 9_100, ..History::default() };
    assert!(!judged(&order, small.clone(), |facts| facts.history = within).found.needs_approval);
    let again = judged(&order, small, |facts| facts.history.line_offers = 1);
    assert_eq!((again.status, again.found.amount_fen, ids(&again)), (Status::Refused, None, vec![ChoiceId::Return]));
}

#[test]
fn where_only_the_return_is_fair_nothing_else_is_offered() {
    let order = order(&[("DRESS", 1, 6_000)]);
    let answer = judged(&order, json!({"order_id": "A1", "problem": "quality", "severity": "unusable"}), |_| {});
    assert_eq!((answer.status, answer.found.amount_fen, ids(&answer)), (Status::Ok, None, vec![ChoiceId::Return]));
    assert_eq!(answer.say, "非常抱歉给您带来不好的体验。这件商品可以退货退款 60 元，运费由我们承担。");
}

#[test]
fn safety_gets_no_partial_offer() {
    let quality = || json!({"order_id": "A1", "problem": "quality", "severity": "cosmetic"});
    let dress = order(&[("DRESS", 1, 6_000)]);
    let milk = order(&[("MILK", 1, 23_800)]);
    let answers = [judged(&dress, quality(), |facts| facts.is_safety = true), judged(&milk, quality(), |_| {})];
    for answer in answers {
        assert_eq!((answer.status, answer.found.amount_fen), (Status::Refused, None));
        assert_eq!((answer.found.needs_approval, ids(&answer)), (true, vec![ChoiceId::Return]));
    }
}

#[test]
fn spoiled_pieces_are_paid_by_their_share() {
    let order = order(&[("APPLE", 1, 3_990)]);
    let spoiled = |bad: i64| json!({"order_id": "A1", "problem": "spoiled", "bad_units": bad});
    let answer = judged(&order, spoiled(3), |_| {});
    assert_eq!((answer.found.amount_fen, answer.found.needs_approval), (Some(1_000), false), "12 pieces a box");
    let full = judged(&order, spoiled(6), |_| {});
    assert_eq!((full.found.amount_fen, ids(&full)), (Some(3_990), vec![ChoiceId::Refund, ChoiceId::Return]));
    assert!(full.found.needs_approval, "39.90 yuan is more than the assistant gives alone");
    let late = judged(&order, spoiled(3), |facts| facts.now = DELIVERED_AT + 49 * HOUR);
    assert_eq!(late.found.basis.approval, [Reason::LateClaim]);
    let asked = judged(&order, json!({"order_id": "A1", "problem": "spoiled"}), |_| {});
    assert_eq!((asked.status, asked.missing), (Status::Ask, vec!["bad_units".to_owned(), "units".into()]));
}

#[test]
fn the_door_is_tried_again_before_money_is_paid() {
    let mut order = order(&[("DOG", 1, 32_900)]);
    let door = |floor: i64, lift: Option<bool>| json!({"order_id": "A1", "problem": "not_to_door", "floor": floor, "lift": lift});
    let answer = judged(&order, door(6, Some(false)), |_| {});
    assert_eq!((answer.found.amount_fen, answer.found.needs_approval), (Some(1_100), false));
    assert_eq!(ids(&answer), [ChoiceId::Redeliver, ChoiceId::Errand, ChoiceId::Keep, ChoiceId::Return]);
    assert_eq!(judged(&order, door(1, None), |_| {}).found.amount_fen, Some(600));
    assert_eq!(judged(&order, door(6, None), |_| {}).missing, ["lift"]);
    assert_eq!(judged(&order, json!({"order_id": "A1", "problem": "not_to_door"}), |_| {}).missing, ["floor", "lift"]);
    order.lines[0].qty = 4;
    let heavy = judged(&order, door(7, Some(false)), |_| {});
    assert_eq!((heavy.found.amount_fen, heavy.found.needs_approval), (Some(2_100), true), "above 15 yuan a person");
    assert!(heavy.say.contains("重新派送") && !heavy.say.contains("21"), "{}", heavy.say);
    order.doorstep = Some(true);
    let contradicted = judged(&order, door(1, None), |_| {});
    assert!(contradicted.found.basis.approval.contains(&Reason::NotOnRecord));
    assert!(judged(&order, door(i64::MAX, Some(false)), |_| {}).found.amount_fen <= Some(3_000));
}

#[test]
fn lateness_is_seen_in_the_order() {
    let mut order = order(&[("DOG", 1, 32_900)]);
    let late = || json!({"order_id": "A1", "problem": "late"});
    assert_eq!(judged(&order, late(), |_| {}).found.basis.approval, [Reason::NotOnRecord], "picked up within 48 h");
    order.picked_up_at = Some(PAID_AT + 49 * HOUR);
    let answer = judged(&order, late(), |_| {});
    assert_eq!((answer.found.amount_fen, answer.found.needs_approval), (Some(600), false));
}

#[test]
fn damage_is_paid_by_pieces_or_by_its_weight_and_may_be_replaced() {
    let order = order(&[("DOG", 4, 8_900)]);
    let pieces = judged(&order, json!({"order_id": "A1", "problem": "damaged", "bad_units": 1}), |_| {});
    assert_eq!(pieces.found.amount_fen, Some(8_900));
    assert_eq!(ids(&pieces), [ChoiceId::Keep, ChoiceId::Replace, ChoiceId::Return]);
    let cosmetic = json!({"order_id": "A1", "problem": "damaged", "bad_units": 1, "severity": 0.1});
    assert_eq!(judged(&order, cosmetic, |_| {}).found.amount_fen, Some(900), "of one bag of 89 yuan");
}

#[test]
fn what_is_missing_is_asked_for() {
    let two = order(&[("DRESS", 1, 6_000), ("DOG", 1, 8_900)]);
    let missing = |arguments: Value| judged(&two, arguments, |_| {}).missing;
    assert_eq!(missing(json!({"order_id": "A1"})), ["problem"]);
    assert_eq!(missing(json!({"order_id": "A1", "problem": "quality"})), ["sku"]);
    assert_eq!(missing(json!({"order_id": "A1", "problem": "quality", "sku": "OTHER"})), ["sku"]);
    assert_eq!(missing(json!({"order_id": "A1", "problem": "quality", "sku": "DRESS"})), ["severity"]);
    assert_eq!(missing(json!({"order_id": "A1", "problem": "quality", "sku": "DRESS", "severity": 7})), ["severity"]);
    let foreign = judged(&two, json!({"order_id": "B9", "problem": "late"}), |facts| facts.order = None);
    assert_eq!((foreign.status, foreign.missing), (Status::Ask, vec!["order_id".to_owned()]));
}

#[test]
fn what_was_refunded_is_not_offered_again() {
    let mut order = order(&[("DRESS", 1, 6_000)]);
    let quality = || json!({"order_id": "A1", "problem": "quality", "severity": 0.15});
    let refund = |amount_fen| Refund {
        reason: "x".into(),
        quality: false,
        applied_at: DELIVERED_AT,
        finished_at: None,
        amount_fen,
    };
    order.refunds = vec![refund(2_000)];
    let rest = judged(&order, quality(), |_| {});
    assert_eq!(rest.found.choices.last().and_then(|choice| choice.amount_fen), Some(4_000));
    order.refunds = vec![refund(6_000)];
    assert_eq!(judged(&order, quality(), |_| {}).status, Status::Refused);
    order.refunds.clear();
    order.status = "cancelled".into();
    assert_eq!(judged(&order, quality(), |_| {}).status, Status::Refused);
}

#[test]
fn every_locale_has_every_line_with_the_return_beside_money() {
    for locale in Locale::ALL {
        let lines = words::Lines::of(locale);
        let with_money = [&lines.keep_or_return, &lines.refund_or_return, &lines.not_to_door, &lines.late];
        for line in with_money {
            assert!(line.contains("{amount}") && line.contains("{paid}"), "{line}");
        }
        for line in [&lines.to_approve, &lines.door_to_approve, &lines.safety, &lines.return_only, &lines.had_offer] {
            assert!(!line.contains("{amount}") && line.contains("{paid}"), "{line}");
        }
    }
}
