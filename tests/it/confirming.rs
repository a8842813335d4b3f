//! Acts that need the buyer's yes: asked by a card, done once, told and put on record.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use xiaoer::clock::Clock;
use xiaoer::packs::built_in;

use crate::support::buyer::{Buyer, choose};
use crate::support::chance::Chance;
use crate::support::desk::log;
use crate::support::house::House;
use crate::support::ledger::{seq, words};
use crate::support::merchant::{Manner, Merchant};
use crate::support::model::{Answer, RequestBody, ScriptedModel};
use crate::support::program::run;
use crate::support::revived::Revived;
use crate::support::{scaled, shop};

const HEARD: &str = "系统那边已经有回复了。";

/// A house whose model wants to give money back, which the merchant lets be done only after the buyer's yes.
struct Till {
    house: House,
    merchant: Merchant,
    _model: ScriptedModel,
}

impl Till {
    async fn open() -> Self {
        Self::at(Clock::system()).await
    }

    async fn at(clock: Clock) -> Self {
        let (model, merchant) = (ScriptedModel::start().await, Merchant::open().await);
        model.by(wants_to_refund);
        let base = model.base_url();
        let house = House::at(clock, &[("openai_base_url", base.as_str()), ("tool_networks", "127.0.0.0/8")]).await;
        shop::set_rules(&house.app.db, shop::at_once()).await;
        let till = Self { house, merchant, _model: model };
        till.house.as_merchant(Method::POST, "imports/connections", &connection(&till.merchant)).await;
        till.house.as_merchant(Method::PUT, "packs/general/draft", &json!({"files": pack()})).await;
        till.house.as_merchant(Method::POST, "packs/general/publish", &json!({})).await;
        till.house.reads_anew("demo");
        till
    }

    /// What the desk sees of the tool, the arguments aside.
    async fn record(&self, buyer: &Buyer) -> Vec<Value> {
        let log = self.house.log(buyer.conversation()).await;
        let tools = log.iter().filter(|e| e["kind"] == "tool" && e["body"]["name"] == "erp__refund");
        tools.map(|e| e["body"]["result"]["status"].clone()).collect()
    }
}

fn wants_to_refund(request: &RequestBody) -> Answer {
    if request.tool_results().iter().any(|result| result.contains("untrusted")) {
        return Answer::says(HEARD);
    }
    let sku = if request.last_user().contains("另一件") { "b" } else { "a" };
    if request.last_user().contains("留一件") {
        return Answer::calls(&[("erp__stock", json!({"sku": sku}))]);
    }
    match request.last_user().contains("退") {
        true => Answer::calls(&[("erp__refund", json!({"sku": sku}))]),
        false => Answer::says("您好。"),
    }
}

fn connection(merchant: &Merchant) -> Value {
    json!([{"name": "erp", "kind": "http", "url": merchant.url("http"), "allow": ["stock", "refund"], "confirm": ["stock", "refund"]}])
}

/// The general pack, with the merchant's tools.
fn pack() -> std::collections::BTreeMap<String, String> {
    let mut files: std::collections::BTreeMap<String, String> = built_in()["general"].files.clone().into();
    let manifest = files.get_mut("pack.toml").unwrap();
    *manifest = manifest.replace("tools = []", "tools = [\"erp__stock\", \"erp__refund\"]");
    assert!(manifest.contains("erp__refund"));
    files
}

/// Asks for money back and gives the card that comes.
async fn asked(buyer: &mut Buyer, text: &str) -> Value {
    buyer.say(text).await;
    let answer = buyer.answer().await;
    let card = answer["body"]["cards"][0].clone();
    assert_eq!(card["kind"], "confirm", "{answer}");
    card
}

#[tokio::test]
async fn an_act_is_done_after_the_buyers_yes_and_once() {
    let till = Till::open().await;
    till.merchant.answers(Manner::Data(json!({"paid": 9})));
    let mut desk = till.house.desk("mei").await;
    let mut buyer = till.house.buyer().await;
    let card = asked(&mut buyer, "这件帮我退一下").await;
    assert_eq!(card["rows"], json!([{"label": "sku", "value": "a"}]));
    assert!(card["title"].as_str().unwrap().contains("Gives money back"), "{card}");
    assert!(card["expires_at"].as_i64().unwrap() > till.house.app.clock.now());
    assert!(till.merchant.calls().is_empty(), "nothing is done before the yes");
    assert_eq!(till.record(&buyer).await, ["ask"]);

    // A double click, in two tabs, with a frame that is sent again: one answer counts.
    let mut tab = buyer.tab().await;
    let mut yes = choose(&card, "yes");
    yes["id"] = "once".into();
    buyer.tell(&yes).await;
    buyer.tell(&yes).await;
    let elsewhere = tab.command(choose(&card, "yes"));
    elsewhere.await.expect("it is stored too");
    let told = buyer.settled(&card).await;
    let told = if told["settles"]["state"] == "done" { told } else { buyer.settled(&card).await };
    assert_eq!((&told["settles"]["state"], &told["text"]), (&json!("done"), &json!(HEARD)), "{told}");
    assert_eq!(till.merchant.calls().len(), 1);
    assert_eq!(till.merchant.calls()[0]["key"], card["id"]);
    assert_eq!(till.record(&buyer).await, ["ask", "ok"]);

    // Later it is told so, and not done again.
    buyer.command(choose(&card, "no")).await.unwrap();
    let again = buyer.settled(&card).await;
    assert_eq!(again["settles"]["state"], "done", "{again}");
    assert_eq!(till.merchant.calls().len(), 1);
    desk.watch(buyer.conversation()).await;
    let seen = desk.event(buyer.conversation(), "tool").await;
    assert_eq!(seen["body"]["name"], "erp__refund");
    // In another turn it is another question.
    let next = asked(&mut buyer, "再退一件").await;
    assert_ne!(next["id"], card["id"]);
}

#[tokio::test]
async fn two_yeses_in_one_burst_are_both_acted_on() {
    let till = Till::open().await;
    shop::set_rules(&till.house.app.db, json!({"burst_ms": 700})).await;
    till.house.reads_anew("demo");
    let mut buyer = till.house.buyer().await;
    let refund = asked(&mut buyer, "这件帮我退一下").await;
    let stock = asked(&mut buyer, "那件帮我留一件").await;
    for card in [&refund, &stock] {
        buyer.command(choose(card, "yes")).await.unwrap();
    }
    for card in [&refund, &stock] {
        let told = buyer.settled(card).await;
        assert_eq!(told["settles"]["state"], "done", "{told}");
    }
    let tools: Vec<_> = till.merchant.calls().iter().map(|call| call["tool"].clone()).collect();
    assert_eq!(tools, ["refund", "stock"]);
}

#[tokio::test]
async fn a_no_and_a_card_that_has_run_out_are_recorded_and_answered() {
    let clock = Clock::at(1_794_000_000_000);
    let till = Till::at(clock.clone()).await;
    let mut buyer = till.house.buyer().await;
    let card = asked(&mut buyer, "帮我退一下").await;
    buyer.command(choose(&card, "no")).await.unwrap();
    assert_eq!(buyer.settled(&card).await["settles"]["state"], "declined");
    buyer.command(choose(&card, "yes")).await.unwrap();
    assert_eq!(buyer.settled(&card).await["settles"]["state"], "declined");
    assert_eq!(till.record(&buyer).await, ["ask", "declined"]);

    let late = asked(&mut buyer, "还是退吧").await;
    clock.advance(16 * 60 * 1_000);
    assert_eq!(buyer.settled(&late).await["settles"]["state"], "expired", "nobody had to press anything");
    buyer.command(choose(&late, "yes")).await.unwrap();
    let told = buyer.settled(&late).await;
    assert_eq!(told["settles"]["state"], "expired");
    assert!(told["text"].as_str().unwrap().contains("过期"), "{told}");
    assert_eq!(till.record(&buyer).await, ["ask", "declined", "ask", "expired"]);

    // A newer question of the same tool takes the older one's place.
    let old = asked(&mut buyer, "退这件").await;
    clock.advance(1_000);
    asked(&mut buyer, "退另一件").await;
    buyer.command(choose(&old, "yes")).await.unwrap();
    assert_eq!(buyer.settled(&old).await["settles"]["state"], "superseded");
    assert!(till.merchant.calls().is_empty());
}

#[tokio::test]
async fn a_card_is_its_buyers_in_its_conversation() {
    let till = Till::open().await;
    let mut buyer = till.house.buyer().await;
    let card = asked(&mut buyer, "帮我退一下").await;
    let mut stranger = till.house.buyer().await;
    let refused = stranger.command(choose(&card, "yes")).await.unwrap_err();
    assert_eq!(refused["code"], "not_found");
    assert_eq!(buyer.command(choose(&card, "perhaps")).await.unwrap_err()["code"], "not_found");

    // Whoever takes over sees the card and what the buyer chose; nothing is done behind the person's back.
    let mut desk = till.house.desk("mei").await;
    desk.watch(buyer.conversation()).await;
    desk.claim(buyer.conversation()).await;
    buyer.command(choose(&card, "yes")).await.unwrap();
    assert_eq!(buyer.settled(&card).await["settles"]["state"], "passed_on");
    let seen = desk.until(|frame| frame["kind"] == "message" && frame["body"]["chose"]["card"] == card["id"]).await;
    assert_eq!(seen["body"]["chose"]["choice"], "yes");
    desk.until(|frame| frame["kind"] == "tool" && frame["body"]["result"]["status"] == "passed_on").await;
    assert!(till.merchant.calls().is_empty());
}

#[tokio::test]
async fn a_yes_that_nobody_acted_on_is_not_acted_on_later() {
    let clock = Clock::at(1_794_000_000_000);
    let till = Till::at(clock.clone()).await;
    shop::set_rules(&till.house.app.db, json!({"burst_ms": 500})).await;
    till.house.reads_anew("demo");
    let mut buyer = till.house.buyer().await;
    let mut desk = till.house.desk("mei").await;
    buyer.say("帮我退一下").await;
    clock.advance(500);
    let card = buyer.answer().await["body"]["cards"][0].clone();
    // The yes waits for the end of the burst, and somebody takes over before.
    buyer.command(choose(&card, "yes")).await.unwrap();
    desk.claim(buyer.conversation()).await;
    clock.advance(121_000);
    let told = buyer.settled(&card).await;
    assert_eq!(told["settles"]["state"], "passed_on", "{told}");
    assert_eq!(till.record(&buyer).await, ["ask", "passed_on"]);
    assert!(till.merchant.calls().is_empty());
}

#[tokio::test]
async fn what_cannot_be_done_or_is_unknown_goes_to_a_person() {
    let till = Till::open().await;
    till.merchant.answers(Manner::Refuses("already shipped"));
    let mut buyer = till.house.buyer().await;
    let card = asked(&mut buyer, "帮我退一下").await;
    buyer.command(choose(&card, "yes")).await.unwrap();
    assert_eq!(buyer.settled(&card).await["settles"]["state"], "failed", "the shop's system said no");
    assert_eq!(till.record(&buyer).await, ["ask", "failed"]);

    till.merchant.answers(Manner::Breaks);
    let card = asked(&mut buyer, "再退一次").await;
    buyer.command(choose(&card, "yes")).await.unwrap();
    buyer.event("handoff").await;
    buyer.until(|frame| frame["kind"] == "message" && words(frame).contains("不要重复操作")).await;
    assert_eq!(till.merchant.calls().len(), 2);
    assert_eq!(till.record(&buyer).await, ["ask", "failed", "ask", "refused"]);
}

/// The process dies between the yes and its outcome, at any moment: the act is done at most once, and the buyer hears of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_between_the_yes_and_the_act_do_it_once() {
    let (model, merchant) = (ScriptedModel::start().await, Merchant::open().await);
    model.by(wants_to_refund);
    merchant.answers(Manner::Late(Duration::from_millis(150)));
    let arguments = ["--openai-base-url", &model.base_url(), "--tool-networks", "127.0.0.0/8"];
    let mut shop = Revived::open(shop::at_once(), &arguments).await;
    shop.server.kill();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.json");
    std::fs::write(&file, connection(&merchant).to_string()).unwrap();
    for (name, text) in pack() {
        let path = folder.path().join("general").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let (file, general) = (file.display().to_string(), folder.path().join("general").display().to_string());
    for command in
        [vec!["import", "--store", "demo", "connections", &file], vec!["pack", "publish", &general, "--store", "demo"]]
    {
        let done = run(&shop.database, &command);
        assert_eq!(done.code, Some(0), "{done:?}");
    }
    shop.revive();
    let mut chance = Chance::seeded(7);
    let mut outcomes = Vec::new();
    for _ in 0..scaled(4) {
        let arrivals = (0..3).map(|_| Buyer::arrive(&shop.address));
        let mut buyers = join_all(arrivals).await;
        let mut cards = Vec::new();
        for buyer in &mut buyers {
            let card = asked(buyer, "帮我退一下").await;
            buyer
                .tell(&{
                    let mut yes = choose(&card, "yes");
                    yes["id"] = "once".into();
                    yes
                })
                .await;
            cards.push(card);
        }
        tokio::time::sleep(Duration::from_millis(chance.below(350) as u64)).await;
        shop.server.kill();
        shop.revive();
        for (buyer, card) in buyers.iter_mut().zip(&cards) {
            buyer.cut();
            buyer.resume().await;
            let mut yes = choose(card, "yes");
            yes["id"] = "once".into();
            buyer.tell(&yes).await;
            let is_end = |frame: &Value| frame["body"]["settles"]["card"] == card["id"] || frame["kind"] == "handoff";
            if !buyer.ledger.events.iter().any(is_end) {
                buyer.until(is_end).await;
            }
            let calls = merchant.calls();
            let times = calls.iter().filter(|call| call["key"] == card["id"]).count();
            assert!(times <= 1, "done {times} times");
            let events = log(&shop.address, &shop.token, buyer.conversation()).await;
            let last = events.iter().rfind(|e| e["kind"] == "tool").expect("it is on record");
            outcomes.push((times, last["body"]["result"]["status"].clone()));
            let answers = events.iter().filter(|e| e["body"]["chose"]["card"] == card["id"]).count();
            assert_eq!(answers, 1, "one answer, however often it was sent: {}", seq(last));
        }
    }
    shop.has_not_panicked();
    eprintln!("(times done, on record) {outcomes:?}");
}
