//! A person takes over in the middle of the assistant's sentence, and nobody else does (guarantee G10).

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use xiaoer::people::tokens::Scope;
use xiaoer::protocol::desk::Role;

use crate::support::buyer::Buyer;
use crate::support::chance::Chance;
use crate::support::desk::Desk;
use crate::support::house::House;
use crate::support::ledger::{author, is_message_of, seq, words};
use crate::support::model::{Answer, Gate, ScriptedModel};
use crate::support::scaled;
use crate::support::shop::at_once;

const CONVERSATIONS: usize = 20;
const AGENTS: usize = 5;
/// Takeovers of each conversation.
const TAKEOVERS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_agents_silences_the_assistant() {
    let model = ScriptedModel::start().await;
    // So that an answer shows which question it is for.
    model.by(|request| Answer::says_slowly(request.last_user(), Duration::from_millis(2)));
    let house = House::with_model(&model, at_once()).await;
    let emails: Vec<String> = (0..AGENTS).map(|agent| format!("agent-{agent}@demo.example")).collect();
    for email in &emails {
        house.agent("demo", email, Role::Agent).await;
    }
    let token = house.token("demo", Scope::Desk).await;
    let mut rooms = JoinSet::new();
    for number in 0..CONVERSATIONS {
        let buyer = house.buyer().await;
        let desks = join_all(emails.iter().map(|email| Desk::come(house.address(), &token, email))).await;
        rooms.spawn(take_over_and_over(buyer, desks, Chance::seeded(number as u64)));
    }
    let mut cut_short = 0;
    while let Some(room) = rooms.join_next().await {
        let conversation = room.expect("a conversation ends well");
        cut_short += check_log(&house.log(&conversation).await);
    }
    let takeovers = CONVERSATIONS * scaled(TAKEOVERS);
    assert!((takeovers / 20..takeovers).contains(&cut_short), "only some answers are cut short: {cut_short}");
}

/// The buyer asks, one to five agents claim at some point of the answer, the one who got it answers and hands back.
async fn take_over_and_over(mut buyer: Buyer, mut desks: Vec<Desk>, mut chance: Chance) -> String {
    let conversation = buyer.conversation().to_owned();
    for round in 0..scaled(TAKEOVERS) {
        buyer.say(&format!("第几个问题呀：{round}。")).await;
        tokio::time::sleep(Duration::from_micros(chance.below(200_000) as u64)).await;
        let racing = 1 + chance.below(AGENTS);
        let claims = desks[..racing].iter_mut().map(|desk| desk.command(&conversation, json!({"type": "claim"})));
        let claims = join_all(claims).await;
        let winners: Vec<usize> = (0..racing).filter(|agent| claims[*agent].is_ok()).collect();
        assert_eq!(winners.len(), 1, "exactly one has it: {claims:?}");
        for refused in claims.iter().filter_map(|claim| claim.as_ref().err()) {
            assert_eq!(refused["code"], "taken");
        }
        let winner = &mut desks[winners[0]];
        let said = winner.say(&conversation, "我来").await;
        // The ledger complains about every word of the assistant until the conversation is handed back.
        buyer.until(|frame| is_message_of(frame, "agent") && seq(frame) == said).await;
        winner.command(&conversation, json!({"type": "return"})).await.expect("it is this agent's");
        buyer.event("returned").await;
    }
    conversation
}

/// Gives how many questions the assistant did not answer, because a person was there first.
#[track_caller]
fn check_log(log: &[Value]) -> usize {
    let (mut with_people, mut question, mut answers) = (false, "", 0);
    for event in log {
        match (event["kind"].as_str().unwrap(), author(event)) {
            ("joined", _) => {
                assert!(!with_people, "two agents have it at {event}");
                with_people = true;
            }
            ("returned", _) => with_people = false,
            ("message", "buyer") => question = words(event),
            ("message", "assistant") => {
                assert!(!with_people, "the assistant speaks after the takeover: {event}");
                assert!(words(event).ends_with(question), "{question} is not what is answered by {event}");
                answers += 1;
            }
            _ => {}
        }
    }
    scaled(TAKEOVERS) - answers
}

#[tokio::test]
async fn a_reply_that_was_cut_short_is_never_stored() {
    let model = ScriptedModel::start().await;
    let gate = Gate::new();
    model.then(Answer::says("一二三四五六").held_midway(&gate));
    let house = House::with_model(&model, at_once()).await;
    let mut desk = house.desk("mei").await;
    let mut buyer = house.buyer().await;
    buyer.say("你好").await;
    buyer.until(|f| f["type"] == "delta").await;
    desk.watch(buyer.conversation()).await;
    desk.claim(buyer.conversation()).await;
    // The model is told at once that nobody listens any more.
    model.aborted(1).await;
    gate.open();
    desk.command(buyer.conversation(), json!({"type": "return"})).await.unwrap();
    // What nobody has answered is the assistant's again, from the beginning.
    let answer = buyer.answer().await;
    assert!(words(&answer).contains("请问有什么可以帮您"), "{answer}");
    assert_eq!(house.log(buyer.conversation()).await.iter().filter(|event| author(event) == "assistant").count(), 1);
}
