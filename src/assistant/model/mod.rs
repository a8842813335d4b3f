//! The language model: the only place that knows its API (OpenAI-compatible Chat Completions, streamed).
//!
//! [`Model::start`] waits for the first words of a reply, [`Stream::next`] gives everything that has come since.
//! Dropping either hangs up on the server at once. A request is sent a second time at most once, and never after the
//! first word; a model that keeps failing is left alone for a while ([`ModelError::CircuitOpen`]).
//!
//! Several models stand in an order: [`Models`] asks the next one where one fails before it has said anything.
//!
//! The ways in: `chain` is the order, `wire` the JSON, `lines`, `frame` and `stream` turn packets into a reply,
//! `transport` carries, `reading` keeps the deadlines, `retry`, `breaker` and `limits` decide when to ask at all.

mod breaker;
mod chain;
mod error;
mod frame;
mod limits;
mod lines;
mod reading;
mod reply;
mod retry;
mod stream;
mod text;
mod transport;
mod wire;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::{Instant, sleep, timeout_at};

use self::breaker::{Breaker, Leave};
use self::limits::{Limits, Place};
use self::reading::Reading;
use self::reply::Pass;
use self::transport::{Refusal, Transport};
use crate::clock::Clock;
use crate::ids::StoreId;

pub use self::chain::{Begun, Models, Who};
pub use self::error::{ModelError, Stage};
pub use self::limits::Caps;
pub use self::reply::{Finish, Reply, Stream, ToolCall};
pub use self::wire::Usage;

/// Where the model is and how long it may take.
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// `None` for servers that ask for no key.
    pub api_key: Option<ApiKey>,
    /// What `/chat/completions` is appended to, for example `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model's name, as the server knows it.
    pub model: String,
    /// What we call it: on stamps, in figures and in the list of prices.
    pub name: String,
    pub connect: Duration,
    /// From sending the request to the first byte of the answer.
    pub first_byte: Duration,
    /// Between two packets of the answer.
    pub idle: Duration,
    /// How many replies are written at a time. Of several models, the first one's hold for all of them together.
    pub caps: Caps,
}

impl ModelConfig {
    /// The model `model` at `base_url`, with the usual limits.
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        let model = model.into();
        Self {
            api_key: None,
            base_url: base_url.into(),
            name: model.clone(),
            model,
            connect: Duration::from_secs(2),
            first_byte: Duration::from_secs(8),
            idle: Duration::from_secs(6),
            caps: Caps { in_all: 64, per_store: 48, waiting_per_store: 1_000 },
        }
    }
}

/// A key that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// What is asked of the model.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Whose share of the places this takes.
    pub store: &'a StoreId,
    /// A pseudonym of the buyer, by which the provider may notice abuse.
    pub user: &'a str,
    pub messages: &'a [Message<'a>],
    /// What the reply may call; empty for a plain reply.
    pub tools: &'a [Tool<'a>],
    pub temperature: Option<f32>,
    /// The most tokens that the reply may have.
    pub max_tokens: Option<u32>,
    /// When the whole reply must be there, waiting and a second try included.
    pub deadline: Instant,
}

/// One message of the conversation that is sent.
#[derive(Clone, Debug)]
pub enum Message<'a> {
    System(Cow<'a, str>),
    User(Cow<'a, str>),
    /// What the model said before, and the tools that it called.
    Assistant {
        text: Cow<'a, str>,
        calls: Cow<'a, [ToolCall]>,
    },
    /// What the tool called as `call` (a [`ToolCall::id`]) gave.
    Tool {
        call: Cow<'a, str>,
        result: Cow<'a, str>,
    },
}

/// A tool that the model may call.
#[derive(Clone, Debug, Serialize)]
pub struct Tool<'a> {
    /// `[a-zA-Z0-9_-]{1,64}`
    pub name: &'a str,
    pub description: &'a str,
    /// A JSON schema of the arguments.
    pub parameters: &'a RawValue,
}

/// The model, shared by everything that asks it.
#[derive(Clone)]
pub struct Model {
    shared: Arc<Shared>,
}

struct Shared {
    config: ModelConfig,
    clock: Clock,
    transport: Transport,
    limits: Limits,
    breaker: Arc<Mutex<Breaker>>,
}

impl Model {
    /// Connects to nothing yet. Fails when address or key cannot be used at all.
    pub fn new(config: ModelConfig, clock: Clock) -> anyhow::Result<Self> {
        let limits = Limits::new(config.caps);
        Self::sharing(config, clock, limits)
    }

    /// One of several that share their places.
    fn sharing(config: ModelConfig, clock: Clock, limits: Limits) -> anyhow::Result<Self> {
        let transport = Transport::new(&config)?;
        Ok(Self { shared: Arc::new(Shared { config, clock, transport, limits, breaker: Arc::default() }) })
    }

    /// Whether asking makes sense now: false while the model is left alone after failures.
    pub fn is_available(&self) -> bool {
        !breaker::lock(&self.shared.breaker).is_open(Instant::now())
    }

    /// Asks for a reply and waits for its first words (or for its end, when it only calls tools).
    pub async fn start(&self, request: Request<'_>) -> Result<Stream, ModelError> {
        if !self.is_available() {
            return Err(ModelError::CircuitOpen);
        }
        let place = self.shared.limits.enter(request.store, request.deadline).await.ok_or(ModelError::Busy)?;
        self.begin(request, place, Patience::ALONE).await.map_err(|(error, _)| error)
    }

    /// Like [`Model::start`], in a place that was waited for. A failure gives the place back.
    async fn begin(
        &self,
        request: Request<'_>,
        place: Place,
        patience: Patience,
    ) -> Result<Stream, (ModelError, Place)> {
        let shared = &*self.shared;
        // While this waited for its place, others may have found the model ill.
        let Some(mut pass) = Pass::ask(&shared.breaker) else { return Err((ModelError::CircuitOpen, place)) };
        let body = wire::Body::new(&shared.config.model, &request);
        let first_byte = shared.config.first_byte.min(patience.first_byte);
        let mut tried = shared.attempt(&body, first_byte, request.deadline).await;
        if let Err(refusal) = &tried
            && patience.may_retry
            && pass.leave() == Leave::Ordinary
            && let Some(pause) = shared.pause_after(refusal, request.deadline)
        {
            sleep(pause).await;
            tried = shared.attempt(&body, first_byte, request.deadline).await;
        }
        match tried {
            Ok((reading, state)) => Ok(Stream::new(reading, state, pass, place)),
            Err(refusal) => {
                pass.failed(&refusal.error);
                Err((refusal.error, place))
            }
        }
    }

    /// Asks for a reply and waits for the whole of it.
    pub async fn reply(&self, request: Request<'_>) -> Result<Reply, ModelError> {
        let mut stream = self.start(request).await?;
        while stream.next().await?.is_some() {}
        Ok(stream.into_reply())
    }
}

/// How much is tried with one model.
#[derive(Clone, Copy)]
struct Patience {
    first_byte: Duration,
    may_retry: bool,
}

impl Patience {
    /// There is no other model to ask.
    const ALONE: Self = Self { first_byte: Duration::MAX, may_retry: true };
}

/// A reply that has begun, and how far its reading got.
type Opened = (Box<Reading>, Result<bool, ModelError>);

impl Shared {
    /// Sends the request once and reads until something is said. A failure after that belongs to the reply.
    async fn attempt(&self, body: &wire::Body<'_>, first_byte: Duration, deadline: Instant) -> Result<Opened, Refusal> {
        let first_byte = Instant::now() + first_byte;
        let Ok(answered) = timeout_at(first_byte.min(deadline), self.transport.send(body)).await else {
            let stage = if first_byte < deadline { Stage::FirstByte } else { Stage::Deadline };
            return Err(ModelError::TimedOut { stage }.into());
        };
        let mut reading = Box::new(Reading::new(answered?, first_byte, self.config.idle, deadline));
        match reading.advance().await {
            Err(error) if !reading.assembly.has_said_something() => Err(error.into()),
            state => Ok((reading, state)),
        }
    }

    /// How long to wait before a second try; `None` when there shall be none.
    fn pause_after(&self, refusal: &Refusal, deadline: Instant) -> Option<Duration> {
        if !refusal.error.may_pass() {
            return None;
        }
        let asked = refusal.retry_after.as_deref().and_then(|value| retry::retry_after(value, self.clock.now()));
        retry::pause(asked, deadline.saturating_duration_since(Instant::now()))
    }
}
