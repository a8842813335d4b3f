//! Which of a garment's sizes a body would wear, from try-ons that fitted alone: how good the expected size of a body
//! and the garment's offset are, measured where no chart and no controlled trial is known.

use std::collections::BTreeMap;

use super::case::ExpectedSize;
use super::try_on::{TryOn, Verdict};

/// How many try-ons a garment's offset is drawn to zero by.
const OFFSET_WEIGHT: f64 = 20.0;
/// And the share of those who wore a size by.
const SHARE_WEIGHT: f64 = 1.0;

/// Chooses sizes.
pub struct SizeChooser {
    expected: ExpectedSize,
    garments: BTreeMap<String, Sizes>,
}

/// What is known of one garment.
#[derive(Default)]
struct Sizes {
    /// How often each size was worn, by a tenth of its number.
    worn: BTreeMap<i32, f64>,
    /// Worn less expected, of those that fitted.
    off: f64,
    count: f64,
}

/// How much the share counts beside the distance.
const SHARE_POWER: f64 = 0.2;
/// People differ from what is expected by about a step, and steps grow with the size: at size 0, and for each number.
const SCALE: [f64; 2] = [2.3, 0.12];
/// Some differ by far more than a normal distribution would have it: a t distribution's degrees of freedom. These three
/// were chosen on training rows alone, each left out in turn, so that what is stated comes true.
const FREEDOM: f64 = 9.0;
/// What the chance of a size and those beside it counts against the size's own: one step off is not all wrong.
const NEAR_WEIGHT: f64 = 0.25;

/// A size that is advised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advised {
    /// A `size_base` of the garment.
    pub size: f32,
    /// The chance that somebody built so wears just this size.
    pub confidence: f64,
    /// And this one or one beside it.
    pub within_a_step: f64,
}

/// How often the advised size is the one that was worn and fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hits {
    pub exact: f64,
    /// At most one of the garment's sizes away.
    pub within_a_step: f64,
    pub rows: usize,
}

impl SizeChooser {
    pub fn learn(rows: &[TryOn]) -> Self {
        let expected = ExpectedSize::learn(rows);
        let mut garments: BTreeMap<String, Sizes> = BTreeMap::new();
        for row in rows {
            let sizes = garments.entry(row.garment.clone()).or_default();
            *sizes.worn.entry(key(row.size_base)).or_default() += 1.0;
            if row.verdict == Some(Verdict::Fit) {
                sizes.off += f64::from(row.size_base - expected.of(row));
                sizes.count += 1.0;
            }
        }
        Self { expected, garments }
    }

    /// One of the sizes of the row's garment; `None` for a garment that was never seen.
    pub fn choose(&self, row: &TryOn) -> Option<Advised> {
        let sizes = self.garments.get(&row.garment)?;
        let aim = f64::from(self.expected.of(row)) + sizes.off / (sizes.count + OFFSET_WEIGHT);
        let all: f64 = sizes.worn.values().sum();
        let scale = SCALE[0] + SCALE[1] * aim;
        let weight = |size: i32, worn: f64| {
            let share = (worn + SHARE_WEIGHT) / (all + SHARE_WEIGHT * sizes.worn.len() as f64);
            let off = (f64::from(size) / 10.0 - aim) / scale;
            share.powf(SHARE_POWER) * (1.0 + off * off / FREEDOM).powf(-(FREEDOM + 1.0) / 2.0)
        };
        let weights: Vec<f64> = sizes.worn.iter().map(|(size, worn)| weight(*size, *worn)).collect();
        let sum: f64 = weights.iter().sum();
        let near = |at: usize| weights[at.saturating_sub(1)..weights.len().min(at + 2)].iter().sum::<f64>();
        let worth = |at: usize| weights[at] + NEAR_WEIGHT * near(at);
        let best = (0..weights.len()).max_by(|a, b| worth(*a).total_cmp(&worth(*b)))?;
        Some(Advised {
            size: *sizes.worn.keys().nth(best)? as f32 / 10.0,
            confidence: weights[best] / sum,
            within_a_step: near(best) / sum,
        })
    }

    /// Over rows that fitted, of garments with three sizes or more; `None` without such rows.
    pub fn measure(&self, rows: &[TryOn]) -> Option<Hits> {
        let judged: Vec<Judged> = rows.iter().filter_map(|row| self.judge(row)).collect();
        let share = |is: fn(&Judged) -> bool| judged.iter().filter(|j| is(j)).count() as f64 / judged.len() as f64;
        (!judged.is_empty()).then(|| Hits {
            exact: share(|j| j.steps == 0),
            within_a_step: share(|j| j.steps <= 1),
            rows: judged.len(),
        })
    }

    /// The same by confidence, in bins from 0 to 1 of a tenth each; those without rows are left out.
    pub fn reliability(&self, rows: &[TryOn]) -> Vec<Bin> {
        let mut bins = [Bin::default(); BINS];
        for judged in rows.iter().filter_map(|row| self.judge(row)) {
            let bin = &mut bins[((judged.advised.confidence * BINS as f64) as usize).min(BINS - 1)];
            bin.rows += 1;
            bin.stated += judged.advised.confidence;
            bin.exact += f64::from(u8::from(judged.steps == 0));
            bin.stated_within += judged.advised.within_a_step;
            bin.within += f64::from(u8::from(judged.steps <= 1));
        }
        let mean = |bin: Bin| {
            let [stated, exact, stated_within, within] =
                [bin.stated, bin.exact, bin.stated_within, bin.within].map(|sum| sum / bin.rows as f64);
            Bin { rows: bin.rows, stated, exact, stated_within, within }
        };
        bins.into_iter().filter(|bin| bin.rows > 0).map(mean).collect()
    }

    /// How many of the garment's sizes lie between the advised and the worn one, of a row that fitted.
    fn judge(&self, row: &TryOn) -> Option<Judged> {
        let sizes = self.garments.get(&row.garment).filter(|sizes| sizes.worn.len() >= 3)?;
        let place = |size: f32| sizes.worn.keys().position(|own| *own == key(size));
        let worn = place(row.size_base).filter(|_| row.verdict == Some(Verdict::Fit))?;
        let advised = self.choose(row)?;
        Some(Judged { advised, steps: worn.abs_diff(place(advised.size)?) })
    }
}

struct Judged {
    advised: Advised,
    steps: usize,
}

const BINS: usize = 10;

/// Advices of about one confidence: what was stated on average, and how often it came true.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    pub rows: usize,
    pub stated: f64,
    pub exact: f64,
    pub stated_within: f64,
    pub within: f64,
}

fn key(size: f32) -> i32 {
    (size * 10.0).round() as i32
}
