//! Every question ends: with an answer or with a person, in time, and once (guarantees G8, G9, G12).

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;
use xiaoer::db::turn::TurnState;

use crate::support::chance::Chance;
use crate::support::house::House;
use crate::support::ledger::{author, is_event, is_message_of, seq, words};
use crate::support::model::{Answer, Fault, Gate, ScriptedModel};
use crate::support::scaled;
use crate::support::shop::at_once;

/// Nothing in the demo store's knowledge comes near this.
const UNANSWERABLE: &str = "你们老板的狗叫什么名字";
const ANSWERABLE: &str = "下单后多久发货？";

/// The numbers of the tests: a turn may take this long.
const DEADLINE: Duration = Duration::from_secs(4);

fn quick() -> Value {
    json!({"burst_ms": 0, "turn_deadline_s": DEADLINE.as_secs()})
}

/// A model that is silent for long is given up.
async fn house_with(model: &ScriptedModel) -> House {
    House::with_model_and(model, quick(), &[("llm_first_byte_timeout_ms", "700"), ("llm_idle_timeout_ms", "700")]).await
}

/// What a buyer gets when the model fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gets {
    /// The model's own words.
    Model,
    /// What the store knows, and a person for the rest.
    Knowledge,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_of_the_model_ends_well() {
    use Gets::{Knowledge, Model};
    let faults = [
        (Fault::Hang, Knowledge),
        (Fault::StallAtOnce, Knowledge),
        (Fault::Stall, Knowledge),
        (Fault::Reset, Knowledge),
        (Fault::Cut, Knowledge),
        (Fault::Closed, Knowledge),
        (Fault::Status(400), Knowledge),
        (Fault::Status(401), Knowledge),
        (Fault::Status(500), Knowledge),
        (Fault::StatusPage(503), Knowledge),
        (Fault::RetryAfter("3600"), Knowledge),
        (Fault::RetryAfter("1"), Knowledge),
        (Fault::NoQuota, Knowledge),
        (Fault::Page, Knowledge),
        (Fault::Empty, Knowledge),
        (Fault::EmptyStream, Knowledge),
        (Fault::WholeCut, Knowledge),
        (Fault::Garbled, Knowledge),
        (Fault::Inline, Knowledge),
        (Fault::Flood, Knowledge),
        (Fault::FloodLine, Knowledge),
        (Fault::NoDone, Model),
        (Fault::NoDoneOpen, Model),
        (Fault::Whole, Model),
        (Fault::Odd, Model),
    ];
    let mut trials = JoinSet::new();
    for (fault, gets) in faults {
        if trials.len() == 6 {
            trials.join_next().await.unwrap().unwrap();
        }
        trials.spawn(check_fault(fault, gets));
    }
    trials.join_all().await;
}

async fn check_fault(fault: Fault, gets: Gets) {
    let model = ScriptedModel::start().await;
    model.says(fault);
    let house = house_with(&model).await;
    for question in [ANSWERABLE, UNANSWERABLE] {
        let before = model.requests().len();
        let mut buyer = house.buyer().await;
        buyer.ledger.may_change_its_words = true;
        buyer.say(question).await;
        let end = buyer.until(|f| is_event(f, "handoff") || is_message_of(f, "assistant")).await;
        let waited = end["at"].as_i64().unwrap() - buyer.ledger.events[0]["at"].as_i64().unwrap();
        // Two seconds are the guarantee's; the rest is for the disk of a machine that runs other tests.
        assert!(waited <= DEADLINE.as_millis() as i64 + 4_000, "{fault:?}: {waited} ms");
        match (gets, question) {
            (Gets::Model, _) => assert!(words(&end).contains("现货"), "{fault:?}: {end}"),
            (Gets::Knowledge, ANSWERABLE) => assert!(words(&end).contains("当天发出"), "{fault:?}: {end}"),
            (Gets::Knowledge, _) => assert_eq!(end["body"]["reason"], "assistant_unavailable", "{fault:?}"),
        }
        // It ended, and nothing follows.
        assert_eq!(house.turns(TurnState::Open).await, 0, "{fault:?}");
        buyer.catch_up().await;
        let told = if is_event(&end, "handoff") { 3 } else { 2 };
        assert_eq!(buyer.ledger.events.len(), told, "{fault:?}: {:?}", buyer.ledger.events);
        let asked = model.requests().len() - before;
        assert!(asked <= 2, "the model was asked {asked} times at {fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_model_does_not_keep_a_buyer_waiting() {
    let model = ScriptedModel::start().await;
    // Never silent for long, so that only the turn's own deadline ends it.
    model.says(Answer::says_slowly(&"嗯".repeat(1_000), Duration::from_millis(100)));
    let house = house_with(&model).await;
    let mut buyer = house.buyer().await;
    buyer.say(UNANSWERABLE).await;
    let begun = Instant::now();
    let handoff = buyer.event("handoff").await;
    assert_eq!(handoff["body"]["reason"], "assistant_unavailable");
    assert!(begun.elapsed() < DEADLINE + Duration::from_secs(2), "{:?}", begun.elapsed());
    // The words that were cut off are nowhere.
    buyer.catch_up().await;
    assert!(buyer.ledger.events.iter().all(|event| author(event) != "assistant" || event["kind"] == "handoff"));
}

#[tokio::test]
async fn a_reply_comes_as_fast_as_the_model_writes_it() {
    let model = ScriptedModel::start().await;
    model.says(Answer::says_slowly(&"嗯".repeat(200), Duration::from_millis(2)));
    let house = house_with(&model).await;
    let mut buyer = house.buyer().await;
    buyer.say(UNANSWERABLE).await;
    let begun = Instant::now();
    // The deadline would cut it short, were it read a piece at a time.
    assert!(words(&buyer.answer().await).ends_with("嗯"));
    assert!(begun.elapsed() < DEADLINE, "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moody_model_leaves_no_question_open() {
    let moods = [Fault::Reset, Fault::Status(500), Fault::Cut, Fault::Garbled, Fault::Page, Fault::NoDone, Fault::Odd];
    let model = ScriptedModel::start().await;
    let dice = std::sync::Mutex::new(Chance::seeded(12));
    model.by(move |_| match dice.lock().unwrap().below(2 * moods.len()) {
        mood if mood < moods.len() => moods[mood].into(),
        _ => Answer::says_slowly("这款有现货", Duration::from_millis(3)),
    });
    let house = house_with(&model).await;
    let mut asking = JoinSet::new();
    for number in 0..20 {
        let (mut buyer, mut chance) = (house.buyer().await, Chance::seeded(number));
        asking.spawn(async move {
            buyer.ledger.may_change_its_words = true;
            for n in 0..scaled(10) {
                // Who repeats the same words is handed to a person.
                buyer.say(&format!("{ANSWERABLE}{}", "谢".repeat(n))).await;
                if chance.half() {
                    // Who does not wait for the answer gets it later.
                    buyer.cut();
                    buyer.resume().await;
                }
                buyer.answer().await;
            }
            buyer.conversation().to_owned()
        });
    }
    for conversation in asking.join_all().await {
        let log = house.log(&conversation).await;
        let authors: Vec<&str> = log.iter().map(author).collect();
        assert_eq!(authors, ["buyer", "assistant"].repeat(scaled(10)), "one answer to each question");
    }
    assert_eq!(house.turns(TurnState::Answered).await, 20 * scaled(10) as i64);
    assert_eq!(house.turns(TurnState::Open).await, 0);
}

#[tokio::test]
async fn a_model_that_stays_broken_is_not_waited_for() {
    let model = ScriptedModel::start().await;
    model.says(Fault::Hang);
    let house = house_with(&model).await;
    for _ in 0..8 {
        let mut buyer = house.buyer().await;
        buyer.say(UNANSWERABLE).await;
        buyer.event("handoff").await;
    }
    let asked = model.requests().len();
    assert!(asked < 8, "after some failures it is left alone, but it was asked {asked} times");
    let mut buyer = house.buyer().await;
    buyer.say(UNANSWERABLE).await;
    let handoff = buyer.event("handoff").await;
    let waited = handoff["at"].as_i64().unwrap() - buyer.ledger.events[0]["at"].as_i64().unwrap();
    assert!(waited < 600, "straight to a person, not after {waited} ms");
}

#[tokio::test]
async fn what_is_asked_during_an_answer_is_answered_next() {
    let model = ScriptedModel::start().await;
    let gate = Gate::new();
    model.then(Answer::says("一二三四五六").held_midway(&gate));
    model.by(|request| Answer::says(request.last_user()));
    let house = House::with_model(&model, at_once()).await;
    let mut buyer = house.buyer().await;
    let first = buyer.say("第一问").await;
    buyer.until(|f| f["type"] == "delta").await;
    let second = buyer.say("第二问").await;
    gate.open();
    let answer = buyer.answer().await;
    assert!(seq(&answer) > second && words(&answer).ends_with("一二三四五六"), "{answer}");
    let next = buyer.answer().await;
    assert!(words(&next).ends_with("第二问"), "{next}");
    assert_eq!((first, buyer.ledger.events.len()), (1, 4));
}

#[tokio::test]
async fn what_is_asked_before_a_word_was_said_is_answered_with_it() {
    let model = ScriptedModel::start().await;
    let gate = Gate::new();
    model.then(Answer::says("给谁的？").held(&gate));
    model.by(|request| Answer::says(request.last_user()));
    let house = House::with_model(&model, at_once()).await;
    let mut buyer = house.buyer().await;
    buyer.say("第一问").await;
    gate.reached().await;
    buyer.say("第二问").await;
    assert!(words(&buyer.answer().await).ends_with("第二问"));
    gate.open();
    buyer.catch_up().await;
    assert_eq!(buyer.ledger.events.len(), 3, "one answer for both");
    assert_eq!(house.turns(TurnState::Answered).await, 1);
}
