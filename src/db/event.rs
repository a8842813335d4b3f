//! The log's entries.

use serde::Serialize;

use super::rows::{Kind, ManyRows, pieces};
use super::{Conn, on};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::{ConversationId, StoreId, TurnId};
use crate::protocol::desk::AnyBody;
use crate::protocol::event::Message;
use crate::protocol::{Author, AuthorKind, DeskBody, PublicBody};

/// One stored entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub store: StoreId,
    pub conversation: ConversationId,
    pub seq: i64,
    /// The last entry before it that the buyer may see; 0 if there is none.
    pub prev_public: i64,
    pub at: Millis,
    pub author: Author,
    pub body: AnyBody,
    /// The sender's own id.
    pub client_id: Option<String>,
}

impl Entry {
    /// The message that it is, if it is one.
    pub fn message(&self) -> Option<&Message> {
        if let AnyBody::Public(PublicBody::Message(message)) = &self.body { Some(message) } else { None }
    }
}

/// What an earlier send with the same client id stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    pub key: SentKey,
    pub seq: i64,
    pub at: Millis,
    pub body: AnyBody,
}

/// A client id to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SentKey {
    pub conversation: ConversationId,
    pub author: String,
    pub client_id: String,
}

/// Stores entries.
pub async fn insert(conn: &mut Conn, entries: &[Entry]) -> Result<()> {
    use Kind::{Flag, Integer, Text};
    static SQL: ManyRows = ManyRows::new(
        "insert into event (conversation, seq, store, at, author_kind, author_id, author_name, public, prev_public, \
         kind, body, client_id) values",
        &[Text, Integer, Text, Integer, Text, Text, Text, Flag, Integer, Text, Text, Text],
        "",
    );
    for piece in pieces(entries) {
        let sql = SQL.text(piece.len(), conn.marks());
        on!(conn, c => {
            let mut insert = sqlx::query(sql);
            for entry in piece {
                insert = insert
                    .bind(entry.conversation.shared())
                    .bind(entry.seq)
                    .bind(entry.store.shared())
                    .bind(entry.at)
                    .bind(word_of(entry.author.kind))
                    .bind(entry.author.id.as_deref().unwrap_or(""))
                    .bind(entry.author.name.as_deref())
                    .bind(matches!(entry.body, AnyBody::Public(_)))
                    .bind(entry.prev_public)
                    .bind(kind_of(&entry.body))
                    .bind(body_json(&entry.body)?)
                    .bind(entry.client_id.as_deref());
            }
            insert.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Those of the client ids that have been stored before.
pub async fn find_sent(conn: &mut Conn, keys: &[SentKey]) -> Result<Vec<Sent>> {
    static SQL: ManyRows = ManyRows::new(
        "with wanted (conversation, author, client_id) as (values",
        &[Kind::Text, Kind::Text, Kind::Text],
        ") select e.conversation, e.author_id, e.client_id, e.seq, e.at, e.kind, e.body from wanted w \
         join event e on e.conversation = w.conversation and e.author_id = w.author and e.client_id = w.client_id",
    );
    let mut found: Vec<(String, String, String, i64, i64, String, String)> = Vec::new();
    for piece in pieces(keys) {
        let sql = SQL.text(piece.len(), conn.marks());
        let rows = on!(conn, c => {
            let mut find = sqlx::query_as(sql);
            for key in piece {
                find = find.bind(key.conversation.shared()).bind(&key.author).bind(&key.client_id);
            }
            find.fetch_all(c).await
        })?;
        found.extend(rows);
    }
    found
        .into_iter()
        .map(|(conversation, author, client_id, seq, at, kind, body)| {
            let key = SentKey { conversation: conversation.into(), author, client_id };
            Ok(Sent { key, seq, at, body: parse_body(&kind, &body)? })
        })
        .collect()
}

/// Entries after a number, in order, at most `limit`.
pub async fn after(
    conn: &mut Conn,
    store: &StoreId,
    conversation: &ConversationId,
    after: i64,
    limit: i64,
) -> Result<Vec<Entry>> {
    let sql = "select store, conversation, seq, prev_public, at, author_kind, author_id, author_name, kind, body, \
               client_id from event where conversation = $1 and store = $2 and seq > $3 order by seq limit $4";
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql)
        .bind(conversation.as_str()).bind(store.as_str()).bind(after).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Row::entry).collect()
}

/// The last entries, in order, at most `limit`.
pub async fn last(conn: &mut Conn, store: &StoreId, conversation: &ConversationId, limit: i64) -> Result<Vec<Entry>> {
    let sql = "select store, conversation, seq, prev_public, at, author_kind, author_id, author_name, kind, body, \
               client_id from event where conversation = $1 and store = $2 order by seq desc limit $3";
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql)
        .bind(conversation.as_str()).bind(store.as_str()).bind(limit).fetch_all(c).await)?;
    rows.into_iter().rev().map(Row::entry).collect()
}

/// Whether a conversation holds a draft of this turn.
pub async fn has_draft(conn: &mut Conn, store: &StoreId, conversation: &ConversationId, turn: &TurnId) -> Result<bool> {
    let sql = "select body from event where conversation = $1 and store = $2 and kind = 'draft'";
    let bodies: Vec<String> = on!(conn, c => sqlx::query_scalar(sql)
        .bind(conversation.as_str()).bind(store.as_str()).fetch_all(c).await)?;
    for body in bodies {
        if let AnyBody::Desk(DeskBody::Draft(draft)) = parse_body("draft", &body)?
            && draft.turn == *turn
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The word that names a body's kind, as it is stored and sent.
pub fn kind_of(body: &AnyBody) -> &'static str {
    match body {
        AnyBody::Public(body) => match body {
            PublicBody::Message(_) => "message",
            PublicBody::Handoff(_) => "handoff",
            PublicBody::Joined {} => "joined",
            PublicBody::Returned {} => "returned",
            PublicBody::Closed {} => "closed",
            PublicBody::Rated(_) => "rated",
            PublicBody::Offer(_) => "offer",
            PublicBody::OfferAnswered(_) => "offer_answered",
        },
        AnyBody::Desk(body) => match body {
            DeskBody::Note(_) => "note",
            DeskBody::Tool(_) => "tool",
            DeskBody::Brief(_) => "brief",
            DeskBody::Transfer(_) => "transfer",
            DeskBody::Flag(_) => "flag",
            DeskBody::Draft(_) => "draft",
        },
    }
}

/// Reads a stored body back.
pub fn parse_body(kind: &str, body: &str) -> Result<AnyBody> {
    let whole = format!(r#"{{"kind":"{kind}","body":{body}}}"#);
    serde_json::from_str(&whole).map_err(|e| {
        Error::Internal(anyhow::Error::new(e).context(format!("a stored event of kind {kind} does not parse")))
    })
}

pub(super) fn body_json(body: &AnyBody) -> Result<String> {
    match body {
        AnyBody::Public(body) => match body {
            PublicBody::Message(b) => json(b),
            PublicBody::Handoff(b) => json(b),
            PublicBody::Rated(b) => json(b),
            PublicBody::Offer(b) => json(b),
            PublicBody::OfferAnswered(b) => json(b),
            PublicBody::Joined {} | PublicBody::Returned {} | PublicBody::Closed {} => Ok("{}".into()),
        },
        AnyBody::Desk(body) => match body {
            DeskBody::Note(b) => json(b),
            DeskBody::Tool(b) => json(b),
            DeskBody::Brief(b) => json(b),
            DeskBody::Transfer(b) => json(b),
            DeskBody::Flag(b) => json(b),
            DeskBody::Draft(b) => json(b),
        },
    }
}

pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Internal(e.into()))
}

fn word_of(kind: AuthorKind) -> &'static str {
    match kind {
        AuthorKind::Buyer => "buyer",
        AuthorKind::Assistant => "assistant",
        AuthorKind::Agent => "agent",
        AuthorKind::System => "system",
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    store: String,
    conversation: String,
    seq: i64,
    prev_public: i64,
    at: i64,
    author_kind: String,
    author_id: String,
    author_name: Option<String>,
    kind: String,
    body: String,
    client_id: Option<String>,
}

impl Row {
    fn entry(self) -> Result<Entry> {
        let kind = match self.author_kind.as_str() {
            "buyer" => AuthorKind::Buyer,
            "assistant" => AuthorKind::Assistant,
            "agent" => AuthorKind::Agent,
            _ => AuthorKind::System,
        };
        Ok(Entry {
            store: self.store.into(),
            conversation: self.conversation.into(),
            seq: self.seq,
            prev_public: self.prev_public,
            at: self.at,
            author: Author { kind, id: Some(self.author_id).filter(|id| !id.is_empty()), name: self.author_name },
            body: parse_body(&self.kind, &self.body)?,
            client_id: self.client_id,
        })
    }
}
