//! The terms of the hierarchical model that hold for all garments: body, size, their products, kinds of garment.

use super::case::{Case, Dictionary, NOBODY};
use super::try_on::Length;

/// How many numeric terms there are.
const NUMERIC: usize = 66;
/// Terms of each body type, and of each category.
const OF_TYPE: usize = 4;
const OF_CATEGORY: usize = 4;

/// Where each kind of term lies in the list of coefficients.
#[derive(Debug, Clone)]
pub struct Terms {
    body_types: usize,
    occasions: usize,
    categories: usize,
    count: usize,
}

impl Terms {
    pub fn new(names: &Dictionary) -> Self {
        let occasions = NUMERIC + OF_TYPE * names.body_types.len();
        let categories = occasions + names.occasions.len();
        Self { body_types: NUMERIC, occasions, categories, count: categories + OF_CATEGORY * names.categories.len() }
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// How strongly a coefficient is drawn to zero: 3, and 10 for those of a category. The first, the mean, is free.
    pub fn ridge(&self, term: usize) -> f64 {
        match term {
            0 => 1e-3,
            term if term >= self.categories => 10.0,
            _ => 3.0,
        }
    }

    /// The terms of a case that are not zero, as (place, value), the places growing.
    pub fn of(&self, case: &Case) -> Vec<(u32, f32)> {
        let z = (case.z / 2.0).clamp(-3.0, 3.0);
        let numeric = numeric(case, z);
        let mut terms: Vec<(u32, f32)> =
            numeric.into_iter().enumerate().filter(|(_, x)| *x != 0.0).map(|(at, x)| (at as u32, x)).collect();
        let mut add = |start: usize, of_each: usize, name: u32, values: &[f32]| {
            let start = start + of_each * name as usize;
            // A name that came after learning has no coefficients.
            if name != NOBODY && start + of_each <= self.count {
                let nonzero = values.iter().enumerate().filter(|(_, x)| **x != 0.0);
                terms.extend(nonzero.map(|(at, x)| ((start + at) as u32, *x)));
            }
        };
        let h = known(case.height, 165.0, 7.0);
        let s = (case.base - 12.0) / 8.0;
        if case.body_type != NOBODY && self.body_types + OF_TYPE * (case.body_type as usize + 1) <= self.occasions {
            add(self.body_types, OF_TYPE, case.body_type, &[1.0, z, h, s]);
        }
        if case.occasion != NOBODY && self.occasions + (case.occasion as usize) < self.categories {
            add(self.occasions, 1, case.occasion, &[1.0]);
        }
        add(self.categories, OF_CATEGORY, case.category, &[1.0, z, h, known(case.cup, 3.0, 1.5)]);
        terms
    }
}

/// A value in steps from the mean; 0 where it is unknown.
fn known(value: f32, mean: f32, sd: f32) -> f32 {
    if value.is_nan() { 0.0 } else { ((value - mean) / sd).clamp(-4.0, 4.0) }
}

fn numeric(case: &Case, z: f32) -> [f32; NUMERIC] {
    let h = known(case.height, 165.0, 7.0);
    let m = known(case.bmi(), 22.5, 4.0);
    let b = known(case.bust, 92.0, 7.0);
    let c = known(case.cup, 3.0, 1.5);
    let d = known(case.band, 34.0, 2.0);
    let a = known(case.age, 33.0, 8.0);
    let s = (case.base - 12.0) / 8.0;
    let flag = |is: bool| if is { 1.0 } else { 0.0 };
    let petite = flag(case.length == Length::Petite);
    let long = flag(case.length == Length::Long);
    let letters = flag(case.base == 14.0 || case.base == 26.0);
    let no_weight = flag(case.weight.is_nan());
    let no_bust = flag(case.bust.is_nan());
    let no_age = flag(case.age.is_nan());
    let no_height = flag(case.height.is_nan());
    let e = (case.expected - 12.0) / 8.0;
    let t = known(case.day, 0.0, 500.0);
    [
        1.0,
        z,
        z * z,
        z * z * z / 4.0,
        z.abs(),
        (z - 1.0).max(0.0),
        (-1.0 - z).max(0.0),
        h,
        m,
        b,
        c,
        d,
        a,
        s,
        e,
        h * h,
        m * m,
        b * b,
        c * c,
        d * d,
        a * a,
        s * s,
        z * h,
        z * m,
        z * b,
        z * c,
        z * d,
        z * a,
        z * s,
        s * h,
        s * m,
        s * b,
        s * c,
        s * d,
        s * a,
        h * m,
        h * b,
        h * c,
        m * b,
        m * c,
        m * a,
        h * a,
        b * a,
        c * d,
        b * m * s,
        petite,
        long,
        petite * h,
        long * h,
        petite * z,
        long * z,
        letters,
        letters * z,
        letters * s,
        letters * h,
        no_weight,
        no_weight * z,
        no_bust,
        no_bust * z,
        no_age,
        no_height,
        no_height * z,
        t,
        t * t,
        t * z,
        t * s,
    ]
}
