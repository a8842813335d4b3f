//! What a silent buyer costs: opens buyer sockets to a running server, is silent, and prints the server's memory before
//! and after.
//!
//! `cargo run --release --example idle_sockets -- 127.0.0.1:8080 PID [SOCKETS]`
//!
//! The server must have the store `demo`, and both sides need as many open files as there are sockets (`ulimit -n`).
#![allow(clippy::print_stdout, reason = "it is a program for the terminal")]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

/// Addresses of this machine to come from: each has some 28,000 ports.
const SOURCES: usize = 4;
/// How many connect at once.
const AT_ONCE: usize = 50;
/// What the server does after the last welcome settles meanwhile.
const SETTLE: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: idle_sockets HOST:PORT PID [SOCKETS]";
    let server: SocketAddr = arguments.next().context(usage)?.parse().context(usage)?;
    let pid: u32 = arguments.next().context(usage)?.parse().context(usage)?;
    let count: usize = arguments.next().map_or(Ok(10_000), |count| count.parse()).context(usage)?;

    let before = resident(pid)?;
    let opening = stream::iter(0..count).map(|number| open(server, number)).buffer_unordered(AT_ONCE);
    let sockets: Vec<_> = opening.try_collect().await?;
    let connected = resident(pid)?;
    tokio::time::sleep(SETTLE).await;
    let idle = resident(pid)?;
    let each = idle.saturating_sub(before) as f64 / sockets.len() as f64;
    println!("{} sockets: {before} kB before, {connected} kB connected, {idle} kB idle", sockets.len());
    println!("{:.1} kB for each", each);
    Ok(())
}

/// A new visitor, in a conversation.
async fn open(server: SocketAddr, number: usize) -> Result<WebSocketStream<TcpStream>> {
    let visitor = register(server, number).await?;
    let mut request = format!("ws://{server}/v1/chat").into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("xiaoer.v1"));
    let stream = connect(server, number).await?;
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await?;
    let hello = json!({"type": "hello", "store": "demo", "token": visitor["token"]});
    socket.send(Message::text(hello.to_string())).await?;
    let welcome = socket.next().await.context("the server hung up")??;
    ensure!(welcome.to_text()?.contains("\"welcome\""), "no welcome: {welcome}");
    Ok(socket)
}

async fn register(server: SocketAddr, number: usize) -> Result<Value> {
    let mut stream = connect(server, number).await?;
    let head = "POST /v1/stores/demo/visitors HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 2";
    stream.write_all(format!("{head}\r\n\r\n{{}}").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").context("half an answer")?;
    ensure!(head.starts_with("HTTP/1.1 201"), "no visitor is let in: {answer}");
    Ok(serde_json::from_str(body)?)
}

async fn connect(server: SocketAddr, number: usize) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    if server.ip().is_loopback() {
        let last = u8::try_from(number % SOURCES)? + 1;
        socket.bind((Ipv4Addr::new(127, 0, 0, last), 0).into())?;
    }
    Ok(socket.connect(server).await?)
}

/// What a process holds in memory, in kB; only Linux tells.
fn resident(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("the server runs")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
