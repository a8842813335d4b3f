//! Conversations: the counter that numbers events, who has it, and what waits.

use std::sync::Arc;

use serde::Serialize;

use super::event::json;
use super::rows::{Kind, ManyRows, pieces};
use super::turn::{Turn, TurnState};
use super::{Conn, PerEngine, on, over_rows};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::{AgentId, BuyerId, ConversationId, StoreId};
use crate::locale::Locale;
use crate::protocol::buyer::Context;
use crate::protocol::{HandoffReason, State};

/// A conversation as it stands, with the answer that it owes.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    pub id: ConversationId,
    pub store: StoreId,
    pub buyer: BuyerId,
    pub buyer_name: Option<String>,
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
    pub priority: i64,
    pub queued_at: Option<Millis>,
    /// The first message that no person has answered, while people have the conversation.
    pub waiting_since: Option<Millis>,
    pub waiting_seq: Option<i64>,
    pub buyer_read: i64,
    pub desk_read: i64,
    pub rated_at: Option<Millis>,
    pub closed_at: Option<Millis>,
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
        "c.id, c.store, c.buyer, b.name as buyer_name, b.vip_level, c.state, c.agent, c.last_seq, c.last_public, \
         c.created_at, c.last_at, c.last_text, c.locale, c.context, c.introduced, c.reason, c.skill, c.priority, \
         c.queued_at, c.waiting_since, c.waiting_seq, c.buyer_read, c.desk_read, c.rated_at, c.closed_at, \
         t.id as turn, t.asked, t.asked_at, t.due_at, t.deadline_at, t.node, t.lease_until, t.attempt"
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

/// Stores conversations as they are now. Their turns are stored by [`super::turn::save`].
pub async fn save(conn: &mut Conn, conversations: &[Arc<Conversation>]) -> Result<()> {
    use Kind::{Flag, Integer, Text};
    static SQL: ManyRows = ManyRows::new(
        "with r (id, store, state, agent, last_seq, last_public, last_at, last_text, locale, context, introduced, \
         reason, skill, priority, queued_at, waiting_since, waiting_seq, buyer_read, desk_read, rated_at, closed_at) \
         as (values",
        &[
            Text, Text, Text, Text, Integer, Integer, Integer, Text, Text, Text, Flag, Text, Text, Integer, Integer,
            Integer, Integer, Integer, Integer, Integer, Integer,
        ],
        ") update conversation set state = r.state, agent = r.agent, last_seq = r.last_seq, \
         last_public = r.last_public, last_at = r.last_at, last_text = r.last_text, locale = r.locale, \
         context = r.context, introduced = r.introduced, reason = r.reason, skill = r.skill, priority = r.priority, \
         queued_at = r.queued_at, waiting_since = r.waiting_since, waiting_seq = r.waiting_seq, \
         buyer_read = r.buyer_read, desk_read = r.desk_read, rated_at = r.rated_at, closed_at = r.closed_at \
         from r where conversation.id = r.id and conversation.store = r.store",
    );
    for piece in pieces(conversations) {
        let sql = SQL.text(piece.len(), conn.marks());
        on!(conn, connection => {
            let mut save = sqlx::query(sql);
            for c in piece {
                save = save
                    .bind(c.id.as_str())
                    .bind(c.store.as_str())
                    .bind(word(c.state))
                    .bind(c.agent.as_ref().map(AgentId::as_str))
                    .bind(c.last_seq)
                    .bind(c.last_public)
                    .bind(c.last_at)
                    .bind(&c.last_text)
                    .bind(c.locale.tag())
                    .bind(json(&c.context)?)
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
                    .bind(c.closed_at);
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

/// All conversations of a store that are with people: waiting for one, or with one; the most urgent first.
pub async fn with_people(conn: &mut Conn, store: &StoreId, limit: i64) -> Result<Vec<Conversation>> {
    let sql =
        select!("where c.store = $1 and c.state in ('queued', 'human') order by c.priority desc, c.queued_at limit $2");
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Row::conversation).collect()
}

/// How many conversations of a store wait for a person.
pub async fn queued(conn: &mut Conn, store: &StoreId) -> Result<i64> {
    let sql = "select count(*) from conversation where store = $1 and state = 'queued'";
    Ok(on!(conn, c => sqlx::query_scalar(sql).bind(store.as_str()).fetch_one(c).await)?)
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

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    store: String,
    buyer: String,
    buyer_name: Option<String>,
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
    fn conversation(self) -> Result<Conversation> {
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
            }),
        };
        Ok(Conversation {
            id,
            store,
            buyer: self.buyer.into(),
            buyer_name: self.buyer_name,
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
