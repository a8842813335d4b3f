//! Conversations: the counter that numbers events, who has it, and what waits.

#[cfg(test)]
mod blank;
mod row;
mod save;

pub use save::{Saved, save};

use serde::Serialize;

use super::event::json;
use super::spending::Spent;
use super::turn::Turn;
use super::{Conn, PerEngine, on, over_rows};
use crate::clock::Millis;
use crate::error::Result;
use crate::ids::{AgentId, BuyerId, ConversationId, StoreId};
use crate::locale::Locale;
use crate::protocol::buyer::Context;
use crate::protocol::{HandoffReason, State};
use row::Row;

/// A conversation as it stands, with the answer that it owes.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    pub id: ConversationId,
    pub store: StoreId,
    pub buyer: BuyerId,
    pub buyer_name: Option<String>,
    /// The merchant vouches for who the buyer is.
    pub buyer_signed: bool,
    pub vip_level: i64,
    pub state: State,
    pub agent: Option<AgentId>,
    pub last_seq: i64,
    pub last_public: i64,
    pub created_at: Millis,
    pub last_at: Millis,
    /// The buyer's last words, cut to 80 characters.
    pub last_text: String,
    pub locale: Locale,
    pub context: Context,
    /// Whether the assistant has said that it is an AI.
    pub introduced: bool,
    pub reason: Option<HandoffReason>,
    pub skill: Option<String>,
    /// What it weighs in the queue (`conversation/urgency.rs`): the heavier is taken first.
    pub priority: i64,
    pub queued_at: Option<Millis>,
    /// The first message that no person has answered, while people have the conversation.
    pub waiting_since: Option<Millis>,
    pub waiting_seq: Option<i64>,
    pub buyer_read: i64,
    pub desk_read: i64,
    pub rated_at: Option<Millis>,
    pub closed_at: Option<Millis>,
    /// What models have cost in it so far.
    pub spent: Spent,
    /// The answer that the assistant owes.
    pub turn: Option<Turn>,
}

/// A buyer who opens a conversation.
#[derive(Debug, Clone, Serialize)]
pub struct Opening {
    pub id: ConversationId,
    pub store: StoreId,
    pub buyer: BuyerId,
    pub signed: bool,
    pub name: Option<String>,
    pub vip_level: i64,
    pub locale: Locale,
    pub context: Context,
    pub at: Millis,
}

/// Names one conversation of one store.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Key {
    pub store: StoreId,
    pub id: ConversationId,
}

macro_rules! columns {
    () => {
        "c.id, c.store, c.buyer, b.name as buyer_name, b.signed as buyer_signed, b.vip_level, c.state, c.agent, c.last_seq, c.last_public, \
         c.created_at, c.last_at, c.last_text, c.locale, c.context, c.introduced, c.reason, c.skill, c.priority, \
         c.queued_at, c.waiting_since, c.waiting_seq, c.buyer_read, c.desk_read, c.rated_at, c.closed_at, \
         c.spent_tokens, c.spent_micros, t.id as turn, t.asked, t.asked_at, t.due_at, t.deadline_at, t.node, t.lease_until, t.attempt"
    };
}

macro_rules! joins {
    () => {
        " join buyer b on b.store = c.store and b.id = c.buyer \
         left join turn t on t.conversation = c.id and t.state = 'open' "
    };
}

/// Every whole conversation is read by this and a condition.
macro_rules! select {
    ($condition:literal) => {
        concat!("select ", columns!(), " from conversation c ", joins!(), $condition)
    };
}

/// Makes the buyers and conversations that do not exist yet. A buyer who has an open conversation keeps it.
pub async fn open(conn: &mut Conn, openings: &[Opening]) -> Result<()> {
    const BUYERS: PerEngine = over_rows!(
        "insert into buyer (store, id, signed, name, vip_level, created_at) \
         select value ->> 'store', value ->> 'buyer', cast(value ->> 'signed' as boolean), value ->> 'name', \
         cast(value ->> 'vip_level' as bigint), cast(value ->> 'at' as bigint) from",
        "where true on conflict (store, id) do update set name = excluded.name, vip_level = excluded.vip_level \
         where buyer.name is distinct from excluded.name or buyer.vip_level <> excluded.vip_level"
    );
    const CONVERSATIONS: PerEngine = over_rows!(
        "insert into conversation (id, store, buyer, state, last_seq, last_public, created_at, last_at, last_text, \
         locale, context, introduced, priority, buyer_read, desk_read) \
         select value ->> 'id', value ->> 'store', value ->> 'buyer', 'assistant', 0, 0, \
         cast(value ->> 'at' as bigint), cast(value ->> 'at' as bigint), '', value ->> 'locale', \
         value ->> 'context', false, 0, 0, 0 from",
        "where true on conflict do nothing"
    );
    // One buyer twice in one statement is an error in PostgreSQL, and two tabs may say hello at once.
    let mut once: Vec<&Opening> = Vec::with_capacity(openings.len());
    for opening in openings {
        if !once.iter().any(|o| o.store == opening.store && o.buyer == opening.buyer) {
            once.push(opening);
        }
    }
    let rows = json(&once)?;
    for sql in [conn.text(&BUYERS), conn.text(&CONVERSATIONS)] {
        on!(conn, c => sqlx::query(sql).bind(&rows).execute(c).await.map(|_| ()))?;
    }
    Ok(())
}

/// The open conversation of a buyer.
pub async fn open_of(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<Option<Conversation>> {
    let sql = select!("where c.store = $1 and c.buyer = $2 and c.state <> 'closed'");
    let row: Option<Row> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(buyer.as_str()).fetch_optional(c).await)?;
    row.map(Row::conversation).transpose()
}

/// One conversation of a store.
pub async fn find(conn: &mut Conn, store: &StoreId, id: &ConversationId) -> Result<Option<Conversation>> {
    let sql = select!("where c.store = $1 and c.id = $2");
    let row: Option<Row> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(id.as_str()).fetch_optional(c).await)?;
    row.map(Row::conversation).transpose()
}

/// Several conversations (each once), to be changed: on PostgreSQL their rows are locked, in one order so that two
/// writers cannot wait for each other.
pub async fn hold(conn: &mut Conn, keys: &[&Key]) -> Result<Vec<Conversation>> {
    macro_rules! held {
        () => {
            "join conversation c on c.id = rows.value ->> 'id' and c.store = rows.value ->> 'store'"
        };
    }
    const SQL: PerEngine = over_rows!(concat!("select ", columns!(), " from"), concat!(held!(), joins!()));
    const LOCK: PerEngine = over_rows!("select c.id from", concat!(held!(), " order by c.id for update of c"));
    let rows = json(keys)?;
    if conn.is_postgres() {
        // First and alone: a turn that is read together with the lock may be the one before another's change.
        let lock = conn.text(&LOCK);
        on!(conn, c => sqlx::query(lock).bind(&rows).execute(c).await.map(|_| ()))?;
    }
    let sql = conn.text(&SQL);
    let found: Vec<Row> = on!(conn, c => sqlx::query_as(sql).bind(rows).fetch_all(c).await)?;
    found.into_iter().map(Row::conversation).collect()
}

/// All conversations of a store that are with people: waiting for one, or with one; the most urgent first.
pub async fn with_people(conn: &mut Conn, store: &StoreId, limit: i64) -> Result<Vec<Conversation>> {
    let sql = select!(
        "where c.store = $1 and c.state in ('queued', 'human') order by c.priority desc, c.queued_at, c.id limit $2"
    );
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Row::conversation).collect()
}

/// How many conversations of a store wait for a person, by priority.
pub async fn queued(conn: &mut Conn, store: &StoreId) -> Result<Vec<(i64, i64)>> {
    let sql = "select priority, count(*) from conversation where store = $1 and state = 'queued' group by priority";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?)
}

/// A page of a store's conversations that hold at least one event, the newest first. `before` is the last id of the
/// page before.
pub async fn page(
    conn: &mut Conn,
    store: &StoreId,
    state: Option<State>,
    before: Option<&ConversationId>,
    limit: i64,
) -> Result<Vec<Conversation>> {
    let sql = select!(
        "where c.store = $1 and c.last_seq > 0 and ($2 = '' or c.state = $2) and ($3 = '' or c.id < $3) \
         order by c.id desc limit $4"
    );
    let state = state.map_or("", word);
    let before = before.map_or("", ConversationId::as_str);
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql)
        .bind(store.as_str()).bind(state).bind(before).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Row::conversation).collect()
}

fn word(state: State) -> &'static str {
    match state {
        State::Assistant => "assistant",
        State::Queued => "queued",
        State::Human => "human",
        State::Closed => "closed",
    }
}
