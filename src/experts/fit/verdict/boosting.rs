//! Trees on top of the hierarchical model: they start from its logits and learn what it leaves over.

use super::hierarchy::{Logits, chances};
use super::trees::{Binned, Growth, Pull, Tree};
use super::try_on::Verdict;

/// How many rounds are learned, one tree for small and one for large in each.
const ROUNDS: usize = 200;
/// The share of the rows and of the features that a round, and a tree, looks at.
const ROWS: f64 = 0.5;
const FEATURES: f64 = 0.4;

const GROWTH: Growth = Growth { leaves: 24, min_curve: 25.0, ridge: 20.0, rate: 0.05 };

#[derive(Debug, Clone, Default)]
pub struct Boosted {
    rounds: Vec<[Tree; 2]>,
}

impl Boosted {
    /// `features` row after row, `width` each; `logits` are where each row starts from. `progress` hears the rounds.
    pub fn learn(
        features: &[f32],
        width: usize,
        mut logits: Vec<Logits>,
        said: &[Verdict],
        mut progress: impl FnMut(usize, usize),
    ) -> Self {
        let binned = Binned::new(features, width);
        let mut boosted = Self::default();
        let mut pulls = [vec![[0.0; 2]; said.len()], vec![[0.0; 2]; said.len()]];
        let mut order: Vec<u32> = Vec::with_capacity(said.len());
        for round in 0..ROUNDS {
            for (at, verdict) in said.iter().enumerate() {
                let [small, _, large] = chances(logits[at]);
                let pull =
                    |p: f64, is: bool| -> Pull { [(p - f64::from(u8::from(is))) as f32, (p * (1.0 - p)) as f32] };
                pulls[0][at] = pull(small, *verdict == Verdict::Small);
                pulls[1][at] = pull(large, *verdict == Verdict::Large);
            }
            let trees = [0, 1].map(|which| {
                let lot = (2 * round + which) as u64;
                order.clear();
                order.extend((0..said.len() as u32).filter(|row| chance(u64::from(*row), lot) < ROWS));
                let mut seen: Vec<usize> = (0..width).filter(|f| chance(*f as u64, lot ^ 0xFEA7) < FEATURES).collect();
                if seen.is_empty() {
                    seen.push(round % width);
                }
                Tree::grow(&binned, &pulls[which], &mut order, &seen, &GROWTH)
            });
            for (at, logits) in logits.iter_mut().enumerate() {
                logits[0] += f64::from(trees[0].at(&binned, at));
                logits[1] += f64::from(trees[1].at(&binned, at));
            }
            boosted.rounds.push(trees);
            progress(round + 1, ROUNDS);
        }
        boosted
    }

    /// What the trees add to the logits.
    pub fn of(&self, features: &[f32]) -> Logits {
        self.rounds.iter().fold([0.0; 2], |sum, [small, large]| {
            [sum[0] + f64::from(small.of(features)), sum[1] + f64::from(large.of(features))]
        })
    }
}

/// A number from 0 to 1 that is the same for the same pair: draws that do not depend on the order of work.
pub fn chance(a: u64, b: u64) -> f64 {
    let mut x = a.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ b.wrapping_add(0x632B_E59B_D9B4_E019);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^= x >> 31;
    (x >> 11) as f64 / (1u64 << 53) as f64
}
