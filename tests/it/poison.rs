//! Words that make the program panic harm nobody but their own turn (guarantee G26).

use serde_json::json;
use xiaoer::db::turn::TurnState;
use xiaoer::poison::MARK;

use crate::support::house::House;
use crate::support::ledger::{is_event, is_message_of, words};
use crate::support::shop::at_once;

const ANSWERABLE: &str = "下单后多久发货？";

/// The same question in words that have not been said: who repeats the same ones is handed to a person.
fn other(n: usize) -> String {
    format!("{ANSWERABLE}{}", "谢".repeat(n))
}

fn poison(stage: &str) -> String {
    format!("{ANSWERABLE}{MARK}{stage}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_panics_while_it_is_stored_is_refused_alone() {
    let house = House::answering(at_once()).await;
    for stage in ["decide", "store"] {
        let (mut poisoner, mut neighbour) = (house.buyer().await, house.buyer().await);
        // Both wait for the same commit, again and again.
        for n in 0..10 {
            let send = json!({"type": "send", "text": poison(stage)});
            let question = other(n);
            let (refused, stored) = tokio::join!(poisoner.command(send), neighbour.say(&question));
            assert_eq!(refused.expect_err("nothing was stored")["code"], "internal", "{stage}");
            assert!(stored > 0);
            assert!(words(&neighbour.answer().await).contains("当天发出"));
        }
        assert!(poisoner.ledger.events.is_empty(), "{stage}: {:?}", poisoner.ledger.events);
        // Nor is anything left behind that harms the same buyer's next words.
        poisoner.say(ANSWERABLE).await;
        assert!(words(&poisoner.answer().await).contains("当天发出"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_panics_goes_to_a_person_and_is_not_tried_for_ever() {
    let house = House::answering(at_once()).await;
    let (mut poisoner, mut neighbour) = (house.buyer().await, house.buyer().await);
    poisoner.say(&poison("turn")).await;
    neighbour.say(ANSWERABLE).await;
    assert!(words(&neighbour.answer().await).contains("当天发出"));
    let end = poisoner.until(|f| is_event(f, "handoff") || is_message_of(f, "assistant")).await;
    assert_eq!(end["body"]["reason"], "assistant_unavailable", "{end}");
    assert_eq!(house.turns(TurnState::Open).await, 0);
    assert_eq!(house.turns(TurnState::HandedOff).await, 1);
    let figures = house.get("/metrics").await.text;
    assert!(figures.contains("xiaoer_turns_panicked_total 1"), "tried once, and visible in the figures:\n{figures}");
}
