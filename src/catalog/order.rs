//! An order as a store imports it.

use super::imports::{Column, Fields, Row};

pub use crate::db::order::{Address, Line, Order, Refund};

/// More lines than this are no order of a shopper.
const MAX_LINES: usize = 500;
/// The most pieces of one line.
const MAX_QTY: i64 = 100_000;
/// The largest amount of one piece or refund, 100 million yuan.
const MAX_FEN: i64 = 10_000_000_000;

impl Row for Order {
    const COLUMNS: &'static [Column] = &[
        Column::required("order_id"),
        Column::required("buyer"),
        Column::required("status"),
        Column::required("paid_at"),
        Column::optional("shipped_at"),
        Column::optional("picked_up_at"),
        Column::optional("delivered_at"),
        Column::optional("doorstep"),
        Column::required("address"),
        Column::required("lines"),
        Column::optional("refunds"),
        Column::optional("rating"),
    ];
    const KEY: &'static str = "order_id";

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        // All fields are read before any may fail, so that one run names every mistake of a row.
        let order_id = fields.text("order_id", 64);
        let buyer = fields.text("buyer", crate::ids::MAX_ID_BYTES);
        let status = fields.text("status", 32);
        let paid_at = match fields.time("paid_at") {
            Some(None) => fields.refuse("paid_at", "is empty"),
            other => other,
        };
        let times = ["shipped_at", "picked_up_at", "delivered_at"].map(|name| fields.time(name));
        let doorstep = fields.flag("doorstep");
        let address = fields.part::<Address>("address").map(|address| checked_address(fields, address));
        let lines = fields.parts::<Line>("lines", MAX_LINES).map(|lines| checked_lines(fields, lines));
        let refunds = fields.parts::<Refund>("refunds", MAX_LINES).map(|refunds| checked_refunds(fields, refunds));
        let rating = match fields.count("rating") {
            Some(Some(stars)) if !(1..=5).contains(&stars) => fields.refuse("rating", "must be 1 to 5"),
            other => other,
        };
        let [shipped_at, picked_up_at, delivered_at] = times;
        Some(Self {
            order_id: order_id?,
            buyer: buyer?.into(),
            status: status?,
            paid_at: paid_at??,
            shipped_at: shipped_at?,
            picked_up_at: picked_up_at?,
            delivered_at: delivered_at?,
            doorstep: doorstep?,
            address: address?,
            lines: lines?,
            refunds: refunds?,
            rating: rating?,
        })
    }

    fn key(&self) -> &str {
        &self.order_id
    }
}

fn checked_address(fields: &mut Fields<'_>, address: Address) -> Address {
    for (name, value) in [("address.province", &address.province), ("address.city", &address.city)] {
        if value.trim().is_empty() {
            fields.refuse_at(name.into(), "is empty");
        }
    }
    address
}

fn checked_lines(fields: &mut Fields<'_>, lines: Vec<Line>) -> Vec<Line> {
    if lines.is_empty() {
        fields.refuse_at("lines".into(), "is empty");
    }
    for (at, line) in lines.iter().enumerate() {
        if line.sku.trim().is_empty() {
            fields.refuse_at(format!("lines[{at}].sku"), "is empty");
        }
        if !(1..=MAX_QTY).contains(&line.qty) {
            fields.refuse_at(format!("lines[{at}].qty"), &format!("must be 1 to {MAX_QTY}"));
        }
        if !(0..=MAX_FEN).contains(&line.price_fen) {
            fields.refuse_at(format!("lines[{at}].price_fen"), &format!("must be 0 to {MAX_FEN}"));
        }
    }
    lines
}

fn checked_refunds(fields: &mut Fields<'_>, refunds: Vec<Refund>) -> Vec<Refund> {
    for (at, refund) in refunds.iter().enumerate() {
        if !(0..=MAX_FEN).contains(&refund.amount_fen) {
            fields.refuse_at(format!("refunds[{at}].amount_fen"), &format!("must be 0 to {MAX_FEN}"));
        }
    }
    refunds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::imports;

    const GOOD: &str = r#"{"order_id":"A1","buyer":"u1","status":"delivered","paid_at":1794000000000,"shipped_at":"2026-11-11T20:15:00+08:00","doorstep":false,"address":{"province":"浙江","city":"杭州","street":"不读"},"lines":[{"sku":"x","qty":2,"price_fen":990,"batch":"B7"}],"refunds":[{"reason":"坏果","quality":true,"applied_at":1794000000000,"amount_fen":100}],"rating":4,"extra":1}"#;

    /// Reads one order; `change` replaces a part of the good one. Gives `field: why` of each mistake.
    fn errors(change: (&str, &str)) -> Vec<String> {
        assert!(GOOD.contains(change.0), "{}", change.0);
        let text = GOOD.replace(change.0, change.1);
        let reading = imports::read::<Order>("o.jsonl", text.as_bytes());
        reading.errors.iter().map(|error| format!("{} {}: {}", error.line, error.field, error.why)).collect()
    }

    #[test]
    fn a_good_order_is_read_whole() {
        let reading = imports::read::<Order>("o.jsonl", GOOD.as_bytes());
        assert_eq!(reading.errors, []);
        let order = &reading.rows[0].1;
        assert_eq!(order.shipped_at, Some(1_794_399_300_000));
        assert_eq!((order.doorstep, order.delivered_at, order.rating), (Some(false), None, Some(4)));
        assert_eq!(order.lines[0].batch.as_deref(), Some("B7"));
        assert_eq!((order.paid_fen(), order.refunded_fen()), (1_980, 100));
    }

    #[test]
    fn mistakes_are_named_by_line_and_field() {
        for (change, expected) in [
            (("\"order_id\":\"A1\"", "\"order_id\":\"\""), "1 order_id: is empty"),
            (("1794000000000,\"ship", "1794000000,\"ship"), "1 paid_at: is not between"),
            (("\"2026-11-11T20:15:00+08:00\"", "\"yesterday\""), "1 shipped_at: yesterday is not a time"),
            (("\"doorstep\":false", "\"doorstep\":\"maybe\""), "1 doorstep: maybe is neither"),
            (("\"province\":\"浙江\",", ""), "1 address: missing field `province`"),
            (("\"city\":\"杭州\"", "\"city\":\" \""), "1 address.city: is empty"),
            (("\"qty\":2", "\"qty\":0"), "1 lines[0].qty: must be"),
            (("\"qty\":2", "\"qty\":\"two\""), "1 lines[0]: invalid type"),
            (("\"price_fen\":990", "\"price_fen\":9.9"), "1 lines[0]: invalid type"),
            (("[{\"sku\":\"x\",\"qty\":2,\"price_fen\":990,\"batch\":\"B7\"}]", "[]"), "1 lines: is empty"),
            (("\"quality\":true,", ""), "1 refunds[0]: missing field `quality`"),
            (("\"rating\":4", "\"rating\":6"), "1 rating: must be 1 to 5"),
        ] {
            let found = errors(change);
            assert!(found.len() == 1 && found[0].starts_with(expected), "{change:?}: {found:?}");
        }
    }
}
