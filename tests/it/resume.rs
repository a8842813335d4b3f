//! A client that comes back gets exactly what it missed (guarantee G5).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::timeout;
use xiaoer::conversation::{BuyerCommand, TurnRules};

use crate::support::buyer::Buyer;
use crate::support::chance::Chance;
use crate::support::house::House;
use crate::support::ledger::{seq, words};
use crate::support::model::{Answer, Gate, ScriptedModel};
use crate::support::scaled;
use crate::support::shop::at_once;

const CONVERSATIONS: usize = 10;
const READERS: usize = 5;
/// Of each reader.
const RESUMES: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_come_and_go_while_others_write() {
    let model = ScriptedModel::start().await;
    model.says(Answer::says_slowly("这款有现货，面料摸着很软", Duration::from_millis(4)));
    let house = House::with_model(&model, at_once()).await;
    let mut rooms = JoinSet::new();
    for number in 0..CONVERSATIONS {
        let buyer = house.buyer().await;
        rooms.spawn(async move {
            let going_on = Arc::new(AtomicBool::new(true));
            let mut readers = JoinSet::new();
            for reader in 0..READERS {
                let tab = buyer.tab().await;
                readers.spawn(come_and_go(tab, Chance::seeded((number * READERS + reader) as u64)));
            }
            let writing = tokio::spawn(write_while(buyer, Arc::clone(&going_on)));
            let mut readers = readers.join_all().await;
            going_on.store(false, Ordering::Relaxed);
            let mut writer = writing.await.unwrap();
            let last = writer.say("最后一句").await;
            writer.read_up_to(last).await.unwrap();
            for reader in &mut readers {
                reader.read_up_to(last).await.unwrap();
                // Each ledger has refused holes and repeats on its own; together they must be the same.
                let common = writer.ledger.events.iter().zip(&reader.ledger.events).take_while(|(a, b)| a == b).count();
                assert!(common >= writer.ledger.events.len().min(reader.ledger.events.len()));
            }
            (writer.conversation().to_owned(), last)
        });
    }
    while let Some(room) = rooms.join_next().await {
        let (conversation, last) = room.expect("a conversation ends well");
        assert!(house.log(&conversation).await.len() as i64 >= last);
    }
}

/// Reads for a moment, leaves in one of three ways, stays away for a moment, and comes back where the ledger ends.
async fn come_and_go(mut tab: Buyer, mut chance: Chance) -> Buyer {
    for _ in 0..scaled(RESUMES) {
        let moment = Duration::from_millis(chance.below(30) as u64);
        // Nothing has the number that is waited for: it is only read for a while.
        assert!(timeout(moment, tab.read_up_to(i64::MAX)).await.is_err(), "the server hung up");
        match chance.below(3) {
            0 => tab.leave().await,
            1 => tab.cut(),
            // Comes back while the old connection is still there.
            _ => {}
        }
        if chance.half() {
            tokio::time::sleep(Duration::from_millis(chance.below(60) as u64)).await;
        }
        tab.resume().await;
    }
    tab
}

async fn write_while(mut buyer: Buyer, going_on: Arc<AtomicBool>) -> Buyer {
    while going_on.load(Ordering::Relaxed) {
        buyer.say("这款有货吗").await;
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    buyer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gap_may_be_of_any_size() {
    let house = House::answering(at_once()).await;
    let mut buyer = house.buyer().await;
    buyer.command(json!({"type": "human"})).await.unwrap();
    write_many(&house, &buyer, scaled(5_000)).await;
    let last = house.log(buyer.conversation()).await.last().map_or(0, seq);
    buyer.read_up_to(last).await.unwrap();
    let all = buyer.ledger.events.clone();
    assert!(all.len() > scaled(5_000));
    let mut chance = Chance::seeded(5);
    let sizes = [0, 1, 63, 64, 65, 199, 200, 201, 400, 500, all.len()];
    for missed in sizes.into_iter().chain((0..40).map(|_| chance.below(500))) {
        buyer.ledger.lose_all_but(all.len() - missed);
        let begun = std::time::Instant::now();
        buyer.cut();
        buyer.resume().await;
        buyer.read_up_to(last).await.unwrap();
        assert!(buyer.ledger.events == all, "after {missed} events were missed");
        assert!(missed > 1_000 || begun.elapsed() < Duration::from_secs(5), "{missed} took {:?}", begun.elapsed());
    }
}

/// Straight into the log: a socket takes fifty a second.
async fn write_many(house: &House, buyer: &Buyer, count: usize) {
    let rules = TurnRules { burst_ms: 0, burst_max_ms: 0, deadline_ms: 0 };
    let (log, store) = (house.app.log.clone(), "demo".into());
    let (conversation, buyer) = (buyer.conversation().into(), buyer.visitor.buyer.as_str().into());
    for some in (0..count).collect::<Vec<_>>().chunks(500) {
        let sends = some.iter().map(|number| BuyerCommand::Send {
            client_id: format!("many-{number}"),
            text: format!("第 {number} 句"),
            attachments: Vec::new(),
            chose: None,
            locale: None,
            rules,
        });
        let stored = sends.map(|send| log.buyer(&store, &conversation, &buyer, send));
        futures_util::future::try_join_all(stored).await.expect("all of it is stored");
    }
}

#[tokio::test]
async fn a_position_that_is_not_of_this_log_starts_over() {
    let house = House::answering(at_once()).await;
    let mut buyer = house.buyer().await;
    buyer.say("你好").await;
    let last = seq(&buyer.answer().await);
    let epoch = buyer.welcome["epoch"].clone();
    for (position, resumed) in [
        (json!({"after": 1, "epoch": epoch}), true),
        (json!({"after": last, "epoch": epoch}), true),
        (json!({"after": 0}), true),
        (json!({}), true),
        (json!({"after": 1, "epoch": "of another log"}), false),
        (json!({"after": last + 1, "epoch": epoch}), false),
        (json!({"after": i64::MAX, "epoch": epoch}), false),
    ] {
        buyer.cut();
        let after = position["after"].as_u64().unwrap_or(0) as usize;
        if resumed {
            buyer.ledger.lose_all_but(after);
        }
        buyer.resume_with(position.clone()).await;
        assert_eq!(buyer.welcome["resumed"], resumed, "{position}");
        assert_eq!(buyer.welcome["seq"], last);
        buyer.read_up_to(last).await.unwrap();
        assert_eq!(buyer.ledger.events.len(), 2, "{position}");
    }
}

#[tokio::test]
async fn a_reply_that_streams_survives_a_reconnect() {
    let model = ScriptedModel::start().await;
    let gate = Gate::new();
    model.says(Answer::says("一二三四五六").held_midway(&gate));
    let house = House::with_model(&model, at_once()).await;
    let mut buyer = house.buyer().await;
    buyer.say("你好").await;
    let first = buyer.until(|f| f["type"] == "delta" && words_of_delta(f).contains("一二")).await;
    let turn = first["turn"].as_str().unwrap().to_owned();
    let so_far = buyer.ledger.so_far(&turn).to_owned();
    for _ in 0..3 {
        buyer.cut();
        buyer.resume().await;
        let piece = buyer.until(|f| f["type"] == "delta").await;
        assert_eq!((words_of_delta(&piece), &piece["index"]), (so_far.as_str(), &json!(0)), "the pieces come as one");
    }
    let mut late = buyer.tab().await;
    assert_eq!(words_of_delta(&late.until(|f| f["type"] == "delta").await), so_far);
    gate.open();
    for tab in [&mut buyer, &mut late] {
        let answer = tab.answer().await;
        assert!(words(&answer).starts_with(&so_far) && words(&answer).ends_with("一二三四五六"), "{answer}");
        assert_eq!(answer["body"]["turn"], turn.as_str());
    }
}

/// Somebody else reads on, so the conversation is still at hand; who has the answer must not see it written again.
#[tokio::test]
async fn a_reply_that_is_stored_does_not_stream_again() {
    let model = ScriptedModel::start().await;
    let house = House::with_model(&model, at_once()).await;
    let mut buyer = house.buyer().await;
    let mut other = buyer.tab().await;
    buyer.say("你好").await;
    other.answer().await;
    buyer.answer().await;
    for _ in 0..3 {
        buyer.leave().await;
        buyer.resume().await;
        buyer.catch_up().await;
    }
}

fn words_of_delta(frame: &Value) -> &str {
    frame["text"].as_str().unwrap()
}
