//! A product as a store imports it.

use super::imports::{Column, Fields, Row};

pub use crate::db::product::Product;

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
