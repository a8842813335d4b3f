//! Puts findings into one or two sentences.

use super::advice::{Fitting, SizeFit};
use super::body::{Measures, Sex, Zone};
use super::ease::Look;
use super::fitted::Fitted;
use super::garment::{Record, Sat};
use super::lines::{Lines, Overall, whole};
use super::recommend::{Recommendation, Request, SizeLook, overall};
use crate::experts::{Answer, Status};

/// How many records are shown at most.
const SHOWN: usize = 3;
/// An offset is spoken of when it is at least so many cm, and so many records say it.
const WORTH_SAYING: (f64, usize) = (1.5, 3);

pub(super) struct Speech<'a> {
    pub lines: &'static Lines,
    pub fitted: &'a Fitted,
    pub request: &'a Request,
}

impl<'a> Speech<'a> {
    /// Each size with its figures and its words.
    pub fn sizes(&self, body: &Measures, sex: Sex, fits: &[SizeFit], near: &[&Record]) -> Vec<SizeLook> {
        let Some(fitting) = &self.fitted.fitting else { return Vec::new() };
        let off = self.offset_for(near);
        let sizes = self.fitted.garment.sizes.iter().zip(fits).enumerate();
        let looks = sizes.map(|(at, (size, fit))| {
            let known = Zone::ALL.into_iter().filter_map(|zone| {
                let value = body.value(zone, sex)?;
                // Where trousers end is a matter of taste; an estimated leg says nothing about it.
                let is_known = value.is_measured || zone != Zone::Inseam;
                let ease = tenth(size.at(zone)? - value.cm);
                is_known.then_some((zone, ease))
            });
            let mut look = SizeLook {
                size: size.size.clone(),
                fit: None,
                ease_cm: known.collect(),
                effect: String::new(),
                p_small: fine(fit.chances.small),
                p_fit: 0.0,
                p_large: fine(fit.chances.large),
            };
            look.p_fit = fine(1.0 - look.p_small - look.p_large);
            // The figure is by the chart alone; the words also know how the garment runs.
            let binding = fitting.zones[fit.binding].zone;
            look.fit = look.ease_cm.get(&binding).and_then(|ease| self.look_at(binding, *ease, 0.0));
            let zones = look
                .ease_cm
                .iter()
                .filter_map(|(zone, ease)| self.lines.ease(*zone, *ease, self.look_at(*zone, *ease, off)));
            let effect = self.lines.effect(overall(&look), &zones.collect::<Vec<_>>());
            look.effect = self.felt(effect, overall(&look), at, near);
            look
        });
        looks.collect()
    }

    /// How a zone of so much ease looks, where a chart says it; `off`: how much looser the garment sits than its chart.
    pub fn look_at(&self, zone: Zone, ease_cm: f64, off: f64) -> Option<Look> {
        let zones = &self.fitted.fitting.as_ref()?.zones;
        let own = zones.iter().find(|own| own.zone == zone && own.is_charted)?;
        Some(own.edges.look(ease_cm + off))
    }

    /// What is spoken of as sitting otherwise than its chart is also looked at so, but not where its chart alone is.
    pub fn offset_for(&self, near: &[&Record]) -> f64 {
        if near.is_empty() { 0.0 } else { self.clear_offset() }
    }

    /// By how many cm the garment sits looser than its chart, where that is worth saying; otherwise 0.
    fn clear_offset(&self) -> f64 {
        let Some(fitting) = &self.fitted.fitting else { return 0.0 };
        let off = fitting.offset_cm();
        let (cm, records) = WORTH_SAYING;
        let is_clear = fitting.zones[0].is_charted && off.abs() >= cm && fitting.offset.records >= records;
        if is_clear { off } else { 0.0 }
    }

    /// With what the one who is built most like the buyer said of this size, unless the figures say the opposite.
    fn felt(&self, effect: String, overall: Overall, size: usize, near: &[&Record]) -> String {
        let garment = &self.fitted.garment;
        let said = near.iter().filter(|record| garment.size(&record.size) == Some(size));
        let words = said.into_iter().find_map(|record| Some((record.sat(), record.effect.as_deref()?)));
        let Some((sat, words)) = words else { return effect };
        let is_opposite = match sat {
            Some(Sat::Roomy) => overall < Overall::Fits,
            Some(Sat::Snug) => overall > Overall::Fits,
            None => false,
        };
        match self.lines.merchants(words) {
            Some(words) if !is_opposite && !effect.contains(&words) => {
                self.lines.line("felt", &[("effect", &effect), ("words", &words)])
            }
            _ => effect,
        }
    }

    /// The records to show, those of the advised size first.
    pub fn shown(&self, near: &[&'a Record], chosen: usize) -> Vec<&'a Record> {
        let garment = &self.fitted.garment;
        let apart = |record: &Record| garment.size(&record.size).map_or(usize::MAX, |at| at.abs_diff(chosen).min(1));
        let mut shown = near.to_vec();
        shown.sort_by_key(|record| apart(record));
        shown.truncate(SHOWN);
        shown
    }

    pub fn answer(
        &self,
        status: Status,
        found: Recommendation,
        shown: Vec<&Record>,
        missing: Vec<&'static str>,
        speak: impl FnOnce(&mut Saying<'_, 'a>),
    ) -> Answer<Recommendation> {
        let mut saying =
            Saying { speech: self, found: &found, shown: &shown, missing: &missing, sentences: Vec::new() };
        speak(&mut saying);
        let say = saying.text();
        let mut evidence: Vec<String> = shown.iter().map(|record| record.evidence()).collect();
        // One person may be shown in two sizes.
        let mut seen = std::collections::HashSet::new();
        evidence.retain(|id| seen.insert(id.clone()));
        let has_ease = found.sizes.iter().any(|size| !size.ease_cm.is_empty());
        let named = found.size.iter().chain(found.alternative.iter().filter(|_| status == Status::Ask));
        let charts = named.filter(|_| has_ease).map(|size| format!("chart:{}/{size}", self.fitted.garment.sku));
        evidence.extend(charts);
        if found.size.is_none() && has_ease {
            evidence.push(format!("chart:{}", self.fitted.garment.sku));
        }
        Answer { status, evidence, missing: missing.into_iter().map(str::to_owned).collect(), say, found }
    }
}

/// Sentences as they are put together, each of clauses.
pub(super) struct Saying<'s, 'a> {
    speech: &'s Speech<'a>,
    found: &'s Recommendation,
    shown: &'s [&'s Record],
    missing: &'s [&'static str],
    sentences: Vec<Vec<String>>,
}

impl Saying<'_, '_> {
    pub fn line(&mut self, name: &str) {
        self.sentences.push(Vec::new());
        self.filled(name, &[]);
    }

    /// The question for what is missing first; height and weight are asked for together.
    pub fn ask(&mut self) {
        let question = match self.missing {
            ["height_cm", "weight_kg"] => self.speech.lines.line("ask_body", &[]),
            [slot, ..] => self.speech.lines.question(slot),
            [] => return,
        };
        self.sentences.push(vec![question]);
    }

    /// The size, how it looks, and what the neighbour would do; then who said so, and what the merchant says.
    pub fn advise(&mut self, chosen: usize, other: Option<usize>) {
        self.sentences.push(Vec::new());
        self.sized("advise", chosen);
        let asked = self.speech.request.usual_size.as_deref().and_then(|size| self.speech.fitted.garment.size(size));
        match (asked.filter(|asked| *asked != chosen), other) {
            (Some(asked), _) => self.sized("asked", asked),
            (None, Some(other)) => self.neighbour(chosen, other),
            (None, None) => {}
        }
        self.sentences.push(Vec::new());
        if let Some(record) = self.shown.first() {
            let said = self.found.sizes.get(chosen).map_or("", |size| size.effect.as_str());
            let record = self.speech.lines.record(record, said);
            self.clause(record);
        }
        self.offset();
        self.shape();
    }

    /// All of it. A question brings its own mark.
    fn text(&self) -> String {
        let [clause, stop] = ["clause", "stop"].map(|name| self.speech.lines.line(name, &[]));
        let sentences = self.sentences.iter().filter(|clauses| !clauses.is_empty()).map(|clauses| {
            let sentence = clauses.join(&clause);
            if sentence.ends_with(['？', '?']) { sentence } else { sentence + &stop }
        });
        sentences.collect::<String>().trim().to_owned()
    }

    pub fn all_small(&mut self, largest: usize) {
        self.sentences.push(Vec::new());
        self.sized("all_small", largest);
    }

    pub fn chart_only(&mut self, chosen: usize) {
        self.sentences.push(Vec::new());
        self.sized("chart_only", chosen);
    }

    pub fn between(&mut self, chosen: usize, other: Option<usize>) {
        self.sentences.push(Vec::new());
        let name = |at: usize| self.found.sizes.get(at).map_or("", |size| size.size.as_str());
        match other {
            Some(other) => self.filled("between_sizes", &[("size", name(chosen)), ("alternative", name(other))]),
            None => self.sized("advise", chosen),
        }
    }

    /// That the deciding girth is estimated.
    pub fn estimated(&mut self, binding: usize) {
        let Some(fitting) = &self.speech.fitted.fitting else { return };
        let zone = fitting.zones[binding].zone;
        let sex = self.speech.request.sex.unwrap_or(self.speech.fitted.garment.sex);
        if let Some(value) = self.speech.request.body.value(zone, sex) {
            let name = self.speech.lines.zone(zone);
            self.sentences.push(Vec::new());
            self.filled("estimated", &[("zone", &name), ("cm", &whole(value.sd))]);
        }
    }

    fn neighbour(&mut self, chosen: usize, other: usize) {
        let Some(fitting) = &self.speech.fitted.fitting else { return };
        let Some(step) = step(fitting, chosen, other) else { return };
        let size = &self.found.sizes[other].size;
        let name = if other > chosen { "neighbour_larger" } else { "neighbour_smaller" };
        self.filled(name, &[("size", size), ("cm", &whole(step))]);
    }

    /// How the garment runs, where its records say so clearly.
    fn offset(&mut self) {
        let off = self.speech.clear_offset();
        if off != 0.0 {
            let name = if off < 0.0 { "runs_small" } else { "runs_large" };
            self.filled(name, &[("cm", &whole(off.abs()))]);
        }
    }

    /// The merchant's own text for the buyer's shape, else what one of that shape is recorded to have looked like.
    fn shape(&mut self) {
        let Some(shape) = self.found.body_shape else { return };
        let garment = &self.speech.fitted.garment;
        let recorded = || {
            let same = garment.records.iter().filter(|record| record.shape == Some(shape));
            same.into_iter().find_map(|record| record.effect.clone())
        };
        let text = garment.shapes.get(&shape).cloned().or_else(recorded);
        if let Some(text) = text.and_then(|text| self.speech.lines.merchants(&text)) {
            self.filled("shape", &[("text", &text)]);
        }
    }

    fn sized(&mut self, name: &str, at: usize) {
        if let Some(size) = self.found.sizes.get(at) {
            let (size, effect) = (size.size.clone(), size.effect.clone());
            self.filled(name, &[("size", &size), ("effect", &effect)]);
        }
    }

    fn filled(&mut self, name: &str, places: &[(&str, &str)]) {
        let clause = self.speech.lines.line(name, places);
        self.clause(clause);
    }

    fn clause(&mut self, clause: String) {
        match self.sentences.last_mut() {
            Some(sentence) => sentence.push(clause),
            None => self.sentences.push(vec![clause]),
        }
    }
}

/// By how many cm two sizes differ in the first zone; `None` where it is under half a cm.
fn step(fitting: &Fitting, one: usize, other: usize) -> Option<f64> {
    let garment = &fitting.zones.first().filter(|zone| zone.is_charted)?.garment_cm;
    let step = (garment.get(other)? - garment.get(one)?).abs();
    (step >= 0.5).then_some(step)
}

fn tenth(cm: f64) -> f64 {
    (cm * 10.0).round() / 10.0
}

fn fine(p: f64) -> f64 {
    (p * 10_000.0).round() / 10_000.0
}
