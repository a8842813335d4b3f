//! Which size, how it will look, and on whose word: the answer of the tool `recommend_size`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::advice::{Chances, Fitting, SizeFit};
use super::body::{Estimate, Measures, Sex, Zone};
use super::ease::Look;
use super::fitted::Fitted;
use super::garment::Record;
use super::lines::{Lines, Overall};
use super::neighbours::{Neighbours, near};
use super::shape::Shape;
use super::speech::Speech;
use super::standard::{Standard, mark};
use super::verdict::Verdict;
use crate::experts::{Answer, Status};
use crate::locale::Locale;
use crate::policy::Fit;
use crate::protocol::card::SizeTable;

/// What the buyer said, in cm and kg.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Request {
    pub sex: Option<Sex>,
    #[serde(flatten)]
    pub body: Measures,
    /// A word or a letter for the shape of the body.
    pub shape: Option<String>,
    /// The size that the buyer usually takes, or asks about.
    pub usual_size: Option<String>,
}

/// Findings about one garment and one body.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Recommendation {
    pub size: Option<String>,
    /// The neighbour that comes next into question.
    pub alternative: Option<String>,
    /// The chance that `size` fits, 0 to 1; 0 where none is named. Its `p_fit`, and without a chart what those built
    /// alike said of it besides.
    pub confidence: f64,
    /// From the smallest on.
    pub sizes: Vec<SizeLook>,
    /// `None` where no record can be compared.
    pub neighbours: Option<Neighbours>,
    pub estimate: Option<Estimate>,
    pub standard: Option<Standard>,
    pub body_shape: Option<Shape>,
    /// For the card below the answer, and not for a model: it says the same again.
    #[serde(skip)]
    pub table: Option<SizeTable>,
}

/// How one size would look.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SizeLook {
    pub size: String,
    /// The look in the zone that decides; `None` without a chart.
    pub fit: Option<Look>,
    /// Garment less body, by zone.
    pub ease_cm: BTreeMap<Zone, f64>,
    /// In words.
    pub effect: String,
    pub p_small: f64,
    pub p_fit: f64,
    pub p_large: f64,
}

impl SizeLook {
    pub(super) fn chances(&self) -> Chances {
        Chances { small: self.p_small, large: self.p_large }
    }
}

/// Less than this between the best size and the next, and an estimate is asked to be replaced by a measure.
const MARGIN: f64 = 0.05;

/// Measures beyond these are slips of the keyboard: height, weight, girths, shoulders and legs.
const PLAUSIBLE: [(f64, f64); 4] = [(80.0, 230.0), (15.0, 250.0), (35.0, 200.0), (25.0, 130.0)];

/// The answer for one buyer and one garment. `found.size` is `None` where nothing is known that would bear it.
pub fn recommend_size(request: &Request, fitted: &Fitted, policy: &Fit, locale: Locale) -> Answer<Recommendation> {
    let garment = &fitted.garment;
    let (body, unclear) = plausible(&request.body);
    let sex = request.sex.unwrap_or(garment.sex);
    let mut found = Recommendation { estimate: body.estimate(sex).map(rounded), ..Recommendation::default() };
    found.standard = standard(&body, sex);
    found.body_shape = shape(request, &body);
    found.neighbours = Neighbours::vote(garment, &body);
    let speech = Speech { lines: Lines::of(locale), fitted, request };

    let Some(fitting) = &fitted.fitting else {
        return speech.answer(Status::NoBasis, found, Vec::new(), Vec::new(), |say| say.line("no_data"));
    };
    if let Some(slot) = unclear {
        return speech.answer(Status::Ask, found, Vec::new(), vec![slot], |say| {
            say.line("unclear");
            say.ask();
        });
    }
    let Some(fits) = fitting.sizes(&body, sex) else {
        let missing = missing_body(&body, fitting);
        return speech.answer(Status::Ask, found, Vec::new(), missing, |say| say.ask());
    };
    let near = near(garment, &body, policy);
    found.sizes = speech.sizes(&body, sex, &fits, &near);
    let chosen = fitting.choose(&fits, &body);
    let other = neighbour(&fits, chosen);
    let has_chart = fitting.zones[0].is_charted;
    let is_comparable = found.neighbours.is_some();
    let accepted = found.neighbours.as_ref().is_some_and(Neighbours::is_accepted);
    let question = question(fitting, &body, fits[chosen].binding);
    let shown = speech.shown(&near, chosen);

    if near.is_empty() && (is_comparable || !has_chart) {
        let missing = question.into_iter().collect();
        return speech.answer(Status::NoBasis, found, Vec::new(), missing, |say| {
            if has_chart { say.chart_only(chosen) } else { say.line("no_records") }
        });
    }
    if fits[chosen].chances.small >= 0.5 {
        return speech.answer(Status::Ok, found, shown, Vec::new(), |say| say.all_small(chosen));
    }
    let is_told = other.is_some_and(|other| fitting.is_told(chosen, other, &body));
    let is_thin = if has_chart { margin(&fits, chosen) < MARGIN && !is_told } else { true };
    if let Some(slot) = question
        && is_thin
        && !accepted
    {
        if has_chart {
            name(&mut found, chosen, other);
            sure(&mut found, fitting, &near);
        }
        return speech.answer(Status::Ask, found, shown, vec![slot], |say| {
            if has_chart {
                say.between(chosen, other)
            } else {
                say.line("not_enough")
            }
            say.ask();
        });
    }
    name(&mut found, chosen, other);
    sure(&mut found, fitting, &near);
    found.table = (fits.len() > 1).then(|| speech.side_by_side(&found, (&body, sex), &near, chosen));
    // People built alike who agree are worth more than an estimate of a girth.
    let doubt = question.filter(|_| has_chart && !accepted && turns(fitting, &body, sex, chosen));
    speech.answer(Status::Ok, found, shown, doubt.into_iter().collect(), |say| {
        say.advise(chosen, other);
        if doubt.is_some() {
            say.estimated(fits[chosen].binding);
            say.ask();
        }
    })
}

fn name(found: &mut Recommendation, chosen: usize, other: Option<usize>) {
    found.size = found.sizes.get(chosen).map(|size| size.size.clone());
    found.alternative = other.and_then(|at| found.sizes.get(at)).map(|size| size.size.clone());
    found.confidence = found.sizes.get(chosen).map_or(0.0, |size| size.p_fit);
}

/// As many records of people alike as the model's own chance counts for where no chart holds it.
const OWN_WORD: f64 = 4.0;

/// Without a chart the sizes lie where records put them, and what people built alike said of this very size knows better.
fn sure(found: &mut Recommendation, fitting: &Fitting, near: &[&Record]) {
    if fitting.zones[0].is_charted {
        return;
    }
    let said = near.iter().filter(|record| Some(&record.size) == found.size.as_ref());
    let (all, fit) = said
        .fold((0.0, 0.0), |(all, fit), record| (all + 1.0, fit + f64::from(u8::from(record.verdict == Verdict::Fit))));
    found.confidence = (OWN_WORD * found.confidence + fit) / (OWN_WORD + all);
}

/// The neighbour on the side to which the size is off.
fn neighbour(fits: &[SizeFit], chosen: usize) -> Option<usize> {
    let Chances { small, large } = fits[chosen].chances;
    let (up, down) = ((chosen + 1 < fits.len()).then_some(chosen + 1), chosen.checked_sub(1));
    if small > large { up.or(down) } else { down.or(up) }
}

/// By how much the chosen size fits more often than the next best.
fn margin(fits: &[SizeFit], chosen: usize) -> f64 {
    let others = fits.iter().enumerate().filter(|(at, _)| *at != chosen).map(|(_, size)| size.chances.fit());
    fits[chosen].chances.fit() - others.fold(f64::NEG_INFINITY, f64::max)
}

/// The one girth to ask for: the one that decides, else the first of the garment's zones that is not measured.
fn question(fitting: &Fitting, body: &Measures, binding: usize) -> Option<&'static str> {
    let zones = fitting.zones.iter().map(|zone| zone.zone);
    let first = [fitting.zones[binding].zone].into_iter().chain(zones);
    let others = [Zone::Bust, Zone::Waist, Zone::Hip, Zone::Shoulder];
    let others = others.into_iter().filter(|_| !fitting.zones[0].is_charted);
    first.chain(others).find(|zone| body.measured(*zone).is_none()).map(Zone::slot)
}

/// Whether another size would be advised if the estimate of the deciding zone were off by as much as it may be.
fn turns(fitting: &Fitting, body: &Measures, sex: Sex, chosen: usize) -> bool {
    let values = fitting.values(body, sex);
    let estimated = fitting.zones.iter().zip(values).find_map(|(zone, value)| Some((zone.zone, value?)));
    let Some((zone, value)) = estimated.filter(|(_, value)| !value.is_measured) else { return false };
    [-value.sd, value.sd].into_iter().any(|off| {
        let mut body = *body;
        match zone {
            Zone::Bust => body.bust_cm = Some(value.cm + off),
            Zone::Waist => body.waist_cm = Some(value.cm + off),
            Zone::Hip => body.hip_cm = Some(value.cm + off),
            Zone::Shoulder | Zone::Inseam => return false,
        }
        fitting.sizes(&body, sex).is_some_and(|fits| fitting.choose(&fits, &body) != chosen)
    })
}

/// Height and weight, from which girths follow; the first girth where both are known and nothing follows from them.
fn missing_body(body: &Measures, fitting: &Fitting) -> Vec<&'static str> {
    let slots = [("height_cm", body.height_cm), ("weight_kg", body.weight_kg)];
    let missing: Vec<_> = slots.into_iter().filter(|(_, value)| value.is_none()).map(|(slot, _)| slot).collect();
    if missing.is_empty() { vec![fitting.zones[0].zone.slot()] } else { missing }
}

/// Without what cannot be meant; and the first slot of those.
fn plausible(body: &Measures) -> (Measures, Option<&'static str>) {
    let mut body = *body;
    let mut unclear = None;
    let [height, weight, girth, length] = PLAUSIBLE;
    for (slot, value, (least, most)) in [
        ("height_cm", &mut body.height_cm, height),
        ("weight_kg", &mut body.weight_kg, weight),
        ("bust_cm", &mut body.bust_cm, girth),
        ("waist_cm", &mut body.waist_cm, girth),
        ("hip_cm", &mut body.hip_cm, girth),
        ("shoulder_cm", &mut body.shoulder_cm, length),
        ("leg_cm", &mut body.leg_cm, length),
    ] {
        if value.is_some_and(|value| !(least..=most).contains(&value)) {
            *value = None;
            unclear = unclear.or(Some(slot));
        }
    }
    (body, unclear)
}

fn shape(request: &Request, body: &Measures) -> Option<Shape> {
    let measured = || Some(Shape::of(body.bust_cm?, body.waist_cm?, body.hip_cm?));
    request.shape.as_deref().and_then(Shape::of_word).or_else(measured)
}

fn standard(body: &Measures, sex: Sex) -> Option<Standard> {
    let girth = |zone| Some(body.value(zone, sex)?.cm);
    Some(mark(sex, body.height_cm?, girth(Zone::Bust)?, girth(Zone::Waist)?))
}

fn rounded(estimate: Estimate) -> Estimate {
    let round = |cm: f64| (cm * 10.0).round() / 10.0;
    Estimate { bust_cm: round(estimate.bust_cm), waist_cm: round(estimate.waist_cm), hip_cm: round(estimate.hip_cm) }
}

/// How a size is called as a whole.
pub(super) fn overall(look: &SizeLook) -> Overall {
    Overall::of(look.chances())
}
