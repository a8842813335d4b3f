//! What buyers bought, as the merchant's own system tells it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::event::json;
use super::{Conn, PerEngine, on, over_rows};
use crate::clock::Millis;
use crate::error::{Error, Result};
use crate::ids::{BuyerId, StoreId};

/// One order of one buyer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub order_id: String,
    pub buyer: BuyerId,
    /// The merchant's own word: `paid`, `shipped`, `delivered` …
    pub status: String,
    pub paid_at: Millis,
    pub shipped_at: Option<Millis>,
    pub picked_up_at: Option<Millis>,
    pub delivered_at: Option<Millis>,
    /// Whether it was brought to the door; `None` where the carrier does not say.
    pub doorstep: Option<bool>,
    pub address: Address,
    pub lines: Vec<Line>,
    pub refunds: Vec<Refund>,
    /// 1 to 5 stars.
    pub rating: Option<i64>,
}

impl Order {
    /// Whether it has nothing left to put right.
    pub fn is_void(&self) -> bool {
        ["unpaid", "cancelled", "canceled", "refunded", "closed"].contains(&self.status.as_str())
    }
}

/// Where an order goes, without street and door.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub province: String,
    pub city: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub sku: String,
    pub qty: i64,
    /// What was paid for one piece.
    pub price_fen: i64,
    /// The batch that the goods are from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub reason: String,
    /// Whether it was for the goods' quality.
    pub quality: bool,
    pub applied_at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Millis>,
    pub amount_fen: i64,
}

impl Order {
    pub fn paid_fen(&self) -> i64 {
        self.lines.iter().map(|line| line.price_fen.saturating_mul(line.qty)).fold(0, i64::saturating_add)
    }

    pub fn refunded_fen(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.amount_fen).fold(0, i64::saturating_add)
    }
}

/// Adds orders or brings those with the same id up to date, in one statement; gives how many rows changed, so the same
/// orders again give 0. Of two with one id the last counts.
pub async fn upsert(conn: &mut Conn, store: &StoreId, orders: &[Order]) -> Result<u64> {
    const SQL: PerEngine = over_rows!(
        "insert into shop_order (store, id, buyer, status, paid_at, shipped_at, picked_up_at, delivered_at, \
         doorstep, address, lines, refunds, rating) \
         select value ->> 'store', value ->> 'id', value ->> 'buyer', value ->> 'status', \
         cast(value ->> 'paid_at' as bigint), cast(value ->> 'shipped_at' as bigint), \
         cast(value ->> 'picked_up_at' as bigint), cast(value ->> 'delivered_at' as bigint), \
         cast(value ->> 'doorstep' as boolean), value ->> 'address', value ->> 'lines', value ->> 'refunds', \
         cast(value ->> 'rating' as bigint) from",
        "where true on conflict (store, id) do update set buyer = excluded.buyer, status = excluded.status, \
         paid_at = excluded.paid_at, shipped_at = excluded.shipped_at, picked_up_at = excluded.picked_up_at, \
         delivered_at = excluded.delivered_at, doorstep = excluded.doorstep, address = excluded.address, \
         lines = excluded.lines, refunds = excluded.refunds, rating = excluded.rating \
         where shop_order.buyer <> excluded.buyer or shop_order.status <> excluded.status \
         or shop_order.paid_at <> excluded.paid_at \
         or shop_order.shipped_at is distinct from excluded.shipped_at \
         or shop_order.picked_up_at is distinct from excluded.picked_up_at \
         or shop_order.delivered_at is distinct from excluded.delivered_at \
         or shop_order.doorstep is distinct from excluded.doorstep \
         or shop_order.address <> excluded.address or shop_order.lines <> excluded.lines \
         or shop_order.refunds <> excluded.refunds or shop_order.rating is distinct from excluded.rating"
    );
    // One row twice in one statement is an error in PostgreSQL.
    let mut last: HashMap<&str, &Order> = HashMap::with_capacity(orders.len());
    for order in orders {
        last.insert(&order.order_id, order);
    }
    if last.is_empty() {
        return Ok(0);
    }
    let rows = last.into_values().map(|o| ToRow::of(store, o)).collect::<Result<Vec<_>>>()?;
    let rows = json(&rows)?;
    let sql = conn.text(&SQL);
    Ok(on!(conn, c => sqlx::query(sql).bind(rows).execute(c).await.map(|done| done.rows_affected()))?)
}

/// A buyer's own orders are read by this and what follows. Anonymous visitors have none, whatever id an import names.
macro_rules! select_own {
    ($rest:literal) => {
        concat!(
            "select o.id, o.buyer, o.status, o.paid_at, o.shipped_at, o.picked_up_at, o.delivered_at, o.doorstep, \
             o.address, o.lines, o.refunds, o.rating from shop_order o \
             join buyer b on b.store = o.store and b.id = o.buyer and b.signed \
             where o.store = $1 and o.buyer = $2 ",
            $rest
        )
    };
}

/// A buyer's own orders, the newest first, at most `limit`.
pub async fn of_buyer(conn: &mut Conn, store: &StoreId, buyer: &BuyerId, limit: i64) -> Result<Vec<Order>> {
    let sql = select_own!("order by o.paid_at desc, o.id desc limit $3");
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(limit).fetch_all(c).await)?;
    rows.into_iter().map(Row::order).collect()
}

/// One of a buyer's own orders. Another buyer's order and one that does not exist are both `None`.
pub async fn find(conn: &mut Conn, store: &StoreId, buyer: &BuyerId, id: &str) -> Result<Option<Order>> {
    let sql = select_own!("and o.id = $3");
    let row: Option<Row> = on!(conn, c => sqlx::query_as(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(id).fetch_optional(c).await)?;
    row.map(Row::order).transpose()
}

#[derive(Serialize)]
struct ToRow<'a> {
    store: &'a StoreId,
    id: &'a str,
    buyer: &'a BuyerId,
    status: &'a str,
    paid_at: Millis,
    shipped_at: Option<Millis>,
    picked_up_at: Option<Millis>,
    delivered_at: Option<Millis>,
    doorstep: Option<bool>,
    // As text: what is read back must be what was compared.
    address: String,
    lines: String,
    refunds: String,
    rating: Option<i64>,
}

impl<'a> ToRow<'a> {
    fn of(store: &'a StoreId, order: &'a Order) -> Result<Self> {
        Ok(Self {
            store,
            id: &order.order_id,
            buyer: &order.buyer,
            status: &order.status,
            paid_at: order.paid_at,
            shipped_at: order.shipped_at,
            picked_up_at: order.picked_up_at,
            delivered_at: order.delivered_at,
            doorstep: order.doorstep,
            address: json(&order.address)?,
            lines: json(&order.lines)?,
            refunds: json(&order.refunds)?,
            rating: order.rating,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    buyer: String,
    status: String,
    paid_at: i64,
    shipped_at: Option<i64>,
    picked_up_at: Option<i64>,
    delivered_at: Option<i64>,
    doorstep: Option<bool>,
    address: String,
    lines: String,
    refunds: String,
    rating: Option<i64>,
}

impl Row {
    fn order(self) -> Result<Order> {
        Ok(Order {
            order_id: self.id,
            buyer: self.buyer.into(),
            status: self.status,
            paid_at: self.paid_at,
            shipped_at: self.shipped_at,
            picked_up_at: self.picked_up_at,
            delivered_at: self.delivered_at,
            doorstep: self.doorstep,
            address: read(&self.address)?,
            lines: read(&self.lines)?,
            refunds: read(&self.refunds)?,
            rating: self.rating,
        })
    }
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::Internal(e.into()))
}
