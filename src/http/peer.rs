//! The other end of a WebSocket: frames out with a deadline, frames in as text.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::{SinkExt, StreamExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use tungstenite::error::ProtocolError;

use super::faults::{self, Fault};
use super::problem::plain;
use crate::protocol::Problem;

/// A peer that does not take a frame for so long is cut off; it resumes when it comes back.
const SLOW: Duration = Duration::from_secs(9);
/// How long a closing peer may take to say goodbye …
const GOODBYE: Duration = Duration::from_secs(3);
/// … and one that takes nothing.
const SLOW_GOODBYE: Duration = Duration::from_secs(1);

/// Close codes of our own.
pub mod close {
    /// Nobody said who this is in time, or not truthfully.
    pub const UNAUTHORIZED: u16 = 4001;
    /// The peer read too slowly.
    pub const SLOW: u16 = 4008;
    /// The peer sent too much.
    pub const TOO_MUCH: u16 = 4029;
    /// The server stops; come back.
    pub const RESTART: u16 = 1012;
    /// A frame that is no text.
    pub const NO_TEXT: u16 = 1003;
    /// A text that is not UTF-8.
    pub const NOT_UTF8: u16 = 1007;
    /// A frame that breaks the protocol's rules.
    pub const BROKEN: u16 = 1002;
    /// A frame that is larger than any that we take.
    pub const TOO_LARGE: u16 = 1009;
}

/// Why a connection is over.
#[derive(Debug)]
pub enum Over {
    /// The peer has gone, or the network has.
    Gone,
    /// The peer did not take a frame in time.
    Slow,
    /// The peer broke the rules for frames.
    Broken(Breach),
}

/// A rule for frames.
#[derive(Debug, Clone, Copy)]
pub enum Breach {
    TextOnly,
    NotUtf8,
    TooLarge,
    Protocol,
}

impl Breach {
    /// The code that it closes with, its own code, and what it says.
    fn told(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::TextOnly => (close::NO_TEXT, "text_only", "frames are JSON texts, never binary"),
            Self::NotUtf8 => (close::NOT_UTF8, "not_utf8", "this text is not UTF-8"),
            Self::TooLarge => (close::TOO_LARGE, "too_large", "a frame holds at most 64 kB"),
            Self::Protocol => (close::BROKEN, "protocol_error", "this breaks the rules of WebSocket (RFC 6455)"),
        }
    }
}

/// An error as both sockets tell it.
#[derive(Serialize)]
struct Complaint<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    problem: &'a Problem,
}

/// Why there is no first frame.
pub enum Refused {
    Over(Over),
    Problem(Box<Problem>),
}

/// What a peer sent.
pub enum Heard {
    Text(Utf8Bytes),
    /// Something that shows that the peer is alive.
    Sign,
}

pub struct Peer {
    socket: WebSocket,
}

impl Peer {
    pub fn new(socket: WebSocket) -> Self {
        Self { socket }
    }

    /// The next frame. Safe to cancel.
    pub async fn hear(&mut self) -> Result<Heard, Over> {
        match self.socket.next().await {
            Some(Ok(Message::Text(text))) => Ok(Heard::Text(text)),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Heard::Sign),
            Some(Ok(Message::Binary(_))) => Err(Over::Broken(Breach::TextOnly)),
            Some(Err(error)) => Err(over(error)),
            // Reading on until nothing comes closes the connection cleanly.
            Some(Ok(Message::Close(_))) => {
                let _ = timeout(GOODBYE, async { while let Some(Ok(_)) = self.socket.next().await {} }).await;
                Err(Over::Gone)
            }
            None => Err(Over::Gone),
        }
    }

    /// The first frame, read; signs of life may come before it. Whoever calls sets the deadline.
    pub async fn first<T: DeserializeOwned>(&mut self) -> Result<T, Refused> {
        loop {
            if let Heard::Text(text) = self.hear().await.map_err(Refused::Over)? {
                return parse(&text).map_err(Refused::Problem);
            }
        }
    }

    /// Puts a frame on its way; it leaves with the next [`Peer::flush`] at the latest.
    pub async fn tell<T: Serialize>(&mut self, frame: &T) -> Result<(), Over> {
        let Ok(json) = serde_json::to_string(frame) else { return Err(Over::Gone) };
        self.feed(Message::Text(json.into())).await
    }

    /// The same for a frame that is written out already.
    pub async fn tell_written(&mut self, json: &Bytes) -> Result<(), Over> {
        let Ok(text) = Utf8Bytes::try_from(json.clone()) else { return Err(Over::Gone) };
        self.feed(Message::Text(text)).await
    }

    pub async fn ping(&mut self) -> Result<(), Over> {
        self.feed(Message::Ping(Bytes::new())).await?;
        self.flush().await
    }

    pub async fn flush(&mut self) -> Result<(), Over> {
        in_time(timeout(SLOW, self.socket.flush()).await)
    }

    /// Says why and hangs up.
    pub async fn close(self, code: u16, reason: &'static str) {
        self.close_within(GOODBYE, code, reason).await;
    }

    async fn close_within(mut self, longest: Duration, code: u16, reason: &'static str) {
        let frame = Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }));
        let goodbye = async {
            let _ = self.socket.send(frame).await;
            while let Some(Ok(_)) = self.socket.next().await {}
        };
        let _ = timeout(longest, goodbye).await;
    }

    /// Hangs up in the way that fits the reason.
    pub async fn end(self, over: &Over) {
        match over {
            Over::Gone => {}
            Over::Slow => {
                metrics::counter!("xiaoer_slow_readers_total").increment(1);
                self.close_within(SLOW_GOODBYE, close::SLOW, "slow").await;
            }
            Over::Broken(breach) => self.complain(*breach).await,
        }
    }

    /// Says what the peer broke, in a frame as far as it takes one, and hangs up.
    async fn complain(mut self, breach: Breach) {
        let (closes_with, code, message) = breach.told();
        let _ = self.tell(&Complaint { r#type: "error", problem: &plain(code, message) }).await;
        self.close(closes_with, code).await;
    }

    async fn feed(&mut self, message: Message) -> Result<(), Over> {
        in_time(timeout(SLOW, self.socket.feed(message)).await)
    }
}

/// Why nothing more can be heard.
fn over(error: axum::Error) -> Over {
    match error.into_inner().downcast_ref() {
        Some(tungstenite::Error::Capacity(_)) => Over::Broken(Breach::TooLarge),
        Some(tungstenite::Error::Utf8(_)) => Over::Broken(Breach::NotUtf8),
        Some(tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => Over::Gone,
        Some(tungstenite::Error::Protocol(_)) => Over::Broken(Breach::Protocol),
        _ => Over::Gone,
    }
}

fn in_time(done: Result<Result<(), axum::Error>, tokio::time::error::Elapsed>) -> Result<(), Over> {
    match done {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Over::Gone),
        Err(_) => Err(Over::Slow),
    }
}

/// Reads a frame, or says what is wrong with it.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Box<Problem>> {
    #[derive(serde::Deserialize)]
    struct Head {
        id: Option<String>,
    }
    serde_json::from_str(text).map_err(|error| {
        let Fault { code, field, message } = faults::in_frame::<T>(text, &error);
        let id = serde_json::from_str::<Head>(text).ok().and_then(|head| head.id).filter(|id| id.len() <= 64);
        Box::new(Problem { id, field, ..plain(code, message) })
    })
}
