//! Remedies that were offered to buyers: proposed once, answered once.

use serde_json::Value;

use super::event::json;
use super::{Conn, on};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::{AgentId, BuyerId, ConversationId, OfferId, StoreId};

/// Where an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The buyer has it and has not answered.
    Proposed,
    /// A person of the store must approve it before the buyer sees it.
    NeedsApproval,
    /// The buyer keeps the goods and gets the amount.
    Accepted,
    /// The buyer, or the person who should have approved it, said no.
    Refused,
    /// The buyer sends the goods back.
    Returned,
}

impl State {
    const ALL: [Self; 5] = [Self::Proposed, Self::NeedsApproval, Self::Accepted, Self::Refused, Self::Returned];

    pub fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::NeedsApproval => "needs_approval",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Returned => "returned",
        }
    }
}

/// What is to be offered.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOffer {
    pub buyer: BuyerId,
    pub conversation: ConversationId,
    pub order_id: String,
    /// Empty for the order as a whole.
    pub sku: String,
    pub problem: String,
    /// The store's own day, `2026-11-11`: the same complaint on the same day is the same offer.
    pub day: String,
    /// 0 where only the return is offered.
    pub amount_fen: i64,
    pub formula: String,
    pub inputs: Value,
    pub choices: Value,
    pub needs_approval: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub id: OfferId,
    pub new: NewOffer,
    pub state: State,
    pub created_at: Millis,
    pub answered_at: Option<Millis>,
    /// Which of the choices the buyer took.
    pub choice: Option<String>,
    pub approved_by: Option<AgentId>,
}

/// What a store gives at most; from its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Offers with money for one line of an order.
    pub per_line: i64,
    /// Offers with money to one buyer since `since`; more need a person.
    pub per_buyer: i64,
    /// And their sum.
    pub per_buyer_fen: i64,
    pub since: Millis,
}

/// What was offered before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Given {
    /// Offers with money on the order's line, whatever became of them but for refused approvals.
    pub line_offers: i64,
    pub line_fen: i64,
    pub buyer_offers: i64,
    pub buyer_fen: i64,
}

/// What became of proposing.
#[derive(Debug, Clone, PartialEq)]
pub enum Proposed {
    Made(Offer),
    /// The same offer was made before; this is it.
    Already(Offer),
    /// The line has had all the offers it gets.
    OverLimit,
}

/// Every offer is read by this and a condition.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "select id, buyer, conversation, order_id, sku, problem, day, amount_fen, formula, inputs, choices, \
             state, created_at, answered_at, choice, approved_by from offer ",
            $condition
        )
    };
}

/// Makes an offer, at most once for a line, problem and day. The limits are judged here again, because two answers may
/// be worked out side by side: who comes second sees what the first was given.
pub async fn propose(conn: &mut Conn, store: &StoreId, now: Millis, new: NewOffer, limits: Limits) -> Result<Proposed> {
    wait_for_buyer(conn, store, &new.buyer).await?;
    if let Some(held) = same(conn, store, &new).await? {
        return Ok(Proposed::Already(held));
    }
    let given = given(conn, store, &new.buyer, &new.order_id, &new.sku, limits.since).await?;
    let has_money = new.amount_fen > 0;
    if has_money && given.line_offers >= limits.per_line {
        return Ok(Proposed::OverLimit);
    }
    let is_over = given.buyer_offers >= limits.per_buyer || given.buyer_fen + new.amount_fen > limits.per_buyer_fen;
    let needs_approval = new.needs_approval || (has_money && is_over);
    let state = if needs_approval { State::NeedsApproval } else { State::Proposed };
    let new = NewOffer { needs_approval, ..new };
    let offer =
        Offer { id: OfferId::fresh(), new, state, created_at: now, answered_at: None, choice: None, approved_by: None };
    insert(conn, store, &offer).await?;
    Ok(Proposed::Made(offer))
}

/// Makes the offers to one buyer come one after the other, on either engine.
async fn wait_for_buyer(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<()> {
    let sql = "update buyer set created_at = created_at where store = $1 and id = $2";
    let done = on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).execute(c).await.map(|done| done.rows_affected()))?;
    if done == 1 { Ok(()) } else { Err(Error::NotFound("buyer")) }
}

async fn insert(conn: &mut Conn, store: &StoreId, offer: &Offer) -> Result<()> {
    let sql = "insert into offer (id, store, buyer, conversation, order_id, sku, problem, day, amount_fen, formula, \
               inputs, choices, state, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let new = &offer.new;
    let (inputs, choices) = (json(&new.inputs)?, json(&new.choices)?);
    on!(conn, c => sqlx::query(sql)
        .bind(offer.id.as_str()).bind(store.as_str()).bind(new.buyer.as_str()).bind(new.conversation.as_str())
        .bind(&new.order_id).bind(&new.sku).bind(&new.problem).bind(&new.day).bind(new.amount_fen)
        .bind(&new.formula).bind(inputs).bind(choices).bind(offer.state.word()).bind(offer.created_at)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// A buyer answers with one of the choices: `to` is accepted, refused or returned. `None` when the offer is not theirs or
/// was answered before, so of two answers at once one counts.
pub async fn answer(
    conn: &mut Conn,
    store: &StoreId,
    buyer: &BuyerId,
    id: &OfferId,
    (to, choice): (State, &str),
    now: Millis,
) -> Result<Option<Offer>> {
    let sql = "update offer set state = $4, answered_at = $5, choice = $6 \
               where store = $1 and buyer = $2 and id = $3 and state = 'proposed'";
    let done = on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(id.as_str()).bind(to.word()).bind(now).bind(choice)
        .execute(c).await.map(|done| done.rows_affected()))?;
    if done == 1 { find(conn, store, id).await } else { Ok(None) }
}

/// A person says yes, and the buyer may see it, or no. `None` when it waits for nobody any more.
pub async fn approve(
    conn: &mut Conn,
    store: &StoreId,
    id: &OfferId,
    agent: &AgentId,
    yes: bool,
    now: Millis,
) -> Result<Option<Offer>> {
    let sql = "update offer set state = $4, approved_by = $3, answered_at = $5 \
               where store = $1 and id = $2 and state = 'needs_approval'";
    let to = if yes { State::Proposed } else { State::Refused };
    let answered_at = (!yes).then_some(now);
    let done = on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(id.as_str()).bind(agent.as_str()).bind(to.word()).bind(answered_at)
        .execute(c).await.map(|done| done.rows_affected()))?;
    if done == 1 { find(conn, store, id).await } else { Ok(None) }
}

pub async fn find(conn: &mut Conn, store: &StoreId, id: &OfferId) -> Result<Option<Offer>> {
    let sql = select!("where store = $1 and id = $2");
    let row: Option<Row> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(id.as_str()).fetch_optional(c).await)?;
    row.map(Row::offer).transpose()
}

/// Whether a newer offer was made for the same line of the order.
pub async fn is_superseded(conn: &mut Conn, store: &StoreId, offer: &Offer) -> Result<bool> {
    let sql = "select count(*) from offer where store = $1 and buyer = $2 and order_id = $3 and sku = $4 \
               and created_at > $5 and id <> $6";
    let newer: i64 = on!(conn, c => sqlx::query_scalar(sql)
        .bind(store.as_str()).bind(offer.new.buyer.as_str()).bind(&offer.new.order_id).bind(&offer.new.sku)
        .bind(offer.created_at).bind(offer.id.as_str()).fetch_one(c).await)?;
    Ok(newer > 0)
}

/// The offer that was made for the same line, problem and day.
async fn same(conn: &mut Conn, store: &StoreId, new: &NewOffer) -> Result<Option<Offer>> {
    let sql = select!("where store = $1 and order_id = $2 and sku = $3 and problem = $4 and day = $5 and buyer = $6");
    let row: Option<Row> = on!(conn, c => sqlx::query_as(sql)
        .bind(store.as_str()).bind(&new.order_id).bind(&new.sku).bind(&new.problem).bind(&new.day)
        .bind(new.buyer.as_str()).fetch_optional(c).await)?;
    row.map(Row::offer).transpose()
}

/// What a buyer was offered: on one line of an order at any time, and on all orders since a time.
pub async fn given(
    conn: &mut Conn,
    store: &StoreId,
    buyer: &BuyerId,
    order_id: &str,
    sku: &str,
    since: Millis,
) -> Result<Given> {
    // Money that was turned down is not counted as given; that it was offered is.
    let sql = "select \
               cast(coalesce(sum(case when order_id = $3 and sku = $4 then 1 else 0 end), 0) as bigint), \
               cast(coalesce(sum(case when order_id = $3 and sku = $4 and state not in ('refused', 'returned') \
               then amount_fen else 0 end), 0) as bigint), \
               cast(coalesce(sum(case when created_at >= $5 then 1 else 0 end), 0) as bigint), \
               cast(coalesce(sum(case when created_at >= $5 and state not in ('refused', 'returned') \
               then amount_fen else 0 end), 0) as bigint) \
               from offer where store = $1 and buyer = $2 and amount_fen > 0 \
               and not (state = 'refused' and approved_by is not null)";
    let (line_offers, line_fen, buyer_offers, buyer_fen): (i64, i64, i64, i64) = on!(conn, c => sqlx::query_as(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(order_id).bind(sku).bind(since).fetch_one(c).await)?;
    Ok(Given { line_offers, line_fen, buyer_offers, buyer_fen })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    buyer: String,
    conversation: String,
    order_id: String,
    sku: String,
    problem: String,
    day: String,
    amount_fen: i64,
    formula: String,
    inputs: String,
    choices: String,
    state: String,
    created_at: i64,
    answered_at: Option<i64>,
    choice: Option<String>,
    approved_by: Option<String>,
}

impl Row {
    fn offer(self) -> Result<Offer> {
        let read = |text: &str| serde_json::from_str(text).map_err(|e| Error::Internal(e.into()));
        let state = State::ALL.into_iter().find(|state| state.word() == self.state);
        let state = state.ok_or_else(|| Error::Internal(anyhow::anyhow!("an offer is {:?}", self.state)))?;
        let new = NewOffer {
            buyer: self.buyer.into(),
            conversation: self.conversation.into(),
            order_id: self.order_id,
            sku: self.sku,
            problem: self.problem,
            day: self.day,
            amount_fen: self.amount_fen,
            formula: self.formula,
            inputs: read(&self.inputs)?,
            choices: read(&self.choices)?,
            needs_approval: self.approved_by.is_some() || state == State::NeedsApproval,
        };
        Ok(Offer {
            id: self.id.into(),
            new,
            state,
            created_at: self.created_at,
            answered_at: self.answered_at,
            choice: self.choice,
            approved_by: self.approved_by.map(Into::into),
        })
    }
}
