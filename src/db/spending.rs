//! What models cost each store, day by day. Rows only grow, in the transaction of the turn that they are for.

use std::collections::BTreeMap;

use super::rows::{Kind, ManyRows, pieces};
use super::{Conn, on};
use crate::error::Result;
use crate::ids::StoreId;

/// Tokens and money (millionths of a yuan).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    pub tokens: i64,
    pub micros: i64,
}

impl Spent {
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { tokens: self.tokens.saturating_add(other.tokens), micros: self.micros.saturating_add(other.micros) }
    }
}

/// What one model was asked, and what it cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Charge {
    /// Our name for the model.
    pub model: String,
    pub turns: i64,
    pub requests: i64,
    /// Of the requests, those whose tokens the server did not count.
    pub estimated: i64,
    pub prompt_tokens: i64,
    /// Of the prompt's tokens.
    pub cached_tokens: i64,
    pub completion_tokens: i64,
    pub cost_micros: i64,
}

impl Charge {
    pub fn spent(&self) -> Spent {
        Spent { tokens: self.prompt_tokens.saturating_add(self.completion_tokens), micros: self.cost_micros }
    }

    /// Adds what the same model was asked besides.
    pub fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.turns, other.turns),
            (&mut self.requests, other.requests),
            (&mut self.estimated, other.estimated),
            (&mut self.prompt_tokens, other.prompt_tokens),
            (&mut self.cached_tokens, other.cached_tokens),
            (&mut self.completion_tokens, other.completion_tokens),
            (&mut self.cost_micros, other.cost_micros),
        ];
        for (sum, more) in pairs {
            *sum = sum.saturating_add(more);
        }
    }
}

/// A charge of a store on a day of its calendar (`2026-11-23`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    pub store: StoreId,
    pub day: String,
    pub charge: Charge,
}

/// Adds charges, each to the row of this writer.
pub async fn add(conn: &mut Conn, charges: Vec<Charged>, writer: i64) -> Result<()> {
    use Kind::{Integer, Text};
    static SQL: ManyRows = ManyRows::new(
        "insert into spending (store, day, model, writer, turns, requests, estimated, prompt_tokens, cached_tokens, \
         completion_tokens, cost_micros) values",
        &[Text, Text, Text, Integer, Integer, Integer, Integer, Integer, Integer, Integer, Integer],
        "on conflict (store, day, model, writer) do update set turns = spending.turns + excluded.turns, \
         requests = spending.requests + excluded.requests, estimated = spending.estimated + excluded.estimated, \
         prompt_tokens = spending.prompt_tokens + excluded.prompt_tokens, \
         cached_tokens = spending.cached_tokens + excluded.cached_tokens, \
         completion_tokens = spending.completion_tokens + excluded.completion_tokens, \
         cost_micros = spending.cost_micros + excluded.cost_micros",
    );
    // One row a key, in one order: PostgreSQL refuses to change a row twice in a statement, and two transactions that
    // take rows in different orders wait for each other.
    let mut sums: BTreeMap<(String, String, String), Charge> = BTreeMap::new();
    for Charged { store, day, charge } in charges {
        let key = (store.as_str().to_owned(), day, charge.model.clone());
        sums.entry(key).or_default().add(&charge);
    }
    let sums: Vec<_> = sums.into_iter().collect();
    for piece in pieces(&sums) {
        let sql = SQL.text(piece.len(), conn.marks());
        on!(conn, c => {
            let mut add = sqlx::query(sql);
            for ((store, day, model), charge) in piece {
                add = add
                    .bind(store)
                    .bind(day)
                    .bind(model)
                    .bind(writer)
                    .bind(charge.turns)
                    .bind(charge.requests)
                    .bind(charge.estimated)
                    .bind(charge.prompt_tokens)
                    .bind(charge.cached_tokens)
                    .bind(charge.completion_tokens)
                    .bind(charge.cost_micros);
            }
            add.execute(c).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// What a store has spent on a day.
pub async fn of_day(conn: &mut Conn, store: &StoreId, day: &str) -> Result<Spent> {
    let sql = "select cast(coalesce(sum(prompt_tokens + completion_tokens), 0) as bigint), \
               cast(coalesce(sum(cost_micros), 0) as bigint) from spending where store = $1 and day = $2";
    let (tokens, micros): (i64, i64) =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(day).fetch_one(c).await)?;
    Ok(Spent { tokens, micros })
}

/// A store's charges from a day to a day, both included, with each day and model once; the newest day first.
pub async fn between(conn: &mut Conn, store: &StoreId, from: &str, to: &str) -> Result<Vec<(String, Charge)>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        day: String,
        #[sqlx(flatten)]
        charge: Charge,
    }
    let sql = "select day, model, cast(sum(turns) as bigint) as turns, cast(sum(requests) as bigint) as requests, \
               cast(sum(estimated) as bigint) as estimated, cast(sum(prompt_tokens) as bigint) as prompt_tokens, \
               cast(sum(cached_tokens) as bigint) as cached_tokens, \
               cast(sum(completion_tokens) as bigint) as completion_tokens, \
               cast(sum(cost_micros) as bigint) as cost_micros from spending \
               where store = $1 and day >= $2 and day <= $3 group by day, model order by day desc, model";
    let rows: Vec<Row> =
        on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).bind(from).bind(to).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|row| (row.day, row.charge)).collect())
}
