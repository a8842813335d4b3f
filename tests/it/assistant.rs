//! What the assistant may say and do with a model: red flags, tools, and the guard before the buyer's eyes.

use serde_json::{Value, json};

use crate::support::buyer::Buyer;
use crate::support::house::House;
use crate::support::ledger::{is_event, is_message_of, words};
use crate::support::model::{Answer, ScriptedModel};
use crate::support::shop::at_once;

/// The entries of a conversation that only the desk sees, of one kind.
async fn noted(house: &House, conversation: &str, kind: &str) -> Vec<Value> {
    let log = house.log(conversation).await;
    log.into_iter().filter(|event| event["kind"] == kind).map(|event| event["body"].clone()).collect()
}

#[tokio::test]
async fn a_red_flag_is_answered_before_any_model_and_without_waiting() {
    let model = ScriptedModel::start().await;
    model.says("不要紧的，多喝水就好。");
    // A burst is waited for up to four seconds; an emergency is not.
    let house = House::with_model(&model, json!({"burst_ms": 4_000})).await;
    let mut buyer = house.buyer().await;
    buyer.say("宝宝2个月发烧38.5度怎么办").await;
    let handoff = buyer.event("handoff").await;
    assert_eq!(handoff["body"]["reason"], "safety_infant");
    let waited = handoff["at"].as_i64().unwrap() - buyer.ledger.events[0]["at"].as_i64().unwrap();
    assert!(waited < 2_000, "{waited} ms");
    let line = buyer.until(|f| is_message_of(f, "system")).await;
    assert!(words(&line).contains("120") && words(&line).contains("人工"), "{line}");
    assert!(model.requests().is_empty(), "no model was asked");
    let flags = noted(&house, buyer.conversation(), "flag").await;
    assert_eq!((flags[0]["kind"].as_str(), flags[0]["level"].as_str()), (Some("safety"), Some("E0")));
}

#[tokio::test]
async fn a_model_calls_experts_and_its_answer_carries_their_evidence() {
    let model = ScriptedModel::start().await;
    model.then(Answer::calls(&[("search_knowledge", json!({"query": "多久发货"}))]));
    model.by(|request| {
        let result = request.json["messages"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(result["role"], "tool");
        let found: Value = serde_json::from_str(result["content"].as_str().unwrap()).unwrap();
        Answer::says(found["say"].as_str().unwrap())
    });
    let house = House::with_model(&model, at_once()).await;
    let mut buyer = house.buyer().await;
    buyer.say("下单后多久发货？").await;
    let answer = buyer.answer().await;
    assert!(words(&answer).contains("当天发出"), "{answer}");
    assert!(answer["body"]["evidence"][0].as_str().unwrap().starts_with("faq:"), "{answer}");
    let tools = noted(&house, buyer.conversation(), "tool").await;
    assert_eq!(tools[0]["name"], "search_knowledge");
    assert_eq!(tools[0]["result"]["status"], "ok");
    // How it was made is on record, and not for the buyer.
    let token = house.token("demo", xiaoer::people::tokens::Scope::Read).await;
    let address = house.url(&format!("/v1/stores/demo/conversations/{}/turns", buyer.conversation()));
    let turns: Value = house.http().get(address).bearer_auth(&token).send().await.unwrap().json().await.unwrap();
    let stamp = &turns["items"][0]["stamp"];
    assert!(stamp["pack"].as_str().unwrap().starts_with("general@built_in-"), "{turns}");
    assert_eq!((stamp["rounds"].as_i64(), turns["items"][0]["state"].as_str()), (Some(2), Some("answered")));
    assert!(answer["body"]["stamp"].is_null());
    // The tools are the pack's, strict, and the same in both requests.
    let requests = model.requests();
    let names = |n: usize| requests[n].json["tools"].clone();
    assert_eq!(names(0), names(1));
    assert!(
        names(0).as_array().unwrap().iter().all(|tool| tool["function"]["parameters"]["additionalProperties"] == false)
    );
}

#[tokio::test]
async fn a_tool_that_there_is_not_and_arguments_that_are_wrong_end_no_turn() {
    let model = ScriptedModel::start().await;
    model.then(Answer::calls(&[("drop_tables", json!({})), ("search_knowledge", json!({"buyer": "somebody"}))]));
    model.says("请问您想了解哪一款呢？");
    let house = House::with_model(&model, at_once()).await;
    let mut buyer = house.buyer().await;
    buyer.say("你好呀，想问个事").await;
    assert!(words(&buyer.answer().await).ends_with("请问您想了解哪一款呢？"));
    let tools = noted(&house, buyer.conversation(), "tool").await;
    assert!(tools.len() == 2 && tools.iter().all(|tool| tool["result"]["status"] == "refused"), "{tools:?}");
}

#[tokio::test]
async fn a_model_that_calls_tools_for_ever_is_made_to_speak() {
    let model = ScriptedModel::start().await;
    model.by(|request| match request.json["tools"].as_array() {
        Some(_) => Answer::calls(&[("search_knowledge", json!({"query": "发货"}))]),
        None => Answer::says("请问您想了解哪一款呢？"),
    });
    let house = House::with_model(&model, at_once()).await;
    let mut buyer = house.buyer().await;
    buyer.say("想问个事").await;
    assert!(words(&buyer.answer().await).ends_with("请问您想了解哪一款呢？"));
    assert!(model.requests().len() <= 9, "{} rounds", model.requests().len());
}

#[tokio::test]
async fn a_model_that_calls_tools_where_none_are_offered_is_not_asked_again() {
    // The pack's three rounds, or its eight calls at once; then one request without tools.
    for (calls, most) in [(1, 4), (20, 2)] {
        let model = ScriptedModel::start().await;
        let call = ("search_knowledge", json!({"query": "发货"}));
        model.says(Answer::calls(&vec![call; calls]));
        let house = House::with_model(&model, at_once()).await;
        let mut buyer = house.buyer().await;
        buyer.say("想问个事").await;
        buyer.until(|f| is_event(f, "handoff") || is_message_of(f, "assistant")).await;
        assert_eq!(model.requests().len(), most, "{calls} calls at once");
        assert!(noted(&house, buyer.conversation(), "tool").await.len() <= 8);
    }
}

#[tokio::test]
async fn a_claim_is_written_again_and_never_shown() {
    let model = ScriptedModel::start().await;
    model.then(Answer::says("您好。这款面霜能治疗湿疹，放心用。"));
    model.says("这款面霜是日常护肤用的，有不适请咨询医生。");
    let house = House::with_model(&model, at_once()).await;
    let mut buyer = house.buyer().await;
    buyer.ledger.may_change_its_words = true;
    buyer.ledger.must_not_hear("治疗");
    buyer.say("这款面霜怎么样").await;
    let answer = buyer.answer().await;
    assert!(words(&answer).contains("您好。这款面霜是日常护肤用的"), "{answer}");
    let flags = noted(&house, buyer.conversation(), "flag").await;
    assert_eq!((flags[0]["kind"].as_str(), flags[0]["level"].as_str()), (Some("claim"), Some("medical")));
}

#[tokio::test]
async fn a_promise_without_ground_is_a_persons_to_make() {
    let model = ScriptedModel::start().await;
    model.says("没问题，我给您退 68.5 元。");
    let house = House::with_model(&model, at_once()).await;
    let mut buyer = house.buyer().await;
    buyer.ledger.must_not_hear("68.5");
    buyer.say("衣服有线头").await;
    let end = buyer.until(|f| is_event(f, "handoff") || is_message_of(f, "assistant")).await;
    assert_eq!(end["body"]["reason"], "over_authority", "{end}");
    assert_eq!(model.requests().len(), 2, "it was asked once more");
}

/// A buyer on a product's page of the demo shop, where no model is set.
async fn on_page(house: &House, sku: &str) -> Buyer {
    let visitor = house.visitor().await;
    Buyer::come(house.address(), "demo", visitor, json!({"context": {"sku": sku}})).await
}

#[tokio::test]
async fn sizes_are_advised_without_a_model() {
    let house = House::answering(at_once()).await;
    let mut buyer = on_page(&house, "AP-DRESS-01").await;
    buyer.say("160cm 48kg 穿 S 会不会大").await;
    let answer = buyer.answer().await;
    assert!(words(&answer).contains('S') && words(&answer).contains("偏宽松"), "{answer}");
    assert!(answer["body"]["evidence"][0].as_str().unwrap().starts_with("fit:"), "{answer}");
    // What was said is known, and is on the desk's brief.
    buyer.say("175cm 80kg 呢").await;
    assert!(words(&buyer.answer().await).contains("没有相近身材的试穿数据"));
    buyer.say("我160 96斤，我妈158 125斤，分别穿多大").await;
    let both = buyer.answer().await;
    assert!(words(&both).contains("妈妈："), "{both}");
    buyer.say("转人工").await;
    buyer.event("handoff").await;
    let briefs = noted(&house, buyer.conversation(), "brief").await;
    let slots = briefs[0]["slots"].to_string();
    assert!(slots.contains("\"体重：48 公斤\"") && slots.contains("\"妈妈体重：62.5 公斤\""), "{slots}");
}

#[tokio::test]
async fn a_weight_in_doubt_is_asked_about_and_the_answer_goes_on() {
    let house = House::answering(at_once()).await;
    let mut buyer = on_page(&house, "AP-DRESS-01").await;
    buyer.say("身高165体重105穿什么码").await;
    assert!(words(&buyer.answer().await).contains("公斤"), "斤 or 公斤?");
    buyer.say("斤").await;
    let answer = buyer.answer().await;
    assert!(!answer["body"]["evidence"].is_null(), "{answer}");
}

#[tokio::test]
async fn a_pear_shape_asks_about_a_high_waist() {
    let house = House::answering(at_once()).await;
    let mut buyer = on_page(&house, "AP-PANTS-01").await;
    buyer.say("160cm 56kg 梨形身材適合這條高腰褲嗎").await;
    let answer = buyer.answer().await;
    assert!(words(&answer).contains("高腰"), "{answer}");
}
