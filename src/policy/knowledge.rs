//! Where experts may speak: fit, skin, allergies.

use serde::{Deserialize, Serialize};

/// `[fit]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fit {
    pub cover_height_cm: f64,
    pub cover_weight_kg: f64,
    pub waist_ease_cm: Ease,
    pub chest_ease_cm: Ease,
}

impl Default for Fit {
    fn default() -> Self {
        // Where the weight of a fit model falls below 0.3 with σ 5 cm and 4 kg (domain facts, C.1 method 2):
        // √(-2 ln 0.3) = 1.55 σ, rounded up. The eases are C.1's table: dress waist, blouse and dress bust.
        Self {
            cover_height_cm: 8.0,
            cover_weight_kg: 6.5,
            waist_ease_cm: Ease { close: 1.9, loose: 8.0 },
            chest_ease_cm: Ease { close: 3.8, loose: 13.0 },
        }
    }
}

/// Garment less body, in cm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ease {
    /// Less than this is tight.
    pub close: f64,
    /// From this on it is loose.
    pub loose: f64,
}

/// `[skin]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Skin {
    pub min_confidence: f64,
}

impl Default for Skin {
    fn default() -> Self {
        Self { min_confidence: 0.7 }
    }
}

/// `[allergy]`: what the shop covers when a buyer reacts to a product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Allergy {
    pub days: i64,
    pub opened: bool,
    pub send_back: bool,
    pub callback_h: i64,
    pub medical_max_fen: i64,
    pub medical_by_person: bool,
}

impl Default for Allergy {
    fn default() -> Self {
        Self {
            days: 30,
            opened: true,
            send_back: false,
            callback_h: 72,
            medical_max_fen: 50_000,
            medical_by_person: true,
        }
    }
}
