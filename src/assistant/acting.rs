//! Does what the buyer has said yes to, at most once, and puts on record what came of it.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::Assistant;
use super::model::{Message, ToolCall};
use super::work::{Ending, Job};
use crate::connections::{Call, Caller};
use crate::conversation::{AssistantCommand, CardLines, Command};
use crate::db;
use crate::db::confirmation::Confirmation;
use crate::db::turn::Turn;
use crate::error::{Error, Result};
use crate::live::Logged;
use crate::masking::Masks;
use crate::protocol::AuthorKind;
use crate::protocol::card::{CardState, Settled};

/// How many forgotten cards are looked after at once.
const AT_ONCE: i64 = 100;
/// A yes that nobody acted on for so long is forgotten: a turn and all of its attempts have ended by then.
const FORSAKEN_MS: i64 = 120_000;

/// What was done.
pub(super) struct Acted {
    pub settles: Settled,
    /// As a model would have called it, and what it gave.
    pub call: ToolCall,
    pub result: String,
    /// For the buyer, where nobody finds better words.
    pub line: String,
}

impl Acted {
    /// A person must go on from here: nobody knows what was done, or it could not be done.
    pub fn needs_person(&self) -> bool {
        self.settles.state == CardState::Unknown
            || (self.settles.state == CardState::Failed && status_of(&self.result) == "refused")
    }
}

impl Acted {
    /// As if the model had called it: what came back is hidden as results are.
    pub fn tell_the_model<'m>(&'m self, messages: &mut Vec<Message<'m>>, masks: &mut Masks) {
        let call = ToolCall { arguments: masks.hide(&self.call.arguments).into_owned(), ..self.call.clone() };
        let id = Cow::Borrowed(self.call.id.as_str());
        messages.push(Message::Assistant { text: "".into(), calls: Cow::Owned(vec![call]) });
        messages.push(Message::Tool { call: id, result: Cow::Owned(masks.hide(&self.result).into_owned()) });
    }
}

/// What was done is told before all else that a hand-over says.
pub(super) fn told_first(acted: Option<&Acted>, mut ending: Ending) -> Ending {
    if let (Some(acted), Ending::HandOff(handing)) = (acted, &mut ending) {
        let rest = handing.words.take().map(|words| format!("\n{words}")).unwrap_or_default();
        handing.words = Some(format!("{}{rest}", acted.line));
    }
    ending
}

impl Assistant {
    /// Does what the messages of this turn said yes to. It may be called again after a crash: the act is once for its card.
    pub(super) async fn act(&self, job: &Job<'_>, turn: &Turn, entries: &[Logged]) -> Result<Option<Acted>> {
        let c = job.conversation;
        let (from, to) = (super::subject::first(turn), turn.covers());
        let asked = entries.iter().map(Logged::entry).filter(|e| (from..=to).contains(&e.seq));
        let buyers = asked.filter(|e| e.author.kind == AuthorKind::Buyer);
        let chosen = buyers.filter_map(|e| Some((e.seq, e.message()?.chose.as_ref()?)));
        for (seq, chose) in chosen {
            let mut conn = self.shared.db.read().await?;
            let found = db::confirmation::find(&mut conn, &c.store, &c.id, &chose.card).await?;
            drop(conn);
            let Some(held) = found.filter(|held| held.answered_seq == Some(seq)) else { continue };
            let (state, result) = match held.state {
                CardState::Agreed => self.do_once(job, turn, &held).await?,
                // It was done before a crash.
                CardState::Done | CardState::Failed | CardState::Unknown => {
                    (held.state, held.result.clone().unwrap_or_default())
                }
                _ => continue,
            };
            let locale = c.locale;
            let line = CardLines::of(locale).confirm.became(state, &held.what);
            let call = ToolCall { id: "call_confirmed".into(), name: held.tool, arguments: held.arguments };
            return Ok(Some(Acted { settles: Settled { card: held.id, state }, call, result, line }));
        }
        Ok(None)
    }

    async fn do_once(&self, job: &Job<'_>, turn: &Turn, held: &Confirmation) -> Result<(CardState, String)> {
        let c = job.conversation;
        let begun = Instant::now();
        let arguments = RawValue::from_string(held.arguments.clone()).map_err(|e| Error::Internal(e.into()))?;
        let caller = Caller {
            store: c.store.clone(),
            buyer: c.buyer.clone(),
            conversation: c.id.clone(),
            turn: turn.id.clone(),
        };
        let call = Call { tool: &held.tool, arguments: &arguments, key: &held.id, must_confirm: true, confirmed: true };
        let (state, result) = match self.shared.connections.call(&caller, call).await {
            Ok(text) => (state_of(&text), text),
            Err(error) if error.code == "unavailable" => return Err(Error::RetryLater),
            Err(error) => {
                let state = if error.code == "unknown_outcome" { CardState::Unknown } else { CardState::Failed };
                (
                    state,
                    serde_json::json!({"status": "refused", "code": error.code, "error": error.message}).to_string(),
                )
            }
        };
        let ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.record(held, state, &result, ms, false).await?;
        Ok((state, result))
    }

    async fn record(&self, held: &Confirmation, state: CardState, result: &str, ms: i64, is_late: bool) -> Result<()> {
        let result = serde_json::from_str(result).unwrap_or(Value::Null);
        let record = AssistantCommand::Record { card: held.id.clone(), state, result, ms, is_late };
        self.shared.log.apply(&held.store, &held.conversation, Command::Assistant(record)).await?;
        Ok(())
    }

    /// Looks after cards whose time has run out, and after a yes that nobody acted on: a person took over before, or the
    /// process ended at a bad moment.
    pub(super) async fn look_after_cards(&self) -> Result<()> {
        let now = self.shared.clock.now();
        let mut conn = self.shared.db.read().await?;
        let due = db::confirmation::due(&mut conn, now, now - FORSAKEN_MS, AT_ONCE).await?;
        drop(conn);
        for held in due {
            // One that cannot be settled keeps no other waiting.
            if let Err(error) = self.settle(&held).await {
                tracing::warn!(error = ?error, "A card could not be looked after");
            }
        }
        Ok(())
    }

    async fn settle(&self, held: &Confirmation) -> Result<()> {
        if held.state == CardState::Open {
            let lapse = AssistantCommand::Lapse { card: held.id.clone() };
            return self.shared.log.apply(&held.store, &held.conversation, Command::Assistant(lapse)).await.map(|_| ());
        }
        let mut conn = self.shared.db.read().await?;
        let made = db::tool_call::made(&mut conn, &held.store, &held.id).await?;
        drop(conn);
        let (state, result) = match made {
            // It was never sent, and now it will not be.
            None => (CardState::PassedOn, "null".into()),
            Some(Some(result)) => (state_of(&result), result),
            Some(None) => (CardState::Unknown, "null".into()),
        };
        self.record(held, state, &result, 0, true).await
    }
}

/// A tool that answers may still have refused.
fn state_of(answer: &str) -> CardState {
    if status_of(answer) == "failed" { CardState::Failed } else { CardState::Done }
}

fn status_of(answer: &str) -> String {
    let answer: Value = serde_json::from_str(answer).unwrap_or_default();
    answer["status"].as_str().unwrap_or_default().to_owned()
}
