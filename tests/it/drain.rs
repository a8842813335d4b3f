//! SIGTERM: nobody new, everybody told, what runs finished or left for the next start, and the process ends (G19).

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::support::desk::log;
use crate::support::ledger::{author, seq, words};
use crate::support::model::{Answer, Gate, ScriptedModel};
use crate::support::revived::Revived;
use crate::support::stubborn::Stubborn;
use crate::support::wire::Closed;

/// How long the process may take to end.
const LONGEST: Duration = Duration::from_secs(15);
const PATIENCE: Duration = Duration::from_secs(20);
const WRITERS: usize = 20;
const ASKERS: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_under_load_loses_nothing_and_ends_in_time() {
    let model = ScriptedModel::start().await;
    let gate = Gate::new();
    // Replies that do not finish before the process must end.
    model.says(Answer::says("有现货").held_midway(&gate));
    let url = model.base_url();
    let arguments = ["--openai-base-url", &url, "--llm-idle-timeout-ms", "60000", "--drain-s", "3"];
    let mut shop = Revived::open(json!({"burst_ms": 0, "turn_deadline_s": 30}), &arguments).await;
    let mut half = half_a_head(&shop.address).await;
    let mut askers = Vec::new();
    for _ in 0..ASKERS {
        let mut buyer = Stubborn::come(&shop.address).await;
        buyer.send("question".into(), "这款有现货吗？".into()).await;
        buyer.until(|frame| frame["type"] == "delta").await;
        askers.push(buyer);
    }
    let enough = CancellationToken::new();
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let buyer = Stubborn::come(&shop.address).await;
        writers.push(tokio::spawn(write_on(buyer, enough.clone())));
    }
    let mut witness = Stubborn::come(&shop.address).await;
    witness.send("first".into(), "在吗？".into()).await;
    witness.until(|frame| frame["type"] == "ack").await;

    let begun = Instant::now();
    shop.server.stop();
    let going = witness.until(|frame| frame["type"] == "going_away").await;
    assert!(going["reconnect_after_ms"].as_u64().is_some_and(|after| after < 5_000), "{going}");
    assert!(witness.hear().await.is_none());
    assert_eq!(witness.ends, [Closed(Some(1012))]);
    half.write_all(b" x\r\n\r\n").await.expect("the connection is open yet");
    let mut answer = String::new();
    drop(timeout(PATIENCE, half.read_to_string(&mut answer)).await.expect("the connection ends"));
    assert!(answer.starts_with("HTTP/1.1 503"), "not ready while it stops: {answer:?}");
    assert!(TcpStream::connect(&shop.address).await.is_err(), "nobody new is let in");
    assert_eq!(shop.server.wait(LONGEST), Some(0), "it has not ended after {:?}", begun.elapsed());
    let took = begun.elapsed();

    gate.open();
    shop.revive();
    let again = Instant::now();
    for buyer in &mut askers {
        let answer = buyer.until(|frame| frame["type"] == "event" && author(frame) == "assistant").await;
        assert!(words(&answer).ends_with("有现货"), "{answer}");
        assert_eq!(buyer.ends, [Closed(Some(1012))]);
    }
    eprintln!("ended after {took:?}; {ASKERS} turns that were left are answered after another {:?}", again.elapsed());
    enough.cancel();
    for writer in writers {
        let writer = writer.await.expect("a buyer whom nothing surprised");
        assert_eq!(writer.ends, [Closed(Some(1012))], "told to come back, and once");
        let log = log(&shop.address, &shop.token, writer.conversation()).await;
        let stored: Vec<(i64, &str)> =
            log.iter().filter(|event| author(event) == "buyer").map(|event| (seq(event), words(event))).collect();
        let acked: Vec<(i64, &str)> = writer.acked.iter().map(|acked| (acked.seq, acked.text.as_str())).collect();
        assert_eq!(stored, acked, "what was acknowledged is what is stored");
    }
    shop.has_not_panicked();
}

/// Writes one message after the other until it is enough.
async fn write_on(mut buyer: Stubborn, enough: CancellationToken) -> Stubborn {
    for number in 0.. {
        if enough.is_cancelled() {
            break;
        }
        buyer.send(format!("{number}"), format!("第{number}句")).await;
        while buyer.owed() > 0 {
            buyer.hear().await;
        }
    }
    buyer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_be_finished_is_finished_first() {
    let model = ScriptedModel::start().await;
    model.says(Answer::says_slowly("这款有现货", Duration::from_millis(200)));
    let mut shop = Revived::open(json!({"burst_ms": 0}), &["--openai-base-url", &model.base_url()]).await;
    let mut buyer = Stubborn::come(&shop.address).await;
    buyer.send("question".into(), "有货吗？".into()).await;
    buyer.until(|frame| frame["type"] == "delta").await;
    shop.server.stop();
    assert_eq!(shop.server.wait(LONGEST), Some(0));
    assert_eq!(model.requests().len(), 1);
    // It was stored before the end: nobody asks the model again.
    shop.revive();
    let answer = buyer.until(|frame| frame["type"] == "event" && author(frame) == "assistant").await;
    assert!(words(&answer).ends_with("这款有现货"), "{answer}");
    assert_eq!(model.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_stop_ends_at_once() {
    let model = ScriptedModel::start().await;
    let gate = Gate::new();
    model.says(Answer::says("有现货").held_midway(&gate));
    let arguments = ["--openai-base-url", &model.base_url()];
    let mut shop = Revived::open(json!({"burst_ms": 0, "turn_deadline_s": 60}), &arguments).await;
    let mut buyer = Stubborn::come(&shop.address).await;
    buyer.send("question".into(), "有货吗？".into()).await;
    buyer.until(|frame| frame["type"] == "delta").await;
    shop.server.stop();
    // The first signal has been heard; the turn that runs would hold the process for ten seconds.
    buyer.until(|frame| frame["type"] == "going_away").await;
    let begun = Instant::now();
    shop.server.stop();
    assert_eq!(shop.server.wait(LONGEST), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(shop.is_sound().await);
    gate.open();
    shop.revive();
    let log = log(&shop.address, &shop.token, buyer.conversation()).await;
    assert_eq!(log.first().map(words), Some("有货吗？"));
    buyer.until(|frame: &Value| frame["type"] == "event" && author(frame) == "assistant").await;
}

/// A connection in the middle of a request for `/readyz`.
async fn half_a_head(address: &str) -> TcpStream {
    let mut half = TcpStream::connect(address).await.expect("the server listens");
    half.write_all(b"GET /readyz HTTP/1.1\r\nhost:").await.expect("half a head is sent");
    half
}
