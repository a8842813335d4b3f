//! What strangers can make the server hold: connections that never finish what they began (G18).

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::support::revived::Revived;
use crate::support::stubborn::Stubborn;
use crate::support::wire::{PROTOCOL, Wire};

const STRANGERS: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(30);
const MEGABYTE: u64 = 1024 * 1024;

/// A text frame of the largest size, masked with zeros, and then a byte less than it says.
const LARGEST: usize = 64 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unfinished_messages_of_strangers_cost_their_size_and_end() {
    let shop = Revived::open(json!({}), &[]).await;
    let before = shop.server.resident();
    let mut strangers = Vec::new();
    for _ in 0..STRANGERS {
        let stream = TcpStream::connect(&shop.address).await.expect("the server listens");
        let wire = Wire::over(stream, &shop.address, "/v1/chat", &[PROTOCOL]).await.expect("the socket opens");
        let mut stream = wire.into_stream();
        // The server may have hung up on those who came first: they had five seconds for their hello.
        drop(stream.write_all(&unfinished()).await);
        strangers.push(stream);
    }
    let mut most = shop.server.resident();
    let begun = Instant::now();
    for stranger in &mut strangers {
        let mut rest = Vec::new();
        // Read to the end, whether it ends well or not: what matters is that it ends.
        drop(timeout(PATIENCE, stranger.read_to_end(&mut rest)).await.expect("it is cut off"));
        most = most.max(shop.server.resident());
    }
    let growth = most.saturating_sub(before);
    eprintln!(
        "{STRANGERS} unfinished messages: {} kB more, all cut off after another {:?}",
        growth / 1024,
        begun.elapsed()
    );
    // Twice the size of the messages: a buffer grows by doubling.
    assert!(growth < STRANGERS as u64 * 2 * LARGEST as u64 + 16 * MEGABYTE, "{growth} bytes more");
    serves(&shop).await;
    shop.has_not_panicked();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn announced_sizes_are_not_believed() {
    let shop = Revived::open(json!({}), &[]).await;
    let before = shop.server.resident();
    let mut held = Vec::new();
    for _ in 0..100 {
        let stream = TcpStream::connect(&shop.address).await.expect("the server listens");
        let wire = Wire::over(stream, &shop.address, "/v1/chat", &[PROTOCOL]).await.expect("the socket opens");
        let mut stream = wire.into_stream();
        // A gigabyte is announced.
        let mut frame = vec![0x81, 0xff];
        frame.extend((1_u64 << 30).to_be_bytes());
        frame.extend([0; 100]);
        stream.write_all(&frame).await.expect("a frame is sent");
        held.push(stream);
    }
    for stream in &mut held {
        drop(timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await.expect("it is cut off"));
    }
    let growth = shop.server.resident().saturating_sub(before);
    assert!(growth < 8 * MEGABYTE, "{growth} bytes more");
    serves(&shop).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_that_never_end_cost_little_and_end() {
    let shop = Revived::open(json!({}), &["--header-timeout-ms", "3000"]).await;
    let (before, idle) = (shop.server.resident(), open_files(&shop));
    let mut dribbling = Vec::new();
    for _ in 0..STRANGERS {
        let mut stream = TcpStream::connect(&shop.address).await.expect("the server listens");
        drop(stream.write_all(b"GET /v1/chat HTTP/1.1\r\nhost: x\r\n").await);
        dribbling.push(stream);
    }
    let begun = Instant::now();
    let (mut most, mut most_open) = (0, 0);
    // A busy machine accepts some of them only when others are cut off already.
    loop {
        let open = open_files(&shop);
        most_open = most_open.max(open);
        if most_open > idle + STRANGERS / 2 && open <= idle + 20 {
            break;
        }
        for stream in &mut dribbling {
            drop(stream.write_all(b"x-a: b\r\n").await);
        }
        most = most.max(shop.server.resident());
        assert!(begun.elapsed() < PATIENCE, "heads go on for ever");
        sleep(Duration::from_millis(200)).await;
    }
    let growth = most.saturating_sub(before);
    eprintln!("{STRANGERS} endless heads: {} kB more, cut off after {:?}", growth / 1024, begun.elapsed());
    assert!(growth < STRANGERS as u64 * 32 * 1024, "{growth} bytes more");
    serves(&shop).await;
}

/// A frame's head and all but the end of its text.
fn unfinished() -> Vec<u8> {
    let length = u64::try_from(LARGEST).expect("it is small");
    let mut frame = vec![0x81, 0xff];
    frame.extend(length.to_be_bytes());
    frame.extend([0; 4]);
    frame.extend(std::iter::repeat_n(b'x', LARGEST - 1));
    frame
}

/// Somebody who behaves is served.
async fn serves(shop: &Revived) {
    let mut buyer = Stubborn::come(&shop.address).await;
    buyer.send("1".into(), "在吗？".into()).await;
    buyer.until(|frame| frame["type"] == "ack").await;
}

fn open_files(shop: &Revived) -> usize {
    std::fs::read_dir(format!("/proc/{}/fd", shop.server.child.id())).expect("it runs").count()
}
