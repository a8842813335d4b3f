//! Readers that do not read: they are cut off, cost little until then, and disturb nobody (G17).

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::net::TcpSocket;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use xiaoer::clock::Clock;
use xiaoer::conversation::{BuyerCommand, Duty, Handover, Log, TurnRules, brief};
use xiaoer::db::{self, Db};
use xiaoer::ids::NodeId;
use xiaoer::live::Live;
use xiaoer::protocol::HandoffReason;

use crate::support::revived::Revived;
use crate::support::scaled;
use crate::support::stubborn::Stubborn;
use crate::support::wire::{PROTOCOL, Wire};

const SLOW: usize = 100;
const HEALTHY: usize = 20;
/// Ten seconds at most from when it takes nothing, and what it takes a busy machine, unoptimised, to have it so far: alone
/// on two processors it is fifteen.
const CUT_WITHIN: Duration = Duration::from_secs(45);
/// In bytes, for all slow readers together.
const MOST_GROWTH: u64 = 64 * 1024 * 1024;
/// In bytes; the smallest that the system gives is a little more.
const RECEIVE_BUFFER: u32 = 4_096;
/// Buyers who wait for this at most are not disturbed, on a machine that runs other tests as well.
const UNDISTURBED: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_do_not_read_are_cut_off_and_come_back_whole() {
    let mut shop = Revived::open(json!({}), &[]).await;
    let writer = Stubborn::come(&shop.address).await;
    shop.server.kill();
    let last = write_much(&shop.database.url, writer.conversation(), scaled(5_000)).await;
    shop.revive();

    let enough = CancellationToken::new();
    let mut healthy = Vec::new();
    for _ in 0..HEALTHY {
        let buyer = Stubborn::come(&shop.address).await;
        healthy.push(tokio::spawn(talk_on(buyer, enough.clone())));
    }
    let before = shop.server.resident();
    let begun = Instant::now();
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        slow.push(sit_and_stare(&shop.address, &writer).await);
    }
    let mut most = 0;
    while figure(&shop, "xiaoer_slow_readers_total").await < SLOW || figure(&shop, SOCKETS).await > HEALTHY {
        most = most.max(shop.server.resident());
        assert!(begun.elapsed() < CUT_WITHIN, "{} sockets are open yet", figure(&shop, SOCKETS).await);
        sleep(Duration::from_millis(100)).await;
    }
    let cut_after = begun.elapsed();
    enough.cancel();
    let mut waits: Vec<Duration> = Vec::new();
    for buyer in healthy {
        waits.extend(buyer.await.expect("a buyer whom nothing surprised"));
    }
    waits.sort();
    let (typical, slowest) = (waits[waits.len() / 2], waits[waits.len() * 99 / 100]);
    let growth = most.saturating_sub(before);
    eprintln!(
        "{SLOW} readers of {last} entries cut off after {cut_after:?}, {} kB more held meanwhile; \
         {} acknowledgements of others came after {typical:?} (p99 {slowest:?})",
        growth / 1024,
        waits.len()
    );
    assert!(growth < MOST_GROWTH, "{growth} bytes more");
    assert!(slowest < UNDISTURBED, "others waited {slowest:?}");

    drop(slow);
    let mut back = Vec::from_iter((0..3).map(|_| writer.elsewhere()));
    join_all(back.iter_mut().map(|buyer| buyer.read_up_to(last))).await;
    assert!(back.iter().all(|buyer| buyer.ends.is_empty()), "whoever reads is not cut off");
    shop.has_not_panicked();
}

const SOCKETS: &str = "xiaoer_sockets{kind=\"buyer\"}";

/// Fills a conversation with long messages while no server runs; gives the newest entry's number.
async fn write_much(database: &str, conversation: &str, messages: usize) -> i64 {
    let db = Db::open(database).await.expect("the database opens");
    let (live, _bell) = Live::new();
    let log = Log::start(&db, &live, &Clock::system(), &NodeId::fresh());
    let mut conn = db.read().await.expect("a connection");
    let found = db::conversation::find(&mut conn, &"demo".into(), &conversation.into()).await.expect("it is read");
    let conversation = Arc::new(found.expect("the conversation is there"));
    drop(conn);
    let store = |command| log.buyer(&conversation.store, &conversation.id, &conversation.buyer, command);
    // With a person, so that no answer is owed.
    let brief = brief::of(&conversation, std::iter::empty(), |_| false);
    let duty = Duty { opens_at: None, zone: "Asia/Shanghai".into() };
    let reason = HandoffReason::HumanRequested;
    let handover = Box::new(Handover { reason, skill: None, words: None, notes: Vec::new(), stamp: None, brief, duty });
    store(BuyerCommand::Human { client_id: "human".into(), handover }).await.expect("it is stored");
    let rules = TurnRules { burst_ms: 0, burst_max_ms: 0, deadline_ms: 0 };
    let mut last = 0;
    for hundred in 0..messages / 100 {
        let sends = (0..100).map(|n| BuyerCommand::Send {
            client_id: format!("{hundred}-{n}"),
            text: format!("第{hundred}百第{n}句：{}", "很长的话".repeat(250)),
            attachments: Vec::new(),
            chose: None,
            locale: None,
            rules,
        });
        for stored in join_all(sends.map(store)).await {
            last = stored.expect("it is stored").seq;
        }
    }
    db.close().await;
    last
}

/// A socket that asks for everything and takes nothing.
async fn sit_and_stare(address: &str, buyer: &Stubborn) -> Wire {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(RECEIVE_BUFFER).expect("an option that TCP has");
    let stream = socket.connect(address.parse().expect("an address")).await.expect("the server listens");
    let mut wire = Wire::over(stream, address, "/v1/chat", &[PROTOCOL]).await.expect("the socket opens");
    wire.tell(&buyer.hello()).await.expect("hello is sent");
    wire
}

/// Writes one message after the other; gives how long each waited for its acknowledgement.
async fn talk_on(mut buyer: Stubborn, enough: CancellationToken) -> Vec<Duration> {
    let mut waits = Vec::new();
    while !enough.is_cancelled() {
        let begun = Instant::now();
        buyer.send(format!("{}", waits.len()), "还有货吗？".into()).await;
        buyer.until(|frame| frame["type"] == "ack").await;
        waits.push(begun.elapsed());
        // As fast as somebody who sends one line after the other.
        sleep(Duration::from_millis(50)).await;
    }
    assert!(buyer.ends.is_empty(), "a healthy reader was cut off: {:?}", buyer.ends);
    waits
}

/// One of the server's own figures.
async fn figure(shop: &Revived, name: &str) -> usize {
    let text = reqwest::get(format!("http://{}/metrics", shop.address)).await.expect("the server answers");
    let text = text.text().await.expect("the figures end");
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0, |value| value.parse::<f64>().expect("a number") as usize)
}
