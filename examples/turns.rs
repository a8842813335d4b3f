//! What becomes of turns: asks a running server, each question in a conversation of its own, and prints how many were
//! answered, how many went to a person, and whether any did neither in time.
//!
//! `cargo run --release --example turns -- 127.0.0.1:8080 [TURNS] [AT_ONCE]`
//!
//! The server must have the store `demo`. To see what a broken model does, let the server ask one.
#![allow(clippy::print_stdout, reason = "it is a program for the terminal")]

mod sockets;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

/// A turn is answered in 15 s, or handed over in 2 s more.
const IN_TIME: Duration = Duration::from_secs(17);
/// How long an end is waited for.
const GIVE_UP: Duration = Duration::from_secs(40);
const QUESTIONS: [&str; 4] = ["什么时候发货？", "可以七天无理由退货吗", "火星上能用吗", "请问可以开发票吗"];

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Answered,
    HandedOver,
    None,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: turns HOST:PORT [TURNS] [AT_ONCE]";
    let server: SocketAddr = arguments.next().context(usage)?.parse().context(usage)?;
    let count: usize = arguments.next().map_or(Ok(1_000), |count| count.parse()).context(usage)?;
    let at_once: usize = arguments.next().map_or(Ok(50), |count| count.parse()).context(usage)?;

    let asking = stream::iter(0..count).map(|number| ask(server, number)).buffer_unordered(at_once);
    let mut ends: Vec<(End, Duration)> = asking.try_collect().await?;
    ends.sort_by_key(|(_, took)| *took);
    let of = |end| ends.iter().filter(|(ended, _)| *ended == end).count();
    let late = ends.iter().filter(|(end, took)| *end != End::None && *took > IN_TIME).count();
    println!("{count} turns: {} answered, {} handed over", of(End::Answered), of(End::HandedOver));
    println!("{late} late, {} without an end", of(End::None));
    let at = |share: usize| ends.get(ends.len() * share / 100).map_or(0, |(_, took)| took.as_millis());
    println!("half in {} ms, 99 % in {} ms", at(50), at(99));
    ensure!(late == 0 && of(End::None) == 0, "not every turn ended in time");
    Ok(())
}

/// Asks once and waits for the end of the turn; the time from the message's acknowledgement on.
async fn ask(server: SocketAddr, number: usize) -> Result<(End, Duration)> {
    let mut socket = sockets::open(server, number).await?;
    let question = QUESTIONS[number % QUESTIONS.len()];
    let message = json!({"type": "send", "id": format!("turn-{number}"), "text": question});
    socket.send(Message::text(message.to_string())).await?;
    let begun = Instant::now();
    let end = tokio::time::timeout(GIVE_UP, async {
        while let Some(frame) = socket.next().await {
            let frame: Value = match frame? {
                Message::Text(text) => serde_json::from_str(&text)?,
                _ => continue,
            };
            match (frame["type"].as_str(), frame["kind"].as_str(), frame["author"]["kind"].as_str()) {
                (Some("event"), Some("message"), Some("assistant")) => return Ok(End::Answered),
                (Some("event"), Some("handoff"), _) => return Ok(End::HandedOver),
                _ => {}
            }
        }
        anyhow::Ok(End::None)
    });
    Ok((end.await.unwrap_or(Ok(End::None))?, begun.elapsed()))
}
