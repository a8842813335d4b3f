//! Products of a store.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::event::json;
use super::{Conn, PerEngine, on, over_rows};
use crate::error::{Error, Result};
use crate::ids::StoreId;

/// What a store sells.
#[derive(Debug, Clone, PartialEq)]
pub struct Product {
    pub sku: String,
    pub name: String,
    pub category: String,
    pub price_fen: i64,
    /// Grams, of one piece with its parcel.
    pub weight_g: Option<i64>,
    pub stock: Option<i64>,
    pub ingredients: Vec<String>,
    pub attributes: Map<String, Value>,
}

/// Adds products or brings those with the same SKU up to date, in one statement; gives how many rows changed, so the
/// same products again give 0. Of two with one SKU the last counts.
pub async fn upsert(conn: &mut Conn, store: &StoreId, products: &[Product]) -> Result<u64> {
    const SQL: PerEngine = over_rows!(
        "insert into product (store, sku, name, category, price_fen, weight_g, stock, ingredients, attributes) \
         select value ->> 'store', value ->> 'sku', value ->> 'name', value ->> 'category', \
         cast(value ->> 'price_fen' as bigint), cast(value ->> 'weight_g' as bigint), \
         cast(value ->> 'stock' as bigint), value ->> 'ingredients', value ->> 'attributes' from",
        "where true on conflict (store, sku) do update set name = excluded.name, category = excluded.category, \
         price_fen = excluded.price_fen, weight_g = excluded.weight_g, stock = excluded.stock, \
         ingredients = excluded.ingredients, attributes = excluded.attributes \
         where product.name <> excluded.name or product.category <> excluded.category \
         or product.price_fen <> excluded.price_fen or product.weight_g is distinct from excluded.weight_g \
         or product.stock is distinct from excluded.stock or product.ingredients <> excluded.ingredients \
         or product.attributes <> excluded.attributes"
    );
    // One row twice in one statement is an error in PostgreSQL.
    let mut last: HashMap<&str, &Product> = HashMap::with_capacity(products.len());
    for product in products {
        last.insert(&product.sku, product);
    }
    if last.is_empty() {
        return Ok(0);
    }
    let rows = last.into_values().map(|p| ToRow::of(store, p)).collect::<Result<Vec<_>>>()?;
    let rows = json(&rows)?;
    let sql = conn.text(&SQL);
    Ok(on!(conn, c => sqlx::query(sql).bind(rows).execute(c).await.map(|done| done.rows_affected()))?)
}

/// All products of a store, by SKU.
pub async fn of_store(conn: &mut Conn, store: &StoreId) -> Result<Vec<Product>> {
    let sql = "select sku, name, category, price_fen, weight_g, stock, ingredients, attributes from product \
               where store = $1 order by sku";
    let rows: Vec<Row> = on!(conn, c => sqlx::query_as(sql).bind(store.as_str()).fetch_all(c).await)?;
    rows.into_iter().map(Row::product).collect()
}

#[derive(Serialize)]
struct ToRow<'a> {
    store: &'a StoreId,
    sku: &'a str,
    name: &'a str,
    category: &'a str,
    price_fen: i64,
    weight_g: Option<i64>,
    stock: Option<i64>,
    // As text: what is read back must be what was compared.
    ingredients: String,
    attributes: String,
}

impl<'a> ToRow<'a> {
    fn of(store: &'a StoreId, product: &'a Product) -> Result<Self> {
        Ok(Self {
            store,
            sku: &product.sku,
            name: &product.name,
            category: &product.category,
            price_fen: product.price_fen,
            weight_g: product.weight_g,
            stock: product.stock,
            ingredients: json(&product.ingredients)?,
            attributes: json(&product.attributes)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    sku: String,
    name: String,
    category: String,
    price_fen: i64,
    weight_g: Option<i64>,
    stock: Option<i64>,
    ingredients: String,
    attributes: String,
}

impl Row {
    fn product(self) -> Result<Product> {
        Ok(Product {
            sku: self.sku,
            name: self.name,
            category: self.category,
            price_fen: self.price_fen,
            weight_g: self.weight_g,
            stock: self.stock,
            ingredients: serde_json::from_str(&self.ingredients).map_err(|e| Error::Internal(e.into()))?,
            attributes: serde_json::from_str(&self.attributes).map_err(|e| Error::Internal(e.into()))?,
        })
    }
}
