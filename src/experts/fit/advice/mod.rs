//! The advice head: how each size of a garment would sit on a body. Monotone by construction: a larger size is never
//! more often too small, a larger girth never less often, and the advised size never falls while a girth grows.
//!
//! For each zone, looseness is the ease between garment and body, counted from the middle of what is meant and in units
//! in which `tight` and `loose` lie 1.1 standard deviations away, so that a well-chosen size is too small for 13 %, too
//! large for 13 %. A garment's own [offset] is learned from its records. The zone in which a size is most likely
//! too small decides about it.

mod chances;
pub mod constants;
mod offset;
mod told;

pub use chances::Chances;
pub use constants::Constants;
pub use offset::Offset;
use told::Told;

use super::body::{Measures, Sex, Value, Zone};
use super::ease::{Edges, Sitting};
use super::garment::{Garment, Record};
use super::verdict::Verdict;
use crate::policy::Fit;

/// From one size to the next where no chart says it, in cm of girth. [fit.md 5]
const STEP_CM: f64 = 4.0;

/// A garment made ready to be compared with bodies.
#[derive(Debug, Clone)]
pub struct Fitting {
    pub zones: Vec<FittingZone>,
    /// What was learned of the garment, and of each of its sizes, in units of looseness.
    pub offset: Offset,
    pub constants: Constants,
    told: Told,
}

/// One zone of a garment.
#[derive(Debug, Clone)]
pub struct FittingZone {
    pub zone: Zone,
    pub edges: Edges,
    /// For each size, never falling from one to the next.
    pub garment_cm: Vec<f64>,
    /// How many cm of ease are one unit of looseness.
    pub unit_cm: f64,
    /// Whether a chart gives the measures.
    pub is_charted: bool,
}

/// How one size would sit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizeFit {
    pub chances: Chances,
    /// The place in [`Fitting::zones`] of the zone that decides.
    pub binding: usize,
}

impl Fitting {
    /// `None` where nothing can be compared: no chart, and no records of bodies.
    pub fn new(garment: &Garment, policy: &Fit, constants: Constants) -> Option<Self> {
        let sitting = Sitting::of(&garment.kind, &garment.stretch, &garment.fit, policy);
        let mut zones: Vec<FittingZone> =
            sitting.zones.iter().filter_map(|zone| charted(garment, *zone, &sitting, &constants)).collect();
        if zones.is_empty() {
            zones.push(uncharted(garment, &sitting, &constants)?);
        }
        let offset = Offset::none(garment.sizes.len());
        let mut fitting = Self { zones, offset, constants, told: Told::of(garment) };
        fitting.offset = Offset::learn(&fitting, garment);
        Some(fitting)
    }

    /// How each size would sit; `None` where no zone of the body is known.
    pub fn sizes(&self, body: &Measures, sex: Sex) -> Option<Vec<SizeFit>> {
        let values = self.values(body, sex);
        if values.iter().all(Option::is_none) {
            return None;
        }
        let count = self.zones.first()?.garment_cm.len();
        let mut sizes: Vec<SizeFit> = (0..count).map(|size| self.size(&values, size)).collect();
        // A size's own offset may not turn the order of the sizes around.
        for at in 1..count {
            let before = sizes[at - 1].chances;
            let own = &mut sizes[at].chances;
            own.small = own.small.min(before.small);
            own.large = own.large.max(before.large);
        }
        Some(sizes)
    }

    /// The place of the size to advise to a body. Between two neighbours the larger one is taken where the two together
    /// are more often too small than too large, and where that is close, by what people say who tried them; and never
    /// one that is rather too small than not, if there is a larger one.
    pub fn choose(&self, sizes: &[SizeFit], body: &Measures) -> usize {
        let balance = |at: usize| sizes[at].chances.small - sizes[at].chances.large;
        let told = |at: usize| self.told.for_larger(at, body, &self.zones);
        let by_balance = (1..sizes.len()).filter(|at| balance(at - 1) + balance(*at) + told(*at) > 0.0).count();
        let wide_enough = sizes.iter().position(|size| size.chances.small < 0.5).unwrap_or(sizes.len() - 1);
        by_balance.max(wide_enough)
    }

    /// Whether those who tried both sizes, or one of them, speak for the one against its neighbour.
    pub fn is_told(&self, chosen: usize, neighbour: usize, body: &Measures) -> bool {
        let for_larger = self.told.for_larger(chosen.max(neighbour), body, &self.zones);
        if chosen > neighbour { for_larger > 0.0 } else { for_larger < 0.0 }
    }

    /// What is known of the body in each zone. Estimates count only where nothing is measured, and then the first zone
    /// that has one: all of them follow from the same two numbers.
    pub fn values(&self, body: &Measures, sex: Sex) -> Vec<Option<Value>> {
        let mut values: Vec<Option<Value>> = self.zones.iter().map(|zone| body.value(zone.zone, sex)).collect();
        let has_measured = values.iter().flatten().any(|value| value.is_measured);
        let mut taken = has_measured;
        for value in &mut values {
            if value.is_some_and(|value| !value.is_measured) && std::mem::replace(&mut taken, true) {
                *value = None;
            }
        }
        values
    }

    /// How many cm looser than its measures the garment sits, in its first zone.
    pub fn offset_cm(&self) -> f64 {
        self.zones.first().map_or(0.0, |zone| self.offset.whole * zone.unit_cm)
    }

    /// How likely a record's verdict is; `None` where its body or size is not known.
    pub fn chance_of(&self, garment: &Garment, record: &Record) -> Option<f64> {
        let size = garment.size(&record.size)?;
        let chances = self.sizes(&record.body, garment.sex)?.get(size)?.chances;
        Some(match record.verdict {
            Verdict::Small => chances.small,
            Verdict::Fit => chances.fit(),
            Verdict::Large => chances.large,
        })
    }

    fn size(&self, values: &[Option<Value>], size: usize) -> SizeFit {
        let known = self.zones.iter().zip(values).enumerate();
        let known = known.filter_map(|(at, (zone, value))| Some((at, zone, (*value)?)));
        let mut found: Option<SizeFit> = None;
        for (at, zone, value) in known {
            let chances = self.zone_chances(zone, value, size);
            found = Some(match found {
                None => SizeFit { chances, binding: at },
                Some(other) => SizeFit {
                    binding: if chances.small > other.chances.small { at } else { other.binding },
                    chances: Chances {
                        small: chances.small.max(other.chances.small),
                        large: chances.large.min(other.chances.large),
                    },
                },
            });
        }
        found.unwrap_or(SizeFit { chances: Chances { small: 0.0, large: 0.0 }, binding: 0 })
    }

    /// An offset is learned in the first zone and is as many cm in every girth. Shoulders are cut by another rule.
    fn offset_share(&self, zone: &FittingZone) -> f64 {
        match (zone.zone, self.zones[0].zone) {
            (one, other) if one == other => 1.0,
            (Zone::Shoulder, _) | (_, Zone::Shoulder) => 0.0,
            _ => self.zones[0].unit_cm / zone.unit_cm,
        }
    }

    fn zone_chances(&self, zone: &FittingZone, value: Value, size: usize) -> Chances {
        let share = self.offset_share(zone);
        let looseness = zone.looseness(value.cm, size) + self.offset.at(size) * share;
        let noise = zone.noise(value, &self.constants).hypot(self.offset.sd * share);
        Chances::of(looseness * self.constants.slope, noise, &self.constants)
    }
}

impl FittingZone {
    /// In units; 0 is the middle of what is meant.
    pub fn looseness(&self, body_cm: f64, size: usize) -> f64 {
        (self.garment_cm[size] - body_cm - self.edges.middle()) / self.unit_cm
    }

    /// How unsure that is: people differ in what they call tight, and the body is known so far only.
    pub fn noise(&self, value: Value, constants: &Constants) -> f64 {
        constants.perception.hypot(value.sd / self.unit_cm)
    }
}

fn charted(garment: &Garment, zone: Zone, sitting: &Sitting, constants: &Constants) -> Option<FittingZone> {
    let given: Vec<Option<f64>> = garment.sizes.iter().map(|size| size.at(zone)).collect();
    let mut garment_cm = filled(&given)?;
    let middle = garment_cm[garment_cm.len() / 2];
    for at in 1..garment_cm.len() {
        garment_cm[at] = garment_cm[at].max(garment_cm[at - 1]);
    }
    let edges = sitting.edges(zone, middle)?;
    Some(FittingZone { zone, edges, garment_cm, unit_cm: unit(&edges, constants), is_charted: true })
}

/// Half the way from tight to loose is the threshold, but a unit is never less than a cm.
fn unit(edges: &Edges, constants: &Constants) -> f64 {
    ((edges.loose - edges.tight) / 2.0 / constants.prior_threshold).max(1.0)
}

/// Sizes that the chart leaves out lie a step from their neighbours; `None` where it gives none.
fn filled(given: &[Option<f64>]) -> Option<Vec<f64>> {
    let known: Vec<(usize, f64)> = given.iter().enumerate().filter_map(|(at, cm)| Some((at, (*cm)?))).collect();
    if known.is_empty() {
        return None;
    }
    let fill = |at: usize| {
        let nearest = known.iter().min_by_key(|(place, _)| place.abs_diff(at))?;
        Some(nearest.1 + STEP_CM * (at as f64 - nearest.0 as f64))
    };
    given.iter().enumerate().map(|(at, cm)| cm.or_else(|| fill(at))).collect()
}

/// Without a chart the records say where the sizes lie: those who tried a size are taken to have been right on average.
fn uncharted(garment: &Garment, sitting: &Sitting, constants: &Constants) -> Option<FittingZone> {
    let zone = *sitting.zones.first()?;
    let edges = sitting.edges(zone, 90.0)?;
    let anchors = garment.records.iter().filter_map(|record| {
        let size = garment.size(&record.size)?;
        Some(record.body.value(zone, garment.sex)?.cm - STEP_CM * size as f64)
    });
    let anchors: Vec<f64> = anchors.collect();
    if anchors.is_empty() {
        return None;
    }
    let start = anchors.iter().sum::<f64>() / anchors.len() as f64 + edges.middle();
    let garment_cm = (0..garment.sizes.len()).map(|size| start + STEP_CM * size as f64).collect();
    Some(FittingZone { zone, edges, garment_cm, unit_cm: unit(&edges, constants), is_charted: false })
}
