//! Under which name a buyer's own records stand among the fit models.

use super::{Conn, on};
use crate::error::Result;
use crate::ids::{BuyerId, StoreId};

/// The buyer's name there: the one that was given, or a new one that says nothing of the buyer.
pub async fn name(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<String> {
    let sql = "insert into fit_person (store, buyer, model_id) values ($1, $2, $3) \
               on conflict (store, buyer) do update set model_id = fit_person.model_id returning model_id";
    // Version 4: nothing of it says when.
    let new = format!("buyer-{}", uuid::Uuid::new_v4().simple());
    Ok(on!(conn, c => sqlx::query_scalar(sql)
        .bind(store.as_str()).bind(buyer.as_str()).bind(new).fetch_one(c).await)?)
}

/// Forgets it; gives the name, so that the records go too.
pub async fn forget(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<Option<String>> {
    let sql = "delete from fit_person where store = $1 and buyer = $2 returning model_id";
    Ok(on!(conn, c => sqlx::query_scalar(sql)
        .bind(store.as_str()).bind(buyer.as_str()).fetch_optional(c).await)?)
}
