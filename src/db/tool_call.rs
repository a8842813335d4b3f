//! Calls of merchants' tools that may change something elsewhere: each is written down before it is sent.

use super::{Conn, on};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::{ConversationId, StoreId, TurnId};

/// A call about to be made.
#[derive(Debug, Clone)]
pub struct Reserve {
    pub store: StoreId,
    /// What the call is once for.
    pub key: String,
    pub conversation: ConversationId,
    pub turn: TurnId,
    /// `{connection}__{tool}`.
    pub tool: String,
    /// SHA-256 of the arguments in canonical JSON.
    pub arguments_hash: String,
    /// A call whose fate is unknown may be sent again.
    pub may_repeat: bool,
    /// A call that started before this moment has been given up.
    pub given_up: Millis,
}

/// Whether a call may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    /// It may.
    Go(Claim),
    /// It was made, and this came back (JSON).
    Done(String),
    /// It is being made.
    Running,
    /// It was made, and nobody knows what came of it.
    Unknown,
    /// The key belongs to a call of another conversation, of another tool, or with other arguments.
    Other,
}

/// The right to make a call once: what came of it is written down with this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The key of the first who claimed the call.
    pub key: String,
    pub attempt: i64,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The tool answered (JSON).
    Done(String),
    /// It certainly did not reach the tool.
    Failed,
    Unknown,
}

/// A call that nobody knows the outcome of.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Lost {
    pub call_key: String,
    pub conversation: String,
    pub tool: String,
    pub started_at: Millis,
}

/// Claims a call. Within one transaction, and for all nodes: of two who ask, one goes.
pub async fn reserve(conn: &mut Conn, call: &Reserve, now: Millis) -> Result<Reserved> {
    let sql = "insert into tool_call \
               (store, call_key, conversation, turn, tool, arguments_hash, state, attempt, started_at) \
               values ($1, $2, $3, $4, $5, $6, 'started', 1, $7) on conflict do nothing";
    let added = on!(conn, c => sqlx::query(sql).bind(call.store.as_str()).bind(&call.key)
        .bind(call.conversation.as_str()).bind(call.turn.as_str()).bind(&call.tool).bind(&call.arguments_hash)
        .bind(now).execute(c).await.map(|done| done.rows_affected()))?;
    if added > 0 {
        return Ok(Reserved::Go(Claim { key: call.key.clone(), attempt: 1 }));
    }
    let sql = "select call_key, conversation, tool, arguments_hash, state, result, attempt, started_at from tool_call \
               where store = $1 and (call_key = $2 or (turn = $3 and tool = $4 and arguments_hash = $5)) \
               order by case when call_key = $2 then 0 else 1 end limit 1";
    let row: Option<Row> = on!(conn, c => sqlx::query_as(sql).bind(call.store.as_str()).bind(&call.key)
        .bind(call.turn.as_str()).bind(&call.tool).bind(&call.arguments_hash).fetch_optional(c).await)?;
    let Some(row) = row else { return Err(Error::RetryLater) };
    let is_same = row.conversation == call.conversation.as_str() && row.tool == call.tool;
    if !is_same || row.arguments_hash != call.arguments_hash {
        return Ok(Reserved::Other);
    }
    match row.state.as_str() {
        "done" => Ok(Reserved::Done(row.result.unwrap_or_else(|| "null".into()))),
        "started" if row.started_at >= call.given_up => Ok(Reserved::Running),
        "failed" => again(conn, call, &row, now).await,
        _ if call.may_repeat => again(conn, call, &row, now).await,
        _ => {
            let sql = "update tool_call set state = 'unknown' where store = $1 and call_key = $2 and state = 'started'";
            on!(conn, c => sqlx::query(sql).bind(call.store.as_str()).bind(&row.call_key).execute(c).await
                .map(|_| ()))?;
            Ok(Reserved::Unknown)
        }
    }
}

/// Claims a call that was claimed before; the attempt's number keeps others who ask at the same time away.
async fn again(conn: &mut Conn, call: &Reserve, row: &Row, now: Millis) -> Result<Reserved> {
    let sql = "update tool_call set state = 'started', attempt = attempt + 1, started_at = $4, ended_at = null \
               where store = $1 and call_key = $2 and attempt = $3";
    let taken = on!(conn, c => sqlx::query(sql).bind(call.store.as_str()).bind(&row.call_key).bind(row.attempt)
        .bind(now).execute(c).await.map(|done| done.rows_affected()))?;
    let claim = Claim { key: row.call_key.clone(), attempt: row.attempt + 1 };
    Ok(if taken > 0 { Reserved::Go(claim) } else { Reserved::Running })
}

/// Writes down what came of a call; also late, when somebody has called its fate unknown in the meantime.
pub async fn settle(conn: &mut Conn, store: &StoreId, claim: &Claim, fate: &Fate, now: Millis) -> Result<()> {
    let (state, result) = match fate {
        Fate::Done(result) => ("done", Some(result)),
        Fate::Failed => ("failed", None),
        Fate::Unknown => ("unknown", None),
    };
    let sql = "update tool_call set state = $4, result = $5, ended_at = $6 where store = $1 and call_key = $2 \
               and attempt = $3 and state in ('started', 'unknown')";
    on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(&claim.key).bind(claim.attempt).bind(state)
        .bind(result).bind(now).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Whether the call of a key was made: `None` if it certainly never reached the tool, else what came back (JSON), if that
/// is known.
pub async fn made(conn: &mut Conn, store: &StoreId, key: &str) -> Result<Option<Option<String>>> {
    let sql = "select state, result from tool_call where store = $1 and call_key = $2";
    let row: Option<(String, Option<String>)> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(key).fetch_optional(c).await)?;
    Ok(row.filter(|(state, _)| state != "failed").map(|(state, result)| result.filter(|_| state == "done")))
}

/// A store's newest calls that nobody knows the outcome of: those that say so, and those that started before
/// `given_up` and never ended.
pub async fn lost(conn: &mut Conn, store: &StoreId, given_up: Millis, most: i64) -> Result<Vec<Lost>> {
    let sql = "select call_key, conversation, tool, started_at from tool_call where store = $1 and \
               (state = 'unknown' or (state = 'started' and started_at < $2)) order by started_at desc limit $3";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(given_up).bind(most).fetch_all(c).await)?)
}

/// Erases what a conversation's calls brought back; that they were made stays, so that none is made again.
pub async fn erase(conn: &mut Conn, store: &StoreId, conversation: &ConversationId) -> Result<u64> {
    let sql = "update tool_call set result = 'null' where store = $1 and conversation = $2 and result is not null";
    Ok(on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(conversation.as_str()).execute(c).await
        .map(|done| done.rows_affected()))?)
}

#[derive(sqlx::FromRow)]
struct Row {
    call_key: String,
    conversation: String,
    tool: String,
    arguments_hash: String,
    state: String,
    result: Option<String>,
    attempt: i64,
    started_at: i64,
}
