//! The hierarchical multinomial: terms that hold for all garments, and two numbers each for a garment, for each of its
//! sizes and for a buyer, drawn to zero the more strongly the less is known of them.
//!
//! Fitted by Newton's method, one block after the other: plain gradient steps do not get there in reasonable time.

use super::case::{Case, NOBODY};
use super::linear::{Symmetric, solve_two};
use super::terms::Terms;
use super::try_on::Verdict;

/// How far from zero a garment's, a size's and a buyer's numbers are beforehand (standard deviation, in logits) …
const PRIOR_SD: [f64; 3] = [1.0, 0.4, 0.7];
/// … and how much those of small and of large go together: a garment that runs small is seldom said to be large.
const PRIOR_TOGETHER: [f64; 3] = [-0.3, 0.0, 0.0];

const SWEEPS: usize = 4;
/// The longest step of one block.
const STEP: f64 = 2.0;

/// Logits of small and of large, against fit.
pub type Logits = [f64; 2];

/// The terms of many cases, one after the other.
#[derive(Debug, Default)]
pub struct Rows {
    starts: Vec<u32>,
    terms: Vec<(u32, f32)>,
}

impl Rows {
    pub fn of(terms: &Terms, cases: &[Case]) -> Self {
        let mut rows = Self { starts: vec![0], terms: Vec::with_capacity(cases.len() * 60) };
        for case in cases {
            rows.terms.extend(terms.of(case));
            rows.starts.push(rows.terms.len() as u32);
        }
        rows
    }

    pub fn get(&self, at: usize) -> &[(u32, f32)] {
        &self.terms[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// What holds for all garments.
#[derive(Debug, Clone)]
pub struct Global {
    /// For each term its coefficient for small and for large.
    pub weights: Vec<Logits>,
}

impl Global {
    pub fn logits(&self, terms: &[(u32, f32)]) -> Logits {
        let mut sum = [0.0; 2];
        for (place, x) in terms {
            let w = self.weights[*place as usize];
            sum[0] += w[0] * f64::from(*x);
            sum[1] += w[1] * f64::from(*x);
        }
        sum
    }

    /// One Newton step over all cases.
    fn step(&mut self, terms: &Terms, rows: &Rows, cases: &[Case], logits: &mut [Logits]) {
        let n = self.weights.len();
        let mut matrix = Symmetric::zero(2 * n);
        let mut gradient = vec![0.0; 2 * n];
        for (at, case) in cases.iter().enumerate() {
            let (g, [ss, sl, ll]) = slopes(logits[at], case.verdict);
            let x = rows.get(at);
            for (k, (i, xi)) in x.iter().enumerate() {
                let (i, xi) = (*i as usize, f64::from(*xi));
                gradient[i] += g[0] * xi;
                gradient[n + i] += g[1] * xi;
                let (ss, sl, ll) = (ss * xi, sl * xi, ll * xi);
                let small = matrix.row(i);
                for (j, xj) in &x[..=k] {
                    small[*j as usize] += ss * f64::from(*xj);
                }
                let large = matrix.row(n + i);
                for (j, xj) in &x[..=k] {
                    large[n + *j as usize] += ll * f64::from(*xj);
                }
                // The block between small and large is symmetric too, so half of it is gathered and mirrored below.
                for (j, xj) in &x[..=k] {
                    large[*j as usize] += sl * f64::from(*xj);
                }
            }
        }
        for i in 0..n {
            for j in 0..i {
                let value = *matrix.at(n + i, j);
                *matrix.at(n + j, i) = value;
            }
            for (half, start) in [0, n].into_iter().enumerate() {
                *matrix.at(start + i, start + i) += terms.ridge(i);
                gradient[start + i] -= terms.ridge(i) * self.weights[i][half];
            }
        }
        let step = matrix.solve(gradient);
        for (i, weight) in self.weights.iter_mut().enumerate() {
            weight[0] += step[i].clamp(-STEP, STEP);
            weight[1] += step[n + i].clamp(-STEP, STEP);
        }
        for (at, logits) in logits.iter_mut().enumerate() {
            let mut moved = [0.0; 2];
            for (i, x) in rows.get(at) {
                moved[0] += step[*i as usize].clamp(-STEP, STEP) * f64::from(*x);
                moved[1] += step[n + *i as usize].clamp(-STEP, STEP) * f64::from(*x);
            }
            logits[0] += moved[0];
            logits[1] += moved[1];
        }
    }
}

/// The numbers of garments, of their sizes and of buyers.
#[derive(Debug, Clone)]
pub struct Effects {
    /// Of garments, of their sizes, of buyers.
    pub of: [Vec<Logits>; 3],
}

/// The places of a case in [`Effects::of`].
fn places(case: &Case) -> [u32; 3] {
    [case.garment, case.garment_size, case.user]
}

impl Effects {
    pub fn none(counts: [usize; 3]) -> Self {
        Self { of: counts.map(|count| vec![[0.0; 2]; count]) }
    }

    /// The three parts of a case; zero where a name is unknown.
    pub fn parts(&self, case: &Case) -> [Logits; 3] {
        let places = places(case);
        std::array::from_fn(|kind| self.of[kind].get(places[kind] as usize).copied().unwrap_or_default())
    }

    pub fn logits(&self, case: &Case) -> Logits {
        self.parts(case).iter().fold([0.0; 2], |sum, part| [sum[0] + part[0], sum[1] + part[1]])
    }

    /// One Newton step for each name of a kind. `logits` are those of `cases` and follow.
    pub fn step<'a>(&mut self, kind: usize, cases: impl Iterator<Item = &'a Case> + Clone, logits: &mut [Logits]) {
        let [precision, cross] = prior(kind);
        let count = self.of[kind].len();
        let mut sums = vec![([0.0; 2], [0.0; 3]); count];
        for (case, logits) in cases.clone().zip(logits.iter()) {
            let place = places(case)[kind];
            if place == NOBODY {
                continue;
            }
            let (g, h) = slopes(*logits, case.verdict);
            let (gradient, curve) = &mut sums[place as usize];
            gradient.iter_mut().zip(g).for_each(|(sum, g)| *sum += g);
            curve.iter_mut().zip(h).for_each(|(sum, h)| *sum += h);
        }
        let mut steps = vec![[0.0; 2]; count];
        for ((effect, step), (gradient, curve)) in self.of[kind].iter_mut().zip(&mut steps).zip(&sums) {
            let drawn = [precision * effect[0] + cross * effect[1], cross * effect[0] + precision * effect[1]];
            let pulled = [gradient[0] - drawn[0], gradient[1] - drawn[1]];
            *step = solve_two([curve[0] + precision, curve[1] + cross, curve[2] + precision], pulled)
                .map(|step| step.clamp(-STEP, STEP));
            effect[0] += step[0];
            effect[1] += step[1];
        }
        for (case, logits) in cases.zip(logits.iter_mut()) {
            let place = places(case)[kind];
            if place != NOBODY {
                logits[0] += steps[place as usize][0];
                logits[1] += steps[place as usize][1];
            }
        }
    }

    /// Makes room for names that came after learning.
    pub fn grow(&mut self, counts: [usize; 3]) {
        for (list, count) in self.of.iter_mut().zip(counts) {
            list.resize(count.max(list.len()), [0.0; 2]);
        }
    }

    /// Solves one name's numbers anew from all cases that it has, each with its logits without effects.
    pub fn solve<'a>(&mut self, kind: usize, name: u32, cases: impl Iterator<Item = &'a (Case, Logits)> + Clone) {
        let [precision, cross] = prior(kind);
        for _ in 0..SWEEPS {
            let own = self.of[kind][name as usize];
            let mut gradient = [-precision * own[0] - cross * own[1], -cross * own[0] - precision * own[1]];
            let mut curve = [precision, cross, precision];
            for (case, fixed) in cases.clone().filter(|(case, _)| places(case)[kind] == name) {
                let effects = self.logits(case);
                let (g, h) = slopes([fixed[0] + effects[0], fixed[1] + effects[1]], case.verdict);
                gradient.iter_mut().zip(g).for_each(|(sum, g)| *sum += g);
                curve.iter_mut().zip(h).for_each(|(sum, h)| *sum += h);
            }
            let step = solve_two(curve, gradient).map(|step| step.clamp(-STEP, STEP));
            self.of[kind][name as usize] = [own[0] + step[0], own[1] + step[1]];
        }
    }

    /// The effects that the cases teach, where what holds for all is given as `fixed` logits.
    pub fn learn<'a>(
        counts: [usize; 3],
        cases: impl Iterator<Item = &'a Case> + Clone,
        mut fixed: Vec<Logits>,
    ) -> Self {
        let mut effects = Self::none(counts);
        for _ in 0..SWEEPS {
            for kind in 0..3 {
                effects.step(kind, cases.clone(), &mut fixed);
            }
        }
        effects
    }
}

/// The inverse of the prior's covariance: on the diagonal, and beside it.
fn prior(kind: usize) -> [f64; 2] {
    let (variance, together) = (PRIOR_SD[kind] * PRIOR_SD[kind], PRIOR_TOGETHER[kind]);
    let share = variance * (1.0 - together * together);
    [1.0 / share, -together / share]
}

/// Fits everything. `progress` hears after each sweep how many of how many are done.
pub fn learn(
    terms: &Terms,
    rows: &Rows,
    cases: &[Case],
    counts: [usize; 3],
    mut progress: impl FnMut(usize, usize),
) -> (Global, Effects) {
    let mut global = Global { weights: vec![[0.0; 2]; terms.count()] };
    let mut effects = Effects::none(counts);
    let mut logits = vec![[0.0; 2]; cases.len()];
    for sweep in 0..SWEEPS {
        global.step(terms, rows, cases, &mut logits);
        for _ in 0..2 {
            for kind in 0..3 {
                effects.step(kind, cases.iter(), &mut logits);
            }
        }
        progress(sweep + 1, SWEEPS);
    }
    (global, effects)
}

/// Probabilities of small, fit and large.
pub fn chances(logits: Logits) -> [f64; 3] {
    let top = logits[0].max(logits[1]).max(0.0);
    let parts = [(logits[0] - top).exp(), (-top).exp(), (logits[1] - top).exp()];
    let sum: f64 = parts.iter().sum();
    parts.map(|part| part / sum)
}

/// Slope and curve (small-small, small-large, large-large) of the log-likelihood of one verdict.
fn slopes(logits: Logits, verdict: Option<Verdict>) -> (Logits, [f64; 3]) {
    let [small, _, large] = chances(logits);
    let said = |wanted| if verdict == Some(wanted) { 1.0 } else { 0.0 };
    let slope = [said(Verdict::Small) - small, said(Verdict::Large) - large];
    (slope, [small * (1.0 - small), -small * large, large * (1.0 - large)])
}
