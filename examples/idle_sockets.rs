//! What a silent buyer costs: opens buyer sockets to a running server, is silent, and prints the server's memory before
//! and after.
//!
//! `cargo run --release --example idle_sockets -- 127.0.0.1:8080 PID [SOCKETS]`
//!
//! The server must have the store `demo`, and both sides need as many open files as there are sockets (`ulimit -n`).
#![allow(clippy::print_stdout, reason = "it is a program for the terminal")]

mod sockets;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{StreamExt, TryStreamExt, stream};

use sockets::open;

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

/// What a process holds in memory, in kB; only Linux tells.
fn resident(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).context("the server runs")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
