//! Which of a garment's sizes a body would wear, from try-ons that fitted alone: how good the expected size of a body
//! and the garment's offset are, measured where no chart and no controlled trial is known.

use std::collections::BTreeMap;

use super::case::ExpectedSize;
use super::curve::Curve;
use super::try_on::{TryOn, Verdict};

/// How many try-ons a garment's offset is drawn to zero by.
const OFFSET_WEIGHT: f64 = 20.0;
/// And the share of those who wore a size by.
const SHARE_WEIGHT: f64 = 1.0;

/// Into how many parts the rows are divided to see what comes true, each judged by what the others expect.
const PARTS: usize = 5;

/// Chooses sizes.
pub struct SizeChooser {
    expected: ExpectedSize,
    garments: BTreeMap<String, Sizes>,
    /// From the chance by the formula to the share that was right, of the very size and of it or one beside it.
    came_true: [Curve; 2],
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
        let mut chooser = Self { expected, garments, came_true: Default::default() };
        let (mut exact, mut within) = (Vec::new(), Vec::new());
        for part in 0..PARTS {
            let (own, others): (Vec<_>, Vec<_>) = rows.iter().enumerate().partition(|(at, _)| at % PARTS == part);
            // Unusual bodies draw what is expected of them to their own size.
            let expected = ExpectedSize::learn(others.iter().map(|(_, row)| *row));
            for judged in own.iter().filter_map(|(_, row)| chooser.judge(row, expected.of(row), true)) {
                exact.push((judged.advised.confidence, judged.steps == 0));
                within.push((judged.advised.within_a_step, judged.steps <= 1));
            }
        }
        chooser.came_true = [exact, within].map(Curve::learn);
        chooser
    }

    /// One of the sizes of the row's garment; `None` for a garment that was never seen.
    pub fn choose(&self, row: &TryOn) -> Option<Advised> {
        self.choose_of(self.garments.get(&row.garment)?, f64::from(self.expected.of(row)))
    }

    fn choose_of(&self, sizes: &Sizes, expected: f64) -> Option<Advised> {
        let aim = expected + sizes.off / (sizes.count + OFFSET_WEIGHT);
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
        let confidence = self.came_true[0].at(weights[best] / sum);
        Some(Advised {
            size: *sizes.worn.keys().nth(best)? as f32 / 10.0,
            confidence,
            within_a_step: self.came_true[1].at(near(best) / sum).max(confidence),
        })
    }

    /// Over rows that fitted, of garments with three sizes or more; `None` without such rows.
    pub fn measure(&self, rows: &[TryOn]) -> Option<Hits> {
        let judged: Vec<Judged> = rows.iter().filter_map(|row| self.judge(row, self.expected.of(row), false)).collect();
        let share = |is: fn(&Judged) -> bool| judged.iter().filter(|j| is(j)).count() as f64 / judged.len() as f64;
        (!judged.is_empty()).then(|| Hits {
            exact: share(|j| j.steps == 0),
            within_a_step: share(|j| j.steps <= 1),
            rows: judged.len(),
        })
    }

    /// The same by confidence, between [`EDGES`]; bins without rows are left out.
    pub fn reliability(&self, rows: &[TryOn]) -> Vec<Bin> {
        let mut bins = [Bin::default(); EDGES.len() + 1];
        for judged in rows.iter().filter_map(|row| self.judge(row, self.expected.of(row), false)) {
            let bin = &mut bins[EDGES.partition_point(|edge| *edge <= judged.advised.confidence)];
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

    /// How many of the garment's sizes lie between the worn one and the one advised for the size that is `expected`, of a
    /// row that fitted. One that was learned from is judged as if it were `left_out`.
    fn judge(&self, row: &TryOn, expected: f32, left_out: bool) -> Option<Judged> {
        let mut sizes = self.garments.get(&row.garment).filter(|sizes| sizes.worn.len() >= 3)?;
        let (own, expected) = (key(row.size_base), f64::from(expected));
        if row.verdict != Some(Verdict::Fit) {
            return None;
        }
        let mut others = Sizes::default();
        if left_out {
            others.worn.clone_from(&sizes.worn);
            others.worn.entry(own).and_modify(|worn| *worn -= 1.0);
            others.worn.retain(|_, worn| *worn > 0.0);
            (others.off, others.count) = (sizes.off - (f64::from(row.size_base) - expected), sizes.count - 1.0);
            sizes = &others;
        }
        let place = |size: i32| sizes.worn.keys().position(|own| *own == size);
        let worn = place(own)?;
        let advised = self.choose_of(sizes, expected)?;
        Some(Judged { advised, steps: worn.abs_diff(place(key(advised.size))?) })
    }
}

struct Judged {
    advised: Advised,
    steps: usize,
}

/// Where the bins of a table of confidences end; beyond the last one there are too few advices to say more.
const EDGES: [f64; 5] = [0.3, 0.4, 0.5, 0.6, 0.7];

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
