//! What may be given, and who may give it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `[compensation]`: goodwill for a flaw, beside the full return. The formula and its guards: domain facts, C.5.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Compensation {
    pub share: f64,
    pub abs_cap_fen: i64,
    pub assistant_max_fen: i64,
    pub assistant_max_share: f64,
    pub agent_max_fen: i64,
    pub minor_max_fen: i64,
    pub minor_max_share: f64,
    pub per_order: i64,
    pub buyer_offers_90d: i64,
    pub buyer_max_90d_fen: i64,
    pub spoiled_pro_rata: bool,
    pub repeat_days: i64,
    pub offer_h: i64,
    pub return_ship_fen: i64,
    pub process_fen: i64,
    /// By kind of goods; 0 for kinds that are not named.
    pub salvage_share: BTreeMap<String, f64>,
}

impl Default for Compensation {
    fn default() -> Self {
        let kinds =
            [("apparel", 0.5), ("beauty", 0.0), ("fresh", 0.0), ("general", 0.5), ("mother_baby", 0.0), ("pet", 0.0)];
        Self {
            share: 0.5,
            abs_cap_fen: 5_000,
            assistant_max_fen: 2_000,
            assistant_max_share: 0.3,
            agent_max_fen: 5_000,
            minor_max_fen: 3_000,
            minor_max_share: 0.2,
            per_order: 1,
            buyer_offers_90d: 3,
            buyer_max_90d_fen: 10_000,
            spoiled_pro_rata: true,
            repeat_days: 30,
            offer_h: 72,
            return_ship_fen: 800,
            process_fen: 400,
            salvage_share: kinds.into_iter().map(|(kind, share)| (kind.to_owned(), share)).collect(),
        }
    }
}

/// `[delivery]`: heavy parcels and promised days. Source: domain facts, C.4.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delivery {
    pub soft_limit_g: i64,
    pub handling_h: i64,
    pub buffer_days: i64,
    pub errand_max_fen: i64,
    pub red_packet_fen: i64,
    pub ladder: Ladder,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            soft_limit_g: 15_000,
            handling_h: 4,
            buffer_days: 1,
            errand_max_fen: 1_500,
            red_packet_fen: 1_500,
            ladder: Ladder::default(),
        }
    }
}

/// What a parcel that was not brought to the door is worth: base + weight + floors without a lift, within bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ladder {
    pub base_fen: i64,
    pub per_kg_fen: i64,
    pub per_floor_fen: i64,
    pub min_fen: i64,
    pub max_fen: i64,
}

impl Default for Ladder {
    fn default() -> Self {
        Self { base_fen: 300, per_kg_fen: 30, per_floor_fen: 100, min_fen: 500, max_fen: 3_000 }
    }
}
