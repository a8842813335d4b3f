//! The merchant's view of the same library: which bodies each product has records of, how it runs, which records
//! mislead, and what to collect next.

use std::collections::BTreeMap;

use serde::Serialize;

use super::advice::{Fitting, Offset};
use super::body::{Measures, Sex};
use super::fitted::Fitted;
use super::garment::{Garment, Record, Source};
use super::neighbours::near;
use crate::policy::Fit;

/// One product at a glance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overview {
    pub sku: String,
    pub name: String,
    pub sizes: Vec<String>,
    pub has_chart: bool,
    /// How many records of each source.
    pub records: BTreeMap<Source, usize>,
    /// How it runs against its chart; `None` without a chart or without records.
    pub runs: Option<Runs>,
    /// The part of the usual bodies for whom there is a record near enough.
    pub coverage: f64,
}

/// How a garment runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Runs {
    /// `small`, `true_to_size` or `large`.
    pub word: Word,
    /// How many cm looser than its chart it sits; below zero it runs small.
    pub cm: f64,
    /// The same in steps of its sizes: −0.5 is half a size small.
    pub sizes: f64,
    /// How unsure it is, in cm.
    pub sd_cm: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    Small,
    TrueToSize,
    Large,
}

/// One product in full.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detail {
    #[serde(flatten)]
    pub overview: Overview,
    pub cells: Vec<Cell>,
    pub misleading: Vec<Misleading>,
    /// The most useful first.
    pub collect_next: Vec<Wanted>,
}

/// Bodies of about one height and weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cell {
    pub height_cm: f64,
    pub weight_kg: f64,
    /// How many records are near enough for the policy.
    pub records: usize,
}

/// A record that the garment's others contradict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Misleading {
    pub model_id: String,
    pub size: String,
    pub verdict: &'static str,
    pub source: Source,
    /// How likely its verdict is by the others.
    pub chance: f64,
}

/// What would teach most.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wanted {
    SizeChart,
    /// Somebody of about this height and weight, in this size and its neighbours.
    TryOn {
        height_cm: f64,
        weight_kg: f64,
        size: Option<String>,
    },
    /// A size that nobody has tried.
    Size {
        size: String,
    },
    /// One person in several sizes: the only records that show what a size more does.
    SeveralSizes,
}

/// Usual bodies: heights in steps of 5 cm, weights in steps of 5 kg, where kg for m² is within these.
const WOMEN: [(i32, i32); 2] = [(150, 175), (40, 80)];
const MEN: [(i32, i32); 2] = [(160, 190), (50, 100)];
const BMI: (f64, f64) = (17.0, 30.0);
const USUAL_BMI: f64 = 21.0;

/// A verdict that the others give less chance than this misleads, where there are at least so many others.
const UNLIKELY: f64 = 0.05;
const OTHERS: usize = 5;

/// How many try-ons are asked for at once.
const WANTED: usize = 3;

impl Overview {
    pub fn of(fitted: &Fitted, policy: &Fit) -> Self {
        let garment = &fitted.garment;
        let mut records = BTreeMap::new();
        for record in &garment.records {
            *records.entry(record.source).or_insert(0) += 1;
        }
        let cells = cells(garment, policy);
        let covered = cells.iter().filter(|cell| cell.records > 0).count();
        Self {
            sku: garment.sku.clone(),
            name: garment.name.clone(),
            sizes: garment.sizes.iter().map(|size| size.size.clone()).collect(),
            has_chart: garment.has_chart(),
            records,
            runs: fitted.fitting.as_ref().and_then(Runs::of),
            coverage: covered as f64 / cells.len().max(1) as f64,
        }
    }
}

impl Runs {
    fn of(fitting: &Fitting) -> Option<Self> {
        let zone = fitting.zones.first().filter(|zone| zone.is_charted && fitting.offset.records > 0)?;
        let cm = fitting.offset_cm();
        let sizes = zone.garment_cm.len().saturating_sub(1).max(1) as f64;
        let step = (zone.garment_cm.last()? - zone.garment_cm.first()?) / sizes;
        let steps = if step >= 1.0 { cm / step } else { 0.0 };
        let word = match steps {
            steps if steps <= -0.25 => Word::Small,
            steps if steps >= 0.25 => Word::Large,
            _ => Word::TrueToSize,
        };
        let round = |value: f64| (value * 100.0).round() / 100.0;
        let sd_cm = fitting.offset.sd / fitting.constants.offset_share * zone.unit_cm;
        Some(Self { word, cm: round(cm), sizes: round(steps), sd_cm: round(sd_cm) })
    }
}

impl Detail {
    pub fn of(fitted: &Fitted, policy: &Fit) -> Self {
        let cells = cells(&fitted.garment, policy);
        Self {
            overview: Overview::of(fitted, policy),
            collect_next: wanted(fitted, &cells),
            misleading: misleading(fitted),
            cells,
        }
    }
}

fn cells(garment: &Garment, policy: &Fit) -> Vec<Cell> {
    let [heights, weights] = if garment.sex == Sex::Male { MEN } else { WOMEN };
    let steps = |(from, to): (i32, i32)| (from..=to).step_by(5).map(f64::from);
    let all = steps(heights).flat_map(|height| steps(weights).map(move |weight| (height, weight)));
    let usual = all.filter(|(height, weight)| (BMI.0..=BMI.1).contains(&bmi(*height, *weight)));
    usual
        .map(|(height_cm, weight_kg)| Cell {
            height_cm,
            weight_kg,
            records: near(garment, &body(height_cm, weight_kg), policy).len(),
        })
        .collect()
}

fn bmi(height_cm: f64, weight_kg: f64) -> f64 {
    weight_kg / (height_cm / 100.0).powi(2)
}

fn body(height_cm: f64, weight_kg: f64) -> Measures {
    Measures { height_cm: Some(height_cm), weight_kg: Some(weight_kg), ..Measures::default() }
}

fn wanted(fitted: &Fitted, cells: &[Cell]) -> Vec<Wanted> {
    let garment = &fitted.garment;
    let mut wanted = Vec::new();
    if !garment.has_chart() {
        wanted.push(Wanted::SizeChart);
    }
    let is_tried = |name: &str| garment.records.iter().any(|record| record.size == name);
    let untried = garment.sizes.iter().filter(|size| !is_tried(&size.size));
    wanted.extend(untried.map(|size| Wanted::Size { size: size.size.clone() }));
    let mut uncovered: Vec<&Cell> = cells.iter().filter(|cell| cell.records == 0).collect();
    uncovered.sort_by(|a, b| {
        let unusual = |cell: &Cell| (bmi(cell.height_cm, cell.weight_kg) - USUAL_BMI).abs();
        unusual(a).total_cmp(&unusual(b))
    });
    wanted.extend(uncovered.into_iter().take(WANTED).map(|cell| Wanted::TryOn {
        height_cm: cell.height_cm,
        weight_kg: cell.weight_kg,
        size: size_for(fitted, cell),
    }));
    let tried_several = garment.records.iter().any(|record| {
        let is_same = |other: &&Record| other.model_id == record.model_id && other.size != record.size;
        record.source == Source::TryOn && garment.records.iter().any(|other| is_same(&other))
    });
    if !tried_several {
        wanted.push(Wanted::SeveralSizes);
    }
    wanted
}

fn size_for(fitted: &Fitted, cell: &Cell) -> Option<String> {
    let (fitting, body) = (fitted.fitting.as_ref()?, body(cell.height_cm, cell.weight_kg));
    let fits = fitting.sizes(&body, fitted.garment.sex)?;
    fitted.garment.sizes.get(fitting.choose(&fits, &body)).map(|size| size.size.clone())
}

/// Records that the others of the garment give little chance, the least likely first.
pub fn misleading(fitted: &Fitted) -> Vec<Misleading> {
    let garment = &fitted.garment;
    let Some(fitting) = fitted.fitting.as_ref().filter(|_| garment.records.len() > OTHERS) else { return Vec::new() };
    let judged = garment.records.iter().enumerate().filter_map(|(at, record)| {
        let mut others = garment.clone();
        others.records.remove(at);
        let offset = Offset::learn(fitting, &others);
        let mut without = fitting.clone();
        without.offset = offset;
        let chance = without.chance_of(garment, record)?;
        Some(Misleading {
            model_id: record.model_id.clone(),
            size: record.size.clone(),
            verdict: record.verdict.word(),
            source: record.source,
            chance: (chance * 1_000.0).round() / 1_000.0,
        })
    });
    let mut misleading: Vec<Misleading> = judged.filter(|record| record.chance < UNLIKELY).collect();
    misleading.sort_by(|a, b| a.chance.total_cmp(&b.chance));
    misleading
}
