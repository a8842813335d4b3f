//! Ease: how much larger than the body a garment is, and what that looks like. The edges are data: `ease.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::body::Zone;
use crate::policy::{Ease, Fit};

/// What an ease looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    Tight,
    Close,
    Fitted,
    SemiFitted,
    Loose,
    VeryLoose,
}

/// Where one look ends and the next begins, in cm of ease.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edges {
    pub tight: f64,
    pub fitted: f64,
    pub semi_fitted: f64,
    pub loose: f64,
    pub very: f64,
}

impl Edges {
    pub fn look(&self, ease_cm: f64) -> Look {
        let edges = [self.tight, self.fitted, self.semi_fitted, self.loose];
        let looks = [Look::Tight, Look::Close, Look::Fitted, Look::SemiFitted];
        let below = edges.iter().position(|edge| ease_cm < *edge);
        match below {
            Some(at) => looks[at],
            // "> 20" is very loose, 20 itself is not.
            None if ease_cm > self.very => Look::VeryLoose,
            None => Look::Loose,
        }
    }

    /// The ease in the middle between tight and loose.
    pub fn middle(&self) -> f64 {
        (self.tight + self.loose) / 2.0
    }

    fn moved(&self, by: f64) -> Self {
        Self {
            tight: self.tight + by,
            fitted: self.fitted + by,
            semi_fitted: self.semi_fitted + by,
            loose: self.loose + by,
            very: self.very + by,
        }
    }

    /// With a store's own edges of tight and loose. The edges between keep their order.
    fn under(&self, own: Ease, default: Ease) -> Self {
        let tight = self.tight + own.close - default.close;
        let loose = (self.loose + own.loose - default.loose).max(tight);
        Self {
            tight,
            fitted: self.fitted.clamp(tight, loose),
            semi_fitted: self.semi_fitted.clamp(tight, loose),
            loose,
            very: self.very.max(loose),
        }
    }
}

/// How one kind of garment is to sit, zone by zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Sitting {
    /// Those that decide, the first one where only height and weight are known.
    pub zones: Vec<Zone>,
    edges: [Edges; 4],
    /// The share of a girth by which `tight` is lower because the cloth gives.
    give: f64,
}

impl Sitting {
    /// `garment`, `stretch` and `fit` are words of the product's attributes; `stretch` may also be a percentage.
    pub fn of(garment: &str, stretch: &str, fit: &str, policy: &Fit) -> Self {
        let kinds = &*KINDS;
        let garment = garment.to_lowercase();
        let named = |kind: &&Kind| kind.words.contains(&garment);
        let alike = |kind: &&Kind| kind.words.iter().any(|word| !garment.is_empty() && garment.contains(word.as_str()));
        let kind = kinds.kind.iter().find(named).or_else(|| kinds.kind.iter().find(alike)).unwrap_or(&kinds.other);
        let own = |zone: fn(&Kind) -> Option<Edges>| zone(kind).or_else(|| zone(&kinds.other)).unwrap_or(NO_EDGES);
        let default = Fit::default();
        let cut = kinds.cut.get(fit).copied().unwrap_or(0.0);
        // Whatever hangs from the waist must sit there, however wide it is cut below.
        let waist_cut = if kind.zones.first() == Some(&Zone::Waist) { 0.0 } else { cut };
        let percent = stretch.trim_end_matches('%').parse::<f64>().ok().filter(|p| (0.0..=100.0).contains(p));
        let stretch = percent.map(|p| p / 100.0).or_else(|| kinds.stretch.get(stretch).copied()).unwrap_or(0.0);
        Self {
            zones: kind.zones.clone(),
            edges: [
                own(|kind| kind.bust).under(policy.chest_ease_cm, default.chest_ease_cm).moved(cut),
                own(|kind| kind.waist).under(policy.waist_ease_cm, default.waist_ease_cm).moved(waist_cut),
                own(|kind| kind.hip).moved(cut),
                own(|kind| kind.shoulder),
            ],
            give: stretch / 2.0,
        }
    }

    /// The edges of a zone in a garment that measures `garment_cm` there in its middle size. `None` for zones without.
    pub fn edges(&self, zone: Zone, garment_cm: f64) -> Option<Edges> {
        let edges = match zone {
            Zone::Bust => self.edges[0],
            Zone::Waist => self.edges[1],
            Zone::Hip => self.edges[2],
            Zone::Shoulder => self.edges[3],
            Zone::Inseam => return None,
        };
        // Of the garment and not of the body, so that a larger body is never given more.
        let give = if zone == Zone::Shoulder { 0.0 } else { self.give * garment_cm };
        Some(Edges { tight: edges.tight - give, ..edges })
    }
}

const NO_EDGES: Edges = Edges { tight: 0.0, fitted: 0.0, semi_fitted: 0.0, loose: 0.0, very: 0.0 };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    #[expect(dead_code, reason = "for whoever reads the file")]
    version: String,
    cut: BTreeMap<String, f64>,
    stretch: BTreeMap<String, f64>,
    kind: Vec<Kind>,
    other: Kind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    #[expect(dead_code, reason = "for whoever reads the file")]
    name: String,
    words: Vec<String>,
    #[serde(deserialize_with = "zones")]
    zones: Vec<Zone>,
    bust: Option<Edges>,
    waist: Option<Edges>,
    hip: Option<Edges>,
    shoulder: Option<Edges>,
}

fn zones<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<Zone>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    let zone = |name: String| {
        let slot = format!("{name}_cm");
        let known = Zone::ALL.into_iter().find(|zone| zone.slot() == slot);
        known.ok_or_else(|| serde::de::Error::custom(format!("no zone {name}")))
    };
    names.into_iter().map(zone).collect()
}

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads all of it")]
    toml::from_str(include_str!("ease.toml")).expect("src/experts/fit/ease.toml")
});

#[cfg(test)]
mod tests {
    use super::*;

    fn dress() -> Sitting {
        Sitting::of("dress", "none", "fitted", &Fit::default())
    }

    #[test]
    fn an_ease_has_a_look() {
        let bust = dress().edges(Zone::Bust, 92.0).unwrap();
        for (ease, expected) in [
            (3.0, Look::Tight),
            (7.2, Look::Close),
            (8.0, Look::Fitted),
            (10.0, Look::Fitted),
            (12.0, Look::SemiFitted),
            (16.0, Look::Loose),
            (20.0, Look::Loose),
            (24.0, Look::VeryLoose),
        ] {
            assert_eq!(bust.look(ease), expected, "{ease}");
        }
        assert_eq!(dress().edges(Zone::Waist, 70.0).unwrap().look(2.0), Look::Close);
    }

    #[test]
    fn policy_cut_and_stretch_move_the_edges() {
        let policy = Fit { waist_ease_cm: Ease { close: 1.0, loose: 5.0 }, ..Fit::default() };
        let waist = Sitting::of("dress", "none", "", &policy).edges(Zone::Waist, 70.0).unwrap();
        assert_eq!((waist.tight, waist.loose), (1.0, 5.0));
        let loose = Sitting::of("shirt", "none", "loose", &Fit::default());
        assert_eq!(loose.edges(Zone::Bust, 110.0).unwrap().look(16.0), Look::Fitted);
        let knit = Sitting::of("knit", "high", "", &Fit::default()).edges(Zone::Bust, 90.0).unwrap();
        assert!((knit.tight - (0.0 - 90.0 * 0.06)).abs() < 1e-9);
        let percent = Sitting::of("knit", "12%", "", &Fit::default()).edges(Zone::Bust, 90.0).unwrap();
        assert_eq!(knit, percent);
    }

    #[test]
    fn kinds_are_found_by_their_words() {
        let zones = |garment| Sitting::of(garment, "", "", &Fit::default()).zones;
        assert_eq!(zones("高腰直筒裤")[0], Zone::Waist);
        assert_eq!(zones("Jeans")[0], Zone::Waist);
        assert_eq!(zones("shirt"), [Zone::Bust, Zone::Shoulder]);
        assert_eq!(zones("")[0], Zone::Bust);
    }
}
