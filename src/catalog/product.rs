//! A product as a store imports it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::imports::{Column, Fields, Row};

/// A row of the import `products`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// The merchant's own number of the product; one product has one.
    pub sku: String,
    pub name: String,
    /// The kind of goods: `apparel`, `beauty`, `mother_baby`, `pet`, `fresh`, `general` or the merchant's own word.
    pub category: String,
    pub price_fen: i64,
    /// With packaging, in grams.
    pub weight_g: Option<i64>,
    /// `None` where the store does not count.
    pub stock: Option<i64>,
    /// In the order of the label.
    pub ingredients: Vec<String>,
    /// What experts read: `garment`, `stretch`, `return_ship_fen` and the like.
    pub attributes: Map<String, Value>,
}

impl Row for Product {
    const COLUMNS: &'static [Column] = &[
        Column::required("sku"),
        Column::required("name"),
        Column::required("category"),
        Column::required("price_fen"),
        Column::optional("weight_g"),
        Column::optional("stock"),
        Column::optional("ingredients"),
        Column::optional("attributes"),
    ];
    const KEY: &'static str = "sku";

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        // All fields are read before any may fail, so that one run names every mistake of a row.
        let sku = fields.text("sku", 64);
        let name = fields.text("name", 200);
        let category = fields.text("category", 64);
        let price_fen = fields.fen("price_fen");
        let weight_g = fields.count("weight_g");
        let stock = fields.count("stock");
        let ingredients = fields.list("ingredients", 500, 200);
        let attributes = fields.object("attributes", 16_000);
        Some(Self {
            sku: sku?,
            name: name?,
            category: category?,
            price_fen: price_fen?,
            weight_g: weight_g?,
            stock: stock?,
            ingredients: ingredients?,
            attributes: attributes?,
        })
    }

    fn key(&self) -> &str {
        &self.sku
    }
}
