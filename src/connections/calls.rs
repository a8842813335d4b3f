//! Calls a merchant's tool: at most once where it changes something, within its time, and with nothing trusted.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout};

use super::failure::Failure;
use super::remote::{Errand, Reply};
use super::reply::as_data;
use super::shelf::Offer;
use super::tool::{Effects, hash_of};
use super::{Connections, Limits};
use crate::clock::Millis;
use crate::db;
use crate::db::tool_call::{Claim, Fate, Reserve, Reserved};
use crate::error::Result;
use crate::ids::{BuyerId, ConversationId, StoreId, TurnId};

/// After so much more than its time a call that never ended has been given up, by this process or another.
const MARGIN: Duration = Duration::from_secs(1);
/// How often a call that somebody else makes is looked at.
const POLL: Duration = Duration::from_millis(100);
/// And whether a list has been read.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// For whom a tool is called: from the socket's token and the log, never from an argument.
#[derive(Debug, Clone)]
pub struct Caller {
    pub store: StoreId,
    pub buyer: BuyerId,
    pub conversation: ConversationId,
    pub turn: TurnId,
}

/// A call that somebody wants.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// `{connection}__{tool}`.
    pub tool: &'a str,
    /// As the model gave them.
    pub arguments: &'a RawValue,
    /// What the call is once for: 1 to 128 printable ASCII characters, for example the turn and the number of the call in it,
    /// or the card that the buyer answered. The same key is the same call.
    pub key: &'a str,
    /// The pack asks for the buyer's yes, whatever the connection does.
    pub must_confirm: bool,
    /// The buyer has said yes to exactly this.
    pub confirmed: bool,
}

/// Why a tool gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ToolError {
    /// - `unknown_tool`: not offered, or no longer.
    /// - `invalid_arguments`: a model may try again with others.
    /// - `confirmation_needed`: the buyer must say yes first.
    /// - `busy`, `unreachable`: nothing was sent.
    /// - `timed_out`, `too_large`, `bad_answer`, `redirected`: nothing came back from a tool that changes nothing.
    /// - `unknown_outcome`: it may have been done, and is not tried again. A person must look.
    /// - `invalid_key`, `key_reused`: the key is none, or belongs to another call.
    /// - `unavailable`: our own database.
    pub code: &'static str,
    /// For the model and the log; no secret, and nothing that a server wrote.
    pub message: String,
}

impl ToolError {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    fn unknown_outcome() -> Self {
        Self::new("unknown_outcome", "it may have been done, and nobody knows: a person must look")
    }

    fn unavailable() -> Self {
        Self::new("unavailable", "the call could not be written down, so it was not made")
    }
}

/// A call that may go: everything of it is checked.
struct Ready {
    caller: Caller,
    offer: Arc<Offer>,
    arguments: Map<String, Value>,
    key: String,
    until: Instant,
}

impl Connections {
    /// Calls a tool and gives one JSON object (see `reply::as_data`), at most 100 kB.
    ///
    /// It runs to its end also when the caller goes away, so that what was done is known.
    pub async fn call(&self, caller: &Caller, call: Call<'_>) -> Result<String, ToolError> {
        let ready = self.ready(caller, call).await?;
        let connections = self.clone();
        let made = self.tasks.spawn(async move { connections.make(ready).await });
        made.await.unwrap_or_else(|_| Err(ToolError::unknown_outcome()))
    }

    async fn ready(&self, caller: &Caller, call: Call<'_>) -> Result<Ready, ToolError> {
        let until = Instant::now() + self.limits.total;
        if !(1..=128).contains(&call.key.len()) || !call.key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ToolError::new("invalid_key", "the key has 1 to 128 printable ASCII characters"));
        }
        let offer = self.offer(&caller.store, call.tool, until).await?;
        let arguments = offer
            .shape
            .fill(call.arguments, caller.buyer.as_str(), caller.store.as_str())
            .map_err(|why| ToolError::new("invalid_arguments", why))?;
        if (offer.needs_confirmation || call.must_confirm) && !call.confirmed {
            return Err(ToolError::new("confirmation_needed", "the buyer must say yes to this first"));
        }
        Ok(Ready { caller: caller.clone(), offer, arguments, key: call.key.to_owned(), until })
    }

    /// The tool, if it is what was approved: a list that has become old is read again first.
    async fn offer(&self, store: &StoreId, tool: &str, until: Instant) -> Result<Arc<Offer>, ToolError> {
        let unknown = || ToolError::new("unknown_tool", "there is no such tool");
        let shelf = self.look_where_due(store).await.map_err(|_| ToolError::unavailable())?;
        let connection = shelf.offers.get(tool).map(|offer| offer.connection.clone()).ok_or_else(unknown)?;
        while self.healths.is_looking(store, &connection) && Instant::now() < until {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        if !self.healths.is_well(store, &connection) {
            return Err(ToolError::new("unreachable", "the shop's system does not answer"));
        }
        let shelf = self.shelf(store).await.map_err(|_| ToolError::unavailable())?;
        shelf.offers.get(tool).cloned().ok_or_else(unknown)
    }

    async fn make(&self, ready: Ready) -> Result<String, ToolError> {
        if ready.offer.tool.effects == Effects::None {
            let reply = self.send(&ready).await.map_err(|(code, why)| ToolError::new(code, why))?;
            return Ok(as_data(&ready.offer.full_name, reply));
        }
        let claim = match self.claim(&ready).await? {
            Ok(claim) => claim,
            Err(done) => return Ok(done),
        };
        let (fate, answer) = match self.send(&ready).await {
            Ok(reply) => {
                let text = as_data(&ready.offer.full_name, reply);
                (Fate::Done(text.clone()), Ok(text))
            }
            Err((code @ ("unreachable" | "busy"), why)) => (Fate::Failed, Err(ToolError::new(code, why))),
            Err((code, why)) => {
                let Caller { store, conversation, .. } = &ready.caller;
                tracing::warn!(%store, %conversation, tool = ready.offer.full_name, code, why, "A call's outcome is unknown");
                metrics::counter!("xiaoer_tool_calls_unknown_total").increment(1);
                (Fate::Unknown, Err(ToolError::unknown_outcome()))
            }
        };
        let (store, now) = (ready.caller.store, self.clock.now());
        let settling = self.db.write_here(move |conn| {
            Box::pin(async move { db::tool_call::settle(conn, &store, &claim, &fate, now).await })
        });
        if let Err(error) = settling.await {
            // It stays as begun, and counts as unknown to whoever asks for it again.
            tracing::warn!(%error, "What came of a call could not be written down");
        }
        answer
    }

    /// The right to make the call, or what it gave when it was made.
    async fn claim(&self, ready: &Ready) -> Result<Result<Claim, String>, ToolError> {
        let Caller { store, conversation, turn, .. } = &ready.caller;
        loop {
            let reserve = Reserve {
                store: store.clone(),
                key: ready.key.clone(),
                conversation: conversation.clone(),
                turn: turn.clone(),
                tool: ready.offer.full_name.clone(),
                arguments_hash: hash_of(&Value::Object(ready.arguments.clone())),
                may_repeat: ready.offer.tool.effects == Effects::Idempotent,
                given_up: self.given_up(),
            };
            let now = self.clock.now();
            let reserving = self
                .db
                .write_here(move |conn| Box::pin(async move { db::tool_call::reserve(conn, &reserve, now).await }));
            match reserving.await.map_err(|_| ToolError::unavailable())? {
                Reserved::Go(claim) => return Ok(Ok(claim)),
                Reserved::Done(result) => return Ok(Err(result)),
                Reserved::Unknown => return Err(ToolError::unknown_outcome()),
                Reserved::Other => return Err(ToolError::new("key_reused", "this key belongs to another call")),
                // Somebody makes it right now: what comes of it is what was asked for.
                Reserved::Running if Instant::now() < ready.until => tokio::time::sleep(POLL).await,
                Reserved::Running => return Err(ToolError::unknown_outcome()),
            }
        }
    }

    /// Sends the call in the time that is left. Errors: a code and why; `busy` and `unreachable` mean that nothing was sent.
    async fn send(&self, ready: &Ready) -> Result<Reply, (&'static str, String)> {
        let Ready { caller, offer, arguments, key, until } = ready;
        let slots = self.healths.slots(&caller.store, self.limits.at_once);
        let left = until.saturating_duration_since(Instant::now());
        let Ok(Ok(_slot)) = timeout(left, slots.acquire()).await else {
            return Err(("busy", "too many calls run at once".into()));
        };
        if !self.healths.may_call(&caller.store, &offer.connection) {
            return Err(("unreachable", "it failed too often, and is left alone for a while".into()));
        }
        let errand = Errand {
            tool: &offer.tool.name,
            arguments,
            store: caller.store.as_str(),
            buyer: caller.buyer.as_str(),
            key,
            is_on_its_way: AtomicBool::new(false),
        };
        let left = until.saturating_duration_since(Instant::now());
        let answer = offer.remote.call(&self.client, &errand, left).await;
        self.healths.called(&caller.store, &offer.connection, answer.is_ok());
        answer.map_err(|failure| match failure {
            Failure { reached: false, why, .. } => ("unreachable", why),
            failure => (failure.code(), failure.why),
        })
    }

    /// Whoever began before this has given up.
    pub(super) fn given_up(&self) -> Millis {
        let Limits { total, .. } = self.limits;
        self.clock.now() - (total + MARGIN).as_millis() as Millis
    }
}
