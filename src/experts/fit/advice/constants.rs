//! The numbers that hold for a store's garments together. They start from priors that need no data, and are learned
//! anew from the only records that can teach them: people who tried several sizes of one garment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::offset::Seen;
use super::{Fitting, Offset};
use crate::experts::fit::garment::{Garment, Source};
use crate::policy::Fit;

/// In units of looseness: of each zone `tight` and `loose` lie `prior_threshold` from the middle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Constants {
    /// Below minus this a garment is called small.
    pub small_at: f64,
    /// Above this it is called large.
    pub large_at: f64,
    /// How strongly people feel a unit of ease. Above zero: this is what makes a larger size never smaller.
    pub slope: f64,
    /// How much people differ in what they call tight.
    pub perception: f64,
    pub prior_threshold: f64,
    /// How far garments, and their sizes, are from their measures beforehand.
    pub offset_sd: f64,
    pub size_offset_sd: f64,
    /// The part of an offset's uncertainty that `perception` does not hold already.
    pub offset_share: f64,
    /// How many records of people with several sizes taught them.
    pub records: usize,
}

impl Default for Constants {
    fn default() -> Self {
        // Thresholds at 1.1 and a slope of 1 a step of 4 cm; body and perception together are off by about 4 cm. An
        // offset also holds what the designer meant, which no chart says, so it may be more than a step. [P]
        Self {
            small_at: 1.1,
            large_at: 1.1,
            slope: 1.0,
            perception: 0.8,
            prior_threshold: 1.1,
            offset_sd: 1.5,
            size_offset_sd: 0.3,
            offset_share: 0.5,
            records: 0,
        }
    }
}

/// Below this many records of people with several sizes the priors stand.
const FEWEST: usize = 12;
/// And more than this teach nothing new; learning them would only take longer.
const MOST: usize = 2_000;

/// The grid on which constants are sought, as factors of the priors, and how far from them they are beforehand (sd of
/// their logarithm).
const FACTORS: [f64; 11] = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0];
const PRIOR_LN_SD: f64 = 0.3;

impl Constants {
    /// What a record counts. Sizes that people chose, and those that come back, are not a controlled trial.
    pub fn weight(&self, source: Source) -> f64 {
        match source {
            Source::TryOn => 1.0,
            Source::Buyer | Source::SizeReturn => 0.5,
        }
    }

    /// From the garments' records; the same records give the same constants.
    pub fn learn<'a>(garments: impl IntoIterator<Item = &'a Garment>, policy: &Fit) -> Self {
        let mut constants = Self::default();
        let mut trials = Vec::new();
        for trial in garments.into_iter().filter_map(|garment| Trial::of(garment, policy)) {
            constants.records += trial.seen;
            trials.push(trial);
            if constants.records >= MOST {
                break;
            }
        }
        if constants.records < FEWEST {
            return constants;
        }
        let prior = constants;
        // One after the other, three times around: the three depend on each other a little only.
        for _ in 0..3 {
            for field in [slope, small_at, large_at] {
                let worth = |factor: f64| {
                    let mut tried = constants;
                    *field(&mut tried) = *field(&mut prior.clone()) * factor;
                    trials.iter().map(|trial| trial.worth(&tried)).sum::<f64>() - tried.strain(&prior)
                };
                let best = FACTORS.into_iter().max_by(|a, b| worth(*a).total_cmp(&worth(*b))).unwrap_or(1.0);
                *field(&mut constants) = *field(&mut prior.clone()) * best;
            }
        }
        constants
    }

    /// How unlikely these are beforehand.
    fn strain(&self, prior: &Self) -> f64 {
        let pairs = [(self.slope, prior.slope), (self.small_at, prior.small_at), (self.large_at, prior.large_at)];
        pairs.iter().map(|(own, prior)| ((own / prior).ln() / PRIOR_LN_SD).powi(2) / 2.0).sum()
    }
}

fn slope(constants: &mut Constants) -> &mut f64 {
    &mut constants.slope
}

fn small_at(constants: &mut Constants) -> &mut f64 {
    &mut constants.small_at
}

fn large_at(constants: &mut Constants) -> &mut f64 {
    &mut constants.large_at
}

/// The records of one garment by people who tried several of its sizes.
struct Trial {
    garment: Garment,
    fitting: Fitting,
    /// How many of its records can be used.
    seen: usize,
}

impl Trial {
    fn of(garment: &Garment, policy: &Fit) -> Option<Self> {
        let mut sizes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for record in garment.records.iter().filter(|record| record.source == Source::TryOn) {
            let tried = sizes.entry(&record.model_id).or_default();
            if !tried.contains(&record.size.as_str()) {
                tried.push(&record.size);
            }
        }
        let is_controlled = |id: &str| sizes.get(id).is_some_and(|tried| tried.len() > 1);
        let mut garment = garment.clone();
        garment.records.retain(|record| record.source == Source::TryOn && is_controlled(&record.model_id));
        if garment.records.is_empty() {
            return None;
        }
        let fitting = Fitting::new(&garment, policy, Constants::default())?;
        let seen = garment.records.iter().filter(|record| Seen::of(&fitting, &garment, record).is_some()).count();
        (seen > 0).then_some(Self { garment, fitting, seen })
    }

    /// ln of the chance of what was said, with the offset that suits best.
    fn worth(&self, constants: &Constants) -> f64 {
        let fitting = Fitting { constants: *constants, ..self.fitting.clone() };
        let offset = Offset::learn(&fitting, &self.garment);
        let seen = self.garment.records.iter().filter_map(|record| Seen::of(&fitting, &self.garment, record));
        let said: f64 = seen.map(|seen| seen.likelihood(offset.at(seen.size), constants)[0]).sum();
        said - (offset.whole / constants.offset_sd).powi(2) / 2.0
    }
}
