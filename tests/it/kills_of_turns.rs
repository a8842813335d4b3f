//! The process dies while the assistant answers: every turn still ends in time, and none is answered twice (G8, G9).

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::support::chance::Chance;
use crate::support::desk::log;
use crate::support::ledger::{author, seq, words};
use crate::support::model::{Answer, ScriptedModel};
use crate::support::revived::Revived;
use crate::support::scaled;
use crate::support::stubborn::Stubborn;

const BUYERS: usize = 20;
/// Then the buyer goes, and another one comes.
const QUESTIONS: usize = 3;
/// As long as it is by default: on PostgreSQL a turn is taken up again only when its lease has run out.
const DEADLINE: Duration = Duration::from_secs(15);
/// What a hand-over may take on top.
const SPARE: Duration = Duration::from_secs(2);
/// Between two characters of a reply.
const GAP: Duration = Duration::from_millis(60);
/// The last character of each reply.
const LAST: char = '完';

/// What the buyers and the one who kills tell each other.
struct Watch {
    /// When the process that serves now began to listen.
    begun: Mutex<Instant>,
    /// Somebody has the last character of a reply: the model has finished, and the answer is about to be stored.
    finished: Notify,
    /// How often a connection was lost between the last character and the stored answer.
    between: AtomicUsize,
    enough: CancellationToken,
}

impl Watch {
    fn begun(&self) -> Instant {
        *self.begun.lock().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_turn_ends_once_through_kills() {
    let kills = scaled(5);
    let model = ScriptedModel::start().await;
    model.by(|request| {
        // 4 to 16 characters: a quarter of a second to a whole one.
        let more = request.last_user().len() * 7 % 13;
        Answer::says_slowly(&format!("有现货{}{LAST}", "呢".repeat(more)), GAP)
    });
    let rules = json!({"burst_ms": 100, "turn_deadline_s": DEADLINE.as_secs()});
    let mut shop = Revived::open(rules, &["--openai-base-url", &model.base_url()]).await;
    let watch = Arc::new(Watch {
        begun: Mutex::new(Instant::now()),
        finished: Notify::new(),
        between: AtomicUsize::new(0),
        enough: CancellationToken::new(),
    });
    let buyers: Vec<_> =
        (0..BUYERS).map(|n| tokio::spawn(ask_on(shop.address.clone(), n, Arc::clone(&watch)))).collect();
    let mut chance = Chance::seeded(2);
    for kill in 0..kills {
        sleep(Duration::from_millis(300 + chance.below(1_500) as u64)).await;
        if kill % 2 == 1 {
            // Right when the model has finished: before, in or after the transaction that stores the answer.
            drop(timeout(DEADLINE, watch.finished.notified()).await);
            sleep(GAP + Duration::from_millis(chance.below(12) as u64)).await;
        }
        shop.server.kill();
        shop.revive();
        *watch.begun.lock().unwrap() = Instant::now();
    }
    watch.enough.cancel();
    let mut count = Count::default();
    for buyer in buyers {
        for buyer in buyer.await.expect("a buyer whom nothing surprised") {
            count.add(&buyer, &log(&shop.address, &shop.token, buyer.conversation()).await);
        }
    }
    shop.has_not_panicked();
    let between = watch.between.load(Ordering::Relaxed);
    eprintln!("{kills} kills, {between} replies cut off between their last character and the commit, {count:?}");
    assert!(count.answered >= BUYERS, "hardly anything was answered: {count:?}");
}

/// One buyer after the other, each with a few questions. Gives them back when all that was asked has ended.
async fn ask_on(address: String, number: usize, watch: Arc<Watch>) -> Vec<Stubborn> {
    let mut gone = Vec::new();
    while !watch.enough.is_cancelled() {
        let mut buyer = Stubborn::come(&address).await;
        for question in 0..QUESTIONS {
            let text = format!("{number}号第{question}问：这款{}有现货吗？", "真的".repeat((number + question) % 5));
            buyer.send(format!("{question}"), text).await;
            wait_for_end(&mut buyer, &watch).await;
            if is_handed_over(&buyer.ledger.events) {
                break;
            }
        }
        gone.push(buyer);
    }
    gone
}

/// Waits until the question is answered or with a person, and fails when that takes too long. Time in which no
/// server ran is not counted.
async fn wait_for_end(buyer: &mut Stubborn, watch: &Watch) {
    let mut acked_at = None;
    let mut heard_last = false;
    loop {
        let acked = buyer.acked.last().filter(|_| buyer.owed() == 0).map(|acked| acked.seq);
        if let Some(acked) = acked {
            if buyer.ledger.events.iter().any(|event| seq(event) > acked && ends_turn(event)) {
                return;
            }
            acked_at.get_or_insert_with(Instant::now);
        }
        let since = acked_at.unwrap_or_else(Instant::now).max(watch.begun());
        tokio::select! {
            frame = buyer.hear() => match frame {
                Some(frame) if is_last(&frame) => {
                    heard_last = true;
                    watch.finished.notify_one();
                }
                Some(_) => {}
                None => {
                    watch.between.fetch_add(usize::from(std::mem::take(&mut heard_last)), Ordering::Relaxed);
                }
            },
            () = sleep_until(since + DEADLINE + SPARE) => {
                // Unless the server has been killed again meanwhile, which gives it its time again.
                assert!(watch.begun() > since, "a turn has not ended: {:?}", buyer.ledger.events);
            }
        }
    }
}

/// Whether it is the piece with which a reply is complete.
fn is_last(frame: &Value) -> bool {
    frame["type"] == "delta" && frame["text"].as_str().is_some_and(|text| text.ends_with(LAST))
}

fn ends_turn(event: &Value) -> bool {
    event["kind"] == "handoff" || (event["kind"] == "message" && author(event) == "assistant")
}

fn is_handed_over(events: &[Value]) -> bool {
    events.iter().any(|event| event["kind"] == "handoff")
}

#[derive(Debug, Default)]
struct Count {
    questions: usize,
    answered: usize,
    handed_over: usize,
    /// Connections that were lost.
    cut_off: usize,
}

impl Count {
    /// Looks through the log of a conversation in which all has ended.
    #[track_caller]
    fn add(&mut self, buyer: &Stubborn, log: &[Value]) {
        let mut turns = HashSet::new();
        let mut asked: Option<&Value> = None;
        let mut handed_over = false;
        for (at, event) in log.iter().enumerate() {
            match (author(event), event["kind"].as_str()) {
                ("buyer", Some("message")) => asked = Some(event),
                ("assistant", Some("message")) => {
                    assert!(!handed_over, "the assistant speaks after the hand-over: {log:#?}");
                    let turn = event["body"]["turn"].as_str().expect("an answer names its turn");
                    assert!(turns.insert(turn), "a second answer to one turn: {log:#?}");
                    assert!(asked.take().is_some(), "an answer to nothing: {log:#?}");
                    assert!(words(event).ends_with(LAST), "half an answer: {event}");
                }
                (_, Some("handoff")) => {
                    assert!(!handed_over, "handed over twice: {log:#?}");
                    let line = log.get(at + 1).filter(|line| author(line) == "system" && !words(line).is_empty());
                    assert!(line.is_some(), "the buyer is told nothing: {log:#?}");
                    (handed_over, asked) = (true, None);
                }
                _ => {}
            }
        }
        assert!(asked.is_none(), "a question that nobody takes up: {log:#?}");
        for acked in &buyer.acked {
            let stored = log.iter().find(|event| seq(event) == acked.seq);
            assert_eq!(stored.map(words), Some(acked.text.as_str()), "{log:#?}");
        }
        self.questions += buyer.acked.len();
        self.answered += turns.len();
        self.handed_over += usize::from(handed_over);
        self.cut_off += buyer.ends.len();
    }
}
