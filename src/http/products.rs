//! `GET /v1/stores/demo/products`: what the demo store's shop shows.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use crate::app::App;
use crate::db::product;
use crate::demo;
use crate::error::Error;
use crate::ids::StoreId;
use crate::protocol::rest::{Page, ProductCard};

/// Only the demo store's: other shops have pages of their own, and what they sell is their affair.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Path(store): Path<StoreId>,
) -> Result<Json<Page<ProductCard>>, Error> {
    if store.as_str() != demo::STORE {
        return Err(Error::NotFound("path"));
    }
    let store = app.stores.get(&store).await?;
    let mut conn = app.db.read().await?;
    let products = product::of_store(&mut conn, &store.id).await?;
    let items = products.into_iter().map(|p| ProductCard {
        sku: p.sku,
        name: p.name,
        category: p.category,
        price_fen: p.price_fen,
        stock: p.stock,
        attributes: Value::Object(p.attributes),
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}
