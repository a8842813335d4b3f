//! Buyers of the store `demo`, each a visitor with a socket.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

pub type Socket = WebSocketStream<TcpStream>;

/// Addresses of this machine to come from: each has some 28,000 ports.
const SOURCES: usize = 4;

/// A new visitor, in a conversation.
pub async fn open(server: SocketAddr, number: usize) -> Result<Socket> {
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
