//! Plans good and bad. The days are those of the domain facts, C.4: cutoff 16:00, closed on Sunday, handling 4 hours.

use jiff::Timestamp;
use serde_json::json;

use super::*;

pub(super) fn lane() -> Lane {
    Lane {
        id: "W1/快达/浙江/*".into(),
        warehouse: "W1".into(),
        carrier: "快达".into(),
        province: "浙江".into(),
        city: None,
        transit_days: 3,
        cutoff_min: 16 * 60,
        closed_days: vec!["sun".into()],
        max_parcel_g: 30_000,
        doorstep: true,
        price_fen: Some(1_200),
    }
}

pub(super) fn at(text: &str) -> Millis {
    format!("{text}+08:00").parse::<Timestamp>().unwrap().as_millisecond()
}

fn request(deliver_by: Option<&str>, now: &str) -> Request {
    Request {
        place: Place { province: Some("浙江省".into()), city: Some("杭州".into()), ..Place::default() },
        goods: vec![Goods { sku: "DOG".into(), qty: 1, unit_g: Some(10_000) }],
        deliver_by: deliver_by.map(|day| day.parse().unwrap()),
        now: at(now),
    }
}

fn plan_with(lanes: &[Lane], buffer_days: i64, request: &Request) -> Answer<Plan> {
    let policy = policy::Delivery { buffer_days, ..policy::Delivery::default() };
    plan(request, &Shop { lanes, policy: &policy, holidays: &[], zone: &Zone::default() }, Locale::Hans)
}

#[test]
fn the_published_dispatch_days() {
    for (promise, transit, buffer, ship, release) in [
        ("2026-11-11", 3, 1, "2026-11-07T16:00:00", "2026-11-07T12:00:00"),
        ("2026-11-12", 3, 1, "2026-11-07T16:00:00", "2026-11-07T12:00:00"),
        ("2026-11-11", 2, 0, "2026-11-09T16:00:00", "2026-11-09T12:00:00"),
    ] {
        let lanes = [Lane { transit_days: transit, ..lane() }];
        let found = plan_with(&lanes, buffer, &request(Some(promise), "2026-11-01T09:00:00")).found;
        assert_eq!((found.ship_by_ms, found.release_by_ms), (Some(at(ship)), Some(at(release))), "{promise}");
        assert!(found.feasible && found.next_feasible.is_none());
        assert!(found.eta_to_ms < Some(at(&format!("{promise}T23:59:59.999")) + 1), "never after the promise");
    }
}

#[test]
fn too_late_is_said_before_anything_is_promised() {
    let answer = plan_with(&[lane()], 1, &request(Some("2026-11-11"), "2026-11-07T12:00:00.001"));
    let found = &answer.found;
    assert!(!found.feasible);
    // Saturday is missed, Sunday is closed: Monday leaves, three days and one in hand.
    assert_eq!(found.next_feasible.as_deref(), Some("2026-11-13"));
    assert_eq!((found.ship_by_ms, found.eta_from_ms, found.eta_to_ms), (None, None, None));
    assert_eq!(answer.say, "11 月 11 日之前来不及送到，最早可以安排在 11 月 13 日之前送达，您看可以吗？");
    let promised = plan_with(&[lane()], 1, &request(Some("2026-11-13"), "2026-11-07T12:00:00.001"));
    assert!(promised.found.feasible, "what is offered instead can be kept");
    assert!(plan_with(&[lane()], 1, &request(Some("2026-11-11"), "2026-11-07T12:00:00")).found.feasible);
    assert!(!plan_with(&[lane()], 1, &request(Some("2020-01-01"), "2026-11-07T12:00:00")).found.feasible);
}

#[test]
fn without_a_day_it_leaves_as_soon_as_it_can() {
    let found = plan_with(&[lane()], 1, &request(None, "2026-11-06T18:00:00")).found;
    assert_eq!(found.ship_by_ms, Some(at("2026-11-07T16:00:00")), "after the cutoff it is the next day");
    assert_eq!(found.eta_from_ms, Some(at("2026-11-10T00:00:00")));
    assert_eq!(found.eta_to_ms, Some(at("2026-11-11T23:59:59.999")));
}

#[test]
fn holidays_are_no_working_days() {
    let policy = policy::Delivery::default();
    let holidays = ["2026-11-03..2026-11-07".parse().unwrap()];
    let shop = Shop { lanes: &[lane()], policy: &policy, holidays: &holidays, zone: &Zone::default() };
    let found = plan(&request(Some("2026-11-11"), "2026-11-01T09:00:00"), &shop, Locale::Hans).found;
    assert_eq!(found.ship_by_ms, Some(at("2026-11-02T16:00:00")));
    let lanes = [Lane { closed_days: vec!["sun".into(), "2026-11-06..2026-11-07".into()], ..lane() }];
    let found = plan_with(&lanes, 1, &request(Some("2026-11-11"), "2026-11-01T09:00:00")).found;
    assert_eq!(found.ship_by_ms, Some(at("2026-11-05T16:00:00")));
}

#[test]
fn the_lane_to_the_door_wins_then_the_one_in_time_then_the_cheap_one() {
    let named = |id: &str, doorstep, transit_days, price_fen| Lane {
        id: id.into(),
        carrier: id.into(),
        doorstep,
        transit_days,
        price_fen,
        ..lane()
    };
    let chosen = |lanes: &[Lane]| {
        let found = plan_with(lanes, 0, &request(Some("2026-11-11"), "2026-11-09T09:00:00")).found;
        (found.carrier.unwrap(), found.feasible)
    };
    let station = named("驿站", false, 1, Some(100));
    let (slow, fast, cheap) =
        (named("慢", true, 5, Some(500)), named("快", true, 1, Some(3_000)), named("省", true, 2, Some(800)));
    assert_eq!(chosen(&[station.clone(), slow.clone()]), ("慢".into(), false), "the door, though later");
    assert_eq!(chosen(&[station.clone(), slow.clone(), fast.clone()]), ("快".into(), true));
    assert_eq!(chosen(&[station.clone(), slow, fast, cheap]), ("省".into(), true));
    let answer = plan_with(&[station], 0, &request(None, "2026-11-09T09:00:00"));
    assert_eq!((answer.found.doorstep, &answer.found.flags[..]), (false, &[Flag::NoDoorstep][..]));
    assert!(answer.say.contains("不送货上门"), "{}", answer.say);
}

#[test]
fn an_unknown_place_is_asked_for_and_nothing_promised() {
    for place in [
        Place::default(),
        Place { province: Some("火星".into()), ..Place::default() },
        Place { province: Some("西藏".into()), city: Some("拉萨".into()), ..Place::default() },
    ] {
        let answer = plan_with(&[lane()], 1, &Request { place, ..request(None, "2026-11-09T09:00:00") });
        assert_eq!((answer.status, &answer.found.flags[..]), (Status::Ask, &[Flag::UnknownPlace][..]));
        assert_eq!(answer.missing, ["province"]);
        assert_eq!(answer.found, Plan { flags: vec![Flag::UnknownPlace], ..Plan::default() });
    }
}

#[test]
fn weights_decide_parcels() {
    let heavy = |unit_g, qty| {
        let goods = vec![Goods { sku: "DOG".into(), qty, unit_g }];
        plan_with(&[lane()], 1, &Request { goods, ..request(None, "2026-11-09T09:00:00") })
    };
    let found = heavy(Some(20_000), 1).found;
    assert_eq!((found.feasible, &found.flags[..]), (true, &[Flag::OverSoftLimit][..]));
    assert_eq!(heavy(Some(7_500), 4).found.parcels.len(), 2);
    for (answer, flag) in [
        (heavy(Some(30_001), 1), Flag::Oversize),
        (heavy(None, 1), Flag::UnknownWeight),
        (heavy(Some(100), 1_001), Flag::Bulk),
        (heavy(Some(100), i64::MAX), Flag::Bulk),
    ] {
        assert_eq!((answer.status, &answer.found.flags[..]), (Status::NoBasis, &[flag][..]));
        assert!(!answer.found.feasible && answer.found.ship_by_ms.is_none());
    }
    assert_eq!(heavy(Some(100), 0).missing, ["items"]);
}

#[test]
fn the_result_has_the_names_of_the_contract() {
    let goods = vec![
        Goods { sku: "CAT".into(), qty: 1, unit_g: Some(5_000) },
        Goods { sku: "DOG".into(), qty: 2, unit_g: Some(2_500) },
    ];
    let answer = plan_with(&[lane()], 1, &Request { goods, ..request(Some("2026-11-11"), "2026-11-06T09:00:00") });
    assert_eq!(
        serde_json::to_value(&answer).unwrap(),
        json!({
            "status": "ok", "evidence": ["lane:W1/快达/浙江/*"], "missing": [],
            "say": "11 月 11 日之前可以送到：1 个包裹，由快达送货上门，我们最晚 11 月 7 日 16:00 交给快递。",
            "feasible": true, "carrier": "快达", "warehouse": "W1", "doorstep": true,
            "parcels": [{"items": [{"sku": "CAT", "qty": 1}, {"sku": "DOG", "qty": 2}], "weight_g": 10_000}],
            "ship_by_ms": at("2026-11-07T16:00:00"), "release_by_ms": at("2026-11-07T12:00:00"),
            "eta_from_ms": at("2026-11-10T00:00:00"), "eta_to_ms": at("2026-11-11T23:59:59.999"),
            "next_feasible": null, "flags": [],
        })
    );
}

#[test]
fn every_locale_has_every_line() {
    let policy = policy::Delivery::default();
    let shop = Shop { lanes: &[lane()], policy: &policy, holidays: &[], zone: &Zone::default() };
    for locale in Locale::ALL {
        for day in [None, Some("2026-11-11"), Some("2026-11-30")] {
            let say = plan(&request(day, "2026-11-10T09:00:00"), &shop, locale).say;
            assert!(!say.is_empty() && !say.contains(['{', '%']), "{say}");
        }
    }
}

#[test]
fn a_models_arguments_are_filled_from_the_order() {
    let demo = |name: (&str, &str)| (name.0.to_owned(), name.1.as_bytes().to_vec());
    let (name, bytes) = demo(crate::demo::PRODUCTS);
    let products: Vec<Product> =
        crate::catalog::imports::read(&name, &bytes).rows.into_iter().map(|(_, product)| product).collect();
    let (name, bytes) = demo(crate::demo::ORDERS);
    let orders: Vec<Order> =
        crate::catalog::imports::read(&name, &bytes).rows.into_iter().map(|(_, order)| order).collect();
    let policy = policy::Delivery::default();
    let lanes = [lane()];
    let shop = Shop { lanes: &lanes, policy: &policy, holidays: &[], zone: &Zone::default() };
    let asked = |arguments: serde_json::Value, order: Option<&Order>| {
        let arguments = serde_json::from_value(arguments).unwrap();
        answer(&arguments, order, &products, at("2026-11-20T09:00:00"), &shop, Locale::Hans)
    };
    let order = orders.iter().find(|order| order.lines.iter().any(|line| line.sku == "PE-DOG-15")).unwrap();
    let by_order = asked(json!({"order_id": order.order_id}), Some(order));
    assert_eq!((by_order.status, by_order.found.parcels.len()), (Status::Ok, 2), "15.3 kg goes alone");
    let own_items = asked(json!({"order_id": "x", "items": [{"sku": "PE-DOG-025", "qty": 1}]}), Some(order));
    assert_eq!(own_items.found.parcels[0].weight_g, 2_600);
    let elsewhere = asked(json!({"province": "火星", "order_id": "x"}), Some(order));
    assert_eq!(elsewhere.found.flags, [Flag::UnknownPlace], "what is said counts before the order's address");
    assert_eq!(asked(json!({"province": "浙江"}), None).missing, ["items"]);
    let bad_day =
        asked(json!({"province": "浙江", "items": [{"sku": "PE-DOG-025", "qty": 1}], "deliver_by": "soon"}), None);
    assert_eq!(bad_day.missing, ["deliver_by"]);
    let unknown = asked(json!({"province": "浙江", "items": [{"sku": "NO-SUCH", "qty": 1}]}), None);
    assert_eq!(unknown.found.flags, [Flag::UnknownWeight]);
}
