//! `GET /v1/stores/{store}/fit/products` and `/fit/products/{sku}`: what a merchant's fit records cover, how products
//! run, which sizes came back, and what to collect next. `POST /v1/stores/{store}/fit/outcomes`: what became of a size.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::json::Json as Body;
use super::who::{Admin, Reader};
use crate::app::App;
use crate::catalog::FitModel;
use crate::catalog::imports::{self, Reading};
use crate::catalog::outcomes::{self as kept, Basis};
use crate::clock::Millis;
use crate::db;
use crate::db::size_advice::Outcome;
use crate::error::{Error, Result};
use crate::experts::fit::Constants;
use crate::experts::fit::overview::{Detail, Overview};
use crate::ids::{BuyerId, StoreId};
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
    /// Records that advices rested on whose size came back, the one with the largest share first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    by_record: Vec<ByRecord>,
}

#[derive(Serialize)]
struct ByRecord {
    /// The evidence's id.
    id: String,
    advised: i64,
    returned: i64,
}

/// What a buyer says of a size, or that it came back because of it. The measures are as in the import `fit_models`.
#[derive(Deserialize)]
pub(super) struct NewOutcome {
    buyer: String,
    sku: String,
    size: String,
    /// `small`, `fit` or `large`.
    verdict: String,
    #[serde(default)]
    returned: bool,
    #[serde(flatten)]
    measures: Map<String, Value>,
}

#[derive(Serialize)]
pub(super) struct Noted {
    /// To how many advices a return was laid.
    advices: u64,
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
    let mut item = Item::of(Detail::of(fitted, &store.policy.fit), &sku, &outcomes);
    item.by_record = by_record(db::size_advice::evidence(&mut app.db.read().await?, &reader.store, &sku).await?);
    Ok(Json(item))
}

/// Keeps a buyer's verdict, or a return, as a further record of the product.
pub(super) async fn outcome(
    State(app): State<Arc<App>>,
    admin: Admin,
    Body(NewOutcome { buyer, sku, size, verdict, returned, measures: mut row }): Body<NewOutcome>,
) -> Result<Json<Noted>> {
    if returned && verdict == "fit" {
        return Err(Error::invalid("verdict", "what came back because of its size was small or large"));
    }
    let source = if returned { "size_return" } else { "buyer" };
    // The id is no more than a sign here that there is one: whose record it is, is filled in where it is kept.
    let words = [("model_id", buyer.clone()), ("sku", sku), ("size", size), ("verdict", verdict)];
    row.extend(words.map(|(name, word)| (name.to_owned(), word.into())));
    row.insert("source".into(), source.into());
    let file = serde_json::to_vec(&[row]).map_err(anyhow::Error::new)?;
    let Reading { rows, errors, .. } = imports::read::<FitModel>("outcome.json", &file);
    if let Some(error) = errors.into_iter().next() {
        let field = if error.field == "model_id" { "buyer".into() } else { error.field };
        return Err(Error::invalid(field, error.why));
    }
    let (buyer, mut noted) = (BuyerId::from(buyer), Noted { advices: 0 });
    for (_, row) in rows {
        if returned {
            let now = app.clock.now();
            let back = (row.model, Basis::Merchant);
            noted.advices += kept::came_back(&app.db, &admin.store, &buyer, back, now).await?;
        } else {
            kept::was_worn(&app.db, &admin.store, &buyer, row.model, Basis::Merchant).await?;
        }
    }
    Ok(Json(noted))
}

/// Those that rest on most returns for each advice first; of records without a return nothing is told.
fn by_record(advices: Vec<(Vec<String>, Option<String>)>) -> Vec<ByRecord> {
    let mut records: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for (evidence, returned) in advices {
        for id in evidence {
            let (advised, back) = records.entry(id).or_default();
            *advised += 1;
            *back += i64::from(returned.is_some());
        }
    }
    let found = records.into_iter().filter(|(_, (_, returned))| *returned > 0);
    let mut found: Vec<ByRecord> = found.map(|(id, (advised, returned))| ByRecord { id, advised, returned }).collect();
    found.sort_by(|a, b| (b.returned * a.advised).cmp(&(a.returned * b.advised)).then(b.advised.cmp(&a.advised)));
    found
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
        Self { of_product, advised, returned, return_rate, by_size, by_record: Vec::new() }
    }
}
