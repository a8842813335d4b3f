//! What became of sizes: buyers' own verdicts and size returns, as further records beside the fit models. They count
//! from the next reading of the store on, less than a controlled try-on does.
//!
//! They hold measures of a body: what a buyer says in the chat is kept with the buyer's live consent only, which is looked
//! for in the transaction that keeps it. When it is withdrawn they go.

use crate::clock::Millis;
use crate::db::fit_model::{self, FitModel};
use crate::db::order::Order;
use crate::db::{self, Conn, Db, fit_person, size_advice};
use crate::error::Result;
use crate::ids::{BuyerId, StoreId};

/// The purpose that the consent must name.
const PURPOSE: &str = "body";

/// On whose word measures are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The buyer's consent, which is looked for.
    Consent,
    /// The merchant's, whose own agreement with the buyer it is.
    Merchant,
}

/// Keeps a buyer's verdict of a size that was bought; gives whether it may be kept. `worn` has the source `buyer`; whose it
/// is, is filled in here.
pub async fn was_worn(db: &Db, store: &StoreId, buyer: &BuyerId, worn: FitModel, basis: Basis) -> Result<bool> {
    let (store, buyer) = (store.clone(), buyer.clone());
    db.write(move |conn| Box::pin(async move { keep(conn, &store, &buyer, worn, basis).await })).await
}

/// Keeps that a buyer sent a size back because it was too small or too large, and lays it at the door of the advice, if
/// this size was advised; gives to how many advices. The record itself (source `size_return`) is kept where it may be.
pub async fn came_back(
    db: &Db,
    store: &StoreId,
    buyer: &BuyerId,
    (back, basis): (FitModel, Basis),
    at: Millis,
) -> Result<u64> {
    let (store, buyer) = (store.clone(), buyer.clone());
    db.write(move |conn| {
        Box::pin(async move {
            let (sku, size, verdict) = (back.sku.clone(), back.size.clone(), back.verdict.clone());
            keep(conn, &store, &buyer, back, basis).await?;
            size_advice::came_back(conn, &store, buyer.as_str(), [&sku, &size, &verdict], at).await
        })
    })
    .await
}

async fn keep(conn: &mut Conn, store: &StoreId, buyer: &BuyerId, record: FitModel, basis: Basis) -> Result<bool> {
    // Whoever withdraws holds the buyer too, so the consent that is found here lives until the commit.
    db::buyer::hold(conn, store, buyer).await?;
    if basis == Basis::Consent && !db::consent::is_live(conn, store, buyer, PURPOSE).await? {
        return Ok(false);
    }
    let model_id = fit_person::name(conn, store, buyer).await?;
    if fit_model::upsert(conn, store, &[FitModel { model_id, ..record }]).await? > 0 {
        db::store::touch(conn, store).await?;
    }
    Ok(true)
}

/// Lays an order's refunds at the door of the sizes that were advised: those whose reason says that something was too
/// small or too large. An order of several advised products does not say which one it was, and is left out.
pub async fn refunded(conn: &mut Conn, store: &StoreId, order: &Order) -> Result<()> {
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
