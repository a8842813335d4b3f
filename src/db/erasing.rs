//! Erasing the words of a buyer's conversations: the one exception to "entries are never changed". Number, time and kind
//! stay, so that readers and scores count as before.

use super::event::{body_json, parse_body};
use super::{Conn, on};
use crate::error::Result;
use crate::ids::{BuyerId, ConversationId, StoreId};
use crate::protocol::desk::AnyBody;
use crate::protocol::event::{Brief, Draft, Flag, Handoff, Message, Note, OfferMade, Rated, Tool, Transfer};
use crate::protocol::{DeskBody, PublicBody};

/// Blanks the words of all entries of a buyer's conversations, whoever wrote them, because others repeat what the buyer
/// said; gives how many entries there are.
pub async fn blank_words(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<u64> {
    let sql = "select e.conversation, e.seq, e.kind, e.body from event e join conversation c on c.id = e.conversation \
               where c.store = $1 and e.store = $1 and c.buyer = $2 order by e.conversation, e.seq";
    let entries: Vec<(String, i64, String, String)> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(buyer.as_str()).fetch_all(c).await)?;
    let update = "update event set body = $4, author_name = case when author_kind = 'buyer' then null else author_name \
                  end where conversation = $1 and seq = $2 and store = $3";
    for (conversation, seq, kind, body) in &entries {
        let body = body_json(&blank(parse_body(kind, body)?))?;
        on!(conn, c => sqlx::query(update)
            .bind(conversation).bind(seq).bind(store.as_str()).bind(body).execute(c).await.map(|_| ()))?;
    }
    let lists = "update conversation set last_text = '', context = '{}' where store = $1 and buyer = $2";
    on!(conn, c => sqlx::query(lists).bind(store.as_str()).bind(buyer.as_str()).execute(c).await.map(|_| ()))?;
    Ok(entries.len() as u64)
}

/// The conversations of a buyer, the oldest first.
pub async fn conversations(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<Vec<ConversationId>> {
    let sql = "select id from conversation where store = $1 and buyer = $2 order by id";
    let ids: Vec<String> =
        on!(conn, c => sqlx::query_scalar(sql).bind(store.as_str()).bind(buyer.as_str()).fetch_all(c).await)?;
    Ok(ids.into_iter().map(ConversationId::from).collect())
}

/// A body without words; what scores count (origin, reason, stars) stays.
fn blank(body: AnyBody) -> AnyBody {
    match body {
        AnyBody::Public(body) => AnyBody::Public(match body {
            PublicBody::Message(Message { origin, turn, .. }) => PublicBody::Message(Message {
                text: String::new(),
                origin,
                turn,
                cards: Vec::new(),
                attachments: Vec::new(),
                evidence: Vec::new(),
                chose: None,
                settles: None,
            }),
            PublicBody::Rated(Rated { stars, .. }) => PublicBody::Rated(Rated { stars, comment: None }),
            PublicBody::Handoff(handoff @ Handoff { .. }) => PublicBody::Handoff(handoff),
            // Which order it was about stays with the offer, which the shop's books need.
            PublicBody::Offer(offer) => PublicBody::Offer(OfferMade { choices: Vec::new(), ..offer }),
            body @ (PublicBody::OfferAnswered(_)
            | PublicBody::Joined {}
            | PublicBody::Returned {}
            | PublicBody::Closed {}) => body,
        }),
        AnyBody::Desk(body) => AnyBody::Desk(match body {
            DeskBody::Note(_) => DeskBody::Note(Note { text: String::new() }),
            DeskBody::Tool(Tool { name, ms, .. }) => {
                DeskBody::Tool(Tool { name, arguments: serde_json::Value::Null, result: serde_json::Value::Null, ms })
            }
            DeskBody::Brief(_) => DeskBody::Brief(Brief::default()),
            DeskBody::Transfer(Transfer { to_agent, to_skill, .. }) => {
                DeskBody::Transfer(Transfer { to_agent, to_skill, reason: String::new() })
            }
            DeskBody::Flag(Flag { kind, level, .. }) => DeskBody::Flag(Flag { kind, level, text: None }),
            DeskBody::Draft(Draft { turn, .. }) => DeskBody::Draft(Draft { text: String::new(), turn }),
        }),
    }
}
