//! Where a baby's weight lies in the WHO standard: a number and a flag, and never a verdict.
//!
//! Of the standard's days the table holds eight; between two of them its three parameters are taken in proportion. The
//! flag is for the person who looks at it, with the advice to see a doctor, and nothing is sold on it.

use serde::Serialize;

use super::rules::{RULES, Sex};

/// A weight in the standard.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Growth {
    /// Standard deviations from the median.
    pub weight_z: f64,
    pub flag: GrowthFlag,
    /// The weights at −2 SD and +2 SD, in kg.
    pub range_kg: [f64; 2],
    /// The standard's median length, in cm.
    pub median_length_cm: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GrowthFlag {
    BelowRange,
    InRange,
    AboveRange,
}

/// `None` outside the table (to three years) and for weights that no baby has.
pub fn growth(sex: Sex, age_days: i64, weight_kg: f64) -> Option<Growth> {
    if !(0.3..=60.0).contains(&weight_kg) {
        return None;
    }
    let rows = || RULES.growth.iter().filter(|row| row.sex == sex);
    let before = rows().filter(|row| row.day <= age_days).max_by_key(|row| row.day)?;
    let after = rows().filter(|row| row.day >= age_days).min_by_key(|row| row.day)?;
    let span = (after.day - before.day).max(1) as f64;
    let part = (age_days - before.day) as f64 / span;
    let between = |from: f64, to: f64| from + (to - from) * part;
    let (from, to) = (lms(before), lms(after));
    let [l, m, s] = [0, 1, 2].map(|n| between(from[n], to[n]));
    let weight_z = ((weight_kg / m).powf(l) - 1.0) / (l * s);
    let at = |z: f64| m * (1.0 + l * s * z).powf(1.0 / l);
    let flag = match weight_z {
        z if z < -2.0 => GrowthFlag::BelowRange,
        z if z > 2.0 => GrowthFlag::AboveRange,
        _ => GrowthFlag::InRange,
    };
    Some(Growth {
        weight_z,
        flag,
        range_kg: [at(-2.0), at(2.0)],
        median_length_cm: between(before.length, after.length),
    })
}

/// The standard's own parameters, or those of the curve through the three weights: with `a` and `b` the outer ones over
/// the median, `z` is ±2 there, hence `a^L + b^L = 2` and `S = (b^L − 1) / 2L`.
fn lms(row: &super::rules::GrowthRow) -> [f64; 3] {
    if let Some(own) = row.lms {
        return own;
    }
    let [low, median, high] = row.weight;
    let (a, b) = (low / median, high / median);
    let miss = |l: f64| a.powf(l) + b.powf(l) - 2.0;
    // 0 is always a solution, the other one lies where the curve's bottom is not: beyond twice the bottom.
    let bottom = (-a.ln() / b.ln()).ln() / (b / a).ln();
    let (mut near, mut far) = (bottom, bottom * 4.0);
    for _ in 0..60 {
        let middle = (near + far) / 2.0;
        if miss(middle) < 0.0 {
            near = middle;
        } else {
            far = middle;
        }
    }
    let l = if near.abs() < 1e-6 { 1e-6 } else { near };
    [l, median, (b.powf(l) - 1.0) / (2.0 * l)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn z(sex: Sex, day: i64, kg: f64) -> f64 {
        (growth(sex, day, kg).unwrap().weight_z * 100.0).round() / 100.0
    }

    /// The vectors of the domain facts, C.3.
    #[test]
    fn the_published_scores() {
        assert_eq!(z(Sex::Male, 183, 7.0), -1.14);
        assert_eq!(z(Sex::Male, 183, 7.9389), 0.0);
        assert_eq!(z(Sex::Female, 183, 6.0), -1.62);
        assert_eq!(z(Sex::Female, 183, 5.5), -2.35);
        assert_eq!(growth(Sex::Female, 183, 5.5).unwrap().flag, GrowthFlag::BelowRange);
        assert_eq!(growth(Sex::Female, 183, 6.0).unwrap().flag, GrowthFlag::InRange);
    }

    #[test]
    fn the_table_gives_back_its_own_weights() {
        for row in &RULES.growth {
            for (weight, expected) in row.weight.into_iter().zip([-2.0, 0.0, 2.0]) {
                let found = growth(row.sex, row.day, weight).unwrap();
                assert!((found.weight_z - expected).abs() < 0.02, "{:?} {} {weight}: {found:?}", row.sex, row.day);
            }
        }
    }

    #[test]
    fn between_two_days_it_lies_between() {
        let kilograms = |day| growth(Sex::Male, day, 7.0).unwrap().range_kg;
        assert!(kilograms(183)[0] < kilograms(230)[0] && kilograms(230)[0] < kilograms(274)[0]);
        assert_eq!(growth(Sex::Male, 1_097, 14.0), None);
        assert_eq!(growth(Sex::Male, -1, 3.0), None);
        assert_eq!(growth(Sex::Male, 100, f64::NAN), None);
    }
}
