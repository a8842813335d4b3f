//! What became of sizes: buyers' own verdicts and size returns, as further records beside the fit models. They count
//! from the next reading of the store on, less than a controlled try-on does.
//!
//! They hold measures of a body, so nothing is kept without the buyer's live consent, which is looked for in the
//! transaction that keeps them; when it is withdrawn they go.

use crate::clock::Millis;
use crate::db::fit_model::{self, FitModel};
use crate::db::{self, Conn, Db, fit_person, size_advice};
use crate::error::Result;
use crate::ids::{BuyerId, StoreId};

/// The purpose that the consent must name.
const PURPOSE: &str = "body";

/// Keeps a buyer's verdict of a size that was bought; gives whether the buyer's consent covers it. `worn` has the source
/// `buyer`; whose it is, is filled in here.
pub async fn was_worn(db: &Db, store: &StoreId, buyer: &BuyerId, worn: FitModel) -> Result<bool> {
    let (store, buyer) = (store.clone(), buyer.clone());
    db.write(move |conn| Box::pin(async move { keep(conn, &store, &buyer, worn).await })).await
}

/// Keeps that a buyer sent a size back because it was too small or too large, and lays it at the door of the advice, if
/// this size was advised; gives to how many advices. The record itself (source `size_return`) is kept with the buyer's
/// consent only.
pub async fn came_back(db: &Db, store: &StoreId, buyer: &BuyerId, back: FitModel, at: Millis) -> Result<u64> {
    let (store, buyer) = (store.clone(), buyer.clone());
    db.write(move |conn| {
        Box::pin(async move {
            let (sku, size, verdict) = (back.sku.clone(), back.size.clone(), back.verdict.clone());
            keep(conn, &store, &buyer, back).await?;
            size_advice::came_back(conn, &store, buyer.as_str(), [&sku, &size, &verdict], at).await
        })
    })
    .await
}

async fn keep(conn: &mut Conn, store: &StoreId, buyer: &BuyerId, record: FitModel) -> Result<bool> {
    // Whoever withdraws holds the buyer too, so the consent that is found here lives until the commit.
    if !db::buyer::hold(conn, store, buyer).await? || !db::consent::is_live(conn, store, buyer, PURPOSE).await? {
        return Ok(false);
    }
    let model_id = fit_person::name(conn, store, buyer).await?;
    if fit_model::upsert(conn, store, &[FitModel { model_id, ..record }]).await? > 0 {
        db::store::touch(conn, store).await?;
    }
    Ok(true)
}

/// Takes away a buyer's records, when the consent for them ends; gives how many there were.
pub async fn forget_records(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<u64> {
    let Some(model_id) = fit_person::forget(conn, store, buyer).await? else { return Ok(0) };
    let records = fit_model::erase_person(conn, store, &model_id).await?;
    if records > 0 {
        db::store::touch(conn, store).await?;
    }
    Ok(records)
}

/// Erases what a buyer said of sizes and what was advised to the buyer; gives how many rows there were.
pub async fn erase(conn: &mut Conn, store: &StoreId, buyer: &BuyerId) -> Result<u64> {
    let records = forget_records(conn, store, buyer).await?;
    Ok(records + size_advice::erase_buyer(conn, store, buyer.as_str()).await?)
}
