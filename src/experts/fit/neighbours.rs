//! Those who tried the garment and are built most like the buyer: a vote for a size, and the records to show.
//! The vote is method 2 of the domain facts, C.1, with its tolerances and its limits of acceptance.

use std::collections::BTreeMap;

use serde::Serialize;

use super::body::Measures;
use super::garment::{Garment, Record};
use super::verdict::Verdict;
use crate::policy::Fit;

/// The vote.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Neighbours {
    /// Of the record that is nearest: 1 is the same body.
    pub best_weight: f64,
    /// How many equal records the votes are worth.
    pub n_eff: f64,
    /// The part of the votes that each size has.
    pub shares: BTreeMap<String, f64>,
}

const BEST_WEIGHT: f64 = 0.3;
const N_EFF: f64 = 2.0;
const TOP_SHARE: f64 = 0.6;

impl Neighbours {
    /// `None` where no record shares a measure with the body.
    pub fn vote(garment: &Garment, body: &Measures) -> Option<Self> {
        let (mut best_weight, mut sum, mut squares) = (0.0f64, 0.0, 0.0);
        let mut shares: BTreeMap<String, f64> = BTreeMap::new();
        for record in &garment.records {
            let Some(weight) = likeness(body, &record.body) else { continue };
            best_weight = best_weight.max(weight);
            sum += weight;
            squares += weight * weight;
            *shares.entry(size_meant(garment, record)).or_default() += weight;
        }
        if sum <= 0.0 {
            return None;
        }
        shares.values_mut().for_each(|share| *share /= sum);
        Some(Self { best_weight, n_eff: sum * sum / squares, shares })
    }

    /// The size with the largest share.
    pub fn top(&self) -> Option<(&str, f64)> {
        let top = self.shares.iter().max_by(|a, b| a.1.total_cmp(b.1));
        top.map(|(size, share)| (size.as_str(), *share))
    }

    /// Whether the vote is near, broad and clear enough to stand alone.
    pub fn is_accepted(&self) -> bool {
        let clear = self.top().is_some_and(|(_, share)| share >= TOP_SHARE);
        self.best_weight >= BEST_WEIGHT && self.n_eff >= N_EFF && clear
    }
}

/// The size that a record speaks for: what was too small speaks for the next larger one, if there is one.
fn size_meant(garment: &Garment, record: &Record) -> String {
    let at = garment.size(&record.size);
    let meant = at.and_then(|at| match record.verdict {
        Verdict::Fit => Some(at),
        Verdict::Small => Some(at + 1),
        Verdict::Large => at.checked_sub(1),
    });
    let size = meant.and_then(|at| garment.sizes.get(at));
    size.map_or_else(|| record.size.clone(), |size| size.size.clone())
}

/// e^(−d²/2), with d² the mean over the measures that both have of the squared difference in tolerances; `None` where
/// they share none.
pub fn likeness(a: &Measures, b: &Measures) -> Option<f64> {
    let pairs = [
        (a.height_cm, b.height_cm, 5.0),
        (a.weight_kg, b.weight_kg, 4.0),
        (a.bust_cm, b.bust_cm, 4.0),
        (a.waist_cm, b.waist_cm, 4.0),
        (a.hip_cm, b.hip_cm, 4.0),
        (a.shoulder_cm, b.shoulder_cm, 1.5),
    ];
    let shared = pairs.into_iter().filter_map(|(a, b, tolerance)| Some(((a? - b?) / tolerance).powi(2)));
    let (sum, count) = shared.fold((0.0, 0), |(sum, count), d| (sum + d, count + 1));
    (count > 0).then(|| (-sum / f64::from(count) / 2.0).exp())
}

/// Records of bodies that the policy calls near, the most alike first. Where neither height nor weight is shared,
/// those whose vote alone would be near enough.
pub fn near<'a>(garment: &'a Garment, body: &Measures, policy: &Fit) -> Vec<&'a Record> {
    let is_near = |record: &Record, likeness: f64| {
        let apart = |a: Option<f64>, b: Option<f64>| Some((a? - b?).abs());
        let height = apart(body.height_cm, record.body.height_cm);
        let weight = apart(body.weight_kg, record.body.weight_kg);
        if height.is_none() && weight.is_none() {
            return likeness >= BEST_WEIGHT;
        }
        height.is_none_or(|cm| cm <= policy.cover_height_cm) && weight.is_none_or(|kg| kg <= policy.cover_weight_kg)
    };
    let alike = garment.records.iter().filter_map(|record| Some((record, likeness(body, &record.body)?)));
    let mut near: Vec<(&Record, f64)> = alike.filter(|(record, likeness)| is_near(record, *likeness)).collect();
    near.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.model_id.cmp(&b.0.model_id)));
    near.into_iter().map(|(record, _)| record).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;
    use crate::experts::fit::garment::Source;

    fn body(height: f64, weight: f64) -> Measures {
        Measures { height_cm: Some(height), weight_kg: Some(weight), ..Measures::default() }
    }

    fn five() -> Garment {
        let models =
            [(158.0, 46.0, "S"), (160.0, 50.0, "S"), (165.0, 55.0, "M"), (168.0, 60.0, "L"), (162.0, 52.0, "M")];
        let records = models.into_iter().enumerate().map(|(at, (height, weight, size))| Record {
            model_id: format!("m{at}"),
            size: size.into(),
            body: body(height, weight),
            shape: None,
            verdict: Verdict::Fit,
            effect: None,
            source: Source::TryOn,
        });
        Garment::new("a", "", &Map::new(), Vec::new(), records.collect())
    }

    #[test]
    fn neighbours_vote() {
        let vote = |height, weight| Neighbours::vote(&five(), &body(height, weight)).unwrap();
        let found = vote(160.0, 48.0);
        for (size, expected) in [("S", 0.6124), ("M", 0.3692), ("L", 0.0185)] {
            assert!((found.shares[size] - expected).abs() < 1e-4, "{found:?}");
        }
        assert!((found.n_eff - 3.784).abs() < 1e-3 && found.is_accepted());
        let found = vote(163.0, 53.0);
        assert!((found.shares["M"] - 0.5528).abs() < 1e-4 && !found.is_accepted(), "{found:?}");
        let found = vote(175.0, 80.0);
        assert!((found.best_weight - 0.0012).abs() < 1e-4, "{found:?}");
        assert_eq!(Neighbours::vote(&five(), &Measures { bust_cm: Some(84.0), ..Measures::default() }), None);
    }

    #[test]
    fn what_was_too_small_speaks_for_the_next_size() {
        let mut garment = five();
        garment.records.truncate(1);
        for (verdict, expected) in [(Verdict::Small, "M"), (Verdict::Fit, "S"), (Verdict::Large, "S")] {
            garment.records[0].verdict = verdict;
            let vote = Neighbours::vote(&garment, &body(160.0, 48.0)).unwrap();
            assert_eq!(vote.top(), Some((expected, 1.0)));
        }
    }

    #[test]
    fn the_policy_says_who_is_near() {
        let garment = five();
        let ids = |height, weight| -> Vec<String> {
            near(&garment, &body(height, weight), &Fit::default()).iter().map(|r| r.model_id.clone()).collect()
        };
        assert_eq!(ids(160.0, 48.0), ["m1", "m0", "m4"], "the most alike first");
        assert!(ids(175.0, 80.0).is_empty());
    }
}
