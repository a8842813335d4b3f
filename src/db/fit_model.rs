//! People who tried garments, and what buyers said and sent back.

use std::collections::HashMap;

use serde::Serialize;

use super::event::json;
use super::{Conn, PerEngine, on, over_rows};
use crate::error::Result;
use crate::ids::StoreId;

/// One person wore one size of one product. Measures in cm and kg.
#[derive(Debug, Clone, PartialEq, Serialize, sqlx::FromRow)]
pub struct FitModel {
    /// Names the person; one person may have tried several sizes and products.
    pub model_id: String,
    pub sku: String,
    pub size: String,
    pub height_cm: f64,
    pub weight_kg: f64,
    pub bust_cm: Option<f64>,
    pub waist_cm: Option<f64>,
    pub hip_cm: Option<f64>,
    pub shoulder_cm: Option<f64>,
    pub leg_cm: Option<f64>,
    pub shape: Option<String>,
    /// `small`, `fit` or `large`.
    pub verdict: String,
    /// The merchant's words for how it looked.
    pub effect: Option<String>,
    pub photo: Option<String>,
    /// `try_on`, `buyer` or `size_return`.
    pub source: String,
}

/// Adds records or brings those of the same person, product and size up to date, in one statement; gives how many rows
/// changed. Of two with one key the last counts.
pub async fn upsert(conn: &mut Conn, store: &StoreId, models: &[FitModel]) -> Result<u64> {
    const SQL: PerEngine = over_rows!(
        "insert into fit_model (store, model_id, sku, size, height_cm, weight_kg, bust_cm, waist_cm, hip_cm, \
         shoulder_cm, leg_cm, shape, verdict, effect, photo, source) \
         select value ->> 'store', value ->> 'model_id', value ->> 'sku', value ->> 'size', \
         cast(value ->> 'height_cm' as double precision), cast(value ->> 'weight_kg' as double precision), \
         cast(value ->> 'bust_cm' as double precision), cast(value ->> 'waist_cm' as double precision), \
         cast(value ->> 'hip_cm' as double precision), cast(value ->> 'shoulder_cm' as double precision), \
         cast(value ->> 'leg_cm' as double precision), value ->> 'shape', value ->> 'verdict', value ->> 'effect', \
         value ->> 'photo', value ->> 'source' from",
        "where true on conflict (store, model_id, sku, size) do update set height_cm = excluded.height_cm, \
         weight_kg = excluded.weight_kg, bust_cm = excluded.bust_cm, waist_cm = excluded.waist_cm, \
         hip_cm = excluded.hip_cm, shoulder_cm = excluded.shoulder_cm, leg_cm = excluded.leg_cm, \
         shape = excluded.shape, verdict = excluded.verdict, effect = excluded.effect, photo = excluded.photo, \
         source = excluded.source \
         where fit_model.height_cm <> excluded.height_cm or fit_model.weight_kg <> excluded.weight_kg \
         or fit_model.bust_cm is distinct from excluded.bust_cm \
         or fit_model.waist_cm is distinct from excluded.waist_cm \
         or fit_model.hip_cm is distinct from excluded.hip_cm \
         or fit_model.shoulder_cm is distinct from excluded.shoulder_cm \
         or fit_model.leg_cm is distinct from excluded.leg_cm \
         or fit_model.shape is distinct from excluded.shape or fit_model.verdict <> excluded.verdict \
         or fit_model.effect is distinct from excluded.effect or fit_model.photo is distinct from excluded.photo \
         or fit_model.source <> excluded.source"
    );
    #[derive(Serialize)]
    struct ToRow<'a> {
        store: &'a StoreId,
        #[serde(flatten)]
        model: &'a FitModel,
    }
    // One row twice in one statement is an error in PostgreSQL.
    let last: HashMap<[&str; 3], &FitModel> = models.iter().map(|m| ([&*m.model_id, &*m.sku, &*m.size], m)).collect();
    if last.is_empty() {
        return Ok(0);
    }
    let rows: Vec<_> = last.into_values().map(|model| ToRow { store, model }).collect();
    let rows = json(&rows)?;
    let sql = conn.text(&SQL);
    Ok(on!(conn, c => sqlx::query(sql).bind(rows).execute(c).await.map(|done| done.rows_affected()))?)
}

/// All records of a store, by product, person and size.
pub async fn of_store(conn: &mut Conn, store: &StoreId) -> Result<Vec<FitModel>> {
    let sql = "select model_id, sku, size, height_cm, weight_kg, bust_cm, waist_cm, hip_cm, shoulder_cm, leg_cm, \
               shape, verdict, effect, photo, source from fit_model where store = $1 order by sku, model_id, size";
    Ok(on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?)
}

/// Erases all records of one person; gives how many there were.
pub async fn erase_person(conn: &mut Conn, store: &StoreId, model_id: &str) -> Result<u64> {
    let sql = "delete from fit_model where store = $1 and model_id = $2";
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(store.as_str()).bind(model_id).execute(c).await.map(|done| done.rows_affected()))?)
}
