//! Who is at the desk, as the sockets' keepers say every few seconds.

use super::{Conn, on};
use crate::clock::Millis;
use crate::error::Result;
use crate::ids::{AgentId, ConversationId, StoreId};

/// Notes that a person is there, with the status that the person chose.
pub async fn seen(conn: &mut Conn, store: &StoreId, agent: &AgentId, status: &str, now: Millis) -> Result<()> {
    let sql = "insert into presence (agent, store, status, seen_at) values ($1, $2, $3, $4) \
               on conflict (agent) do update set status = excluded.status, seen_at = excluded.seen_at";
    on!(conn, c => sqlx::query(sql)
        .bind(agent.as_str()).bind(store.as_str()).bind(status).bind(now).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// The people of a store who were seen since a time, with their status.
pub async fn there(conn: &mut Conn, store: &StoreId, since: Millis) -> Result<Vec<(AgentId, String)>> {
    let sql = "select agent, status from presence where store = $1 and seen_at >= $2";
    let rows: Vec<(String, String)> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(since).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(agent, status)| (agent.into(), status)).collect())
}

/// Conversations whose buyer waits for a person who has not been seen since a time, in all stores.
pub async fn left_alone(conn: &mut Conn, since: Millis, limit: i64) -> Result<Vec<(StoreId, ConversationId, AgentId)>> {
    let sql = "select c.store, c.id, c.agent from conversation c left join presence p on p.agent = c.agent \
               where c.state = 'human' and c.waiting_since is not null and c.waiting_since < $1 \
               and (p.seen_at is null or p.seen_at < $1) limit $2";
    let rows: Vec<(String, String, String)> =
        on!(conn, c => sqlx::query_as(sql).bind(since).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(s, c, a)| (s.into(), c.into(), a.into())).collect())
}
