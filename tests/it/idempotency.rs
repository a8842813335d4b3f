//! A client sends until it is acknowledged, and what it sent is stored once (guarantee G3).

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::buyer::Buyer;
use crate::support::chance::Chance;
use crate::support::house::House;
use crate::support::ledger::{author, seq, words};
use crate::support::scaled;

const BUYERS: usize = 50;
const MESSAGES: usize = 40;

/// Nobody answers while the test writes.
fn silent() -> Value {
    json!({"burst_ms": 600_000, "burst_max_ms": 600_000, "turn_deadline_s": 600})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retried_messages_are_stored_once() {
    let house = House::answering(silent()).await;
    let mut insisting = JoinSet::new();
    for number in 0..scaled(BUYERS) {
        let buyer = house.buyer().await;
        insisting.spawn(insist(buyer, Chance::seeded(number as u64)));
    }
    let (mut messages, mut retries) = (0, 0);
    while let Some(done) = insisting.join_next().await {
        let done = done.expect("a buyer ends well");
        let log = house.log(&done.conversation).await;
        // Exactly the messages that were sent, each under the number of its acknowledgement.
        let stored: HashMap<&str, i64> = log.iter().map(|event| (words(event), seq(event))).collect();
        assert_eq!(log.len(), stored.len(), "something is stored twice");
        let acked: HashMap<&str, i64> = done.acked.iter().map(|(text, seq)| (text.as_str(), *seq)).collect();
        assert_eq!(stored, acked);
        messages += stored.len();
        retries += done.retries;
    }
    assert_eq!(messages, scaled(BUYERS) * MESSAGES);
    assert!(retries * 10 >= messages * 3, "only {retries} retries of {messages} messages");
}

struct Insisted {
    conversation: String,
    /// Under which number each text was acknowledged.
    acked: HashMap<String, i64>,
    retries: usize,
}

/// Sends each message one to five times over one to three sockets, some of which are cut before they read the
/// acknowledgement; then until it is acknowledged.
async fn insist(buyer: Buyer, mut chance: Chance) -> Insisted {
    let conversation = buyer.conversation().to_owned();
    let mut tabs = [buyer.tab().await, buyer.tab().await, buyer];
    let (mut acked, mut retries) = (HashMap::new(), 0);
    for number in 0..MESSAGES {
        let text = format!("第 {number} 句");
        let send = json!({"type": "send", "id": format!("m-{number}"), "text": text});
        for _ in 0..chance.below(3) {
            let tab = chance.below(tabs.len());
            tabs[tab].tell(&send).await;
            retries += 1;
            if chance.half() {
                // Before, while or after it is stored.
                tokio::time::sleep(Duration::from_micros(chance.below(5_000) as u64)).await;
                tabs[tab].cut();
                tabs[tab].resume().await;
            }
        }
        let (one, other) = (chance.below(tabs.len()), chance.below(tabs.len()));
        let first = tabs[one].command(send.clone()).await.expect("it is acknowledged");
        if chance.half() {
            let again = tabs[other].command(send).await.expect("it is acknowledged again");
            assert_eq!(first["seq"], again["seq"]);
            assert!(first["duplicate"] == true || again["duplicate"] == true, "one of them came second");
            retries += 1;
        }
        acked.insert(text, seq(&first));
    }
    Insisted { conversation, acked, retries }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sockets_race_with_one_message() {
    let house = House::answering(silent()).await;
    let mut races = JoinSet::new();
    for _ in 0..scaled(5) {
        let mut one = house.buyer().await;
        let mut other = one.tab().await;
        races.spawn(async move {
            for number in 0..20 {
                let send = json!({"type": "send", "id": format!("race-{number}"), "text": "同一句"});
                let (first, second) = tokio::join!(one.command(send.clone()), other.command(send));
                let (first, second) = (first.unwrap(), second.unwrap());
                assert_eq!(first["seq"], second["seq"]);
                let duplicates = [&first, &second].map(|ack| ack["duplicate"] == true);
                assert!(duplicates[0] != duplicates[1], "one of them stored it: {first} {second}");
            }
            one.conversation().to_owned()
        });
    }
    for conversation in races.join_all().await {
        assert_eq!(house.log(&conversation).await.len(), 20);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_with_other_words_is_refused() {
    let house = House::answering(silent()).await;
    let mut refusing = JoinSet::new();
    for _ in 0..scaled(10) {
        let mut buyer = house.buyer().await;
        refusing.spawn(async move {
            for number in 0..10 {
                let id = format!("m-{number}");
                buyer.command(json!({"type": "send", "id": id, "text": "甲"})).await.unwrap();
                for other in [
                    json!({"type": "send", "id": id, "text": "乙"}),
                    json!({"type": "human", "id": id}),
                    json!({"type": "rate", "id": id, "stars": 5}),
                ] {
                    let refused = buyer.command(other).await.unwrap_err();
                    assert_eq!(refused["code"], "idempotency_conflict");
                }
            }
            buyer.conversation().to_owned()
        });
    }
    while let Some(conversation) = refusing.join_next().await {
        let log = house.log(&conversation.unwrap()).await;
        assert_eq!(log.len(), 10, "nothing of it was stored");
        assert!(log.iter().all(|event| words(event) == "甲"));
    }
}

#[tokio::test]
async fn an_id_counts_for_one_sender_in_one_conversation() {
    let house = House::answering(silent()).await;
    let mut desk = house.desk("mei").await;
    let mut buyer = house.buyer().await;
    let first = buyer.conversation().to_owned();
    let id = "the-same";
    let asked = buyer.command(json!({"type": "send", "id": id, "text": "在吗"})).await.unwrap();
    desk.claim(&first).await;
    // An agent's own id, though a buyer used it.
    let said = desk.command(&first, json!({"type": "send", "id": id, "text": "在的"})).await.unwrap();
    assert!(seq(&said) > seq(&asked));
    let again = desk.command(&first, json!({"type": "send", "id": id, "text": "在的"})).await.unwrap();
    assert_eq!((&again["seq"], &again["duplicate"]), (&said["seq"], &json!(true)));
    let other = desk.command(&first, json!({"type": "send", "id": id, "text": "不在"})).await.unwrap_err();
    assert_eq!(other["code"], "idempotency_conflict");
    desk.command(&first, json!({"type": "close"})).await.unwrap();
    buyer.event("closed").await;
    // Also after the end the first one is acknowledged: its sender may have missed that.
    let again = buyer.command(json!({"type": "send", "id": id, "text": "在吗"})).await.unwrap();
    assert_eq!(again["seq"], asked["seq"]);

    let mut new = buyer.tab().await;
    let ack = new.command(json!({"type": "send", "id": id, "text": "在吗"})).await.unwrap();
    assert_eq!((&ack["seq"], &ack["duplicate"]), (&json!(1), &Value::Null), "another conversation, another event");
    let mut stranger = house.buyer().await;
    let ack = stranger.command(json!({"type": "send", "id": id, "text": "你好"})).await.unwrap();
    assert_eq!(ack["seq"], 1);
    let authors: Vec<_> = house.log(&first).await.iter().map(|event| author(event).to_owned()).collect();
    assert_eq!(authors, ["buyer", "agent", "agent", "agent"], "asked, joined, said, closed");
}
