//! `GET /v1/stores/{store}/fit/products` and `/fit/products/{sku}`: what a merchant's fit records cover, how products
//! run, which sizes came back, and what to collect next.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;

use super::who::Reader;
use crate::app::App;
use crate::clock::Millis;
use crate::db;
use crate::db::size_advice::Outcome;
use crate::error::{Error, Result};
use crate::experts::fit::Constants;
use crate::experts::fit::overview::{Detail, Overview};
use crate::ids::StoreId;
use crate::protocol::rest::Page;

/// A product, and what became of the sizes that were advised.
#[derive(Serialize)]
pub(super) struct Item<T> {
    #[serde(flatten)]
    of_product: T,
    advised: i64,
    returned: i64,
    /// Returned of advised; `None` where none was advised.
    return_rate: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    by_size: Vec<BySize>,
}

#[derive(Serialize)]
struct BySize {
    size: String,
    advised: i64,
    returned_small: i64,
    returned_large: i64,
}

/// The list, and the numbers that hold for all products.
#[derive(Serialize)]
pub(super) struct Products {
    #[serde(flatten)]
    page: Page<Item<Overview>>,
    /// `None` while the program's priors stand.
    learned: Option<Learned>,
}

#[derive(Serialize)]
struct Learned {
    version: i64,
    learned_at: Millis,
    constants: Constants,
}

pub(super) async fn list(State(app): State<Arc<App>>, reader: Reader) -> Result<Json<Products>> {
    let store = app.stores.get(&reader.store).await?;
    let wardrobe = app.wardrobes.of(&app.db, &store, app.clock.now()).await?;
    let outcomes = outcomes(&app, &reader.store).await?;
    let items = wardrobe.garments().map(|fitted| {
        let overview = Overview::of(fitted, &store.policy.fit);
        let mut item = Item::of(overview, &fitted.garment.sku, &outcomes);
        item.by_size.clear();
        item
    });
    let learned = wardrobe.learned.as_ref().and_then(|learned| {
        let constants = serde_json::from_str(&learned.constants).ok()?;
        Some(Learned { version: learned.version, learned_at: learned.learned_at, constants })
    });
    Ok(Json(Products { page: Page { items: items.collect(), next: None }, learned }))
}

pub(super) async fn one(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path((_, sku)): Path<(StoreId, String)>,
) -> Result<Json<Item<Detail>>> {
    let store = app.stores.get(&reader.store).await?;
    let wardrobe = app.wardrobes.of(&app.db, &store, app.clock.now()).await?;
    let fitted = wardrobe.garment(&sku).ok_or(Error::NotFound("product with sizes"))?;
    let outcomes = outcomes(&app, &reader.store).await?;
    Ok(Json(Item::of(Detail::of(fitted, &store.policy.fit), &sku, &outcomes)))
}

async fn outcomes(app: &App, store: &StoreId) -> Result<Vec<Outcome>> {
    let mut conn = app.db.read().await?;
    db::size_advice::outcomes(&mut conn, store).await
}

impl<T> Item<T> {
    fn of(of_product: T, sku: &str, outcomes: &[Outcome]) -> Self {
        let own = outcomes.iter().filter(|outcome| outcome.sku == sku);
        let by_size: Vec<BySize> = own
            .map(|outcome| BySize {
                size: outcome.size.clone(),
                advised: outcome.advised,
                returned_small: outcome.returned_small,
                returned_large: outcome.returned_large,
            })
            .collect();
        let advised: i64 = by_size.iter().map(|size| size.advised).sum();
        let returned: i64 = by_size.iter().map(|size| size.returned_small + size.returned_large).sum();
        let return_rate = (advised > 0).then(|| returned as f64 / advised as f64);
        Self { of_product, advised, returned, return_rate, by_size }
    }
}
