//! Makes what is stated come true: a rising curve from the chance that a model gives to the share that was seen.

/// Straight lines between points (stated, seen), both growing; before the first and after the last it is level.
/// Without points it leaves chances as they are.
#[derive(Debug, Clone, Default)]
pub struct Curve(Vec<[f64; 2]>);

/// How many outcomes stand behind a point at least. With fewer than two points of them nothing is learned.
const EACH: usize = 250;
/// More points than this follow chance and no rule.
const POINTS: usize = 60;

impl Curve {
    /// From chances that were given without knowing the outcome, each with whether it came true.
    pub fn learn(mut seen: Vec<(f64, bool)>) -> Self {
        if seen.len() < 2 * EACH {
            return Self::default();
        }
        seen.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Sums of stated and of seen, and how many. What does not grow is put together with what is before it.
        let mut blocks: Vec<[f64; 3]> = Vec::new();
        for part in seen.chunks(EACH.max(seen.len() / POINTS)) {
            let count = part.len() as f64;
            let stated = part.iter().map(|(stated, _)| stated).sum();
            let mut block = [stated, part.iter().filter(|(_, came_true)| *came_true).count() as f64, count];
            let grows = |last: &[f64; 3], block: &[f64; 3]| {
                last[1] / last[2] < block[1] / block[2] && last[0] / last[2] + 1e-9 < block[0] / block[2]
            };
            while let Some(last) = blocks.last().filter(|last| !grows(last, &block)) {
                block = [0, 1, 2].map(|at| block[at] + last[at]);
                blocks.pop();
            }
            blocks.push(block);
        }
        Self(blocks.into_iter().map(|[stated, seen, count]| [stated / count, seen / count]).collect())
    }

    pub fn at(&self, stated: f64) -> f64 {
        let after = self.0.partition_point(|point| point[0] <= stated);
        match (after.checked_sub(1).and_then(|before| self.0.get(before)), self.0.get(after)) {
            (None, None) => stated,
            (None, Some(only)) | (Some(only), None) => only[1],
            (Some(from), Some(to)) => from[1] + (to[1] - from[1]) * (stated - from[0]) / (to[0] - from[0]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stated_too_high_is_lowered_and_never_falls() {
        // Said 0.4, 0.6 and 0.8; seen in 1 of 2, 1 of 2 and 3 of 4.
        let seen = |stated: f64, of: usize, not: usize| (0..1_000).map(move |n| (stated, n % of != not));
        let all = seen(0.4, 2, 0).chain(seen(0.6, 2, 1)).chain(seen(0.8, 4, 0)).collect();
        let curve = Curve::learn(all);
        assert!((curve.at(0.5) - 0.5).abs() < 1e-9 && (curve.at(0.8) - 0.75).abs() < 1e-9, "{curve:?}");
        let steps: Vec<f64> = (0..=100).map(|n| curve.at(f64::from(n) / 100.0)).collect();
        assert!(steps.windows(2).all(|pair| pair[0] <= pair[1]), "{steps:?}");
        assert_eq!((steps[0], steps[100]), (0.5, 0.75));
    }

    #[test]
    fn few_outcomes_teach_nothing() {
        assert_eq!(Curve::learn(vec![(0.9, false); 100]).at(0.9), 0.9);
    }
}
