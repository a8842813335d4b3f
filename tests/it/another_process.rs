//! A process dies or is frozen in the middle of answers; the next one, or another one, ends what it owed (G8, G9, G11).

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use xiaoer::people::tokens::Scope;

use crate::support::buyer::Buyer;
use crate::support::database::Database;
use crate::support::desk::log;
use crate::support::house::House;
use crate::support::ledger::{author, words};
use crate::support::model::{Answer, Gate, ScriptedModel};
use crate::support::program::Server;
use crate::support::scaled;

const BUYERS: usize = 10;
/// What buyers say who come later.
const FRESH: &str = "还在吗";

/// A database with the store `demo`, and a token that reads it.
async fn shop(model: &ScriptedModel) -> (Database, String) {
    // A process that is frozen for a while must still be in time.
    let house = House::with_model(model, json!({"burst_ms": 0, "turn_deadline_s": 60})).await;
    let token = house.token("demo", Scope::Read).await;
    (house.close().await, token)
}

fn serve(database: &Database, model: &ScriptedModel) -> Server {
    // Who was frozen must not take that for the model's silence.
    Server::start(database, &["--openai-base-url", &model.base_url(), "--llm-idle-timeout-ms", "60000"])
}

/// Buyers who each see the first words of an answer.
async fn buyers_at(server: &Server) -> Vec<Buyer> {
    let mut buyers = Vec::new();
    for _ in 0..scaled(BUYERS) {
        let mut buyer = Buyer::arrive(&server.address).await;
        buyer.say("你好").await;
        buyer.until(|frame| frame["type"] == "delta").await;
        buyers.push(buyer);
    }
    buyers
}

/// Each has one answer, now and in the log.
async fn each_has_one_answer(buyers: &mut [Buyer], server: &Server, token: &str, answer: &str) {
    for buyer in buyers {
        buyer.cut();
        buyer.move_to(&server.address).await;
        assert!(words(&buyer.answer().await).ends_with(answer));
        let log = log(&server.address, token, buyer.conversation()).await;
        assert_eq!(log.iter().map(author).collect::<Vec<_>>(), ["buyer", "assistant"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_server_owed_is_answered_after_the_next_start() {
    let model = ScriptedModel::start().await;
    let (database, token) = shop(&model).await;
    let gate = Gate::new();
    model.says(Answer::says("一二三四五六").held_midway(&gate));
    let server = serve(&database, &model);
    let mut buyers = buyers_at(&server).await;
    // `kill -9`
    drop(server);
    gate.open();
    let server = serve(&database, &model);
    each_has_one_answer(&mut buyers, &server, &token, "一二三四五六").await;
}

/// Only with a database that several processes share.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_frozen_server_owed_is_answered_by_another_and_not_twice() {
    let model = ScriptedModel::start().await;
    let (database, token) = shop(&model).await;
    if !database.url.starts_with("postgres") {
        return;
    }
    let (first, second) = (Gate::new(), Gate::new());
    for _ in 0..scaled(BUYERS) {
        model.then(Answer::says("一二三四五六").held_midway(&first));
    }
    let held = second.clone();
    model.by(move |request| match request.last_user() {
        FRESH => Answer::says("在的"),
        _ => Answer::says("七八九十").held(&held),
    });
    let (frozen, other) = (serve(&database, &model), serve(&database, &model));
    let mut buyers = buyers_at(&frozen).await;
    signal(&frozen, Signal::STOP);
    // Its leases run out, and the other one asks the model itself.
    model.asked(2 * buyers.len()).await;
    first.open();
    // Awake again it believes that it has only to write the rest.
    signal(&frozen, Signal::CONT);
    for _ in 0..3 {
        let mut fresh = Buyer::arrive(&frozen.address).await;
        fresh.say(FRESH).await;
        fresh.answer().await;
    }
    second.open();
    for buyer in &mut buyers {
        // The words that the frozen one had shown are not those that are stored.
        buyer.ledger.may_change_its_words = true;
    }
    each_has_one_answer(&mut buyers, &other, &token, "七八九十").await;
}

fn signal(server: &Server, signal: Signal) {
    kill_process(Pid::from_child(&server.child), signal).expect("the signal arrives");
}
