//! `GET /v1/stores/{store}/conversations/{id}/turns/{turn}/prompt`: what was sent to models in a turn and what came, as far as
//! the store's policy keeps it. `GET …/conversations/{id}/prompts` names the turns of which it is kept.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use super::who::Overseer;
use crate::app::App;
use crate::db::transcript::unpack;
use crate::db::{Conn, conversation, event, transcript, turn};
use crate::error::{Error, Result};
use crate::ids::{ConversationId, StoreId, TurnId};
use crate::protocol::rest::Page;
use crate::protocol::transcript::{PromptMessage, StoredPrompt, TurnPrompt};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    overseer: Overseer,
    Path((_, id)): Path<(StoreId, ConversationId)>,
) -> Result<Json<Page<TurnId>>> {
    let mut conn = app.db.read().await?;
    conversation::find(&mut conn, &overseer.store, &id).await?.ok_or(Error::NotFound("conversation"))?;
    let items = transcript::turns(&mut conn, &overseer.store, &id).await?;
    Ok(Json(Page { items, next: None }))
}

/// `turn`: a turn's id, or the number of the entry that answers it.
pub(super) async fn one(
    State(app): State<Arc<App>>,
    overseer: Overseer,
    Path((_, id, turn)): Path<(StoreId, ConversationId, String)>,
) -> Result<Json<TurnPrompt>> {
    let Overseer { store } = overseer;
    let mut conn = app.db.read().await?;
    conversation::find(&mut conn, &store, &id).await?.ok_or(Error::NotFound("conversation"))?;
    let turn = match turn.parse::<i64>() {
        Ok(seq) => answered_by(&mut conn, &store, &id, seq).await?.ok_or(Error::NotFound("turn"))?,
        Err(_) => TurnId::from(turn),
    };
    let (at, packed) = transcript::find(&mut conn, &store, &id, &turn)
        .await?
        .ok_or(Error::NotFound("prompt; none is kept of this turn"))?;
    let damaged = || anyhow::anyhow!("the transcript of turn {turn} cannot be read");
    let text = unpack(&packed).ok_or_else(damaged)?;
    let stored: StoredPrompt = serde_json::from_str(&text).map_err(anyhow::Error::new)?;
    let mut messages = stored.messages;
    if let Some(text) = part(&mut conn, &store, stored.system.as_deref()).await? {
        messages.insert(0, PromptMessage { role: "system".into(), text, calls: Vec::new() });
    }
    let tools = part(&mut conn, &store, stored.tools.as_deref()).await?;
    let tools = tools.and_then(|tools| serde_json::from_str(&tools).ok()).unwrap_or(Value::Null);
    let stamp = turn::by_ids(&mut conn, &store, std::slice::from_ref(&turn)).await?.pop().and_then(|turn| turn.stamp);
    let stamp = stamp.and_then(|stamp| serde_json::from_str(&stamp).ok());
    let (ended, answer, requests) = (stored.ended, stored.answer, stored.requests);
    Ok(Json(TurnPrompt { turn, at, ended, messages, tools, answer, requests, stamp }))
}

async fn answered_by(conn: &mut Conn, store: &StoreId, id: &ConversationId, seq: i64) -> Result<Option<TurnId>> {
    let entries = event::after(conn, store, id, seq.saturating_sub(1), 1).await?;
    let entry = entries.first().filter(|entry| entry.seq == seq);
    Ok(entry.and_then(|entry| entry.message()?.turn.clone()))
}

async fn part(conn: &mut Conn, store: &StoreId, hash: Option<&str>) -> Result<Option<String>> {
    let Some(hash) = hash else { return Ok(None) };
    Ok(transcript::part(conn, store, hash).await?.and_then(|packed| unpack(&packed)))
}
