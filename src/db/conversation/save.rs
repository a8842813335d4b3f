//! Storing conversations that changed.

use std::sync::Arc;

use serde::Serialize;

use super::super::event::json;
use super::super::rows::{Kind, ManyRows, pieces};
use super::super::{Conn, on};
use super::{Conversation, word};
use crate::error::Result;
use crate::ids::AgentId;

/// Stores conversations as they are now. Their turns are stored by [`crate::db::turn::save`].
///
/// Most changes leave a conversation with whom it was; they get a statement of their own, because what stands in an
/// index costs more to set, also to the same value.
pub async fn save(conn: &mut Conn, changes: &[Saved]) -> Result<()> {
    let (grew, moved): (Vec<&Saved>, Vec<&Saved>) = changes.iter().partition(|change| change.only_grew);
    save_grown(conn, &grew).await?;
    save_moved(conn, &moved).await
}

/// A conversation to be stored.
#[derive(Debug, Clone)]
pub struct Saved {
    pub now: Arc<Conversation>,
    /// Whether state, agent and place in the queue are as they were.
    only_grew: bool,
    /// What the buyer said and where the buyer is are stored only where they are new: words that were erased meanwhile
    /// must not come back from a copy in memory.
    says: bool,
    moved_on: bool,
}

impl Saved {
    pub fn new(was: &Conversation, now: Arc<Conversation>) -> Self {
        let moved = was.state != now.state
            || was.agent != now.agent
            || was.reason != now.reason
            || was.skill != now.skill
            || was.priority != now.priority
            || was.queued_at != now.queued_at
            || was.rated_at != now.rated_at
            || was.closed_at != now.closed_at;
        let (says, moved_on) = (was.last_text != now.last_text, was.context != now.context);
        Self { now, only_grew: !moved, says, moved_on }
    }

    fn new_text(&self) -> Option<&str> {
        self.says.then_some(&self.now.last_text)
    }

    fn new_context(&self) -> Result<Option<String>> {
        self.moved_on.then(|| json(&self.now.context)).transpose()
    }
}

async fn save_grown(conn: &mut Conn, grown: &[&Saved]) -> Result<()> {
    use Kind::{Flag, Integer, Text};
    static SQL: ManyRows = ManyRows::new(
        "with r (id, store, last_seq, last_public, last_at, last_text, locale, context, introduced, waiting_since, \
         waiting_seq, buyer_read, desk_read, spent_tokens, spent_micros) as (values",
        &[
            Text, Text, Integer, Integer, Integer, Text, Text, Text, Flag, Integer, Integer, Integer, Integer, Integer,
            Integer,
        ],
        ") update conversation set last_seq = r.last_seq, last_public = r.last_public, last_at = r.last_at, \
         last_text = coalesce(r.last_text, conversation.last_text), locale = r.locale, context = coalesce(r.context, conversation.context), introduced = r.introduced, \
         waiting_since = r.waiting_since, waiting_seq = r.waiting_seq, buyer_read = r.buyer_read, \
         desk_read = r.desk_read, spent_tokens = r.spent_tokens, spent_micros = r.spent_micros from r where conversation.id = r.id and conversation.store = r.store",
    );
    for piece in pieces(grown) {
        let sql = SQL.text(piece.len(), conn.marks());
        on!(conn, connection => {
            let mut save = sqlx::query(sql);
            for saved in piece {
                let c = &saved.now;
                save = save
                    .bind(c.id.shared())
                    .bind(c.store.shared())
                    .bind(c.last_seq)
                    .bind(c.last_public)
                    .bind(c.last_at)
                    .bind(saved.new_text())
                    .bind(c.locale.tag())
                    .bind(saved.new_context()?)
                    .bind(c.introduced)
                    .bind(c.waiting_since)
                    .bind(c.waiting_seq)
                    .bind(c.buyer_read)
                    .bind(c.desk_read)
                    .bind(c.spent.tokens)
                    .bind(c.spent.micros);
            }
            save.execute(connection).await.map(|_| ())
        })?;
    }
    Ok(())
}

async fn save_moved(conn: &mut Conn, moved: &[&Saved]) -> Result<()> {
    use Kind::{Flag, Integer, Text};
    static SQL: ManyRows = ManyRows::new(
        "with r (id, store, state, agent, last_seq, last_public, last_at, last_text, locale, context, introduced, \
         reason, skill, priority, queued_at, waiting_since, waiting_seq, buyer_read, desk_read, rated_at, closed_at, \
         spent_tokens, spent_micros) as (values",
        &[
            Text, Text, Text, Text, Integer, Integer, Integer, Text, Text, Text, Flag, Text, Text, Integer, Integer,
            Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer,
        ],
        ") update conversation set state = r.state, agent = r.agent, last_seq = r.last_seq, \
         last_public = r.last_public, last_at = r.last_at, last_text = coalesce(r.last_text, conversation.last_text), locale = r.locale, \
         context = coalesce(r.context, conversation.context), introduced = r.introduced, reason = r.reason, skill = r.skill, priority = r.priority, \
         queued_at = r.queued_at, waiting_since = r.waiting_since, waiting_seq = r.waiting_seq, \
         buyer_read = r.buyer_read, desk_read = r.desk_read, rated_at = r.rated_at, closed_at = r.closed_at, \
         spent_tokens = r.spent_tokens, spent_micros = r.spent_micros \
         from r where conversation.id = r.id and conversation.store = r.store",
    );
    for piece in pieces(moved) {
        let sql = SQL.text(piece.len(), conn.marks());
        on!(conn, connection => {
            let mut save = sqlx::query(sql);
            for saved in piece {
                let c = &saved.now;
                save = save
                    .bind(c.id.shared())
                    .bind(c.store.shared())
                    .bind(word(c.state))
                    .bind(c.agent.as_ref().map(AgentId::as_str))
                    .bind(c.last_seq)
                    .bind(c.last_public)
                    .bind(c.last_at)
                    .bind(saved.new_text())
                    .bind(c.locale.tag())
                    .bind(saved.new_context()?)
                    .bind(c.introduced)
                    .bind(c.reason.as_ref().map(plain).transpose()?)
                    .bind(c.skill.as_deref())
                    .bind(c.priority)
                    .bind(c.queued_at)
                    .bind(c.waiting_since)
                    .bind(c.waiting_seq)
                    .bind(c.buyer_read)
                    .bind(c.desk_read)
                    .bind(c.rated_at)
                    .bind(c.closed_at)
                    .bind(c.spent.tokens)
                    .bind(c.spent.micros);
            }
            save.execute(connection).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// The word of an enum that is stored as the wire writes it.
fn plain<T: Serialize>(value: &T) -> Result<String> {
    Ok(json(value)?.trim_matches('"').to_owned())
}
