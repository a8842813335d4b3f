//! The verdict head: will the size that somebody chose be said to be small, to fit, to be large?
//!
//! [`Model::learn`] fits a [hierarchical multinomial](hierarchy) and [boosted trees](boosting) that start from it and
//! also see [rates and neighbours](library). Everything that trees learn from is computed without the row's own fold,
//! because otherwise it would give the row's own verdict away. [`Model::add`] takes one more try-on at once: only the
//! numbers of its garment, size and buyer are solved anew.
//!
//! Sizes that people chose themselves say little about what another size would do (people size up in what runs small),
//! so this head never advises a size: see [`advice`](super::advice).

mod boosting;
mod case;
mod curve;
mod hierarchy;
mod library;
mod linear;
pub mod measures;
mod terms;
mod trees;
pub mod try_on;
pub mod worn;

#[cfg(test)]
mod tests;

use boosting::{Boosted, chance};
use case::{Case, Dictionary, ExpectedSize};
use hierarchy::{Effects, Global, Logits, Rows, chances};
use library::Library;
use terms::Terms;
pub use try_on::{TryOn, Verdict, Wrong};

/// Into how many parts the rows are divided, each seen by the trees with what the others say.
const FOLDS: usize = 10;
/// How often the rows are divided anew. Each row is then seen with several neighbourhoods, fuller and thinner ones.
const VIEWS: usize = 2;
/// Features of the trees: the body and the size, the parts of the hierarchical model, the library.
const WIDTH: usize = 17 + 10 + library::NUMBERS;

/// A step of learning and how far it is, for whoever waits.
pub type Progress<'a> = &'a mut dyn FnMut(&'static str, usize, usize);

/// Foretells verdicts.
#[derive(Debug, Clone)]
pub struct Model {
    names: Dictionary,
    expected: ExpectedSize,
    terms: Terms,
    global: Global,
    effects: Effects,
    library: Library,
    boosted: Boosted,
    /// Cases and logits without effects, in the order of the library.
    cases: Vec<(Case, Logits)>,
}

impl Model {
    /// Learns from rows that have a verdict; the same rows in the same order give the same model.
    pub fn learn(rows: &[TryOn], progress: Progress<'_>) -> Self {
        let expected = ExpectedSize::learn(rows);
        let mut names = Dictionary::of(rows);
        let said = rows.iter().filter(|row| row.verdict.is_some());
        let cases: Vec<Case> = said.map(|row| names.learn(row, &expected)).collect();
        let terms = Terms::new(&names);
        let term_rows = Rows::of(&terms, &cases);
        let counts = names.counts();
        let (global, effects) =
            hierarchy::learn(&terms, &term_rows, &cases, counts, |done, all| progress("terms", done, all));
        let fixed: Vec<Logits> = (0..cases.len()).map(|at| global.logits(term_rows.get(at))).collect();
        drop(term_rows);
        let mut library = Library::default();
        for (case, fixed) in cases.iter().zip(&fixed) {
            library.add(case, *fixed);
        }
        let (mut features, mut starts, mut said) = (Vec::new(), Vec::new(), Vec::new());
        for view in 0..VIEWS {
            let (seen, from) = out_of_fold(&cases, &fixed, &library, counts, view, progress);
            features.extend(seen);
            starts.extend(from);
            said.extend(cases.iter().filter_map(|case| case.verdict));
        }
        let boosted = Boosted::learn(&features, WIDTH, starts, &said, |done, all| progress("trees", done, all));
        Self {
            names,
            expected,
            terms,
            global,
            effects,
            library,
            boosted,
            cases: cases.into_iter().zip(fixed).collect(),
        }
    }

    /// Takes one more try-on; it counts from now on. What holds for all garments stays as it was learned.
    pub fn add(&mut self, row: &TryOn) {
        if row.verdict.is_none() {
            return;
        }
        let case = self.names.learn(row, &self.expected);
        let fixed = self.global.logits(&self.terms.of(&case));
        self.library.add(&case, fixed);
        self.effects.grow(self.names.counts());
        let (garment, size, user) = (case.garment, case.garment_size, case.user);
        self.cases.push((case, fixed));
        let of = |list: &[u32]| list.iter().map(|at| *at as usize).collect::<Vec<usize>>();
        let (same_garment, same_buyer) = (of(self.library.of_garment(garment)), of(self.library.of_buyer(user)));
        for _ in 0..2 {
            self.effects.solve(0, garment, same_garment.iter().map(|at| &self.cases[*at]));
            self.effects.solve(1, size, same_garment.iter().map(|at| &self.cases[*at]));
            if user != case::NOBODY {
                self.effects.solve(2, user, same_buyer.iter().map(|at| &self.cases[*at]));
            }
        }
    }

    /// Chances of small, fit and large.
    pub fn foretell(&self, row: &TryOn) -> [f32; 3] {
        let case = self.names.look_up(row, &self.expected);
        let fixed = self.global.logits(&self.terms.of(&case));
        let mut features = Vec::with_capacity(WIDTH);
        let start = describe(&case, fixed, &self.effects, &self.library, |_| true, &mut features);
        let added = self.boosted.of(&features);
        chances([start[0] + added[0], start[1] + added[1]]).map(|p| p as f32)
    }

    /// What the hierarchical model says alone.
    pub fn foretell_without_trees(&self, row: &TryOn) -> [f32; 3] {
        let case = self.names.look_up(row, &self.expected);
        let fixed = self.global.logits(&self.terms.of(&case));
        let effects = self.effects.logits(&case);
        chances([fixed[0] + effects[0], fixed[1] + effects[1]]).map(|p| p as f32)
    }
}

/// The trees' table, and where each row starts from: with the effects and the library of the other folds. Of every
/// third garment or so the library is thinned besides, so that the trees also learn how little few try-ons say, and none.
fn out_of_fold(
    cases: &[Case],
    fixed: &[Logits],
    library: &Library,
    counts: [usize; 3],
    view: usize,
    progress: Progress<'_>,
) -> (Vec<f32>, Vec<Logits>) {
    let mut features = vec![0.0; cases.len() * WIDTH];
    let mut starts = vec![[0.0; 2]; cases.len()];
    let fold_of = |at: usize| (chance(at as u64, 0xF01D ^ (view as u64) << 20) * FOLDS as f64) as usize;
    let mut numbers = Vec::with_capacity(WIDTH);
    for fold in 0..FOLDS {
        let lot = view * FOLDS + fold;
        let counts_here: Vec<bool> = (0..cases.len())
            .map(|at| fold_of(at) != fold && chance(at as u64, lot as u64) < kept_share(cases[at].garment, lot))
            .collect();
        let known = cases.iter().enumerate().filter(|(at, _)| counts_here[*at]);
        let logits: Vec<Logits> = known.clone().map(|(at, _)| fixed[at]).collect();
        let effects = Effects::learn(counts, known.map(|(_, case)| case), logits);
        for (at, case) in cases.iter().enumerate().filter(|(at, _)| fold_of(*at) == fold) {
            numbers.clear();
            starts[at] = describe(case, fixed[at], &effects, library, |at| counts_here[at], &mut numbers);
            features[at * WIDTH..(at + 1) * WIDTH].copy_from_slice(&numbers);
        }
        progress("neighbours", lot + 1, VIEWS * FOLDS);
    }
    (features, starts)
}

/// The share of a garment's try-ons that count for one fold of one view.
fn kept_share(garment: u32, lot: usize) -> f64 {
    let lot = chance(u64::from(garment), lot as u64 ^ 0x7417);
    match lot {
        lot if lot < 0.6 => 1.0,
        lot if lot < 0.92 => (0.02f64).powf((lot - 0.6) / 0.4),
        _ => 0.0,
    }
}

/// Writes a case's features; gives the logits that the trees start from.
fn describe(
    case: &Case,
    fixed: Logits,
    effects: &Effects,
    library: &Library,
    counts: impl Fn(usize) -> bool,
    into: &mut Vec<f32>,
) -> Logits {
    let parts = effects.parts(case);
    let start = parts.iter().fold(fixed, |sum, part| [sum[0] + part[0], sum[1] + part[1]]);
    let length = match case.length {
        try_on::Length::Petite => -1.0,
        try_on::Length::Regular => 0.0,
        try_on::Length::Long => 1.0,
    };
    into.extend([case.height, case.weight, case.bmi(), case.bust, case.band, case.cup, case.age, case.base, case.z]);
    into.extend([case.expected, length, case.body_type as f32, case.occasion as f32, case.category as f32]);
    into.extend([case.bust / case.height, case.code, case.day]);
    into.extend([fixed, parts[0], parts[1], parts[2], start].iter().flatten().map(|logit| *logit as f32));
    library.numbers(case, counts, into);
    start
}
