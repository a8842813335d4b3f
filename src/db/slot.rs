//! Slots: what is known of a buyer's people, for one conversation and beyond it.

use super::{Conn, on};
use crate::clock::Millis;
use crate::error::Result;
use crate::ids::{BuyerId, ConversationId, StoreId};

/// A slot of a profile.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Kept {
    pub whom: String,
    pub slot: String,
    /// The value where a person may have several, otherwise empty.
    pub item: String,
    /// JSON, as it was said.
    pub value: String,
    pub unit: Option<String>,
    /// JSON, in the slot's own unit.
    pub canonical: String,
    pub sureness: String,
    pub purpose: String,
    pub conversation: Option<String>,
    pub seq: Option<i64>,
    pub at: Millis,
}

/// Keeps a slot if its purpose has a live consent, a child's the guardian's; gives whether it did. The consent is looked
/// for in the statement itself, so that nothing is kept that it does not cover.
pub async fn keep(conn: &mut Conn, store: &StoreId, buyer: &BuyerId, kept: &Kept) -> Result<bool> {
    // Whoever withdraws holds the buyer too, so the consent that is found here lives until the commit.
    super::buyer::hold(conn, store, buyer).await?;
    let sql = "insert into profile_slot (store, buyer, whom, slot, item, value, unit, canonical, sureness, purpose, \
               conversation, seq, at) \
               select cast($1 as text), cast($2 as text), cast($3 as text), cast($4 as text), cast($5 as text), \
               cast($6 as text), cast($7 as text), cast($8 as text), cast($9 as text), cast($10 as text), \
               cast($11 as text), cast($12 as bigint), cast($13 as bigint) \
               where exists (select 1 from consent where store = $1 and buyer = $2 and purpose = $10 \
               and withdrawn_at is null and ($10 <> 'baby' or given_by = 'guardian')) \
               on conflict (store, buyer, whom, slot, item) do update set value = excluded.value, \
               unit = excluded.unit, canonical = excluded.canonical, sureness = excluded.sureness, \
               purpose = excluded.purpose, conversation = excluded.conversation, seq = excluded.seq, at = excluded.at";
    let done = on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(&kept.whom).bind(&kept.slot).bind(&kept.item)
        .bind(&kept.value).bind(&kept.unit).bind(&kept.canonical).bind(&kept.sureness).bind(&kept.purpose)
        .bind(&kept.conversation).bind(kept.seq).bind(kept.at)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// All slots of a buyer's profile, by person and slot.
pub async fn of_buyer(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<Vec<Kept>> {
    let sql = "select whom, slot, item, value, unit, canonical, sureness, purpose, conversation, seq, at \
               from profile_slot where store = $1 and buyer = $2 order by whom, slot, item";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(buyer.as_str()).fetch_all(c).await)?)
}

/// Erases the slots of a purpose, or all with `None`; gives how many.
pub async fn forget(conn: &mut Conn, store: &StoreId, buyer: &BuyerId, purpose: Option<&str>) -> Result<u64> {
    let sql = "delete from profile_slot where store = $1 and buyer = $2 and ($3 = '' or purpose = $3)";
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(purpose.unwrap_or(""))
        .execute(c).await.map(|done| done.rows_affected()))?)
}

/// Stores an entry of a conversation's ledger (JSON) at its place; the same place again replaces it.
pub async fn put_entry(
    conn: &mut Conn,
    store: &StoreId,
    conversation: &ConversationId,
    n: i64,
    seq: i64,
    entry: &str,
) -> Result<()> {
    let sql = "insert into conversation_slot (conversation, store, n, seq, entry) \
               select cast($1 as text), cast($2 as text), cast($3 as bigint), cast($4 as bigint), cast($5 as text) \
               where exists (select 1 from conversation where id = $1 and store = $2) \
               on conflict (conversation, n) do update set seq = excluded.seq, entry = excluded.entry";
    on!(conn, c => sqlx::query(sql)
        .bind(conversation.as_str()).bind(store.as_str()).bind(n).bind(seq).bind(entry)
        .execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The entries of a conversation's ledger, in order.
pub async fn entries(conn: &mut Conn, store: &StoreId, conversation: &ConversationId) -> Result<Vec<String>> {
    let sql = "select entry from conversation_slot where conversation = $1 and store = $2 order by n";
    Ok(on!(conn, c => sqlx::query_scalar(sql)
        .bind(conversation.as_str()).bind(store.as_str()).fetch_all(c).await)?)
}

/// Erases the ledgers of all conversations of a buyer.
pub async fn forget_entries(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<u64> {
    let sql = "delete from conversation_slot where store = $1 and conversation in \
               (select id from conversation where store = $1 and buyer = $2)";
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(buyer.as_str()).execute(c).await.map(|done| done.rows_affected()))?)
}
