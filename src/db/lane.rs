//! Ways from a store's warehouses to its buyers.

use std::collections::HashMap;

use serde::Serialize;

use super::event::json;
use super::{Conn, PerEngine, on, over_rows};
use crate::error::{Error, Result};
use crate::ids::StoreId;

/// A way from a warehouse to a place by a carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// `warehouse/carrier/province/city`: names it as evidence, and is different for each.
    pub id: String,
    pub warehouse: String,
    pub carrier: String,
    pub province: String,
    /// `None`: the whole province.
    pub city: Option<String>,
    /// Days from the carrier's taking it to the buyer's having it.
    pub transit_days: i64,
    /// Minutes after midnight where the store is: what is handed over by then leaves the same day.
    pub cutoff_min: i64,
    /// `mon` to `sun`, and days as `2027-02-06` or `2027-02-06..2027-02-12`.
    pub closed_days: Vec<String>,
    pub max_parcel_g: i64,
    /// Whether the carrier brings parcels to the door there.
    pub doorstep: bool,
    /// For one parcel.
    pub price_fen: Option<i64>,
}

/// Adds lanes or brings those with the same id up to date, in one statement; gives how many rows changed, so the same
/// lanes again give 0. Of two with one id the last counts.
pub async fn upsert(conn: &mut Conn, store: &StoreId, lanes: &[Lane]) -> Result<u64> {
    const SQL: PerEngine = over_rows!(
        "insert into lane (store, id, warehouse, carrier, province, city, transit_days, cutoff_min, closed_days, \
         max_parcel_g, doorstep, price_fen) \
         select value ->> 'store', value ->> 'id', value ->> 'warehouse', value ->> 'carrier', \
         value ->> 'province', value ->> 'city', cast(value ->> 'transit_days' as bigint), \
         cast(value ->> 'cutoff_min' as bigint), value ->> 'closed_days', \
         cast(value ->> 'max_parcel_g' as bigint), cast(value ->> 'doorstep' as boolean), \
         cast(value ->> 'price_fen' as bigint) from",
        "where true on conflict (store, id) do update set transit_days = excluded.transit_days, \
         cutoff_min = excluded.cutoff_min, closed_days = excluded.closed_days, \
         max_parcel_g = excluded.max_parcel_g, doorstep = excluded.doorstep, price_fen = excluded.price_fen \
         where lane.transit_days <> excluded.transit_days or lane.cutoff_min <> excluded.cutoff_min \
         or lane.closed_days <> excluded.closed_days or lane.max_parcel_g <> excluded.max_parcel_g \
         or lane.doorstep <> excluded.doorstep or lane.price_fen is distinct from excluded.price_fen"
    );
    // One row twice in one statement is an error in PostgreSQL.
    let mut last: HashMap<&str, &Lane> = HashMap::with_capacity(lanes.len());
    for lane in lanes {
        last.insert(&lane.id, lane);
    }
    if last.is_empty() {
        return Ok(0);
    }
    let rows = last.into_values().map(|l| ToRow::of(store, l)).collect::<Result<Vec<_>>>()?;
    let rows = json(&rows)?;
    let sql = conn.text(&SQL);
    Ok(on!(conn, c => sqlx::query(sql).bind(rows).execute(c).await.map(|done| done.rows_affected()))?)
}

/// All lanes of a store, by id.
pub async fn of_store(conn: &mut Conn, store: &StoreId) -> Result<Vec<Lane>> {
    let sql = "select id, warehouse, carrier, province, city, transit_days, cutoff_min, closed_days, max_parcel_g, \
               doorstep, price_fen from lane where store = $1 order by id";
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?;
    rows.into_iter().map(Row::lane).collect()
}

#[derive(Serialize)]
struct ToRow<'a> {
    store: &'a StoreId,
    id: &'a str,
    warehouse: &'a str,
    carrier: &'a str,
    province: &'a str,
    city: Option<&'a str>,
    transit_days: i64,
    cutoff_min: i64,
    closed_days: String,
    max_parcel_g: i64,
    doorstep: bool,
    price_fen: Option<i64>,
}

impl<'a> ToRow<'a> {
    fn of(store: &'a StoreId, lane: &'a Lane) -> Result<Self> {
        Ok(Self {
            store,
            id: &lane.id,
            warehouse: &lane.warehouse,
            carrier: &lane.carrier,
            province: &lane.province,
            city: lane.city.as_deref(),
            transit_days: lane.transit_days,
            cutoff_min: lane.cutoff_min,
            closed_days: json(&lane.closed_days)?,
            max_parcel_g: lane.max_parcel_g,
            doorstep: lane.doorstep,
            price_fen: lane.price_fen,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    warehouse: String,
    carrier: String,
    province: String,
    city: Option<String>,
    transit_days: i64,
    cutoff_min: i64,
    closed_days: String,
    max_parcel_g: i64,
    doorstep: bool,
    price_fen: Option<i64>,
}

impl Row {
    fn lane(self) -> Result<Lane> {
        Ok(Lane {
            id: self.id,
            warehouse: self.warehouse,
            carrier: self.carrier,
            province: self.province,
            city: self.city,
            transit_days: self.transit_days,
            cutoff_min: self.cutoff_min,
            closed_days: serde_json::from_str(&self.closed_days).map_err(|e| Error::Internal(e.into()))?,
            max_parcel_g: self.max_parcel_g,
            doorstep: self.doorstep,
            price_fen: self.price_fen,
        })
    }
}
