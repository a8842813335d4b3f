//! What became of sizes: buyers' own verdicts and size returns, as further records beside the fit models. They count
//! from the next reading of the store on, less than a controlled try-on does.

use crate::clock::Millis;
use crate::db::fit_model::{self, FitModel};
use crate::db::{self, Db, size_advice};
use crate::error::Result;
use crate::ids::StoreId;

/// Names a buyer among those who tried something, so that the buyer's records can be erased again.
pub fn model_id(buyer: &str) -> String {
    format!("buyer-{buyer}")
}

/// Keeps a buyer's verdict of a size that was bought. `worn` has the source `buyer` and the id [`model_id`].
pub async fn was_worn(db: &Db, store: &StoreId, worn: FitModel) -> Result<()> {
    let store = store.clone();
    db.write(move |conn| {
        Box::pin(async move {
            if fit_model::upsert(conn, &store, &[worn]).await? > 0 {
                db::store::touch(conn, &store).await?;
            }
            Ok(())
        })
    })
    .await
}

/// Keeps that a buyer sent a size back because it was too small or too large, and lays it at the door of the advice, if
/// this size was advised; gives to how many advices. `back` has the source `size_return` and the id [`model_id`].
pub async fn came_back(db: &Db, store: &StoreId, buyer: &str, back: FitModel, at: Millis) -> Result<u64> {
    let (store, buyer) = (store.clone(), buyer.to_owned());
    db.write(move |conn| {
        Box::pin(async move {
            let (sku, size, verdict) = (back.sku.clone(), back.size.clone(), back.verdict.clone());
            if fit_model::upsert(conn, &store, &[back]).await? > 0 {
                db::store::touch(conn, &store).await?;
            }
            size_advice::came_back(conn, &store, &buyer, [&sku, &size, &verdict], at).await
        })
    })
    .await
}

/// Erases what a buyer said of sizes and what was advised to the buyer; gives how many rows there were.
pub async fn erase(conn: &mut db::Conn, store: &StoreId, buyer: &str) -> Result<u64> {
    let records = fit_model::erase_person(conn, store, &model_id(buyer)).await?;
    if records > 0 {
        db::store::touch(conn, store).await?;
    }
    Ok(records + size_advice::erase_buyer(conn, store, buyer).await?)
}
