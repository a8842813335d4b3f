//! Acts with effects that wait for a buyer's yes.

use super::{Conn, on};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::{BuyerId, ConversationId, StoreId};
use crate::protocol::card::CardState;

/// One act that the buyer is asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirmation {
    /// The card's id; also what the act is once for.
    pub id: String,
    pub store: StoreId,
    pub conversation: ConversationId,
    pub buyer: BuyerId,
    /// `{connection}__{tool}`.
    pub tool: String,
    /// The same in the words of the card.
    pub what: String,
    /// JSON, as the tool is to be called.
    pub arguments: String,
    pub state: CardState,
    pub created_at: Millis,
    pub expires_at: Millis,
    pub answered_at: Option<Millis>,
    /// The message that is the answer.
    pub answered_seq: Option<i64>,
    /// What came back (JSON).
    pub result: Option<String>,
}

const STATES: [(CardState, &str); 9] = [
    (CardState::Open, "open"),
    (CardState::Agreed, "agreed"),
    (CardState::Done, "done"),
    (CardState::Failed, "failed"),
    (CardState::Unknown, "unknown"),
    (CardState::Declined, "declined"),
    (CardState::Expired, "expired"),
    (CardState::Superseded, "superseded"),
    (CardState::PassedOn, "passed_on"),
];

/// Every confirmation is read by this and a condition.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "select id, store, conversation, buyer, tool, what, arguments, state, created_at, expires_at, answered_at, \
             answered_seq, result from confirmation ",
            $condition
        )
    };
}

/// Adds a question. What the conversation still asks of the same tool is superseded by it; the same id again changes
/// nothing.
pub async fn ask(conn: &mut Conn, new: &Confirmation) -> Result<()> {
    let sql = "insert into confirmation (id, store, conversation, buyer, tool, what, arguments, state, created_at, \
               expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing";
    let added = on!(conn, c => sqlx::query(sql)
        .bind(&new.id).bind(new.store.as_str()).bind(new.conversation.as_str()).bind(new.buyer.as_str())
        .bind(&new.tool).bind(&new.what).bind(&new.arguments).bind(word(new.state)?).bind(new.created_at)
        .bind(new.expires_at).execute(c).await.map(|done| done.rows_affected()))?;
    if added == 0 {
        return Ok(());
    }
    let sql = "update confirmation set state = 'superseded' where store = $1 and conversation = $2 and tool = $3 \
               and state = 'open' and id <> $4 and created_at < $5";
    on!(conn, c => sqlx::query(sql)
        .bind(new.store.as_str()).bind(new.conversation.as_str()).bind(&new.tool).bind(&new.id).bind(new.created_at)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// Writes down where it stands now. `from` is where it stood when that was decided: if somebody has moved it since,
/// nothing may be stored on that ground.
///
/// Errors: `conflict`, when it stands elsewhere.
pub async fn settle(conn: &mut Conn, now: &Confirmation, from: CardState) -> Result<()> {
    let sql = "update confirmation set state = $4, answered_at = $5, answered_seq = $6, result = $7 \
               where store = $1 and id = $2 and state = $3";
    let done = on!(conn, c => sqlx::query(sql)
        .bind(now.store.as_str()).bind(&now.id).bind(word(from)?).bind(word(now.state)?).bind(now.answered_at)
        .bind(now.answered_seq).bind(now.result.as_deref()).execute(c).await.map(|done| done.rows_affected()))?;
    if done == 1 { Ok(()) } else { Err(Error::conflict("card_moved", "this card was answered at the same moment")) }
}

/// Another conversation's is as absent as one that never was.
pub async fn find(
    conn: &mut Conn,
    store: &StoreId,
    conversation: &ConversationId,
    id: &str,
) -> Result<Option<Confirmation>> {
    let sql = select!("where store = $1 and conversation = $2 and id = $3");
    let row: Option<Row> = on!(conn, c => sqlx::query_as(sql)
        .bind(store.as_str()).bind(conversation.as_str()).bind(id).fetch_optional(c).await)?;
    row.map(Row::confirmation).transpose()
}

/// Those that somebody must look after, of all stores: open ones that have run out at `now`, and those that were agreed
/// to before `forsaken` and never done.
pub async fn due(conn: &mut Conn, now: Millis, forsaken: Millis, limit: i64) -> Result<Vec<Confirmation>> {
    let sql = select!(
        "where (state = 'open' and expires_at <= $1) or (state = 'agreed' and answered_at <= $2) \
         order by expires_at limit $3"
    );
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql).bind(now).bind(forsaken).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Row::confirmation).collect()
}

/// Erases what a buyer was asked; that it was asked and answered stays, so that nothing is done again.
pub async fn erase_buyer(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<u64> {
    let sql = "update confirmation set what = '', arguments = '{}', result = null, \
               state = case when state = 'open' then 'expired' else state end where store = $1 and buyer = $2";
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).execute(c).await.map(|done| done.rows_affected()))?)
}

fn word(state: CardState) -> Result<&'static str> {
    let known = STATES.iter().find(|(known, _)| *known == state);
    known.map(|(_, word)| *word).ok_or_else(|| Error::Internal(anyhow::anyhow!("a confirmation is never {state:?}")))
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    store: String,
    conversation: String,
    buyer: String,
    tool: String,
    what: String,
    arguments: String,
    state: String,
    created_at: i64,
    expires_at: i64,
    answered_at: Option<i64>,
    answered_seq: Option<i64>,
    result: Option<String>,
}

impl Row {
    fn confirmation(self) -> Result<Confirmation> {
        let state = STATES.iter().find(|(_, word)| *word == self.state).map(|(state, _)| *state);
        let state = state.ok_or_else(|| Error::Internal(anyhow::anyhow!("a confirmation is {:?}", self.state)))?;
        Ok(Confirmation {
            id: self.id,
            store: self.store.into(),
            conversation: self.conversation.into(),
            buyer: self.buyer.into(),
            tool: self.tool,
            what: self.what,
            arguments: self.arguments,
            state,
            created_at: self.created_at,
            expires_at: self.expires_at,
            answered_at: self.answered_at,
            answered_seq: self.answered_seq,
            result: self.result,
        })
    }
}
