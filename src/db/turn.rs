//! Answers owed: the to-do, the lease and the response-time record in one row.

use super::event::json;
use super::rows::{Kind, ManyRows, pieces};
use super::{Conn, PerEngine, on, over_rows};
use crate::clock::Millis;
use crate::error::Result;
use crate::ids::{ConversationId, NodeId, StoreId, TurnId};

/// One answer owed.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    pub id: TurnId,
    pub conversation: ConversationId,
    pub store: StoreId,
    pub state: TurnState,
    /// Number and time of each message that waits for this answer; never empty while open.
    pub asked: Vec<(i64, Millis)>,
    pub asked_at: Millis,
    /// When the burst counts as finished.
    pub due_at: Millis,
    /// When the buyer must have an answer or a place in a queue.
    pub deadline_at: Millis,
    /// Who works on it, and until when nobody else may.
    pub node: NodeId,
    pub lease_until: Millis,
    /// Grows each time it is taken up; whoever writes must name the attempt that it belongs to.
    pub attempt: i64,
    pub ended_at: Option<Millis>,
    pub answer_seq: Option<i64>,
    /// How the answer was made, as JSON.
    pub stamp: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnState {
    Open,
    /// The assistant answered.
    Answered,
    /// It went to a queue, with a line that the buyer sees.
    HandedOff,
    /// A person took the conversation first.
    Person,
    /// The conversation was closed first.
    Closed,
}

impl TurnState {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::HandedOff => "handed_off",
            Self::Person => "person",
            Self::Closed => "closed",
        }
    }
}

impl Turn {
    /// The newest message that waits for this answer.
    pub fn covers(&self) -> i64 {
        self.asked.last().map_or(0, |(seq, _)| *seq)
    }
}

/// Stores turns as they are now, in the order given: one that ends must come before the next of its conversation.
pub async fn save(conn: &mut Conn, turns: &[Turn]) -> Result<()> {
    use Kind::{Integer, Text};
    static SQL: ManyRows = ManyRows::new(
        "insert into turn (id, conversation, store, state, asked, asked_at, due_at, deadline_at, node, lease_until, \
         attempt, ended_at, answer_seq, stamp) values",
        &[Text, Text, Text, Text, Text, Integer, Integer, Integer, Text, Integer, Integer, Integer, Integer, Text],
        "on conflict (id) do update set state = excluded.state, asked = excluded.asked, due_at = excluded.due_at, \
         deadline_at = excluded.deadline_at, node = excluded.node, lease_until = excluded.lease_until, \
         attempt = excluded.attempt, ended_at = excluded.ended_at, answer_seq = excluded.answer_seq, \
         stamp = excluded.stamp",
    );
    for piece in pieces(turns) {
        let sql = SQL.text(piece.len(), conn.marks());
        on!(conn, c => {
            let mut save = sqlx::query(sql);
            for turn in piece {
                save = save
                    .bind(turn.id.shared())
                    .bind(turn.conversation.shared())
                    .bind(turn.store.shared())
                    .bind(turn.state.word())
                    .bind(json(&turn.asked)?)
                    .bind(turn.asked_at)
                    .bind(turn.due_at)
                    .bind(turn.deadline_at)
                    .bind(turn.node.shared())
                    .bind(turn.lease_until)
                    .bind(turn.attempt)
                    .bind(turn.ended_at)
                    .bind(turn.answer_seq)
                    .bind(turn.stamp.as_deref());
            }
            save.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Open turns that nobody works on any more (their lease has run out by `now`), oldest first.
pub async fn forsaken(conn: &mut Conn, now: Millis, limit: i64) -> Result<Vec<(StoreId, ConversationId, TurnId)>> {
    let sql = "select store, conversation, id from turn where state = 'open' and lease_until <= $1 \
               order by lease_until limit $2";
    let rows: Vec<(String, String, String)> =
        on!(conn, c => sqlx::query_as(sql).bind(now).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(s, c, t)| (s.into(), c.into(), t.into())).collect())
}

/// Ends the leases of every node but this one. Only for SQLite, where a process that opens the file is alone.
pub async fn end_leases_of_others(conn: &mut Conn, node: &NodeId) -> Result<()> {
    let sql = "update turn set lease_until = 0 where state = 'open' and node <> $1";
    on!(conn, c => sqlx::query(sql).bind(node.as_str()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Ends this node's leases: it stops, and others need not wait until they run out.
pub async fn end_leases_of(conn: &mut Conn, node: &NodeId) -> Result<()> {
    let sql = "update turn set lease_until = 0 where state = 'open' and node = $1";
    on!(conn, c => sqlx::query(sql).bind(node.as_str()).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Those of the turns, by their ids, that are a store's; the oldest first.
pub async fn by_ids(conn: &mut Conn, store: &StoreId, ids: &[TurnId]) -> Result<Vec<Ended>> {
    const SQL: PerEngine = over_rows!(
        "select t.id, t.state, t.asked_at, t.ended_at, t.answer_seq, t.stamp from",
        "join turn t on t.id = value ->> 'id' and t.store = $2 order by t.asked_at, t.id"
    );
    let rows: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id})).collect();
    let (rows, sql) = (json(&rows)?, conn.text(&SQL));
    Ok(on!(conn, c => sqlx::query_as(sql).bind(rows).bind(store.as_str()).fetch_all(c).await)?)
}

/// A turn as the desk looks at it afterwards.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Ended {
    pub id: String,
    pub state: String,
    pub asked_at: Millis,
    pub ended_at: Option<Millis>,
    pub answer_seq: Option<i64>,
    pub stamp: Option<String>,
}

/// How many turns of a store are in a state; for figures and tests.
pub async fn count(conn: &mut Conn, store: &StoreId, state: TurnState) -> Result<i64> {
    let sql = "select count(*) from turn where store = $1 and state = $2";
    Ok(on!(conn, c => sqlx::query_scalar(sql).bind(store.as_str()).bind(state.word()).fetch_one(c).await)?)
}
