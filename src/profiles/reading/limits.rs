//! What is plausible for a body (`limits.toml`).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::profiles::slot::Slot;

/// From and to, both included.
pub(super) type Bounds = [f64; 2];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub height: Height,
    pub weight: Weight,
    pub girth: Girths,
    pub bra: Bra,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Height {
    pub adult_cm: Bounds,
    pub child_cm: Bounds,
    pub bare_cm: Bounds,
    pub metres: Bounds,
    pub inch: Bounds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Weight {
    pub adult_kg: Bounds,
    pub bare_kg: Bounds,
    pub child_kg: Bounds,
    pub bmi_bare: Bounds,
    pub bmi_said: Bounds,
    pub child_bmi: Bounds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Girths {
    pub child_share: f64,
    pub bust: Girth,
    pub underbust: Girth,
    pub waist: Girth,
    pub hip: Girth,
    pub shoulder: Girth,
    pub leg: Girth,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Girth {
    pub cm: Bounds,
    pub inch: Bounds,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bra {
    pub inch_of_75: i64,
    pub cup_cm: BTreeMap<char, f64>,
}

pub(super) static LIMITS: LazyLock<Limits> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    toml::from_str(include_str!("limits.toml")).expect("limits.toml")
});

impl Girths {
    pub fn of(&self, slot: Slot) -> Option<Girth> {
        Some(match slot {
            Slot::BustCm => self.bust,
            Slot::UnderbustCm => self.underbust,
            Slot::WaistCm => self.waist,
            Slot::HipCm => self.hip,
            Slot::ShoulderCm => self.shoulder,
            Slot::LegCm => self.leg,
            _ => return None,
        })
    }
}

pub(super) fn within(value: f64, bounds: Bounds) -> bool {
    (bounds[0]..=bounds[1]).contains(&value)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_file_is_read() {
        assert!(super::LIMITS.height.adult_cm[0] > 0.0);
    }
}
