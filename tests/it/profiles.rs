//! What is kept of buyers: with consent, and gone when it is withdrawn or they ask.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xiaoer::db;
use xiaoer::ids::BuyerId;
use xiaoer::people::tokens::Scope;
use xiaoer::profiles::keeping::{Slotted, consent, give, recall, withdraw};
use xiaoer::profiles::ledger::Source;
use xiaoer::profiles::reading::{Context, read};
use xiaoer::profiles::{Ledger, Purpose, Remembered, keeping, remember};
use xiaoer::protocol::desk::Role;

use crate::support::buyer::Buyer;
use crate::support::desk::Desk;
use crate::support::house::{Answer, House, PASSWORD};
use crate::support::model::{Answer as Says, ScriptedModel};
use crate::support::program::{run, write};
use crate::support::shop;

struct Shop {
    house: House,
    token: String,
}

impl Shop {
    async fn open() -> Self {
        let house = House::open().await;
        let token = house.token("demo", Scope::Admin).await;
        Self { house, token }
    }

    async fn call(&self, method: Method, buyer: &str, body: Option<Value>) -> Answer {
        let request = self.house.request(method, &format!("/v1/stores/demo/buyers/{buyer}")).bearer_auth(&self.token);
        Answer::of(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    async fn remember(&self, buyer: &str, whom: &str, slot: &str, value: Value, unit: &str) -> Remembered {
        let slotted = Slotted { whom: Some(whom.into()), slot: slot.into(), value, unit: Some(unit.into()) };
        let now = self.house.app.clock.now();
        remember(&self.house.app.db, &"demo".into(), &buyer.into(), None, &slotted, now).await.unwrap()
    }

    async fn agree(&self, buyer: &str, purpose: Purpose) {
        let given = consent(purpose, self.house.app.clock.now(), None);
        give(&self.house.app.db, &"demo".into(), &buyer.into(), given).await.unwrap();
    }

    /// How many slots and babies are kept.
    async fn kept(&self, buyer: &str) -> (usize, usize) {
        let mut conn = self.house.app.db.read().await.unwrap();
        let recalled = recall(&mut conn, &"demo".into(), &buyer.into()).await.unwrap();
        (recalled.slots.len(), recalled.babies.len())
    }
}

fn profile() -> Value {
    json!({
        "name": "小林", "vip_level": 2,
        "consents": [{"purpose": "body", "given_at": 1}, {"purpose": "baby", "given_at": 2}, {"purpose": "skin", "given_at": 3}],
        "people": [{"id": "self", "relation": "self", "height_cm": 165, "weight_kg": 52.5}, {"id": "mother", "height_cm": 158}],
        "babies": [{"id": "b1", "nickname": "果果", "born": "2026-01-15", "gestational_weeks": 36, "feeding": "mixed",
                    "allergies": ["milk"], "products": [{"sku": "X1", "stage": 1, "used_at": 5}]},
                   {"id": "b2", "born": "2024-03", "allergies": [], "products": []}],
        "skin": {"conditions": ["sensitive"], "in_use": ["retinol"]},
    })
}

#[tokio::test]
async fn sensitive_slots_are_not_written_without_their_own_consent() {
    let shop = Shop::open().await;
    shop.call(Method::PUT, "lin", Some(json!({"name": "小林"}))).await;
    let cases = [
        ("self", "height_cm", json!("一米六五"), "", Purpose::Body),
        ("self", "condition", json!("pregnant"), "", Purpose::Skin),
        ("baby", "born", json!("2026-01"), "", Purpose::Baby),
        ("daughter", "height_cm", json!(110), "cm", Purpose::Baby),
    ];
    for (whom, slot, value, unit, purpose) in &cases {
        let done = shop.remember("lin", whom, slot, value.clone(), unit).await;
        assert_eq!(done, Remembered { stored: false, needs_consent: true, purpose: *purpose }, "{slot}");
    }
    assert_eq!(shop.kept("lin").await, (0, 0));

    // One consent is not another.
    shop.agree("lin", Purpose::Body).await;
    for (n, (whom, slot, value, unit, purpose)) in cases.iter().enumerate() {
        let done = shop.remember("lin", whom, slot, value.clone(), unit).await;
        assert_eq!(done.stored, *purpose == Purpose::Body, "{n}");
    }
    // A child's data take the guardian's word, not just a consent of that name.
    let given = db::consent::Consent { given_by: "buyer".into(), ..consent(Purpose::Baby, 1, None) };
    give(&shop.house.app.db, &"demo".into(), &"lin".into(), given).await.unwrap();
    assert!(!shop.remember("lin", "baby", "born", json!("2026-01"), "").await.stored);
    withdraw(&shop.house.app.db, &"demo".into(), &"lin".into(), Purpose::Baby, 2).await.unwrap();

    shop.agree("lin", Purpose::Skin).await;
    shop.agree("lin", Purpose::Baby).await;
    for (whom, slot, value, unit, _) in &cases {
        assert!(shop.remember("lin", whom, slot, value.clone(), unit).await.stored, "{slot}");
    }
    assert_eq!(shop.kept("lin").await, (4, 0));
    let order = shop.remember("lin", "self", "order_id", json!("A1234567"), "").await;
    assert_eq!((order.stored, order.needs_consent), (false, false));

    // Another store's buyer of the same name has agreed to nothing.
    shop.house.store("other").await;
    let mut conn = shop.house.app.db.read().await.unwrap();
    assert_eq!(recall(&mut conn, &"other".into(), &"lin".into()).await.unwrap(), keeping::Recalled::default());
}

#[tokio::test]
async fn withdrawing_erases_that_purpose_alone() {
    let shop = Shop::open().await;
    let put = shop.call(Method::PUT, "lin", Some(profile())).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.text);
    assert_eq!(shop.kept("lin").await, (5, 2));
    withdraw(&shop.house.app.db, &"demo".into(), &"lin".into(), Purpose::Baby, 9).await.unwrap();
    assert_eq!(shop.kept("lin").await, (5, 0));
    withdraw(&shop.house.app.db, &"demo".into(), &"lin".into(), Purpose::Skin, 9).await.unwrap();
    assert_eq!(shop.kept("lin").await, (3, 0));
    let seen = shop.call(Method::GET, "lin", None).await;
    let withdrawn: Vec<&Value> = seen.body["consents"].as_array().unwrap().iter().map(|c| &c["withdrawn_at"]).collect();
    assert_eq!(withdrawn, [&Value::Null, &json!(9), &json!(9)]);
    assert!(!shop.remember("lin", "self", "condition", json!("trying"), "").await.stored);
}

#[tokio::test]
async fn a_profile_is_written_and_read_over_rest() {
    let shop = Shop::open().await;
    assert_eq!(shop.call(Method::GET, "lin", None).await.status, StatusCode::NOT_FOUND);
    let mut uncovered = profile();
    uncovered["consents"] = json!([{"purpose": "body", "given_at": 1}]);
    let refused = shop.call(Method::PUT, "lin", Some(uncovered)).await;
    assert_eq!((refused.status, &refused.body["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("babies")));
    assert_eq!(shop.call(Method::GET, "lin", None).await.status, StatusCode::NOT_FOUND);

    for _ in 0..2 {
        shop.call(Method::PUT, "lin", Some(profile())).await;
    }
    let seen = shop.call(Method::GET, "lin", None).await;
    assert_eq!(
        seen.body["babies"],
        json!([
            {"id": "b1", "nickname": "果果", "born": "2026-01-15", "gestational_weeks": 36, "gestational_days": null,
             "feeding": "mixed", "allergies": ["milk"], "products": [{"sku": "X1", "stage": 1, "used_at": 5}]},
            {"id": "b2", "nickname": null, "born": "2024-03", "gestational_weeks": null, "gestational_days": null,
             "feeding": null, "allergies": [], "products": []},
        ])
    );
    assert_eq!(seen.body["skin"], json!({"conditions": ["sensitive"], "in_use": ["retinol"]}));
    let people = json!([{"id": "mother", "height_cm": 158}, {"id": "self", "height_cm": 165, "weight_kg": 52.5}]);
    assert_eq!((&seen.body["people"], &seen.body["vip_level"]), (&people, &json!(2)));
    assert_eq!(seen.body["consents"].as_array().unwrap().len(), 3, "the same consent again is one");

    // A child by relation stays a child when what was read is put back.
    let mut of_a_child = profile();
    of_a_child["people"] = json!([{"id": "xiaomei", "relation": "daughter", "height_cm": 110}]);
    shop.call(Method::PUT, "chen", Some(of_a_child)).await;
    for _ in 0..2 {
        let seen = shop.call(Method::GET, "chen", None).await;
        assert_eq!(seen.body["people"], json!([{"id": "xiaomei", "relation": "child", "height_cm": 110}]));
        let purposes: Vec<_> =
            seen.body["slots"].as_array().unwrap().iter().map(|slot| slot["purpose"].clone()).collect();
        assert!(purposes.contains(&json!("baby")) && !purposes.contains(&json!("body")), "{purposes:?}");
        let fields = ["name", "vip_level", "consents", "people", "babies", "skin"];
        let again: serde_json::Map<_, _> =
            fields.iter().map(|field| ((*field).to_owned(), seen.body[*field].clone())).collect();
        assert_eq!(shop.call(Method::PUT, "chen", Some(again.into())).await.status, StatusCode::OK);
    }

    // A token that only reads sees nothing; an agent sees measures, and the rest while talking with the buyer.
    let reader = shop.house.token("demo", Scope::Read).await;
    let path = "/v1/stores/demo/buyers/lin";
    let read = Answer::of(shop.house.request(Method::GET, path).bearer_auth(reader)).await;
    assert_eq!(read.status, StatusCode::FORBIDDEN);
    shop.house.agent("demo", "a@x.example", Role::Agent).await;
    let agent = shop.house.sign_in("demo", "a@x.example", PASSWORD).await;
    let seen = Answer::of(shop.house.request(Method::GET, path).header("cookie", &agent.cookie)).await;
    assert_eq!((&seen.body["babies"], &seen.body["skin"], &seen.body["people"]), (&json!([]), &Value::Null, &people));
    let visitor = shop.house.signed("demo", "lin", None).await;
    let buyer = Buyer::come(shop.house.address(), "demo", visitor, json!({})).await;
    let seen = Answer::of(shop.house.request(Method::GET, path).header("cookie", &agent.cookie)).await;
    assert_eq!(seen.body["skin"], Value::Null, "somebody else's conversation opens nothing");
    let mut conn = shop.house.app.db.read().await.unwrap();
    let looks = db::buyer::looks(&mut conn, &"demo".into(), &BuyerId::from("lin")).await.unwrap();
    assert_eq!(looks.len(), 1, "the look at skin and children is noted: {looks:?}");
    drop(conn);
    let token = shop.house.token("demo", Scope::Desk).await;
    let mut desk = Desk::come(shop.house.address(), &token, "a@x.example").await;
    desk.claim(buyer.conversation()).await;
    let seen = Answer::of(shop.house.request(Method::GET, path).header("cookie", &agent.cookie)).await;
    assert_eq!(seen.body["skin"], json!({"conditions": ["sensitive"], "in_use": ["retinol"]}));
}

#[tokio::test]
async fn erasing_takes_the_words_and_leaves_number_time_and_kind() {
    let shop = Shop::open().await;
    let mut buyer = shop.house.buyer().await;
    buyer.say("我叫王小明，身高165体重105斤").await;
    buyer.event("handoff").await;
    let (id, conversation) = (buyer.visitor.buyer.clone(), buyer.conversation().to_owned());
    shop.agree(&id, Purpose::Body).await;
    shop.remember(&id, "self", "height_cm", json!(165), "cm").await;
    keep_ledger(&shop, &conversation).await;
    let events = || async {
        let path = format!("/v1/stores/demo/conversations/{conversation}/events");
        let page = Answer::of(shop.house.request(Method::GET, &path).bearer_auth(&shop.token)).await;
        page.body["items"].as_array().unwrap().clone()
    };
    let before = events().await;
    let erased = shop.call(Method::DELETE, &id, None).await;
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.text);
    assert!(erased.body["events"].as_u64().unwrap() >= 1 && erased.body["slots"] == 3, "{}", erased.text);

    let after = events().await;
    let bones = |events: &[Value]| -> Vec<Value> {
        events.iter().map(|e| json!([e["seq"], e["at"], e["kind"], e["author"]["kind"], e["body"]["origin"]])).collect()
    };
    assert_eq!(bones(&before), bones(&after[..before.len()]));
    let text = serde_json::to_string(&after).unwrap();
    assert!(!text.contains("王小明") && !text.contains("身高"), "{text}");
    assert_eq!(shop.kept(&id).await, (0, 0));

    // Whatever is said later does not bring the old words back.
    buyer.say("在吗").await;
    let list = Answer::of(shop.house.request(Method::GET, "/v1/stores/demo/conversations").bearer_auth(&shop.token));
    assert!(!list.await.text.contains("王小明"));
    let report = run_report(&shop, &id).await;
    assert!(!report.contains("王小明") && !report.contains("身高") && !report.contains("height_cm"), "{report}");
    assert_eq!(shop.call(Method::DELETE, "nobody", None).await.status, StatusCode::NOT_FOUND);
}

/// The ledger of what the buyer said, stored with the conversation.
#[tokio::test]
async fn what_the_server_has_at_hand_is_erased_too() {
    let model = ScriptedModel::start().await;
    model.by(|_| Says::says("好的。"));
    let house = House::with_model(&model, shop::at_once()).await;
    let token = house.token("demo", Scope::Admin).await;
    let shop = Shop { house, token };
    let visitor = shop.house.signed("demo", "lin", Some("王小明")).await;
    let mut buyer = Buyer::come(shop.house.address(), "demo", visitor, json!({})).await;
    buyer.say("我身高165体重105斤").await;
    buyer.answer().await;
    assert_eq!(shop.call(Method::DELETE, "lin", None).await.status, StatusCode::OK);
    // The same socket, a moment later.
    buyer.say("转人工").await;
    buyer.event("handoff").await;
    let log = shop.house.log(buyer.conversation()).await;
    let brief = log.iter().rfind(|event| event["kind"] == "brief").expect("a person is told");
    assert!(brief["body"]["slots"].as_array().is_none_or(Vec::is_empty), "{brief}");
    let said = log.iter().rfind(|event| event["author"]["kind"] == "buyer").unwrap();
    assert_eq!(said["author"]["name"], Value::Null, "{said}");
}

async fn keep_ledger(shop: &Shop, conversation: &str) {
    let id = xiaoer::ids::ConversationId::from(conversation);
    let mut ledger = Ledger::default();
    let facts = read("身高165体重105斤", &Context::default());
    let changed = ledger.apply(&facts, &Source { conversation: id.clone(), seq: 1 });
    assert_eq!(changed, [0, 1]);
    let held = ledger.clone();
    let store = || "demo".into();
    let (own, other) = (id.clone(), id.clone());
    let db = &shop.house.app.db;
    let learned = keeping::learned(&held, &changed).unwrap();
    db.write(move |conn| Box::pin(async move { keeping::store_learned(conn, &store(), &own, &learned).await }))
        .await
        .unwrap();
    let mut conn = db.read().await.unwrap();
    assert_eq!(keeping::ledger(&mut conn, &"demo".into(), &other).await.unwrap().entries(), ledger.entries());
    assert!(keeping::ledger(&mut conn, &"other".into(), &other).await.unwrap().entries().is_empty());
}

async fn run_report(shop: &Shop, buyer: &str) -> String {
    let mut conn = shop.house.app.db.read().await.unwrap();
    xiaoer::profiles::erasing::report(&mut conn, &"demo".into(), &buyer.into()).await.unwrap().to_string()
}

#[tokio::test]
async fn buyers_are_imported_with_their_consents_and_reported_and_erased_by_command() {
    let database = crate::support::database::Database::fresh().await;
    run(&database, &["store", "create", "s", "--industry", "mother_baby", "--name", "S"]);
    let mut good = profile();
    good["buyer"] = json!("lin");
    let mut bad = good.clone();
    bad["buyer"] = json!("wang");
    bad["consents"] = json!([]);
    let file = write(
        &database,
        "buyers.jsonl",
        &format!("{good}\n{bad}\n{{\"buyer\":\"x\",\"people\":[{{\"id\":\"self\",\"height_cm\":1650}}]}}\n"),
    );
    let refused = run(&database, &["import", "--store", "s", "buyers", &file]);
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), "accepted 1, rejected 2\n"), "{refused:?}");
    assert!(refused.err.contains("buyers.jsonl:2 babies: there is no consent of purpose baby"), "{refused:?}");
    assert!(refused.err.contains("buyers.jsonl:3 people: self: height_cm is not plausible"), "{refused:?}");
    let report = |buyer: &str| run(&database, &["privacy", "report", "--store", "s", "--buyer", buyer]);
    assert_eq!(report("lin").code, Some(1), "nothing was written");

    let kept = run(&database, &["import", "--store", "s", "buyers", &file, "--keep-good"]);
    assert_eq!(kept.code, Some(0), "{kept:?}");
    let shown: Value = serde_json::from_str(&report("lin").out).unwrap();
    assert_eq!(shown["profile"]["babies"][0]["nickname"], "果果");
    assert_eq!(report("wang").code, Some(1));
    let erased = run(&database, &["privacy", "erase", "--store", "s", "--buyer", "lin"]);
    assert_eq!((erased.code, erased.out.as_str()), (Some(0), "erased 5 slots, 2 babies, the words of 0 events\n"));
    let left = report("lin").out;
    assert!(!left.contains("果果") && !left.contains("小林") && !left.contains("milk"), "{left}");
    assert_eq!(run(&database, &["privacy", "erase", "--store", "s", "--buyer", "nobody"]).code, Some(1));
}
