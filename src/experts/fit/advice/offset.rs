//! What a garment's records say of it: how much larger or smaller it sits than its measures, as a whole and size by
//! size. Five records move it a little, fifty fully.

use super::chances::{likelihood, span};
use super::{Constants, Fitting};
use crate::experts::fit::garment::{Garment, Record};

/// In units of looseness; above zero it sits looser than its measures say.
#[derive(Debug, Clone, PartialEq)]
pub struct Offset {
    pub whole: f64,
    pub of_size: Vec<f64>,
    /// How unsure `whole` is still.
    pub sd: f64,
    /// How many records taught it.
    pub records: usize,
}

const STEPS: usize = 6;

impl Offset {
    /// Nothing is known.
    pub fn none(sizes: usize) -> Self {
        Self { whole: 0.0, of_size: vec![0.0; sizes], sd: 0.0, records: 0 }
    }

    pub fn at(&self, size: usize) -> f64 {
        self.whole + self.of_size.get(size).copied().unwrap_or(0.0)
    }

    /// By Newton's method with priors around zero; `sd` from the curve at the top (Laplace).
    pub fn learn(fitting: &Fitting, garment: &Garment) -> Self {
        let constants = &fitting.constants;
        let seen: Vec<Seen> = garment.records.iter().filter_map(|record| Seen::of(fitting, garment, record)).collect();
        let mut offset = Self::none(garment.sizes.len());
        offset.records = seen.len();
        let prior = 1.0 / (constants.offset_sd * constants.offset_sd);
        let size_prior = 1.0 / (constants.size_offset_sd * constants.size_offset_sd);
        let mut curve = prior;
        for _ in 0..STEPS {
            let (slope, bend) = sums(&seen, &offset, constants, |_| true);
            curve = prior - bend;
            offset.whole += ((slope - prior * offset.whole) / curve).clamp(-1.0, 1.0);
            for size in 0..offset.of_size.len() {
                let (slope, bend) = sums(&seen, &offset, constants, |seen| seen.size == size);
                let own = offset.of_size[size];
                offset.of_size[size] += ((slope - size_prior * own) / (size_prior - bend)).clamp(-0.5, 0.5);
            }
        }
        // Without records it is as unsure as the prior; that is part of what is meant by perception.
        offset.sd = if seen.is_empty() { 0.0 } else { curve.recip().sqrt() * constants.offset_share };
        offset
    }
}

/// A record as the model sees it.
pub struct Seen {
    pub size: usize,
    /// Without any offset.
    pub looseness: f64,
    pub noise: f64,
    pub span: [f64; 2],
    pub weight: f64,
}

impl Seen {
    /// `None` for a record whose body or size is not known.
    pub fn of(fitting: &Fitting, garment: &Garment, record: &Record) -> Option<Self> {
        let size = garment.size(&record.size)?;
        let constants = &fitting.constants;
        let values = fitting.values(&record.body, garment.sex);
        // The first zone alone: in the others a garment is cut less exactly, and one verdict is for all of them.
        let (zone, value) = fitting.zones.iter().zip(values).find_map(|(zone, value)| Some((zone, value?)))?;
        let (looseness, noise) = (zone.looseness(value.cm, size), zone.noise(value, constants));
        let span = span(record.verdict, record.sat(), constants);
        Some(Self { size, looseness, noise, span, weight: constants.weight(record.source) })
    }

    /// ln of the chance of what was said, and its derivatives by the offset.
    pub fn likelihood(&self, offset: f64, constants: &Constants) -> [f64; 3] {
        let slope = constants.slope;
        let [value, first, second] = likelihood(slope * (self.looseness + offset), self.noise, self.span);
        [self.weight * value, self.weight * slope * first, self.weight * slope * slope * second]
    }
}

fn sums(seen: &[Seen], offset: &Offset, constants: &Constants, counts: impl Fn(&Seen) -> bool) -> (f64, f64) {
    seen.iter().filter(|seen| counts(seen)).fold((0.0, 0.0), |sum, seen| {
        let [_, first, second] = seen.likelihood(offset.at(seen.size), constants);
        (sum.0 + first, sum.1 + second)
    })
}
