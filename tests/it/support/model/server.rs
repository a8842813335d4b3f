//! The wire under the scripted model: just enough HTTP to take a request, and full say over the bytes of the answer.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::answer::Step;
use super::{RequestBody, Shared};

/// Serves until it is aborted, and its connections with it.
pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        shared.seen.send_modify(|seen| seen.connections += 1);
        connections.spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    while let Ok(Some(request)) = read(&mut stream).await {
        let queued = shared.queue.lock().unwrap().pop_front();
        let answer = queued.unwrap_or_else(|| (shared.otherwise.lock().unwrap())(&request));
        shared.requests.lock().unwrap().push(request);
        shared.seen.send_modify(|seen| seen.requests += 1);
        for step in answer.steps {
            match perform(step, &mut stream, &shared).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(_) => {
                    shared.seen.send_modify(|seen| seen.aborted += 1);
                    return;
                }
            }
        }
    }
}

/// `false` when the step ends the connection, an error when the other side did.
async fn perform(step: Step, stream: &mut TcpStream, shared: &Shared) -> io::Result<bool> {
    match step {
        Step::Send(bytes) => stream.write_all(&bytes).await?,
        Step::Sleep(time) => tokio::select! {
            () = tokio::time::sleep(time) => {}
            error = closed(stream) => return Err(error),
        },
        Step::Hold(gate) => tokio::select! {
            () = gate.pass() => {}
            error = closed(stream) => return Err(error),
        },
        Step::Stall => return Err(closed(stream).await),
        Step::Close => return Ok(false),
        Step::Reset => {
            stream.set_zero_linger()?;
            return Ok(false);
        }
        Step::Flood(bytes, total) => {
            for _ in 0..total / bytes.len() {
                stream.write_all(&bytes).await?;
                shared.flooded.fetch_add(bytes.len(), Ordering::Relaxed);
            }
        }
    }
    Ok(true)
}

/// Waits until the other side hangs up.
async fn closed(stream: &mut TcpStream) -> io::Error {
    let mut byte = [0];
    match stream.read(&mut byte).await {
        Err(error) => error,
        // Whoever sends two requests at a time on one connection is no client of ours.
        Ok(_) => io::ErrorKind::ConnectionAborted.into(),
    }
}

/// The next request on the connection; `None` when there is none.
async fn read(stream: &mut TcpStream) -> io::Result<Option<RequestBody>> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let mut body = bytes.split_off(head);
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).map_or("0", str::trim);
    let length: usize = length.parse().map_err(io::Error::other)?;
    while body.len() < length {
        if stream.read_buf(&mut body).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(RequestBody { head, json: serde_json::from_slice(&body)? }))
}
