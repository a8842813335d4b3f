//! What a quantity means for a slot: its value in the slot's unit, or that it must be asked about.

use super::limits::{Bounds, LIMITS, Limits, within};
use super::quantity::Quantity;
use super::words::Unit;
use super::{Habit, Reading, Sureness};
use crate::profiles::slot::Slot;

pub(super) const CM_PER_INCH: f64 = 2.54;
pub(super) const CM_PER_CHI: f64 = 100.0 / 3.0;
pub(super) const KG_PER_LB: f64 = 0.453_592_37;

/// A judged quantity.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judged {
    pub canonical: f64,
    pub unit: Unit,
    pub sureness: Sureness,
    /// More than one only where it must be asked which.
    pub readings: Vec<Reading>,
}

/// Whose body it is, as far as it matters for what is plausible.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body {
    pub is_child: bool,
    pub height_cm: Option<f64>,
    pub habit: Habit,
}

/// How much a unit is in centimetres or kilograms.
fn factor(unit: Unit) -> Option<f64> {
    Some(match unit {
        Unit::Cm | Unit::Kg => 1.0,
        Unit::M => 100.0,
        Unit::Feet => 12.0 * CM_PER_INCH,
        Unit::Inch => CM_PER_INCH,
        Unit::Chi => CM_PER_CHI,
        Unit::Cun => CM_PER_CHI / 10.0,
        Unit::Jin | Unit::JinSlip => 0.5,
        Unit::TaiwanJin => 0.6,
        Unit::Lb => KG_PER_LB,
        Unit::Stone => 14.0 * KG_PER_LB,
        Unit::Liang | Unit::Month | Unit::Day | Unit::Week | Unit::Year => return None,
    })
}

/// A value in the slot's unit, to a tenth: no scale or tape that a buyer has knows more.
pub(super) fn canonical(value: f64, unit: Unit) -> Option<f64> {
    Some((value * factor(unit)? * 10.0).round() / 10.0)
}

pub(super) fn judge(slot: Slot, q: &Quantity, body: Body) -> Option<Judged> {
    let limits = &*LIMITS;
    let candidates = match slot {
        Slot::HeightCm => heights(q, body, limits),
        Slot::WeightKg => weights(q, body, limits),
        _ => girths(slot, q, body, limits)?,
    };
    let value = said(q, slot);
    let readings: Vec<Reading> = candidates
        .units
        .iter()
        .filter_map(|(figure, unit)| Some(Reading { unit: *unit, canonical: canonical(*figure, *unit)? }))
        .collect();
    let good: Vec<Reading> = readings
        .iter()
        .filter(|r| within(r.canonical, candidates.bounds))
        .filter(|r| candidates.fits(r))
        .copied()
        .collect();
    let is_about = q.is_range() || q.is_vague;
    let (first, sureness) = match good.as_slice() {
        [] => (*readings.first()?, Sureness::Implausible),
        [one] if is_about => (*one, Sureness::About),
        [one] if q.unit.is_some() => (*one, Sureness::Said),
        [one] => (*one, Sureness::Inferred),
        [one, ..] => (*one, Sureness::Ambiguous),
    };
    // An implausible figure is shown as it was said.
    let canonical = if good.is_empty() && q.unit.is_none() { canonical(value, first.unit)? } else { first.canonical };
    let readings = if good.len() > 1 { good } else { Vec::new() };
    Some(Judged { canonical, unit: first.unit, sureness, readings })
}

/// The units that a quantity could be in, the most usual first.
struct Candidates {
    units: Vec<(f64, Unit)>,
    bounds: Bounds,
    /// The height in metres and the bounds of the body mass index.
    bmi: Option<(f64, Bounds)>,
}

impl Candidates {
    fn fits(&self, reading: &Reading) -> bool {
        self.bmi.is_none_or(|(height, bounds)| within(reading.canonical / (height * height), bounds))
    }
}

/// The figure that was said; the middle of a range.
fn said(q: &Quantity, slot: Slot) -> f64 {
    // 一百一十多斤: somewhere up to the next ten.
    if q.is_more && slot == Slot::WeightKg && q.low % 10.0 == 0.0 { q.middle() + 5.0 } else { q.middle() }
}

fn heights(q: &Quantity, body: Body, limits: &Limits) -> Candidates {
    let bounds = if body.is_child { limits.height.child_cm } else { limits.height.adult_cm };
    let value = q.middle();
    let units = match q.unit {
        // 5尺3: feet and inches in Hong Kong; elsewhere it may be either, if both are plausible.
        Some(Unit::Chi) => {
            let feet = (q.low.floor() + q.second.unwrap_or(0.0) / 12.0, Unit::Feet);
            if body.habit == Habit::Traditional { vec![feet] } else { vec![feet, (value, Unit::Chi)] }
        }
        Some(unit) => vec![(value, unit)],
        None if within(value, limits.height.metres) && q.has_point => vec![(value, Unit::M)],
        None if body.habit == Habit::English && within(value, limits.height.inch) => vec![(value, Unit::Inch)],
        None => vec![(value, Unit::Cm)],
    };
    Candidates { units, bounds, bmi: None }
}

fn weights(q: &Quantity, body: Body, limits: &Limits) -> Candidates {
    let value = said(q, Slot::WeightKg);
    let units = match (q.unit, body.habit) {
        (Some(unit), _) => vec![(value, unit)],
        (None, Habit::Simplified) => vec![(value, Unit::Jin), (value, Unit::Kg)],
        (None, Habit::Traditional | Habit::English) => vec![(value, Unit::Lb), (value, Unit::Kg)],
    };
    let is_bare = q.unit.is_none();
    let bmi_bounds = match (body.is_child, is_bare) {
        (true, _) => limits.weight.child_bmi,
        (_, true) => limits.weight.bmi_bare,
        (_, false) => limits.weight.bmi_said,
    };
    let bmi = body.height_cm.map(|cm| (cm / 100.0, bmi_bounds));
    let bounds = match (body.is_child, is_bare && bmi.is_none()) {
        (true, _) => limits.weight.child_kg,
        (_, true) => limits.weight.bare_kg,
        (_, false) => limits.weight.adult_kg,
    };
    let mut candidates = Candidates { units, bounds, bmi };
    // What no unit makes plausible is shown in kilograms when asked about.
    let none_fits = |c: &Candidates| {
        !c.units.iter().any(|(figure, unit)| {
            canonical(*figure, *unit)
                .is_some_and(|kg| within(kg, c.bounds) && c.fits(&Reading { unit: *unit, canonical: kg }))
        })
    };
    if is_bare && none_fits(&candidates) {
        candidates.units = vec![(value, Unit::Kg)];
    }
    candidates
}

fn girths(slot: Slot, q: &Quantity, body: Body, limits: &Limits) -> Option<Candidates> {
    let girth = limits.girth.of(slot)?;
    let share = if body.is_child { limits.girth.child_share } else { 1.0 };
    let value = q.middle();
    let units = match q.unit {
        // Jeans are sold by "寸" and mean inches; 2尺1寸 has come as one quantity.
        Some(Unit::Cun) => vec![(value, Unit::Inch), (value, Unit::Cun)],
        Some(unit) => vec![(value, unit)],
        None if within(value, girth.inch) => vec![(value, Unit::Inch)],
        None => vec![(value, Unit::Cm)],
    };
    Some(Candidates { units, bounds: [girth.cm[0] * share, girth.cm[1]], bmi: None })
}

/// Those of a weight's readings that suit a height.
pub fn still_plausible(readings: &[Reading], height_cm: f64, whom: &crate::profiles::whom::Whom) -> Vec<Reading> {
    let limits = &*LIMITS;
    let bounds = if whom.is_child() { limits.weight.child_bmi } else { limits.weight.bmi_bare };
    let height = height_cm / 100.0;
    readings.iter().filter(|r| within(r.canonical / (height * height), bounds)).copied().collect()
}
