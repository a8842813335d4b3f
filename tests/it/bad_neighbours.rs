//! Who reaches into another store finds nothing there; who floods is cut off; and others do not notice.

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use xiaoer::people::tokens::Scope;
use xiaoer::protocol::desk::Role;

use crate::support::desk::Desk;
use crate::support::house::House;
use crate::support::scaled;
use crate::support::shop::at_once;
use crate::support::wire::Closed;

#[tokio::test]
async fn another_stores_conversation_is_as_absent_as_one_that_never_was() {
    let house = House::answering(at_once()).await;
    house.store("other").await;
    let eve = house.agent("other", "eve@other.example", Role::Owner).await;
    let token = house.token("other", Scope::Desk).await;
    let mut desk = Desk::come(house.address(), &token, "eve@other.example").await;
    let mut buyer = house.buyer().await;
    buyer.say("转人工").await;
    buyer.event("handoff").await;
    let foreign = buyer.conversation().to_owned();
    let before = house.log(&foreign).await;
    for command in [
        json!({"type": "watch"}),
        json!({"type": "claim"}),
        json!({"type": "send", "text": "x"}),
        json!({"type": "note", "text": "x"}),
        json!({"type": "return"}),
        json!({"type": "transfer", "to_agent": eve.id, "reason": "x"}),
        json!({"type": "transfer", "to_skill": "general", "reason": "x"}),
        json!({"type": "close"}),
    ] {
        let mut answers = Vec::new();
        for conversation in [foreign.as_str(), "c_nothing", "'; drop table event; --"] {
            let mut refused = desk.command(conversation, command.clone()).await.unwrap_err();
            refused["id"].take();
            answers.push(refused);
        }
        assert_eq!(answers[0]["code"], "not_found", "{command}");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{command}: {answers:?}");
    }
    desk.tell(&json!({"type": "read", "conversation": foreign, "seq": 1})).await;
    assert_eq!(desk.until(|f| f["type"] == "error").await["code"], "not_found");
    assert_eq!(desk.command(&foreign, json!({"type": "typing"})).await.unwrap_err()["code"], "not_watched");
    // Its queue is empty, and REST knows no better.
    let queue = desk.until(|f| f["type"] == "queue").await;
    assert_eq!(queue["items"], json!([]));
    for path in ["", "/events"] {
        for store in ["other", "demo"] {
            let address = format!("/v1/stores/{store}/conversations/{foreign}{path}");
            let answer = house.http().get(house.url(&address)).bearer_auth(&token).send().await.unwrap();
            assert_eq!(answer.status(), 404, "{address}");
        }
    }
    assert_eq!(house.log(&foreign).await, before, "nothing of it was stored");
}

#[tokio::test]
async fn an_agent_is_told_what_was_wrong() {
    let house = House::answering(at_once()).await;
    let mut desk = house.desk("mei").await;
    let mut buyer = house.buyer().await;
    buyer.say("你好").await;
    buyer.answer().await;
    let conversation = buyer.conversation().to_owned();
    desk.claim(&conversation).await;
    for (command, code, field) in [
        (json!({"type": "dance"}), "unknown_type", Some("type")),
        (json!({"type": "status"}), "invalid", Some("status")),
        (json!({"type": "status", "status": "asleep"}), "invalid", Some("status")),
        (json!({"type": "send"}), "invalid", Some("text")),
        (json!({"type": "send", "text": " "}), "invalid", Some("text")),
        (json!({"type": "send", "text": "长".repeat(4_001)}), "invalid", Some("text")),
        (json!({"type": "note", "text": ""}), "invalid", Some("text")),
        (json!({"type": "transfer", "to_skill": "s".repeat(41), "reason": ""}), "invalid", Some("to_skill")),
        (json!({"type": "transfer", "to_skill": "general", "reason": "长".repeat(1_001)}), "invalid", Some("reason")),
        (json!({"type": "transfer", "to_agent": "mei@demo.example"}), "invalid", Some("reason")),
        (json!({"type": "watch", "after": "x"}), "invalid", Some("after")),
    ] {
        let refused = desk.command(&conversation, command.clone()).await.unwrap_err();
        assert_eq!((refused["code"].as_str(), refused["field"].as_str()), (Some(code), field), "{command}: {refused}");
    }
    desk.tell(&json!({"type": "hello", "token": "x"})).await;
    assert_eq!(desk.until(|f| f["type"] == "error").await["code"], "hello_again");
    desk.say(&conversation, "您好").await;
}

#[tokio::test]
async fn who_floods_is_cut_off_and_nobody_else_is() {
    let house = House::answering(at_once()).await;
    let mut neighbour = house.buyer().await;
    let mut flooder = house.buyer().await;
    let flood = tokio::spawn(async move {
        for _ in 0..2_000 {
            if flooder.wire().tell(&json!({"type": "ping"})).await.is_err() {
                break;
            }
        }
        let mut codes = Vec::new();
        loop {
            match flooder.try_until(|f| f["type"] == "error").await {
                Ok(error) => codes.push(error["code"].clone()),
                Err(closed) => return (codes, closed),
            }
        }
    });
    neighbour.say("你好").await;
    neighbour.answer().await;
    let (codes, closed) = flood.await.unwrap();
    assert_eq!(codes, [json!("rate_limited")]);
    assert_eq!(closed, Closed(Some(4029)));
    neighbour.catch_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_frames_take_no_memory() {
    let house = House::answering(at_once()).await;
    let some = async |times: usize| {
        let mut sending = JoinSet::new();
        // No more than a socket may send at once.
        for _ in 0..times / 100 {
            let mut buyer = house.buyer().await;
            sending.spawn(async move {
                for number in 0..100 {
                    buyer.wire().send(Message::text(bad_frame(number))).await.expect("the socket is open");
                    buyer.until(|f| f["type"] == "error").await;
                }
            });
        }
        sending.join_all().await;
    };
    // What is made once is made now.
    some(100).await;
    let before = resident_kb();
    some(scaled(1_000)).await;
    let grown = resident_kb().saturating_sub(before);
    // Clients and server are one process here, and other tests run in it too.
    assert!(grown < 64 * 1024, "{grown} kB more after the bad frames");
}

/// Near the largest that is taken.
fn bad_frame(number: usize) -> String {
    match number % 4 {
        0 => "[".repeat(60_000),
        1 => format!(r#"{{"type":"send","id":"i","text":"{}"#, "x".repeat(60_000)),
        2 => json!({"type": "send", "id": "i", "text": "x".repeat(60_000)}).to_string(),
        _ => json!({"type": "send", "id": "i".repeat(60_000), "text": Value::Null}).to_string(),
    }
}

/// What this process holds.
fn resident_kb() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("this system says so");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("this system says so");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
