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

    /// A `size_base` of the row's garment; `None` for a garment that was never seen.
    pub fn choose(&self, row: &TryOn) -> Option<f32> {
        let sizes = self.garments.get(&row.garment)?;
        let aim = f64::from(self.expected.of(row)) + sizes.off / (sizes.count + OFFSET_WEIGHT);
        let all: f64 = sizes.worn.values().sum();
        let score = |size: i32, worn: f64| {
            // People differ by about a step, and steps grow with the size.
            let (at, sd) = (f64::from(size) / 10.0, 2.2 + 0.1 * aim);
            let share = (worn + SHARE_WEIGHT) / (all + SHARE_WEIGHT * sizes.worn.len() as f64);
            share.ln() * 0.2 - ((at - aim) / sd).powi(2) / 2.0
        };
        let best = sizes.worn.iter().max_by(|a, b| score(*a.0, *a.1).total_cmp(&score(*b.0, *b.1)));
        best.map(|(size, _)| *size as f32 / 10.0)
    }

    /// Over rows that fitted, of garments with three sizes or more; `None` without such rows.
    pub fn measure(&self, rows: &[TryOn]) -> Option<Hits> {
        let (mut exact, mut near, mut count) = (0, 0, 0);
        for row in rows.iter().filter(|row| row.verdict == Some(Verdict::Fit)) {
            let (Some(sizes), Some(chosen)) = (self.garments.get(&row.garment), self.choose(row)) else { continue };
            let place = |size: f32| sizes.worn.keys().position(|own| *own == key(size));
            let (true, Some(worn), Some(chosen)) = (sizes.worn.len() >= 3, place(row.size_base), place(chosen)) else {
                continue;
            };
            count += 1;
            exact += usize::from(worn == chosen);
            near += usize::from(worn.abs_diff(chosen) <= 1);
        }
        let share = |hits: usize| hits as f64 / count as f64;
        (count > 0).then(|| Hits { exact: share(exact), within_a_step: share(near), rows: count })
    }
}

fn key(size: f32) -> i32 {
    (size * 10.0).round() as i32
}
