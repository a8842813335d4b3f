//! Everybody who writes into a conversation and everybody who reads it agrees on one order (guarantee G4).

use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::buyer::Buyer;
use crate::support::chance::Chance;
use crate::support::desk::Desk;
use crate::support::house::House;
use crate::support::ledger::{author, is_message_of, seq, words};
use crate::support::model::{Answer, ScriptedModel};
use crate::support::scaled;
use crate::support::shop::at_once;

const CONVERSATIONS: usize = 20;
/// Of each writer in each conversation.
const MESSAGES: usize = 12;
/// A buyer's tabs that write.
const TABS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_who_write_and_all_who_read_agree() {
    let model = ScriptedModel::start().await;
    model.by(|request| Answer::says(&format!("答：{}", request.last_user())));
    let house = House::with_model(&model, at_once()).await;
    let mut rooms = JoinSet::new();
    for number in 0..scaled(CONVERSATIONS) {
        let writers = Writers {
            buyer: house.buyer().await,
            mei: house.desk(&format!("mei-{number}")).await,
            lan: house.desk(&format!("lan-{number}")).await,
            chance: Chance::seeded(number as u64),
        };
        rooms.spawn(writers.write());
    }
    let mut events = 0;
    while let Some(room) = rooms.join_next().await {
        let told = room.expect("a conversation ends well");
        let log = house.log(&told.conversation).await;
        events += log.len();
        assert_eq!(log.iter().map(seq).collect::<Vec<_>>(), (1..=log.len() as i64).collect::<Vec<_>>());
        assert_eq!(seen(&told.desk), seen(&log));
        let public: Vec<_> = log.iter().filter(|event| event["kind"] != "note").cloned().collect();
        for tab in &told.tabs {
            assert_eq!(seen(tab), seen(&public));
        }
        keeps_each_writers_order(&log);
        answers_what_was_asked(&log);
    }
    assert!(events > scaled(CONVERSATIONS) * MESSAGES * (TABS + 2), "only {events} events");
}

struct Writers {
    buyer: Buyer,
    mei: Desk,
    lan: Desk,
    chance: Chance,
}

/// What the readers of one conversation were told.
struct Told {
    conversation: String,
    tabs: Vec<Vec<Value>>,
    desk: Vec<Value>,
}

impl Writers {
    /// The buyer's tabs write all the time and the assistant answers; one agent takes over in the middle and hands
    /// back, another writes notes. A tab and the second agent read everything.
    async fn write(mut self) -> Told {
        let conversation = self.buyer.conversation().to_owned();
        let (mut mei, mut lan, mut reader) = (self.mei, self.lan, self.buyer.tab().await);
        lan.watch(&conversation).await;
        let mut tabs = JoinSet::new();
        for number in 1..=TABS {
            let (mut tab, mut pause) = (self.buyer.tab().await, Chance::seeded(self.chance.below(1_000_000) as u64));
            tabs.spawn(async move {
                for message in 0..MESSAGES {
                    // Two at a time, so that one must not overtake the other.
                    tab.tell(&send(&format!("tab{number}"), 2 * message)).await;
                    tab.command(send(&format!("tab{number}"), 2 * message + 1)).await.unwrap();
                    jitter(&mut pause).await;
                }
                tab
            });
        }
        let noting = tokio::spawn({
            let (conversation, mut pause) = (conversation.clone(), Chance::seeded(self.chance.below(1_000_000) as u64));
            async move {
                for message in 0..MESSAGES {
                    let note = json!({"type": "note", "text": format!("lan {message}")});
                    lan.command(&conversation, note).await.unwrap();
                    jitter(&mut pause).await;
                }
                lan
            }
        });
        jitter(&mut self.chance).await;
        mei.claim(&conversation).await;
        for message in 0..MESSAGES {
            mei.say(&conversation, &format!("mei {message}")).await;
            jitter(&mut self.chance).await;
        }
        mei.command(&conversation, json!({"type": "return"})).await.unwrap();

        let mut tabs = tabs.join_all().await;
        let mut lan = noting.await.unwrap();
        // The last words, which everything else came before.
        let asked = self.buyer.say("end 0").await;
        let end = self.buyer.until(|f| is_message_of(f, "assistant") && words(f).ends_with("end 0")).await;
        assert!(seq(&end) > asked);
        let end = seq(&end);
        for tab in tabs.iter_mut().chain([&mut reader]) {
            tab.read_up_to(end).await.unwrap();
        }
        lan.read_up_to(&conversation, end).await;
        tabs.extend([reader, self.buyer]);
        let desk = lan.ledger(&conversation).events.clone();
        Told { conversation, tabs: tabs.into_iter().map(|tab| tab.ledger.events).collect(), desk }
    }
}

fn send(who: &str, number: usize) -> Value {
    json!({"type": "send", "id": format!("{who}-{number}"), "text": format!("{who} {number}")})
}

async fn jitter(chance: &mut Chance) {
    tokio::time::sleep(Duration::from_millis(chance.below(40) as u64)).await;
}

/// What readers must agree on.
fn seen(events: &[Value]) -> Vec<(i64, String, Value, Value)> {
    events
        .iter()
        .map(|event| (seq(event), event["kind"].to_string(), event["author"].clone(), event["body"].clone()))
        .collect()
}

/// One writer's messages on one connection are numbered in the order of the log.
#[track_caller]
fn keeps_each_writers_order(log: &[Value]) {
    for writer in ["tab1", "tab2", "tab3", "tab4", "mei", "lan"] {
        let numbers: Vec<usize> = log
            .iter()
            .filter(|event| author(event) != "assistant")
            .filter_map(|event| words(event).strip_prefix(writer)?.trim().parse().ok())
            .collect();
        let most = if writer.starts_with("tab") { 2 * MESSAGES } else { MESSAGES };
        assert_eq!(numbers, (0..most).collect::<Vec<_>>(), "{writer}");
    }
}

/// The model repeats the newest question: that stands before the answer, and no turn is answered twice.
#[track_caller]
fn answers_what_was_asked(log: &[Value]) {
    let mut turns = std::collections::HashSet::new();
    for (at, answer) in log.iter().enumerate().filter(|(_, event)| author(event) == "assistant") {
        let question = words(answer).rsplit('\n').next().unwrap().rsplit('：').next().unwrap();
        assert!(log[..at].iter().any(|event| words(event) == question), "{question} is answered before it is asked");
        assert!(turns.insert(answer["body"]["turn"].as_str().unwrap()), "{answer}");
    }
    assert!(!turns.is_empty(), "the assistant took part");
}
