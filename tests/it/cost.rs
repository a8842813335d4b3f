//! What models cost is counted to the token, and a store or a conversation that has used up what it may gets other help.

use serde_json::{Value, json};
use xiaoer::people::tokens::Scope;

use crate::support::house::House;
use crate::support::ledger::words;
use crate::support::log::Log;
use crate::support::model::{Answer, Gate, ScriptedModel};
use crate::support::shop::set_policy;

/// The scripted server says 100 and 20 tokens for each request: 360 millionths of a yuan at this price.
const PRICES: &str = "[[price]]\nmodel = \"scripted\"\nprompt = 2\ncompletion = \"8\"\n";
const COST: i64 = 360;

const ANSWERABLE: &str = "下单后多久发货？";
const UNANSWERABLE: &str = "你们老板的狗叫什么名字";

async fn house(model: &ScriptedModel, budget: Value) -> House {
    let address = model.base_url();
    let settings = [("openai_base_url", address.as_str()), ("llm_model", "scripted")];
    let house = House::holding(xiaoer::clock::Clock::system(), &settings, &[("models.toml", PRICES)]).await;
    set_budget(&house, budget).await;
    house
}

async fn set_budget(house: &House, budget: Value) {
    let service = json!({"open": "00:00", "close": "24:00"});
    let policy = json!({"service": service, "answer": {"burst_ms": 0}, "budget": budget});
    set_policy(&house.app.db, "demo", policy).await;
}

async fn read(house: &House, path: &str) -> Value {
    let token = house.token("demo", Scope::Read).await;
    let address = house.url(&format!("/v1/stores/demo/{path}"));
    house.http().get(address).bearer_auth(&token).send().await.unwrap().json().await.unwrap()
}

async fn stamps(house: &House, conversation: &str) -> Vec<Value> {
    let turns = read(house, &format!("conversations/{conversation}/turns")).await;
    turns["items"].as_array().unwrap().iter().map(|turn| turn["stamp"].clone()).collect()
}

/// Flags of the kind `budget` that the desk sees.
async fn flags(house: &House, conversation: &str) -> Vec<String> {
    let log = house.log(conversation).await;
    let flags = log.iter().filter(|event| event["kind"] == "flag" && event["body"]["kind"] == "budget");
    flags.map(|event| event["body"]["level"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_counted_is_what_the_server_counted() {
    let model = ScriptedModel::start().await;
    let house = house(&model, json!({})).await;
    model.then(Answer::calls(&[("search_knowledge", json!({"query": "多久发货"}))])).then("在的。").then("您好。");
    let mut buyer = house.buyer().await;
    for question in ["在吗", "你好"] {
        buyer.say(question).await;
        buyer.answer().await;
    }
    let stamps = stamps(&house, buyer.conversation()).await;
    let counted = |n: usize, key: &str| stamps[n][key].clone();
    assert_eq!((counted(0, "prompt_tokens"), counted(0, "completion_tokens")), (json!(200), json!(40)));
    assert_eq!((counted(0, "rounds"), counted(0, "cost_micros")), (json!(2), json!(2 * COST)));
    assert_eq!((counted(1, "cost_micros"), counted(1, "model")), (json!(COST), json!("scripted")));
    assert!(counted(1, "estimated").is_null());
    let conversation = read(&house, &format!("conversations/{}", buyer.conversation())).await;
    assert_eq!((&conversation["model_tokens"], &conversation["cost_micros"]), (&json!(360), &json!(3 * COST)));
    let spending = read(&house, "spending").await;
    let today = &spending["today"];
    assert_eq!((&today["tokens"], &today["cost_micros"]), (&json!(360), &json!(3 * COST)), "{spending}");
    let day = today["day"].clone();
    assert_eq!(
        spending["items"],
        json!([{"day": day, "model": "scripted", "turns": 2, "requests": 3, "estimated": 0, "prompt_tokens": 300,
            "cached_tokens": 0, "completion_tokens": 60, "cost_micros": 3 * COST}])
    );
    assert_eq!(model.requests().len(), 3);
    let wrong = read(&house, "spending?from=2026-02-31").await;
    assert_eq!((wrong["code"].as_str(), wrong["field"].as_str()), (Some("invalid"), Some("from")));
}

#[tokio::test]
async fn what_a_server_does_not_count_is_estimated_and_marked() {
    let model = ScriptedModel::start().await;
    let house = house(&model, json!({})).await;
    let said = json!({"choices": [{"index": 0, "delta": {"content": "在的，请说。"}, "finish_reason": "stop"}]});
    model.says(Answer::raw(&format!("data: {said}\n\ndata: [DONE]\n\n")));
    let mut buyer = house.buyer().await;
    buyer.say("在吗").await;
    buyer.answer().await;
    let stamp = &stamps(&house, buyer.conversation()).await[0];
    assert_eq!((&stamp["estimated"], &stamp["completion_tokens"]), (&json!(true), &json!(6)));
    assert!(stamp["prompt_tokens"].as_i64().unwrap() > 500, "{stamp}");
    assert_eq!(read(&house, "spending").await["items"][0]["estimated"], 1);
}

#[tokio::test]
async fn what_was_said_before_a_person_took_over_is_paid_too() {
    let model = ScriptedModel::start().await;
    let gate = Gate::new();
    let house = house(&model, json!({})).await;
    model.says(Answer::says("一二三四五六七八九。").held_midway(&gate));
    let mut desk = house.desk("lin").await;
    let mut buyer = house.buyer().await;
    buyer.say("在吗").await;
    buyer.until(|frame| frame["type"] == "delta").await;
    let conversation = buyer.conversation().to_owned();
    desk.command(&conversation, json!({"type": "claim"})).await.expect("it can be claimed");
    model.aborted(1).await;
    for _ in 0..200 {
        let spending = read(&house, "spending").await;
        if spending["items"][0]["requests"] == 1 {
            assert_eq!(spending["items"][0]["estimated"], 1, "{spending}");
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("what was spent was not stored");
}

#[tokio::test]
async fn a_store_that_has_used_up_its_day_is_answered_without_a_model() {
    let model = ScriptedModel::start().await;
    let log = Log::listen();
    let house = house(&model, json!({"day_tokens": 300, "notice_percent": 40})).await;
    model.says("在的，请说。");
    let mut buyer = house.buyer().await;
    for (n, level) in [(1, "near"), (2, "near"), (3, "used_up")] {
        buyer.say("在吗").await;
        assert!(words(&buyer.answer().await).contains("在的"));
        let today = read(&house, "spending").await["today"].clone();
        assert_eq!((today["level"].as_str(), today["percent"].as_i64()), (Some(level), Some(40 * n)), "{today}");
        assert_eq!(today["limit"], "day_tokens");
    }
    buyer.say(ANSWERABLE).await;
    assert!(words(&buyer.answer().await).contains("当天发出"));
    buyer.say("七天无理由退货吗？").await;
    buyer.answer().await;
    let stamps = stamps(&house, buyer.conversation()).await;
    assert_eq!((&stamps[3]["used_up"], &stamps[3]["model"]), (&json!("day_tokens"), &Value::Null));
    // Another conversation of the store has no model either, and what the store does not know goes to a person.
    let mut other = house.buyer().await;
    other.say(UNANSWERABLE).await;
    assert_eq!(other.event("handoff").await["body"]["reason"], "policy");
    assert_eq!(model.requests().len(), 3);
    // The desk is told once a conversation, the log once a day, the figures each time.
    assert_eq!(flags(&house, buyer.conversation()).await, ["day_tokens"]);
    assert_eq!(flags(&house, other.conversation()).await, ["day_tokens"]);
    let written = log.text();
    assert_eq!(written.matches("has used 120 % of its limit day_tokens").count(), 1, "{written}");
    assert_eq!(written.matches("% of its limit day_tokens").count(), 2, "{written}");
    let figures = house.get("/metrics").await.text;
    assert!(figures.contains("xiaoer_budget_used_up_total{limit=\"day_tokens\"} 3"), "{figures}");
    // More is allowed: the model is asked again.
    set_budget(&house, json!({"day_fen": 100})).await;
    house.reads_anew("demo");
    buyer.say("在吗").await;
    assert!(words(&buyer.answer().await).contains("在的"));
}

#[tokio::test]
async fn a_conversation_that_has_used_up_its_share_goes_where_the_policy_says() {
    for (used_up, goes) in [("person", "handoff"), ("assistant", "message")] {
        let model = ScriptedModel::start().await;
        model.says("在的，请说。");
        let house = house(&model, json!({"conversation_tokens": 120, "used_up": used_up})).await;
        let mut buyer = house.buyer().await;
        buyer.say("在吗").await;
        buyer.answer().await;
        buyer.say(ANSWERABLE).await;
        let end = buyer.until(|f| f["kind"] == "handoff" || words(f).contains("当天发出")).await;
        assert_eq!(end["kind"], goes, "{end}");
        assert_eq!(flags(&house, buyer.conversation()).await, ["conversation_tokens"]);
        assert_eq!(model.requests().len(), 1);
        // Others are not touched by it.
        let mut other = house.buyer().await;
        other.say("在吗").await;
        assert!(words(&other.answer().await).contains("在的"));
    }
}
