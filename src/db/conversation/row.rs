//! A conversation as a statement reads it.

use super::super::spending::Spent;
use super::super::turn::{Turn, TurnState};
use super::Conversation;
use crate::error::{Error, Result};
use crate::ids::{ConversationId, StoreId};
use crate::locale::Locale;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: String,
    store: String,
    buyer: String,
    buyer_name: Option<String>,
    buyer_signed: bool,
    vip_level: i64,
    state: String,
    agent: Option<String>,
    last_seq: i64,
    last_public: i64,
    created_at: i64,
    last_at: i64,
    last_text: String,
    locale: String,
    context: String,
    introduced: bool,
    reason: Option<String>,
    skill: Option<String>,
    priority: i64,
    queued_at: Option<i64>,
    waiting_since: Option<i64>,
    waiting_seq: Option<i64>,
    buyer_read: i64,
    desk_read: i64,
    rated_at: Option<i64>,
    closed_at: Option<i64>,
    spent_tokens: i64,
    spent_micros: i64,
    turn: Option<String>,
    asked: Option<String>,
    asked_at: Option<i64>,
    due_at: Option<i64>,
    deadline_at: Option<i64>,
    node: Option<String>,
    lease_until: Option<i64>,
    attempt: Option<i64>,
}

impl Row {
    pub(super) fn conversation(self) -> Result<Conversation> {
        let id = ConversationId::from(self.id);
        let store = StoreId::from(self.store);
        let turn = match self.turn {
            None => None,
            Some(turn) => Some(Turn {
                id: turn.into(),
                conversation: id.clone(),
                store: store.clone(),
                state: TurnState::Open,
                asked: from_json(&self.asked.unwrap_or_default())?,
                asked_at: self.asked_at.unwrap_or_default(),
                due_at: self.due_at.unwrap_or_default(),
                deadline_at: self.deadline_at.unwrap_or_default(),
                node: self.node.unwrap_or_default().into(),
                lease_until: self.lease_until.unwrap_or_default(),
                attempt: self.attempt.unwrap_or_default(),
                ended_at: None,
                answer_seq: None,
                stamp: None,
            }),
        };
        Ok(Conversation {
            id,
            store,
            buyer: self.buyer.into(),
            buyer_name: self.buyer_name,
            buyer_signed: self.buyer_signed,
            vip_level: self.vip_level,
            state: parse_word(&self.state)?,
            agent: self.agent.map(Into::into),
            last_seq: self.last_seq,
            last_public: self.last_public,
            created_at: self.created_at,
            last_at: self.last_at,
            last_text: self.last_text,
            locale: Locale::of_tag(&self.locale).unwrap_or_default(),
            context: from_json(&self.context)?,
            introduced: self.introduced,
            reason: self.reason.as_deref().map(parse_word).transpose()?,
            skill: self.skill,
            priority: self.priority,
            queued_at: self.queued_at,
            waiting_since: self.waiting_since,
            waiting_seq: self.waiting_seq,
            buyer_read: self.buyer_read,
            desk_read: self.desk_read,
            rated_at: self.rated_at,
            closed_at: self.closed_at,
            spent: Spent { tokens: self.spent_tokens, micros: self.spent_micros },
            turn,
        })
    }
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::Internal(e.into()))
}

/// A word of the wire, read as the enum that it names.
fn parse_word<T: serde::de::DeserializeOwned>(word: &str) -> Result<T> {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error as Wrong, StrDeserializer};
    let read: StrDeserializer<'_, Wrong> = word.into_deserializer();
    T::deserialize(read).map_err(|e| Error::Internal(e.into()))
}
