//! A reply, whole or still being written.

use std::sync::{Arc, Mutex};

use tokio::time::Instant;
use tracing::warn;

use super::breaker::{self, Breaker, Leave, Outcome};
use super::limits::Place;
use super::reading::Reading;
use super::{ModelError, Usage};

/// What the model said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub text: String,
    pub finish: Finish,
    /// `None` when the server does not count.
    pub usage: Option<Usage>,
    /// Which model answered, when the server says so.
    pub model: Option<String>,
    pub tool_calls: Vec<ToolCall>,
}

/// The model's wish that a tool be run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolCall {
    /// Names the call when its result is sent back; empty when the server gave none.
    pub id: String,
    pub name: String,
    /// JSON as the model wrote it: it may be invalid, or not what the tool takes.
    pub arguments: String,
}

/// Why the model stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Finish {
    /// It had said all.
    Stop,
    /// The longest reply was reached: the text ends anywhere.
    Length,
    /// It waits for the results of its tool calls.
    ToolCalls,
    /// The provider's filter cut in; the text may be empty.
    Filtered,
    /// For a reason of the server's own.
    Other,
    /// The server did not say.
    #[default]
    Missing,
}

impl Finish {
    /// `None` for what some servers send with each piece: nothing, or the word null.
    pub(super) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "" | "null" => return None,
            "stop" | "eos" | "end_turn" | "stop_sequence" => Self::Stop,
            "length" | "max_tokens" => Self::Length,
            "tool_calls" | "function_call" | "tool_use" => Self::ToolCalls,
            "content_filter" | "sensitive" => Self::Filtered,
            _ => Self::Other,
        })
    }
}

/// A reply that is being written. Dropping it hangs up.
pub struct Stream {
    reading: Box<Reading>,
    /// `Ok(true)` while there is more to come, `Ok(false)` at the end.
    state: Result<bool, ModelError>,
    /// Bytes of the text that were given out.
    told: usize,
    pass: Pass,
    place: Option<Place>,
}

impl Stream {
    pub(super) fn new(reading: Box<Reading>, state: Result<bool, ModelError>, pass: Pass, place: Place) -> Self {
        let mut stream = Self { reading, state, told: 0, pass, place: Some(place) };
        stream.note();
        stream
    }

    /// The text that has come since the last call, all that is ready at once; `None` when the reply is whole. An error
    /// comes after the text before it, and again on each call. Nothing is lost when the future is dropped, so this can
    /// stand in a `select!`.
    pub async fn next(&mut self) -> Result<Option<&str>, ModelError> {
        loop {
            let length = self.reading.assembly.reply.text.len();
            if self.told < length {
                let from = std::mem::replace(&mut self.told, length);
                return Ok(Some(&self.reading.assembly.reply.text[from..]));
            }
            match &self.state {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(error.clone()),
            }
            self.state = self.reading.advance().await;
            self.note();
        }
    }

    /// Whether nothing more will come: the text that was not given out yet is the rest.
    pub fn has_ended(&self) -> bool {
        !matches!(self.state, Ok(true))
    }

    /// All text so far.
    pub fn text(&self) -> &str {
        &self.reading.assembly.reply.text
    }

    /// The reply: whole after [`Stream::next`] gave `None`, else as far as it came.
    pub fn into_reply(self) -> Reply {
        self.reading.assembly.reply
    }

    /// At the end: says how it went and makes room, while the caller still has the reply to store.
    fn note(&mut self) {
        match &self.state {
            Ok(true) => return,
            Ok(false) => self.pass.note(Outcome::Succeeded),
            Err(error) => self.pass.failed(error),
        }
        self.place = None;
    }
}

/// Leave to ask, which comes back to the breaker whatever happens to the request.
pub(super) struct Pass {
    breaker: Arc<Mutex<Breaker>>,
    leave: Leave,
    noted: bool,
}

impl Pass {
    pub(super) fn ask(breaker: &Arc<Mutex<Breaker>>) -> Option<Self> {
        let leave = breaker::lock(breaker).ask(Instant::now())?;
        Some(Self { breaker: Arc::clone(breaker), leave, noted: false })
    }

    pub(super) fn leave(&self) -> Leave {
        self.leave
    }

    pub(super) fn failed(&mut self, error: &ModelError) {
        self.note(if error.blames_model() { Outcome::Failed } else { Outcome::Unknown });
    }

    fn note(&mut self, outcome: Outcome) {
        if std::mem::replace(&mut self.noted, true) {
            return;
        }
        let opened = breaker::lock(&self.breaker).note(self.leave, outcome, Instant::now());
        if opened {
            warn!("The model failed too often; it is left alone and tried again every ten seconds");
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.note(Outcome::Unknown);
    }
}
