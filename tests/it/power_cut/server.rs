//! The real server, with buyers who write to it over real sockets.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use super::image::Files;
use super::recording::{self, Recording};
use super::verdict::{Verdict, judge};
use crate::support::database::Database;

const DATABASE: &str = "xiaoer.db";
const STORE: &str = "wardrobe";
const BUYERS: usize = 8;
/// Enough that the write-ahead log is folded into the database meanwhile.
const MESSAGES: usize = 200;
/// Two images each.
const CRASHES: usize = 500;

#[tokio::test]
async fn the_server_keeps_what_it_acknowledged_through_power_cuts() {
    if Database::fresh().await.is_postgres() {
        // What PostgreSQL does with a power cut is its own promise; the server asserts the settings that it needs.
        return;
    }
    let recording = record().await;
    assert_eq!(recording.acks.len(), BUYERS * MESSAGES);
    assert!(recording.writes_to(DATABASE) > 0, "the write-ahead log was never folded in: send more");
    let verdict = judge(&recording, DATABASE, CRASHES, 4).await;
    assert_eq!(verdict, Verdict { images: 2 * CRASHES, lost: 0, corrupt: 0 });
}

/// Buyers write all at once, so that their messages are committed in groups, and the assistant answers them.
async fn record() -> Recording {
    let folder = tempfile::tempdir().expect("a folder for the recording");
    let [file, data, said] = ["recording", "data", "said"].map(|name| folder.path().join(name));
    std::fs::create_dir(&data).expect("a folder for the data");
    let program = Path::new(env!("CARGO_BIN_EXE_xiaoer"));
    let mut create = Command::new(program);
    create.args(["store", "create", STORE, "--industry", "apparel", "--name", "衣橱"]);
    settings(&mut create, &data);
    assert!(create.output().expect("the program runs").status.success(), "no store could be made");
    let before = files_in(&data);
    let mut server = recording::start(program, &file, |command| {
        settings(command.arg("serve"), &data);
        let said = std::fs::File::create(&said).expect("a file for what it says");
        command.stdout(said.try_clone().expect("a file has two names")).stderr(said);
    });
    let address = address_in(&said).await;

    let buyers: Vec<_> = (0..BUYERS).map(|buyer| tokio::spawn(write_all(address, buyer))).collect();
    for buyer in buyers {
        buyer.await.expect("every message is acknowledged");
    }
    // The power goes in the middle of things; the first process of the recording is the server.
    let recorded = std::fs::read_to_string(&file).expect("strace writes a recording");
    let process = recorded.split(' ').next().expect("a line begins with the process");
    assert!(Command::new("kill").args(["-KILL", process]).status().expect("kill runs").success());
    let ended = tokio::task::spawn_blocking(move || server.wait()).await.expect("waiting is fine");
    ended.expect("strace ends with its program");
    recording::read(&file, &data, before)
}

/// Nothing but the data folder and a free port, whatever the environment says of databases and models.
fn settings(command: &mut Command, data: &Path) {
    command.env("XIAOER_DATA_DIR", data).env("XIAOER_LISTEN", "127.0.0.1:0").env("XIAOER_NO_DEMO", "true");
    for name in ["XIAOER_DATABASE_URL", "XIAOER_NATS_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL"] {
        command.env_remove(name);
    }
}

fn files_in(folder: &Path) -> Files {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be listed").path()).filter(|path| path.is_file());
    let files = paths.map(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
        (name.to_owned(), std::fs::read(&path).expect("it can be read"))
    });
    files.collect()
}

/// One buyer: sends, waits for the acknowledgement, sends the next.
async fn write_all(address: SocketAddr, buyer: usize) {
    let (head, body) = post(address, &format!("/v1/stores/{STORE}/visitors"), "{}").await;
    assert!(head.starts_with("HTTP/1.1 201"), "{head}\n{body}");
    let visitor: Value = serde_json::from_str(&body).expect("a visitor is JSON");

    let mut request = format!("ws://{address}/v1/chat").into_client_request().expect("an address");
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("xiaoer.v1"));
    let stream = TcpStream::connect(address).await.expect("the server listens");
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.expect("a socket opens");
    let hello = json!({"type": "hello", "store": STORE, "token": visitor["token"]});
    socket.send(Message::text(hello.to_string())).await.expect("hello is sent");
    for number in 0..MESSAGES {
        let id = format!("power-{buyer}-{number}");
        let text = format!("{number}：这件大衣有货吗？{}", "尺码".repeat(200));
        let send = json!({"type": "send", "id": id, "text": text});
        socket.send(Message::text(send.to_string())).await.expect("a message is sent");
        loop {
            let frame = socket.next().await.expect("the socket stays open").expect("a frame comes");
            let Message::Text(text) = frame else { continue };
            let said: Value = serde_json::from_str(&text).expect("frames are JSON");
            assert_ne!(said["type"], "error", "{said}");
            if said["type"] == "ack" && said["id"] == id.as_str() {
                break;
            }
        }
    }
}

/// Where the server listens, as it greets once it can serve: `shop http://ADDRESS/`.
async fn address_in(said: &Path) -> SocketAddr {
    // Starting takes a while under strace.
    for _ in 0..600 {
        let greeting = std::fs::read_to_string(said).unwrap_or_default();
        let address = greeting.lines().find_map(|line| line.strip_prefix("shop")?.trim().strip_prefix("http://"));
        if let Some(address) = address {
            return address.trim_end_matches('/').parse().expect("the shop's address");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the server did not start:\n{}", std::fs::read_to_string(said).unwrap_or_default());
}

/// A request on a connection of its own: head and body of the answer.
async fn post(address: SocketAddr, path: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.expect("the request is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("the answer is text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    (head.to_owned(), body.to_owned())
}
