//! The goods, answers, orders and lanes of the store `demo`. Brands, goods and rules are all invented.
//!
//! They are ordinary import files, so that a merchant can copy them as a beginning.

mod making;

use jiff::civil::{Date, date};

pub use making::{NewOwner, make};

/// The store's id.
pub const STORE: &str = "demo";

/// What buyers see.
pub const NAME: &str = "小二示范店";

/// Who owns it; the password is made anew for each database.
pub const OWNER: &str = "owner@demo.example";

/// Four products in each kind of goods, as the import `products` takes them.
pub const PRODUCTS: (&str, &str) = ("products.jsonl", include_str!("products.jsonl"));

/// The garments' own measures, as the import `size_charts` takes them.
pub const SIZE_CHARTS: (&str, &str) = ("size_charts.csv", include_str!("size_charts.csv"));

/// Invented people who tried them, as the import `fit_models` takes them.
pub const FIT_MODELS: (&str, &str) = ("fit_models.csv", include_str!("fit_models.csv"));

/// Questions and answers, as the import `faq` takes them.
pub const FAQ: (&str, &str) = ("faq.csv", include_str!("faq.csv"));

/// What invented buyers bought, as the import `orders` takes it, told on [`TOLD_ON`]. `demo-buyer` is who a page of the
/// shop signs in as.
pub const ORDERS: (&str, &str) = ("orders.jsonl", include_str!("orders.jsonl"));

/// The day on which [`ORDERS`] are news; they are moved on by whole days when the store is made.
pub const TOLD_ON: Date = date(2026, 11, 21);

/// Ways to all provinces of the mainland, as the import `lanes` takes them.
pub const LANES: (&str, &str) = ("lanes.csv", include_str!("lanes.csv"));

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::catalog::{Faq, FitModel, Lane, Order, Product, SizeChart, imports};

    #[test]
    fn the_demo_data_passes_the_import() {
        let products = imports::read::<Product>(PRODUCTS.0, PRODUCTS.1.as_bytes());
        assert_eq!(products.errors, []);
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, product) in &products.rows {
            *kinds.entry(&product.category).or_default() += 1;
        }
        let expected = ["apparel", "beauty", "fresh", "general", "mother_baby", "pet"].map(|kind| (kind, 4));
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);

        let charts = imports::read::<SizeChart>(SIZE_CHARTS.0, SIZE_CHARTS.1.as_bytes());
        assert_eq!(charts.errors, []);
        let models = imports::read::<FitModel>(FIT_MODELS.0, FIT_MODELS.1.as_bytes());
        assert_eq!(models.errors, []);
        let is_charted =
            |sku: &str, size: &str| charts.rows.iter().any(|(_, c)| c.size.sku == sku && c.size.size == size);
        for (line, row) in &models.rows {
            assert!(is_charted(&row.model.sku, &row.model.size), "line {line}");
        }

        let faq = imports::read::<Faq>(FAQ.0, FAQ.1.as_bytes());
        assert_eq!(faq.errors, []);
        assert!(faq.rows.len() >= 80);
        let kinds = faq.rows.iter().filter_map(|(_, row)| row.category.as_deref());
        for kind in kinds {
            assert!(products.rows.iter().any(|(_, product)| product.category == kind), "{kind}");
        }
    }

    #[test]
    fn orders_and_lanes_pass_the_import() {
        let orders = imports::read::<Order>(ORDERS.0, ORDERS.1.as_bytes());
        assert_eq!(orders.errors, []);
        let products = imports::read::<Product>(PRODUCTS.0, PRODUCTS.1.as_bytes());
        for (_, order) in &orders.rows {
            for line in &order.lines {
                assert!(products.rows.iter().any(|(_, product)| product.sku == line.sku), "{}", line.sku);
                assert!(line.batch.is_some(), "{}", order.order_id);
            }
        }
        let lanes = imports::read::<Lane>(LANES.0, LANES.1.as_bytes());
        assert_eq!(lanes.errors, []);
        let provinces: std::collections::BTreeSet<&str> =
            lanes.rows.iter().map(|(_, lane)| lane.province.as_str()).collect();
        assert_eq!(provinces.len(), 31);
    }

    #[test]
    fn answers_claim_nothing_that_a_shop_may_not() {
        let banned =
            ["最好", "最佳", "第一品牌", "国家级", "治疗", "治愈", "根治", "药妆", "消炎", "杀菌", "抑菌", "抗敏"];
        let banned = banned.into_iter().chain(["无副作用", "纯天然", "永久", "万能", "唯一", "好评返现", "全网"]);
        for word in banned {
            assert!(!FAQ.1.contains(word) && !PRODUCTS.1.contains(word), "{word}");
        }
    }
}
