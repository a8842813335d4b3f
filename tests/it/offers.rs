//! A buyer's answer to an offer: once, within the store's limits as they are then, told in words and seen at the desk.

use reqwest::Method;
use serde_json::{Value, json};
use xiaoer::clock::Clock;
use xiaoer::db::offer::{self, State};
use xiaoer::ids::StoreId;
use xiaoer::people::tokens::Scope;

use crate::support::buyer::{Buyer, choose};
use crate::support::house::{Answer as Rest, House};
use crate::support::model::{Answer, RequestBody, ScriptedModel};
use crate::support::{scaled, shop};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const NOW: i64 = 1_794_000_000_000;

/// A shop whose model offers a remedy for whatever is wrong with a buyer's order.
struct Shop {
    house: House,
    clock: Clock,
    _model: ScriptedModel,
}

impl Shop {
    async fn open() -> Self {
        let (model, clock) = (ScriptedModel::start().await, Clock::at(NOW));
        model.by(offers);
        let base = model.base_url();
        let house = House::at(clock.clone(), &[("openai_base_url", base.as_str())]).await;
        shop::set_rules(&house.app.db, shop::at_once()).await;
        house.reads_anew("demo");
        Self { house, clock, _model: model }
    }

    /// A buyer whom the merchant vouches for, with orders `{name}-1` and so on.
    async fn buyer(&self, name: &str, status: &str) -> Buyer {
        let visitor = self.house.signed("demo", name, None).await;
        let buyer = Buyer::come(self.house.address(), "demo", visitor, json!({})).await;
        self.import(name, status).await;
        buyer
    }

    async fn import(&self, name: &str, status: &str) {
        let order = |n: i64| {
            json!({"order_id": format!("{name}-{n}"), "buyer": name, "status": status, "paid_at": NOW - 5 * DAY_MS,
                "delivered_at": NOW - DAY_MS, "address": {"province": "浙江", "city": "杭州"},
                "lines": [{"sku": "AP-DRESS-01", "qty": 1, "price_fen": 6_000}]})
            .to_string()
        };
        let file = (1..=4).map(order).collect::<Vec<_>>().join("\n");
        let token = self.house.token("demo", Scope::Admin).await;
        let path = "/v1/stores/demo/imports/orders?name=o.jsonl";
        let done = Rest::of(self.house.request(Method::POST, path).bearer_auth(token).body(file)).await;
        assert_eq!(done.body["accepted"], 4, "{}", done.text);
    }

    async fn stored(&self, card: &Value) -> offer::Offer {
        let mut conn = self.house.app.db.read().await.unwrap();
        let id = card["id"].as_str().unwrap().into();
        offer::find(&mut conn, &StoreId::from("demo"), &id).await.unwrap().unwrap()
    }
}

/// The model calls for a remedy for the order that the buyer names.
fn offers(request: &RequestBody) -> Answer {
    if !request.tool_results().is_empty() {
        return Answer::says("非常抱歉，请看下面的方案。");
    }
    match request.last_user().rsplit('【').next().and_then(|text| text.split("订单").nth(1)) {
        Some(order) => Answer::calls(&[(
            "offer_remedy",
            json!({"order_id": order.trim(), "sku": "AP-DRESS-01", "problem": "quality", "severity": 0.15}),
        )]),
        None => Answer::says("您好。"),
    }
}

async fn offered(buyer: &mut Buyer, order: &str) -> Value {
    buyer.say(&format!("有瑕疵，订单{order}")).await;
    let answer = buyer.answer().await;
    let card = answer["body"]["cards"][0].clone();
    assert_eq!(card["kind"], "offer", "{answer}");
    let event = buyer.event("offer").await;
    assert_eq!((&event["body"]["offer"], &event["body"]["order_id"]), (&card["id"], &json!(order)));
    card
}

#[tokio::test]
async fn an_offer_is_taken_once_and_seen_by_all() {
    let shop = Shop::open().await;
    let mut buyer = shop.buyer("u-1", "delivered").await;
    let card = offered(&mut buyer, "u-1-1").await;
    let ids: Vec<_> = card["choices"].as_array().unwrap().iter().map(|choice| choice["id"].clone()).collect();
    assert_eq!(ids, ["keep", "return", "decline"]);
    assert_eq!(card["offer"], json!({"order_id": "u-1-1", "sku": "AP-DRESS-01", "amount_fen": 900}));

    let mut tab = buyer.tab().await;
    let mut keep = choose(&card, "keep");
    keep["id"] = "once".into();
    buyer.tell(&keep).await;
    buyer.tell(&keep).await;
    tab.command(choose(&card, "return")).await.unwrap();
    let first = buyer.event("offer_answered").await;
    let choice = first["body"]["choice"].as_str().unwrap().to_owned();
    let told = buyer.settled(&card).await;
    assert_eq!(told["settles"]["state"], first["body"]["state"]);
    let again = buyer.settled(&card).await;
    assert_eq!(again["settles"]["state"], first["body"]["state"], "the second answer changes nothing");
    assert!(again["text"].as_str().unwrap().contains("不会重复登记"), "{again}");
    let stored = shop.stored(&card).await;
    assert_eq!(stored.choice.as_deref(), Some(&*choice));
    assert_eq!(stored.state, if choice == "keep" { State::Accepted } else { State::Returned });
    let events = shop.house.log(buyer.conversation()).await;
    assert_eq!(events.iter().filter(|e| e["kind"] == "offer_answered").count(), 1);
    assert_eq!(events.iter().filter(|e| !e["body"]["chose"].is_null()).count(), 2, "the frame that came twice is one");

    // After a reload all of it is there again, and at the desk too.
    let mut reloaded = buyer.tab().await;
    reloaded.until(|frame| frame["kind"] == "offer_answered").await;
    let mut desk = shop.house.desk("mei").await;
    desk.watch(buyer.conversation()).await;
    desk.event(buyer.conversation(), "offer_answered").await;
}

#[tokio::test]
async fn declining_and_returning_are_said_in_words() {
    let shop = Shop::open().await;
    let mut buyer = shop.buyer("u-2", "delivered").await;
    let card = offered(&mut buyer, "u-2-1").await;
    buyer.command(choose(&card, "decline")).await.unwrap();
    let told = buyer.settled(&card).await;
    assert_eq!(told["settles"]["state"], "declined");
    assert!(told["text"].as_str().unwrap().contains("退货退款的权利不受影响"), "{told}");
    assert_eq!(shop.stored(&card).await.state, State::Refused);

    // Also while a person has the conversation: an offer stands by itself.
    let card = offered(&mut buyer, "u-2-2").await;
    let mut desk = shop.house.desk("mei").await;
    desk.claim(buyer.conversation()).await;
    buyer.command(choose(&card, "return")).await.unwrap();
    assert_eq!(buyer.settled(&card).await["settles"]["state"], "returned");
    assert_eq!(shop.stored(&card).await.state, State::Returned);
    let mut stranger = shop.buyer("u-3", "delivered").await;
    assert_eq!(stranger.command(choose(&card, "keep")).await.unwrap_err()["code"], "not_found");
}

#[tokio::test]
async fn late_answers_get_a_clear_line() {
    let shop = Shop::open().await;
    let mut buyer = shop.buyer("u-4", "delivered").await;
    let void = offered(&mut buyer, "u-4-1").await;
    shop.import("u-4", "refunded").await;
    buyer.command(choose(&void, "keep")).await.unwrap();
    let told = buyer.settled(&void).await;
    assert!(told["text"].as_str().unwrap().contains("没有登记"), "{told}");
    assert_eq!(shop.stored(&void).await.state, State::Proposed, "nothing was given");

    shop.import("u-4", "delivered").await;
    let late = offered(&mut buyer, "u-4-2").await;
    shop.clock.advance(73 * 60 * 60 * 1_000);
    buyer.command(choose(&late, "keep")).await.unwrap();
    let told = buyer.settled(&late).await;
    assert_eq!(told["settles"]["state"], "expired", "{told}");
    assert_eq!(shop.stored(&late).await.state, State::Proposed);
}

#[tokio::test]
async fn the_limits_of_the_moment_count() {
    let shop = Shop::open().await;
    let mut buyer = shop.buyer("u-5", "delivered").await;
    let first = offered(&mut buyer, "u-5-1").await;
    let second = offered(&mut buyer, "u-5-2").await;
    let token = shop.house.token("demo", Scope::Admin).await;
    let policy = "[answer]\nburst_ms = 0\n[service]\nopen = \"00:00\"\nclose = \"24:00\"\n[compensation]\nbuyer_max_90d_fen = 1000\n";
    let path = "/v1/stores/demo/imports/policy?name=p.toml";
    let done = Rest::of(shop.house.request(Method::POST, path).bearer_auth(token).body(policy)).await;
    assert_eq!(done.status, 200, "{}", done.text);
    shop.house.reads_anew("demo");
    buyer.command(choose(&first, "keep")).await.unwrap();
    buyer.until(|f| f["kind"] == "message" && f["body"]["text"].as_str().unwrap().contains("需要人工确认")).await;
    assert_eq!(shop.stored(&first).await.state, State::Proposed, "more than 10 yuan in all");
    buyer.command(choose(&second, "return")).await.unwrap();
    assert_eq!(buyer.settled(&second).await["settles"]["state"], "returned", "a return needs nobody's leave");
    buyer.command(choose(&first, "keep")).await.unwrap();
    assert_eq!(buyer.settled(&first).await["settles"]["state"], "accepted", "9 yuan are within the limit");
}

/// Many answers at once, from several connections: each offer is settled once.
#[tokio::test]
async fn answers_side_by_side_settle_an_offer_once() {
    let shop = Shop::open().await;
    for round in 0..scaled(2) {
        let mut buyer = shop.buyer(&format!("p-{round}"), "delivered").await;
        let card = offered(&mut buyer, &format!("p-{round}-1")).await;
        let mut tabs = Vec::new();
        for _ in 0..6 {
            tabs.push(buyer.tab().await);
        }
        let answers = tabs.iter_mut().enumerate().map(|(n, tab)| {
            let choice = ["keep", "return", "decline"][n % 3];
            tab.command(choose(&card, choice))
        });
        let acks = futures_util::future::join_all(answers).await;
        assert!(acks.iter().all(Result::is_ok));
        let events = shop.house.log(buyer.conversation()).await;
        assert_eq!(events.iter().filter(|e| e["kind"] == "offer_answered").count(), 1);
    }
}
