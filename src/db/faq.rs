//! Questions and answers that a store has written down.

use std::collections::HashMap;

use serde::Serialize;

use super::event::json;
use super::{Conn, PerEngine, on, over_rows};
use crate::error::{Error, Result};
use crate::ids::StoreId;

/// One question with the store's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Faq {
    /// Names it as evidence. A question that is imported again keeps the id that it has.
    pub id: String,
    pub question: String,
    pub answer: String,
    pub category: Option<String>,
    pub tags: Vec<String>,
}

/// Adds entries or brings those with the same question up to date, in one statement; gives how many rows changed, so
/// the same entries again give 0. Of two with one question the last counts.
pub async fn upsert(conn: &mut Conn, store: &StoreId, entries: &[Faq]) -> Result<u64> {
    const SQL: PerEngine = over_rows!(
        "insert into faq (store, id, question, answer, category, tags) \
         select value ->> 'store', value ->> 'id', value ->> 'question', value ->> 'answer', \
         value ->> 'category', value ->> 'tags' from",
        "where true on conflict (store, question) do update set answer = excluded.answer, \
         category = excluded.category, tags = excluded.tags \
         where faq.answer <> excluded.answer or faq.category is distinct from excluded.category \
         or faq.tags <> excluded.tags"
    );
    // One row twice in one statement is an error in PostgreSQL.
    let mut last: HashMap<&str, &Faq> = HashMap::with_capacity(entries.len());
    for entry in entries {
        last.insert(&entry.question, entry);
    }
    if last.is_empty() {
        return Ok(0);
    }
    let rows = last.into_values().map(|f| ToRow::of(store, f)).collect::<Result<Vec<_>>>()?;
    let rows = json(&rows)?;
    let sql = conn.text(&SQL);
    Ok(on!(conn, c => sqlx::query(sql).bind(rows).execute(c).await.map(|done| done.rows_affected()))?)
}

/// All entries of a store, by question.
pub async fn of_store(conn: &mut Conn, store: &StoreId) -> Result<Vec<Faq>> {
    let sql = "select id, question, answer, category, tags from faq where store = $1 order by question";
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?;
    rows.into_iter().map(Row::faq).collect()
}

#[derive(Serialize)]
struct ToRow<'a> {
    store: &'a StoreId,
    id: &'a str,
    question: &'a str,
    answer: &'a str,
    category: Option<&'a str>,
    tags: String,
}

impl<'a> ToRow<'a> {
    fn of(store: &'a StoreId, entry: &'a Faq) -> Result<Self> {
        Ok(Self {
            store,
            id: &entry.id,
            question: &entry.question,
            answer: &entry.answer,
            category: entry.category.as_deref(),
            tags: json(&entry.tags)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    question: String,
    answer: String,
    category: Option<String>,
    tags: String,
}

impl Row {
    fn faq(self) -> Result<Faq> {
        Ok(Faq {
            id: self.id,
            question: self.question,
            answer: self.answer,
            category: self.category,
            tags: serde_json::from_str(&self.tags).map_err(|e| Error::Internal(e.into()))?,
        })
    }
}
