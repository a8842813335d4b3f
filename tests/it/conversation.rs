//! A buyer writes and is answered: by the store's own knowledge where no model is set, or by a person.

use std::time::Duration;

use serde_json::{Value, json};
use xiaoer::db::turn::TurnState;

use crate::support::buyer::Buyer;
use crate::support::house::House;
use crate::support::ledger::{author, is_event, is_message_of, seq, words};
use crate::support::shop::at_once;

/// What the assistant says before its first message.
const LABEL: &str = "AI 客服";
/// Nothing in the demo store's knowledge comes near this.
const UNANSWERABLE: &str = "你们老板的狗叫什么名字";

#[tokio::test]
async fn a_question_is_answered_in_the_buyers_script() {
    let house = House::answering(at_once()).await;
    check_answer(&house, "你好", "请问有什么可以帮您", false).await;
    check_answer(&house, "下单后多久发货？", "付款的订单当天发出", true).await;
    check_answer(&house, "下單後多久發貨？", "付款的訂單當天發出", true).await;
    check_answer(&house, "運費怎麼算？包郵嗎？", "滿 59 元包郵", true).await;
}

async fn check_answer(house: &House, question: &str, expected: &str, has_evidence: bool) {
    let mut buyer = house.buyer().await;
    let asked = buyer.say(question).await;
    let answer = buyer.answer().await;
    assert!(words(&answer).contains(expected), "{question}: {answer}");
    assert!(words(&answer).contains(LABEL), "the buyer must know who speaks: {answer}");
    assert_eq!(answer["body"]["origin"], "ai_auto");
    assert_eq!(answer["body"]["evidence"].is_array(), has_evidence, "{answer}");
    assert!(seq(&answer) > asked);
    buyer.say(question).await;
    let second = buyer.answer().await;
    assert!(words(&second).contains(expected), "{question}: {second}");
    assert!(!words(&second).contains(LABEL), "it has been said before: {second}");
}

#[tokio::test]
async fn what_nobody_knows_goes_to_a_person_in_one_step() {
    let house = House::answering(at_once()).await;
    let mut desk = house.desk("mei").await;
    let mut buyer = house.buyer().await;
    buyer.say(UNANSWERABLE).await;
    assert_eq!(buyer.event("handoff").await["body"]["reason"], "no_evidence");
    assert_eq!(buyer.until(|f| f["type"] == "queue").await["position"], 1);
    let item = desk.queue_item(buyer.conversation(), "queued").await;
    assert_eq!((&item["reason"], &item["last_text"]), (&json!("no_evidence"), &json!(UNANSWERABLE)));
    // Who waits may write on, and is not handed over again.
    buyer.say(UNANSWERABLE).await;
    buyer.catch_up().await;
    assert_eq!(kinds(&buyer), ["buyer message", "assistant handoff", "system message", "buyer message"]);
    let log = house.log(buyer.conversation()).await;
    let briefs: Vec<_> = log.iter().filter(|event| event["kind"] == "brief").collect();
    assert_eq!(briefs.len(), 1, "{log:?}");
    assert!(briefs[0]["body"]["wants"].as_str().unwrap().contains(UNANSWERABLE));
    assert_eq!(house.turns(TurnState::HandedOff).await, 1);
    assert_eq!(house.turns(TurnState::Open).await, 0);
}

#[tokio::test]
async fn a_buyer_who_wants_a_person_gets_one() {
    let house = House::answering(at_once()).await;
    for words in ["转人工", "人工", "我要真人客服", "轉人工"] {
        let mut buyer = house.buyer().await;
        buyer.say(words).await;
        assert_eq!(buyer.event("handoff").await["body"]["reason"], "human_requested", "{words}");
    }
    let mut buyer = house.buyer().await;
    let press = json!({"type": "human", "id": "press-1"});
    let first = buyer.command(press.clone()).await.unwrap();
    let again = buyer.command(press).await.unwrap();
    assert_eq!((&again["seq"], &again["duplicate"]), (&first["seq"], &json!(true)));
    // Another press is no other place in the queue.
    buyer.command(json!({"type": "human", "id": "press-2"})).await.unwrap();
    buyer.until(|f| f["type"] == "queue" && f["position"] == 5).await;
    buyer.catch_up().await;
    assert_eq!(kinds(&buyer), ["buyer handoff", "system message"]);
}

#[tokio::test]
async fn a_place_in_the_queue_moves_up() {
    let house = House::answering(at_once()).await;
    let mut desk = house.desk("mei").await;
    let mut waiting = Vec::new();
    for position in 1..=3 {
        let mut buyer = house.buyer().await;
        buyer.command(json!({"type": "human"})).await.unwrap();
        buyer.until(|f| f["type"] == "queue" && f["position"] == position).await;
        waiting.push(buyer);
    }
    desk.claim(waiting[0].conversation()).await;
    waiting[1].until(|f| f["type"] == "queue" && f["position"] == 1).await;
    waiting[2].until(|f| f["type"] == "queue" && f["position"] == 2).await;
}

#[tokio::test]
async fn a_burst_of_messages_gets_one_answer() {
    let house = House::answering(json!({"burst_ms": 1_500, "burst_max_ms": 10_000})).await;
    let mut buyer = house.buyer().await;
    for (id, text) in [("1", "在吗"), ("2", "想问一下"), ("3", "下单后多久发货？")] {
        buyer.tell(&json!({"type": "send", "id": id, "text": text})).await;
    }
    let answer = buyer.answer().await;
    assert!(words(&answer).contains("当天发出"), "the last of the three is what was asked: {answer}");
    assert_eq!(kinds(&buyer), ["buyer message", "buyer message", "buyer message", "assistant message"]);
    assert_eq!(house.turns(TurnState::Answered).await, 1);
    assert_eq!(house.turns(TurnState::Open).await, 0, "nothing is owed any more");
}

#[tokio::test]
async fn a_buyer_who_types_is_waited_for_but_not_for_ever() {
    let house = House::answering(json!({"burst_ms": 2_000, "burst_max_ms": 5_000})).await;
    let mut buyer = house.buyer().await;
    buyer.say("下单后多久发货？").await;
    let answer = loop {
        buyer.tell(&json!({"type": "typing"})).await;
        let soon = Duration::from_millis(300);
        if let Ok(answer) = tokio::time::timeout(soon, buyer.answer()).await {
            break answer;
        }
    };
    let waited = answer["at"].as_i64().unwrap() - buyer.ledger.events[0]["at"].as_i64().unwrap();
    // As long as a burst may last; without the typing it would have been two seconds.
    assert!((4_900..12_000).contains(&waited), "answered after {waited} ms");
}

#[tokio::test]
async fn every_tab_sees_the_same() {
    let house = House::answering(at_once()).await;
    let mut one = house.buyer().await;
    let mut other = one.tab().await;
    assert_eq!(one.conversation(), other.conversation());
    one.say("你好").await;
    let answer = other.answer().await;
    other.say("下单后多久发货？").await;
    let answered = one.until(|f| is_message_of(f, "assistant") && seq(f) > seq(&answer)).await;
    other.read_up_to(seq(&answered)).await.unwrap();
    // A third comes late and reads all of it.
    let mut late = one.tab().await;
    late.read_up_to(seq(&answered)).await.unwrap();
    assert_eq!(one.ledger.events, other.ledger.events);
    assert_eq!(one.ledger.events, late.ledger.events);
    assert_eq!(one.ledger.events.len(), 4);
}

#[tokio::test]
async fn a_closed_conversation_is_rated_and_a_new_one_begins() {
    let house = House::answering(at_once()).await;
    let mut desk = house.desk("mei").await;
    let mut buyer = house.buyer().await;
    buyer.say("转人工").await;
    buyer.event("handoff").await;
    let first = buyer.conversation().to_owned();
    desk.claim(&first).await;
    desk.command(&first, json!({"type": "close"})).await.unwrap();
    buyer.event("closed").await;
    let refused = buyer.command(json!({"type": "send", "text": "还在吗"})).await.unwrap_err();
    assert_eq!(refused["code"], "conversation_closed");
    let rate = json!({"type": "rate", "id": "stars", "stars": 5, "comment": "很耐心"});
    let rated = buyer.command(rate.clone()).await.unwrap();
    assert_eq!(buyer.event("rated").await["body"], json!({"stars": 5, "comment": "很耐心"}));
    assert_eq!(buyer.command(rate).await.unwrap()["seq"], rated["seq"], "the same again is the same");
    let again = buyer.command(json!({"type": "rate", "stars": 1})).await.unwrap_err();
    assert_eq!(again["code"], "already_rated");

    let mut new = buyer.tab().await;
    assert_ne!(new.conversation(), first);
    new.say("你好").await;
    assert!(words(&new.answer().await).contains("AI"), "a new conversation says again who speaks");
    // The old one can still be read.
    buyer.leave().await;
    buyer.resume().await;
    assert_eq!(buyer.welcome["state"], "closed");
}

/// Who told the buyer what, in order.
fn kinds(buyer: &Buyer) -> Vec<String> {
    let kind = |event: &Value| format!("{} {}", author(event), event["kind"].as_str().unwrap());
    buyer.ledger.events.iter().filter(|event| is_event(event, event["kind"].as_str().unwrap())).map(kind).collect()
}
