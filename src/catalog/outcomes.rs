//! What became of sizes: buyers' own verdicts and size returns, as further records beside the fit models. They count
//! from the next reading of the store on, less than a controlled try-on does.

use crate::clock::Millis;
use crate::db::fit_model::{self, FitModel};
use crate::db::order::Order;
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

/// Lays an order's refunds at the door of the sizes that were advised: those whose reason says that something was too
/// small or too large. An order of several advised products does not say which one it was, and is left out.
pub async fn refunded(conn: &mut db::Conn, store: &StoreId, order: &Order) -> Result<()> {
    for refund in &order.refunds {
        let Some(verdict) = verdict_of(&refund.reason) else { continue };
        let mut skus: Vec<&str> = order.lines.iter().map(|line| line.sku.as_str()).collect();
        skus.sort_unstable();
        skus.dedup();
        let advised = size_advice::newest(conn, store, order.buyer.as_str(), &skus, order.paid_at).await?;
        if let [id] = advised.as_slice() {
            size_advice::blame(conn, store, id, verdict, refund.applied_at).await?;
        }
    }
    Ok(())
}

/// Words of refund reasons; what says both, or "尺码不合适" alone, says nothing.
const SMALL: [&str; 12] =
    ["偏小", "太小", "小了", "偏紧", "偏緊", "太紧", "太緊", "紧了", "緊了", "too small", "too tight", "runs small"];
const LARGE: [&str; 14] = [
    "偏大",
    "太大",
    "大了",
    "偏松",
    "偏鬆",
    "太松",
    "太鬆",
    "松了",
    "鬆了",
    "太宽",
    "太寬",
    "too large",
    "too big",
    "too loose",
];

fn verdict_of(reason: &str) -> Option<&'static str> {
    let reason = reason.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    match (says(&SMALL), says(&LARGE)) {
        (true, false) => Some("small"),
        (false, true) => Some("large"),
        _ => None,
    }
}

/// Erases what a buyer said of sizes and what was advised to the buyer; gives how many rows there were.
pub async fn erase(conn: &mut db::Conn, store: &StoreId, buyer: &str) -> Result<u64> {
    let records = fit_model::erase_person(conn, store, &model_id(buyer)).await?;
    if records > 0 {
        db::store::touch(conn, store).await?;
    }
    Ok(records + size_advice::erase_buyer(conn, store, buyer).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_say_whether_a_size_was_small_or_large() {
        for (reason, expected) in [
            ("尺码偏小，腰太紧", Some("small")),
            ("穿着大了一圈", Some("large")),
            ("尺寸太鬆", Some("large")),
            ("Too tight at the waist", Some("small")),
            ("肩太大腰太小", None),
            ("尺码不合适", None),
            ("七天无理由", None),
        ] {
            assert_eq!(verdict_of(reason), expected, "{reason}");
        }
    }
}
