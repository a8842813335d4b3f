//! A try-on in numbers: names as small integers, the size against the size that such a body is expected to wear.

use std::collections::HashMap;

use super::linear::Symmetric;
use super::try_on::{Length, TryOn, Verdict};

/// What is not known: as a number, or as a name.
pub const UNKNOWN: f32 = f32::NAN;
pub const NOBODY: u32 = u32::MAX;

/// A try-on in numbers. Measures that are unknown are NaN, names that learning never met are [`NOBODY`].
#[derive(Debug, Clone)]
pub struct Case {
    pub garment: u32,
    pub garment_size: u32,
    pub user: u32,
    pub category: u32,
    pub occasion: u32,
    pub body_type: u32,
    pub code: f32,
    pub base: f32,
    pub length: Length,
    pub height: f32,
    pub weight: f32,
    pub age: f32,
    pub band: f32,
    pub cup: f32,
    pub bust: f32,
    /// In days; where it is not known, that of the others on average.
    pub day: f32,
    /// The size that is expected for the body, on the axis of `base`.
    pub expected: f32,
    /// How much larger the worn size is than the expected one, in units of about a code.
    pub z: f32,
    pub verdict: Option<Verdict>,
}

/// Gives each name a number from 0 on.
#[derive(Debug, Clone, Default)]
pub struct Names(HashMap<String, u32>);

impl Names {
    pub fn find(&self, name: &str) -> u32 {
        self.0.get(name).copied().unwrap_or(NOBODY)
    }

    /// The name's number, a new one if it has none. An empty name is nobody's.
    pub fn learn(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return NOBODY;
        }
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let number = self.0.len() as u32;
        self.0.insert(name.to_owned(), number);
        number
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// All names that learning met.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    pub garments: Names,
    sizes: Names,
    pub users: Names,
    pub categories: Names,
    pub occasions: Names,
    pub body_types: Names,
    /// The mean day of what was learned from; `None` where no row had one, and then days mean nothing.
    usual_day: Option<f32>,
}

impl Dictionary {
    /// No names yet, for rows like these.
    pub fn of(rows: &[TryOn]) -> Self {
        let days: Vec<f64> = rows.iter().filter_map(|row| row.day).map(f64::from).collect();
        let mean = days.iter().sum::<f64>() / days.len() as f64;
        Self { usual_day: (!days.is_empty()).then_some(mean as f32), ..Self::default() }
    }

    fn day(&self, row: &TryOn) -> f32 {
        self.usual_day.map_or(0.0, |usual| row.day.unwrap_or(usual))
    }

    /// How many garments there are, and how many of their sizes, and how many buyers.
    pub fn counts(&self) -> [usize; 3] {
        [self.garments.len(), self.sizes.len(), self.users.len()]
    }

    /// A row that is learned from: new names get numbers.
    pub fn learn(&mut self, row: &TryOn, expected: &ExpectedSize) -> Case {
        let names = [
            self.garments.learn(&row.garment),
            self.sizes.learn(&size_of(row)),
            self.users.learn(&row.user),
            self.categories.learn(&row.category),
            self.occasions.learn(&row.occasion),
            self.body_types.learn(&row.body_type),
        ];
        Case::new(row, names, self.day(row), expected)
    }

    /// A row that is asked about.
    pub fn look_up(&self, row: &TryOn, expected: &ExpectedSize) -> Case {
        let names = [
            self.garments.find(&row.garment),
            self.sizes.find(&size_of(row)),
            self.users.find(&row.user),
            self.categories.find(&row.category),
            self.occasions.find(&row.occasion),
            self.body_types.find(&row.body_type),
        ];
        Case::new(row, names, self.day(row), expected)
    }
}

fn size_of(row: &TryOn) -> String {
    format!("{}\u{1f}{}", row.garment, row.size_code)
}

impl Case {
    fn new(row: &TryOn, names: [u32; 6], day: f32, expected: &ExpectedSize) -> Self {
        let [garment, garment_size, user, category, occasion, body_type] = names;
        let number = |value: Option<f32>| value.unwrap_or(UNKNOWN);
        let expected = expected.of(row);
        Self {
            garment,
            garment_size,
            user,
            category,
            occasion,
            body_type,
            code: row.size_code,
            base: row.size_base,
            length: row.length,
            height: number(row.height_cm),
            weight: number(row.weight_kg),
            age: number(row.age),
            band: number(row.band_in),
            cup: number(row.cup),
            bust: number(row.bust_cm),
            day,
            expected,
            // Steps grow with the size.
            z: (row.size_base - expected) / (0.5 + 0.05 * expected).max(0.5),
            verdict: row.verdict,
        }
    }

    pub fn bmi(&self) -> f32 {
        self.weight / (self.height / 100.0).powi(2)
    }
}

/// The size that a body is expected to wear: a ridge regression on those rows that fit.
#[derive(Debug, Clone)]
pub struct ExpectedSize {
    weights: Vec<f64>,
    body_types: HashMap<String, usize>,
}

/// How many numbers stand for a body, before its type.
const NUMBERS: usize = 26;

impl ExpectedSize {
    pub fn learn<'a>(rows: impl IntoIterator<Item = &'a TryOn, IntoIter: Clone>) -> Self {
        let rows = rows.into_iter();
        let mut types: Vec<&str> = rows.clone().map(|row| row.body_type.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        let body_types: HashMap<String, usize> =
            types.into_iter().enumerate().map(|(at, name)| (name.to_owned(), NUMBERS + at)).collect();
        let size = NUMBERS + body_types.len();
        let mut matrix = Symmetric::zero(size);
        let mut sums = vec![0.0; size];
        let mut model = Self { weights: Vec::new(), body_types };
        for row in rows.filter(|row| row.verdict == Some(Verdict::Fit)) {
            let x = model.numbers(row);
            for i in 0..size {
                if x[i] != 0.0 {
                    sums[i] += x[i] * f64::from(row.size_base);
                    matrix.row(i).iter_mut().zip(&x).for_each(|(sum, other)| *sum += x[i] * other);
                }
            }
        }
        for i in 0..size {
            *matrix.at(i, i) += 1.0;
        }
        model.weights = matrix.solve(sums);
        model
    }

    /// On the axis of `size_base`, from 0 on.
    pub fn of(&self, row: &TryOn) -> f32 {
        let sum: f64 = self.numbers(row).iter().zip(&self.weights).map(|(x, w)| x * w).sum();
        sum.clamp(0.0, 70.0) as f32
    }

    fn numbers(&self, row: &TryOn) -> Vec<f64> {
        let scaled = |value: Option<f32>, mean: f64, sd: f64| value.map(|v| (f64::from(v) - mean) / sd);
        let h = scaled(row.height_cm, 165.0, 7.0);
        let w = row.weight_kg.map(|w| (f64::from(w).ln() - 4.11) / 0.18);
        let band = scaled(row.band_in, 34.0, 2.0);
        let cup = scaled(row.cup, 3.0, 1.5);
        let age = scaled(row.age, 33.0, 8.0);
        let is = |value: Option<f64>| if value.is_none() { 1.0 } else { 0.0 };
        let (no_h, no_w, no_band, no_age) = (is(h), is(w), is(band), is(age));
        let [h, w, band, cup, age] = [h, w, band, cup, age].map(|value| value.unwrap_or(0.0).clamp(-5.0, 5.0));
        let mut x = vec![1.0, h, w, band, cup, age, h * h, w * w, band * band, cup * cup, age * age];
        x.extend([h * w, h * band, w * band, w * cup, band * cup, w * age, band * age]);
        x.extend([w * w * w, band * band * band, no_h, no_w, no_band, no_age, no_w * band, no_band * w]);
        x.resize(NUMBERS + self.body_types.len(), 0.0);
        if let Some(place) = self.body_types.get(&row.body_type) {
            x[*place] = 1.0;
        }
        x
    }
}
