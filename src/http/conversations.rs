//! `GET /v1/stores/{store}/conversations…`: the log, to be read.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::who::Reader;
use crate::app::App;
use crate::db::conversation::{self, Conversation};
use crate::db::{event, turn};
use crate::error::Error;
use crate::ids::{ConversationId, StoreId, TurnId};
use crate::protocol::desk::AnyBody;
use crate::protocol::rest::{ConversationSummary, LoggedEvent, Page, TurnRecord};
use crate::protocol::{DeskBody, State as ConversationState};

/// How many a page holds.
const CONVERSATIONS: i64 = 50;
const EVENTS: i64 = 500;

#[derive(Deserialize)]
pub(super) struct Which {
    state: Option<ConversationState>,
    after: Option<ConversationId>,
}

/// The store's conversations, the newest first.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    reader: Reader,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Json<Page<ConversationSummary>>, Error> {
    let Query(which) = which?;
    let mut conn = app.db.read().await?;
    if let Some(after) = &which.after {
        let known = conversation::find(&mut conn, &reader.store, after).await?;
        known.ok_or_else(|| Error::invalid("after", "after is the `next` of another page"))?;
    }
    let found =
        conversation::page(&mut conn, &reader.store, which.state, which.after.as_ref(), CONVERSATIONS + 1).await?;
    let (items, more) = cut(found, CONVERSATIONS);
    let next = more.then(|| items.last().map(|c: &Conversation| c.id.to_string())).flatten();
    Ok(Json(Page { items: items.into_iter().map(summary).collect(), next }))
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, id)): Path<(StoreId, ConversationId)>,
) -> Result<Json<ConversationSummary>, Error> {
    let mut conn = app.db.read().await?;
    let found = conversation::find(&mut conn, &reader.store, &id).await?;
    Ok(Json(summary(found.ok_or(Error::NotFound("conversation"))?)))
}

#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: i64,
}

/// All entries of a conversation, also those that its buyer cannot see.
pub(super) async fn events(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, id)): Path<(StoreId, ConversationId)>,
    after: Result<Query<After>, QueryRejection>,
) -> Result<Json<Page<LoggedEvent>>, Error> {
    let Query(After { after }) = after?;
    let mut conn = app.db.read().await?;
    conversation::find(&mut conn, &reader.store, &id).await?.ok_or(Error::NotFound("conversation"))?;
    let found = event::after(&mut conn, &reader.store, &id, after, EVENTS + 1).await?;
    let (items, more) = cut(found, EVENTS);
    let next = more.then(|| items.last().map(|e| e.seq.to_string())).flatten();
    let items = items.into_iter().map(|e| LoggedEvent { seq: e.seq, at: e.at, author: e.author, body: e.body });
    Ok(Json(Page { items: items.collect(), next }))
}

/// How a conversation's answers were made, the oldest of its newest first.
pub(super) async fn turns(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, id)): Path<(StoreId, ConversationId)>,
) -> Result<Json<Page<TurnRecord>>, Error> {
    let mut conn = app.db.read().await?;
    conversation::find(&mut conn, &reader.store, &id).await?.ok_or(Error::NotFound("conversation"))?;
    let answers = event::last(&mut conn, &reader.store, &id, EVENTS).await?;
    let ids: Vec<_> = answers.iter().filter_map(turn_of).collect();
    let found = turn::by_ids(&mut conn, &reader.store, &ids).await?;
    let items = found.into_iter().map(|t| TurnRecord {
        id: t.id.into(),
        state: t.state,
        asked_at: t.asked_at,
        ended_at: t.ended_at,
        answer_seq: t.answer_seq,
        stamp: t.stamp.and_then(|stamp: String| serde_json::from_str(&stamp).ok()),
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}

/// The turn that an entry answers, or would answer if a person sent it.
fn turn_of(entry: &event::Entry) -> Option<TurnId> {
    match &entry.body {
        AnyBody::Desk(DeskBody::Draft(draft)) => Some(draft.turn.clone()),
        _ => entry.message()?.turn.clone(),
    }
}

/// At most `most`, and whether there were more.
fn cut<T>(mut items: Vec<T>, most: i64) -> (Vec<T>, bool) {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = items.len() > most;
    items.truncate(most);
    (items, more)
}

fn summary(c: Conversation) -> ConversationSummary {
    ConversationSummary {
        id: c.id,
        buyer: c.buyer,
        buyer_name: c.buyer_name,
        state: c.state,
        agent: c.agent,
        seq: c.last_seq,
        created_at: c.created_at,
        last_at: c.last_at,
        last_text: c.last_text,
        waiting_since: c.waiting_since,
        model_tokens: c.spent.tokens,
        cost_micros: c.spent.micros,
    }
}
