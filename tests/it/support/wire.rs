//! A WebSocket as a client holds it. Every wait ends: with what was waited for, or with a test that fails.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{self, Message};

/// How long a test waits for what must happen, also on a machine that has much else to do.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// What both sockets speak.
pub const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "xiaoer.v1");

/// The connection is over; with a code if the server said goodbye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed(pub Option<u16>);

pub struct Wire {
    socket: WebSocketStream<TcpStream>,
    /// Frames that came while the test waited for another one.
    backlog: VecDeque<Value>,
}

impl Wire {
    /// `address` is `HOST:PORT`.
    pub async fn open(address: &str, path: &str) -> Self {
        Self::knock(address, path, &[PROTOCOL]).await.expect("the socket opens")
    }

    /// `None` where nobody listens, or who listens hangs up: a server that is being killed.
    pub async fn reach(address: &str, path: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).await.ok()?;
        Self::over(stream, address, path, &[PROTOCOL]).await.ok()
    }

    /// With headers of one's own. Gives the status of the answer where the server lets nobody in.
    pub async fn knock(address: &str, path: &str, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        match Self::over(stream, address, path, headers).await {
            Ok(wire) => Ok(wire),
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no answer: {error}"),
        }
    }

    /// On a connection that is there already.
    pub async fn over(
        stream: TcpStream,
        address: &str,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> tungstenite::Result<Self> {
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{address}{path}").into_client_request()?;
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).expect("a header's value");
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
        let opened = timeout(PATIENCE, tokio_tungstenite::client_async(request, stream)).await;
        let (socket, _) = opened.expect("an answer in time")?;
        Ok(Self { socket, backlog: VecDeque::new() })
    }

    pub async fn tell(&mut self, frame: &Value) -> Result<(), Closed> {
        self.send(Message::text(frame.to_string())).await
    }

    /// Any message, also one that breaks the rules.
    pub async fn send(&mut self, message: Message) -> Result<(), Closed> {
        let sent = timeout(PATIENCE, self.socket.send(message)).await.expect("the server takes frames");
        sent.map_err(|_| Closed(None))
    }

    /// The first frame that `wanted` accepts; those before it are kept for later. Each frame that comes goes through
    /// `note` once.
    pub async fn until(
        &mut self,
        note: &mut impl FnMut(&Value),
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Value, Closed> {
        if let Some(at) = self.backlog.iter().position(&wanted) {
            return Ok(self.backlog.remove(at).expect("it was found there"));
        }
        let begun = Instant::now();
        loop {
            let frame = self.read().await?;
            assert!(begun.elapsed() < PATIENCE, "only other frames came: {}", self.kept());
            note(&frame);
            if wanted(&frame) {
                return Ok(frame);
            }
            self.backlog.push_back(frame);
        }
    }

    /// The next frame from the network, past those that are kept. Safe to cancel.
    pub async fn read(&mut self) -> Result<Value, Closed> {
        // The server's own signs of life are no answer.
        let until = Instant::now() + PATIENCE;
        loop {
            let came = timeout_at(until, self.socket.next()).await;
            let came = came.unwrap_or_else(|_| panic!("nothing came after {}", self.kept()));
            match came {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("frames are JSON")),
                Some(Ok(Message::Close(frame))) => {
                    // The protocol's goodbye needs one more look at the socket.
                    drop(timeout(PATIENCE, self.socket.next()).await);
                    return Err(Closed(frame.map(|frame| frame.code.into())));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Closed(None)),
            }
        }
    }

    /// The newest of what was kept for later, for messages.
    fn kept(&self) -> String {
        let newest = self.backlog.iter().rev().take(5).rev();
        newest.map(Value::to_string).collect::<Vec<_>>().join("\n")
    }

    /// Forgets what was kept for later.
    pub fn forget(&mut self) {
        self.backlog.clear();
    }

    /// Says goodbye as the protocol wants it.
    pub async fn leave(mut self) {
        drop(self.socket.close(None).await);
        while let Ok(Some(Ok(_))) = timeout(PATIENCE, self.socket.next()).await {}
    }

    /// What is below the frames, for bytes that are none.
    pub fn into_stream(self) -> TcpStream {
        self.socket.into_inner()
    }

    /// Is gone: the network was cut, and the server learns it by a reset.
    pub fn cut(self) {
        drop(self.socket.get_ref().set_zero_linger());
    }
}
