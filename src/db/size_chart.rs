//! Garments' own measures, size by size.

use std::collections::HashMap;

use serde::Serialize;

use super::event::json;
use super::{Conn, PerEngine, on, over_rows};
use crate::error::Result;
use crate::ids::StoreId;

/// One size of one product, in cm around or along the garment.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow)]
pub struct SizeChart {
    pub sku: String,
    pub size: String,
    pub bust_cm: Option<f64>,
    pub waist_cm: Option<f64>,
    pub hip_cm: Option<f64>,
    pub shoulder_cm: Option<f64>,
    pub length_cm: Option<f64>,
    pub sleeve_cm: Option<f64>,
    pub inseam_cm: Option<f64>,
}

/// Adds sizes or brings those with the same product and name up to date, in one statement; gives how many rows changed.
/// Of two with one name the last counts.
pub async fn upsert(conn: &mut Conn, store: &StoreId, sizes: &[SizeChart]) -> Result<u64> {
    const SQL: PerEngine = over_rows!(
        "insert into size_chart (store, sku, size, bust_cm, waist_cm, hip_cm, shoulder_cm, length_cm, sleeve_cm, \
         inseam_cm) \
         select value ->> 'store', value ->> 'sku', value ->> 'size', \
         cast(value ->> 'bust_cm' as double precision), cast(value ->> 'waist_cm' as double precision), \
         cast(value ->> 'hip_cm' as double precision), cast(value ->> 'shoulder_cm' as double precision), \
         cast(value ->> 'length_cm' as double precision), cast(value ->> 'sleeve_cm' as double precision), \
         cast(value ->> 'inseam_cm' as double precision) from",
        "where true on conflict (store, sku, size) do update set bust_cm = excluded.bust_cm, \
         waist_cm = excluded.waist_cm, hip_cm = excluded.hip_cm, shoulder_cm = excluded.shoulder_cm, \
         length_cm = excluded.length_cm, sleeve_cm = excluded.sleeve_cm, inseam_cm = excluded.inseam_cm \
         where size_chart.bust_cm is distinct from excluded.bust_cm \
         or size_chart.waist_cm is distinct from excluded.waist_cm \
         or size_chart.hip_cm is distinct from excluded.hip_cm \
         or size_chart.shoulder_cm is distinct from excluded.shoulder_cm \
         or size_chart.length_cm is distinct from excluded.length_cm \
         or size_chart.sleeve_cm is distinct from excluded.sleeve_cm \
         or size_chart.inseam_cm is distinct from excluded.inseam_cm"
    );
    #[derive(Serialize)]
    struct ToRow<'a> {
        store: &'a StoreId,
        #[serde(flatten)]
        size: &'a SizeChart,
    }
    // One row twice in one statement is an error in PostgreSQL.
    let last: HashMap<(&str, &str), &SizeChart> =
        sizes.iter().map(|size| ((size.sku.as_str(), size.size.as_str()), size)).collect();
    if last.is_empty() {
        return Ok(0);
    }
    let rows: Vec<_> = last.into_values().map(|size| ToRow { store, size }).collect();
    let rows = json(&rows)?;
    let sql = conn.text(&SQL);
    Ok(on!(conn, c => sqlx::query(sql).bind(rows).execute(c).await.map(|done| done.rows_affected()))?)
}

/// All sizes of a store, by product and name.
pub async fn of_store(conn: &mut Conn, store: &StoreId) -> Result<Vec<SizeChart>> {
    let sql = "select sku, size, bust_cm, waist_cm, hip_cm, shoulder_cm, length_cm, sleeve_cm, inseam_cm \
               from size_chart where store = $1 order by sku, size";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?)
}
