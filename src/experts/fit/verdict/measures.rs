//! How good foretold verdicts are. Probabilities are of `[small, fit, large]`.

use super::try_on::Verdict;

/// Figures of one set of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    pub rows: usize,
    /// The mean of the three areas under the curve, each verdict against the rest; of those verdicts that occur.
    pub auc: f64,
    /// Of small, fit and large.
    pub auc_of: [f64; 3],
    /// Mean of −ln of the probability of what was said.
    pub log_loss: f64,
    pub accuracy: f64,
    /// The mean over the three verdicts of |said − foretold| over 15 bins of equal width, weighted by rows.
    pub calibration_error: f64,
}

/// `None` without rows.
pub fn measure(foretold: &[[f32; 3]], said: &[Verdict]) -> Option<Measures> {
    if said.is_empty() {
        return None;
    }
    let rows = said.len();
    let auc_of = Verdict::ALL.map(|verdict| auc(foretold, said, verdict));
    let known: Vec<f64> = auc_of.into_iter().filter(|auc| !auc.is_nan()).collect();
    let (mut log_loss, mut right) = (0.0, 0);
    for (p, verdict) in foretold.iter().zip(said) {
        log_loss -= f64::from(p[*verdict as usize].max(1e-9)).ln();
        let likeliest = (0..3).max_by(|a, b| p[*a].total_cmp(&p[*b]));
        right += usize::from(likeliest == Some(*verdict as usize));
    }
    Some(Measures {
        rows,
        auc: if known.is_empty() { f64::NAN } else { known.iter().sum::<f64>() / known.len() as f64 },
        auc_of,
        log_loss: log_loss / rows as f64,
        accuracy: right as f64 / rows as f64,
        calibration_error: Verdict::ALL.map(|verdict| calibration_error(foretold, said, verdict)).iter().sum::<f64>()
            / 3.0,
    })
}

/// How often one who said it is given a higher probability of it than one who did not; equal ones count half.
fn auc(foretold: &[[f32; 3]], said: &[Verdict], verdict: Verdict) -> f64 {
    let mut order: Vec<(f32, bool)> =
        foretold.iter().zip(said).map(|(p, said)| (p[verdict as usize], *said == verdict)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ranks, mut yes, mut start) = (0.0, 0.0, 0);
    while start < order.len() {
        let end = start + order[start..].iter().take_while(|(p, _)| *p == order[start].0).count();
        let of_these = order[start..end].iter().filter(|(_, is)| *is).count() as f64;
        ranks += of_these * (start + end + 1) as f64 / 2.0;
        yes += of_these;
        start = end;
    }
    let no = order.len() as f64 - yes;
    (ranks - yes * (yes + 1.0) / 2.0) / (yes * no)
}

fn calibration_error(foretold: &[[f32; 3]], said: &[Verdict], verdict: Verdict) -> f64 {
    const BINS: usize = 15;
    let mut bins = [(0.0, 0.0); BINS];
    for (p, said) in foretold.iter().zip(said) {
        let p = p[verdict as usize];
        let bin = ((p * BINS as f32) as usize).min(BINS - 1);
        bins[bin].0 += f64::from(p);
        bins[bin].1 += f64::from(u8::from(*said == verdict));
    }
    bins.iter().map(|(foretold, said)| (foretold - said).abs()).sum::<f64>() / said.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_table_small_enough_to_check_by_hand() {
        let p = [[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.5, 0.4], [0.3, 0.6, 0.1]];
        let said = [Verdict::Small, Verdict::Fit, Verdict::Large, Verdict::Small];
        let measures = measure(&p, &said).unwrap();
        assert_eq!(measures.auc_of, [1.0, 1.0, 1.0]);
        assert_eq!(measures.accuracy, 0.5);
        let expected = -(0.6f64.ln() + 0.7f64.ln() + 0.4f64.ln() + 0.3f64.ln()) / 4.0;
        assert!((measures.log_loss - expected).abs() < 1e-6);
        // Every bin holds one verdict at most: |0.6-1|+0.2+0.1+|0.3-1| for small, and so on.
        let expected = (1.4 + 0.3 + 0.3 + 0.5 + 0.6 + 0.3 + 0.6) / 4.0 / 3.0;
        assert!((measures.calibration_error - expected).abs() < 1e-6, "{}", measures.calibration_error);
        assert_eq!(measure(&[], &[]), None);
    }

    #[test]
    fn equal_probabilities_know_nothing() {
        let said = [Verdict::Small, Verdict::Fit, Verdict::Large, Verdict::Fit];
        assert_eq!(measure(&[[0.2, 0.5, 0.3]; 4], &said).unwrap().auc, 0.5);
    }
}
