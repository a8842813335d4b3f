//! What was said to models in a turn and what came, packed; masked before it comes here, and swept after some days.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};

use super::rows::{Kind, ManyRows, pieces};
use super::{Conn, on};
use crate::clock::Millis;
use crate::error::Result;
use crate::ids::{BuyerId, ConversationId, StoreId, TurnId};

/// One turn's.
#[derive(Debug, Clone)]
pub struct Transcript {
    pub turn: TurnId,
    pub store: StoreId,
    pub conversation: ConversationId,
    pub at: Millis,
    /// JSON, deflated, as base64.
    pub packed: String,
}

/// What many transcripts of a store have alike, by the hash of what it is.
#[derive(Debug, Clone)]
pub struct Part {
    pub store: StoreId,
    pub hash: String,
    pub packed: String,
}

/// The longest text that is unpacked, in bytes; a turn's is far shorter.
const MAX_UNPACKED: u64 = 8 * 1024 * 1024;

/// A text as it is stored.
pub fn pack(text: &str) -> Option<String> {
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::fast());
    deflated.write_all(text.as_bytes()).ok()?;
    Some(STANDARD_NO_PAD.encode(deflated.finish().ok()?))
}

/// The text again; `None` for what was never packed here.
pub fn unpack(packed: &str) -> Option<String> {
    let deflated = STANDARD_NO_PAD.decode(packed).ok()?;
    let mut text = String::new();
    DeflateDecoder::new(deflated.as_slice()).take(MAX_UNPACKED).read_to_string(&mut text).ok()?;
    Some(text)
}

/// What a part is known by.
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Stores them; a turn that is taken up again has the newest.
pub async fn put(conn: &mut Conn, new: &[Transcript]) -> Result<()> {
    use Kind::{Integer, Text};
    static SQL: ManyRows = ManyRows::new(
        "insert into transcript (turn, store, conversation, at, packed) values",
        &[Text, Text, Text, Integer, Text],
        "on conflict (turn) do update set at = excluded.at, packed = excluded.packed",
    );
    for piece in pieces(new) {
        let sql = SQL.text(piece.len(), conn.marks());
        on!(conn, c => {
            let mut put = sqlx::query(sql);
            for one in piece {
                put = put
                    .bind(one.turn.as_str())
                    .bind(one.store.as_str())
                    .bind(one.conversation.as_str())
                    .bind(one.at)
                    .bind(&one.packed);
            }
            put.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Stores a part, or notes that it is still used.
pub async fn put_part(conn: &mut Conn, part: &Part, now: Millis) -> Result<()> {
    let sql = "insert into transcript_part (store, hash, used_at, packed) values ($1, $2, $3, $4) \
               on conflict (store, hash) do update set used_at = excluded.used_at";
    on!(conn, c => sqlx::query(sql)
        .bind(part.store.as_str()).bind(&part.hash).bind(now).bind(&part.packed).execute(c).await.map(|_| ()))?;
    Ok(())
}

/// When it was written, and what is packed.
pub async fn find(
    conn: &mut Conn,
    store: &StoreId,
    conversation: &ConversationId,
    turn: &TurnId,
) -> Result<Option<(Millis, String)>> {
    let sql = "select at, packed from transcript where turn = $1 and store = $2 and conversation = $3";
    Ok(on!(conn, c => sqlx::query_as(sql)
        .bind(turn.as_str()).bind(store.as_str()).bind(conversation.as_str()).fetch_optional(c).await)?)
}

pub async fn part(conn: &mut Conn, store: &StoreId, hash: &str) -> Result<Option<String>> {
    let sql = "select packed from transcript_part where store = $1 and hash = $2";
    Ok(on!(conn, c => sqlx::query_scalar(sql).bind(store.as_str()).bind(hash).fetch_optional(c).await)?)
}

/// The turns of a conversation of which there is one, the oldest first.
pub async fn turns(conn: &mut Conn, store: &StoreId, conversation: &ConversationId) -> Result<Vec<TurnId>> {
    let sql = "select turn from transcript where store = $1 and conversation = $2 order by at, turn limit 500";
    let turns: Vec<String> = on!(conn, c => sqlx::query_scalar(sql)
        .bind(store.as_str()).bind(conversation.as_str()).fetch_all(c).await)?;
    Ok(turns.into_iter().map(TurnId::from).collect())
}

/// The stores that have any.
pub async fn stores(conn: &mut Conn) -> Result<Vec<StoreId>> {
    let sql = "select id from store where exists (select 1 from transcript where transcript.store = store.id) \
               or exists (select 1 from transcript_part where transcript_part.store = store.id)";
    let ids: Vec<String> = on!(conn, c => sqlx::query_scalar(sql).fetch_all(c).await)?;
    Ok(ids.into_iter().map(StoreId::from).collect())
}

/// Takes away at most `limit` of a store that were written before a time, and the parts that were not used since
/// then; gives how many went.
pub async fn sweep(conn: &mut Conn, store: &StoreId, before: Millis, limit: i64) -> Result<u64> {
    let sql = "delete from transcript where turn in \
               (select turn from transcript where store = $1 and at < $2 order by at limit $3)";
    let parts = "delete from transcript_part where store = $1 and used_at < $2";
    let gone = on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(before).bind(limit).execute(c).await
        .map(|done| done.rows_affected()))?;
    on!(conn, c => sqlx::query(parts).bind(store.as_str()).bind(before).execute(c).await.map(|_| ()))?;
    Ok(gone)
}

/// Takes away all of a buyer's.
pub async fn forget(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<u64> {
    let sql = "delete from transcript where store = $1 and conversation in \
               (select id from conversation where store = $1 and buyer = $2)";
    Ok(on!(conn, c => sqlx::query(sql).bind(store.as_str()).bind(buyer.as_str()).execute(c).await
        .map(|done| done.rows_affected()))?)
}
