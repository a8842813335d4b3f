//! Several models stand in for each other, and a busy store leaves room for the others.

use std::time::Duration;

use serde_json::{Value, json};
use xiaoer::clock::Clock;
use xiaoer::people::tokens::Scope;

use crate::support::buyer::Buyer;
use crate::support::house::House;
use crate::support::ledger::words;
use crate::support::log::Log;
use crate::support::model::{Answer, Fault, Gate, ScriptedModel};
use crate::support::shop::set_policy;

/// Everything that must appear nowhere.
const KEY: &str = "sk-canary-of-the-second";

async fn house(models: &[&ScriptedModel], settings: &[(&'static str, &str)]) -> House {
    let first = models[0].base_url();
    let usual = [("openai_base_url", first.as_str()), ("llm_model", "first")];
    let mut file = String::new();
    for (model, name) in models[1..].iter().zip(["second", "third"]) {
        let address = model.base_url();
        file.push_str(&format!(
            "[[model]]\nname = \"{name}\"\nmodel = \"m-{name}\"\nbase_url = \"{address}\"\nkey = \"{KEY}\"\n"
        ));
    }
    let house = House::holding(Clock::system(), &[&usual, settings].concat(), &[("models.toml", &file)]).await;
    rules(&house, "demo", 6).await;
    house
}

async fn rules(house: &House, store: &str, deadline_s: i64) {
    let service = json!({"open": "00:00", "close": "24:00"});
    let policy = json!({"service": service, "answer": {"burst_ms": 0, "turn_deadline_s": deadline_s}});
    set_policy(&house.app.db, store, policy).await;
}

async fn stamp(house: &House, buyer: &Buyer) -> Value {
    let token = house.token("demo", Scope::Read).await;
    let address = house.url(&format!("/v1/stores/demo/conversations/{}/turns", buyer.conversation()));
    let turns: Value = house.http().get(address).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    turns["items"].as_array().unwrap().last().unwrap()["stamp"].clone()
}

#[tokio::test]
async fn the_next_model_answers_where_one_fails() {
    let log = Log::listen();
    for fault in [
        Fault::Status(500),
        Fault::Status(401),
        Fault::NoQuota,
        Fault::Reset,
        Fault::Page,
        Fault::Empty,
        Fault::StatusPage(429),
        Fault::RetryAfter("3600"),
        Fault::Hang,
        Fault::StallAtOnce,
        Fault::WholeCut,
    ] {
        let (first, second) = (ScriptedModel::start().await, ScriptedModel::start().await);
        first.says(fault);
        second.says("在的，请说。");
        let house = house(&[&first, &second], &[]).await;
        let mut buyer = house.buyer().await;
        buyer.say("在吗").await;
        assert!(words(&buyer.answer().await).contains("在的"), "{fault:?}");
        let stamp = stamp(&house, &buyer).await;
        assert_eq!((&stamp["model"], &stamp["failed"]), (&json!("second"), &json!(["first"])), "{fault:?}: {stamp}");
        assert_eq!(stamp["served_as"], "scripted");
        assert_eq!((first.requests().len(), second.requests().len()), (1, 1), "{fault:?}");
        let request = &second.requests()[0];
        assert!(request.head.contains(&format!("authorization: bearer {KEY}")) && request.json["model"] == "m-second");
    }
    assert!(!log.text().contains(KEY) && log.text().contains("second is asked instead"));
}

/// What was heard but not shown is no word of an answer yet.
#[tokio::test]
async fn a_reply_that_breaks_before_a_word_is_shown_is_begun_by_another() {
    let (first, second) = (ScriptedModel::start().await, ScriptedModel::start().await);
    // Calls a tool, and then its stream is cut.
    let call = json!({"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c", "type": "function",
        "function": {"name": "search_knowledge", "arguments": "{\"qu"}}]}}]});
    first.says(Answer::raw(&format!("data: {call}\n\n")));
    second.says("在的，请说。");
    let house = house(&[&first, &second], &[]).await;
    let mut buyer = house.buyer().await;
    buyer.say("在吗").await;
    assert!(words(&buyer.answer().await).contains("在的"));
    assert_eq!(stamp(&house, &buyer).await["failed"], json!(["first"]));
}

#[tokio::test]
async fn a_reply_that_breaks_after_a_word_was_shown_is_not_taken_over() {
    let (first, second) = (ScriptedModel::start().await, ScriptedModel::start().await);
    first.says(Fault::Cut);
    second.says("在的，请说。");
    let house = house(&[&first, &second], &[]).await;
    let mut buyer = house.buyer().await;
    buyer.ledger.may_change_its_words = true;
    buyer.say("下单后多久发货？").await;
    assert!(words(&buyer.answer().await).contains("当天发出"), "the built-in assistant's answer");
    assert!(second.requests().is_empty());
}

/// A conversation with tools stays with the model that began it.
#[tokio::test]
async fn the_model_that_called_a_tool_reads_its_result() {
    let (first, second) = (ScriptedModel::start().await, ScriptedModel::start().await);
    first.says(Fault::Status(503));
    second.then(Answer::calls(&[("search_knowledge", json!({"query": "多久发货"}))])).says("在的，请说。");
    let house = house(&[&first, &second], &[]).await;
    let mut buyer = house.buyer().await;
    buyer.say("在吗").await;
    assert!(words(&buyer.answer().await).contains("在的"));
    assert_eq!((first.requests().len(), second.requests().len()), (1, 2));
}

#[tokio::test]
async fn each_model_has_a_circuit_of_its_own() {
    let (first, second) = (ScriptedModel::start().await, ScriptedModel::start().await);
    first.says(Fault::Status(500));
    second.says("在的，请说。");
    let house = house(&[&first, &second], &[]).await;
    for n in 1..=8 {
        let mut buyer = house.buyer().await;
        buyer.say("在吗").await;
        assert!(words(&buyer.answer().await).contains("在的"), "{n}");
    }
    assert_eq!((first.requests().len(), second.requests().len()), (5, 8), "after five failures it is left alone");
    second.says(Fault::Status(500));
    let mut buyer = house.buyer().await;
    buyer.say("下单后多久发货？").await;
    assert!(words(&buyer.answer().await).contains("当天发出"), "none is left, the built-in assistant answers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_hang_are_tried_within_the_deadline() {
    let models = [ScriptedModel::start().await, ScriptedModel::start().await, ScriptedModel::start().await];
    models[0].says(Fault::Hang);
    models[1].says(Fault::StallAtOnce);
    models[2].says("在的，请说。");
    let house = house(&models.each_ref(), &[]).await;
    let mut buyer = house.buyer().await;
    buyer.say("在吗").await;
    let answer = buyer.answer().await;
    assert!(words(&answer).contains("在的"));
    let waited = answer["at"].as_i64().unwrap() - buyer.ledger.events[0]["at"].as_i64().unwrap();
    assert!(waited < 6_000, "{waited} ms");
    assert_eq!(stamp(&house, &buyer).await["failed"], json!(["first", "second"]));
}

/// One place in all: twelve buyers of a busy store wait, then one of a quiet store, who is served second and not last.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_store_does_not_starve_a_quiet_one() {
    let model = ScriptedModel::start().await;
    let gate = Gate::new();
    model.then(Answer::says("在的，请说。").held(&gate)).says("在的，请说。");
    let house = house(&[&model], &[("llm_at_once", "1")]).await;
    house.store("quiet").await;
    rules(&house, "demo", 30).await;
    rules(&house, "quiet", 30).await;
    let before = waits(&house).await;
    let mut busy = Vec::new();
    for n in 0..13 {
        let mut buyer = house.buyer().await;
        buyer.say(&format!("在吗 {n}")).await;
        busy.push(buyer);
        if n == 0 {
            gate.reached().await;
        }
    }
    let visitor = house.visitor_of("quiet", json!({})).await;
    let mut quiet = Buyer::come(house.address(), "quiet", visitor, json!({})).await;
    quiet.say("安静的店").await;
    let patience = tokio::time::Instant::now() + Duration::from_secs(10);
    while waits(&house).await < before + 13 {
        assert!(tokio::time::Instant::now() < patience, "thirteen requests should wait");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    gate.open();
    assert!(words(&quiet.answer().await).contains("在的"));
    for mut buyer in busy {
        buyer.answer().await;
    }
    let order: Vec<String> = model.requests().iter().map(|request| request.last_user().to_owned()).collect();
    let place = order.iter().position(|said| said.contains("安静的店"));
    assert!(place.is_some_and(|place| place <= 2), "{order:?}");
}

/// How often a request has waited for a place in this process.
async fn waits(house: &House) -> u64 {
    let figures = house.get("/metrics").await.text;
    let line = figures.lines().find_map(|line| line.strip_prefix("xiaoer_model_waits_total "));
    line.map_or(0, |count| count.trim().parse().expect("a number"))
}

/// A queue has an end: who finds it full is answered without the model, at once.
#[tokio::test]
async fn a_full_queue_turns_away() {
    let model = ScriptedModel::start().await;
    let gate = Gate::new();
    model.says(Answer::says("在的，请说。").held(&gate));
    let house = house(&[&model], &[("llm_at_once", "1"), ("llm_waiting_per_store", "0")]).await;
    let mut first = house.buyer().await;
    first.say("在吗").await;
    gate.reached().await;
    let mut second = house.buyer().await;
    second.say("下单后多久发货？").await;
    assert!(words(&second.answer().await).contains("当天发出"));
    gate.open();
    assert!(words(&first.answer().await).contains("在的"));
    assert_eq!(model.requests().len(), 1);
}
