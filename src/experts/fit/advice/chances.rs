//! From looseness to chances, and back from verdicts.

use serde::Serialize;

use super::constants::Constants;
use crate::experts::fit::garment::Sat;
use crate::experts::fit::verdict::Verdict;

/// The logistic curve with this factor is close to the normal one.
const LOGIT: f64 = 1.7;

/// How often a size is too small and too large; otherwise it fits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Chances {
    pub small: f64,
    pub large: f64,
}

impl Chances {
    /// Too small below the one threshold, too large above the other, seen through noise.
    pub fn of(looseness: f64, noise: f64, constants: &Constants) -> Self {
        Self {
            small: logistic((-constants.small_at - looseness) / noise),
            large: logistic((looseness - constants.large_at) / noise),
        }
    }

    pub fn fit(&self) -> f64 {
        1.0 - self.small - self.large
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-LOGIT * x).exp())
}

/// Where looseness lay, as a verdict tells it: between these two.
pub fn span(verdict: Verdict, sat: Option<Sat>, constants: &Constants) -> [f64; 2] {
    let (small, large) = (-constants.small_at, constants.large_at);
    match (verdict, sat) {
        (Verdict::Small, _) => [f64::NEG_INFINITY, small],
        (Verdict::Large, _) => [large, f64::INFINITY],
        (Verdict::Fit, None) => [small, large],
        // What fits and is called roomy lies in the upper third, what fits and is called snug in the lower.
        (Verdict::Fit, Some(Sat::Roomy)) => [large - (large - small) / 3.0, large],
        (Verdict::Fit, Some(Sat::Snug)) => [small, small + (large - small) / 3.0],
    }
}

/// ln of the chance that looseness lies within the span, and its first and second derivative by looseness.
pub fn likelihood(looseness: f64, noise: f64, [from, to]: [f64; 2]) -> [f64; 3] {
    let at = |edge: f64| logistic((edge - looseness) / noise);
    let (lower, upper) = (at(from), at(to));
    let chance = (upper - lower).max(1e-12);
    let density = |f: f64| f * (1.0 - f) * LOGIT / noise;
    let bend = |f: f64| density(f) * (1.0 - 2.0 * f) * LOGIT / noise;
    let first = (density(lower) - density(upper)) / chance;
    let second = (bend(upper) - bend(lower)) / chance - first * first;
    [chance.ln(), first, second]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_well_chosen_size_is_too_small_or_too_large_for_13_percent_each() {
        let constants = Constants::default();
        let chances = Chances::of(0.0, 1.0, &constants);
        assert!((chances.small - 0.134).abs() < 0.002 && (chances.large - 0.134).abs() < 0.002, "{chances:?}");
    }

    #[test]
    fn slopes_are_those_of_the_likelihood() {
        let constants = Constants::default();
        for (verdict, sat) in [
            (Verdict::Small, None),
            (Verdict::Fit, None),
            (Verdict::Fit, Some(Sat::Roomy)),
            (Verdict::Fit, Some(Sat::Snug)),
            (Verdict::Large, None),
        ] {
            for looseness in [-2.0, -0.3, 0.0, 1.4] {
                let of = |x: f64| likelihood(x, 1.2, span(verdict, sat, &constants));
                let (step, here) = (1e-5, of(looseness));
                let first = (of(looseness + step)[0] - of(looseness - step)[0]) / (2.0 * step);
                let second = (of(looseness + step)[1] - of(looseness - step)[1]) / (2.0 * step);
                assert!((first - here[1]).abs() < 1e-5, "{verdict:?} {looseness}: {first} {here:?}");
                assert!((second - here[2]).abs() < 1e-5, "{verdict:?} {looseness}: {second} {here:?}");
                assert!(here[2] < 0.0);
            }
        }
    }
}
