//! What must hold for every garment and every body, drawn anew but always the same: ten thousand of each with
//! `cargo test --release --lib fit::properties`, the first two thousand of them in every other run.

use serde_json::{Map, Value};

use super::advice::SizeFit;
use super::tests::record;
use super::verdict::Verdict;
use super::*;
use crate::experts::Status;
use crate::locale::Locale;
use crate::policy::Fit;
use crate::profiles::reading;
use crate::profiles::slot::Slot;

const DRAWS: u64 = if cfg!(debug_assertions) { 2_000 } else { 10_000 };

/// A small generator: the same draws on every machine.
struct Lots(u64);

impl Lots {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        (mixed >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    fn below(&mut self, count: usize) -> usize {
        (self.unit() * count as f64) as usize
    }

    fn maybe(&mut self, share: f64, from: f64, to: f64) -> Option<f64> {
        let value = self.between(from, to);
        (self.unit() < share).then_some(value)
    }
}

const NAMES: [&str; 6] = ["XS", "S", "M", "L", "XL", "XXL"];

fn garment(lots: &mut Lots) -> Garment {
    let kinds = ["dress", "shirt", "knit", "trousers", "skirt", "jacket", "coat", ""];
    let kind = kinds[lots.below(kinds.len())];
    let (count, first, step) = (2 + lots.below(5), lots.between(76.0, 96.0), lots.between(0.0, 6.0));
    let has_chart = lots.unit() < 0.8;
    let mut chart = Vec::new();
    for (at, name) in NAMES.into_iter().enumerate().take(count) {
        let bust = first + step * at as f64 + lots.between(-0.4, 0.4);
        let mut girth = |off: f64| if has_chart { lots.maybe(0.8, bust + off, bust + off + 0.5) } else { None };
        let mut size = ChartSize { size: name.into(), ..ChartSize::default() };
        (size.bust_cm, size.waist_cm, size.hip_cm) = (girth(0.0), girth(-18.0), girth(6.0));
        chart.push(size);
    }
    let verdicts = [Verdict::Small, Verdict::Fit, Verdict::Fit, Verdict::Large];
    let words = ["", "偏宽松", "偏紧", "合身"];
    let records = (0..lots.below(12))
        .map(|n| {
            let size = NAMES[lots.below(count)];
            let (height, weight) = (lots.between(150.0, 178.0), lots.between(42.0, 85.0));
            let mut record =
                record(&format!("m{n}"), size, height, weight, verdicts[lots.below(4)], words[lots.below(4)]);
            record.body.bust_cm = lots.maybe(0.3, 76.0, 108.0);
            record.source = Source::ALL[lots.below(3)];
            record
        })
        .collect();
    let mut about = Map::new();
    about.insert("garment".into(), kind.into());
    about.insert("stretch".into(), Value::from(["none", "slight", "high"][lots.below(3)]));
    about.insert("fit".into(), Value::from(["", "loose", "close"][lots.below(3)]));
    Garment::new("g", "", &about, chart, records)
}

fn someone(lots: &mut Lots) -> Measures {
    Measures {
        height_cm: Some(lots.between(145.0, 182.0)),
        weight_kg: Some(lots.between(38.0, 100.0)),
        bust_cm: lots.maybe(0.5, 72.0, 118.0),
        waist_cm: lots.maybe(0.5, 54.0, 105.0),
        hip_cm: lots.maybe(0.5, 76.0, 122.0),
        shoulder_cm: lots.maybe(0.2, 34.0, 46.0),
        leg_cm: None,
    }
}

/// Runs a rule over all draws; gives how many had something to compare.
fn over_all(seed: u64, mut rule: impl FnMut(&mut Lots, &Fitted, &Measures, &[SizeFit])) {
    let (mut lots, mut compared) = (Lots(seed), 0);
    for _ in 0..DRAWS {
        let fitted = Fitted::new(garment(&mut lots), &Fit::default(), Constants::default());
        let body = someone(&mut lots);
        if let Some(fits) = fitted.fitting.as_ref().and_then(|fitting| fitting.sizes(&body, Sex::Female)) {
            compared += 1;
            rule(&mut lots, &fitted, &body, &fits);
        }
    }
    assert!(compared > DRAWS * 8 / 10, "only {compared} could be compared");
}

#[test]
fn a_larger_size_is_never_more_small_and_never_less_large() {
    over_all(1, |_, _, _, fits| {
        for pair in fits.windows(2) {
            let (one, next) = (pair[0].chances, pair[1].chances);
            assert!(next.small <= one.small && next.large >= one.large, "{fits:?}");
        }
        for size in fits {
            assert!(size.chances.fit() >= 0.0 && size.chances.small >= 0.0 && size.chances.large >= 0.0);
        }
    });
}

#[test]
fn a_larger_girth_is_never_less_small_and_advised_no_smaller_size() {
    over_all(2, |lots, fitted, body, fits| {
        let more = lots.between(0.0, 12.0);
        let mut larger = *body;
        let measures = [&mut larger.weight_kg, &mut larger.bust_cm, &mut larger.waist_cm, &mut larger.hip_cm];
        let which = lots.below(5);
        for (at, measure) in measures.into_iter().enumerate() {
            if let Some(value) = measure
                && (which == 4 || which == at)
            {
                *value += more;
            }
        }
        let fitting = fitted.fitting.as_ref().unwrap();
        let then = fitting.sizes(&larger, Sex::Female).unwrap();
        for (now, then) in fits.iter().zip(&then) {
            assert!(then.chances.small >= now.chances.small - 1e-12, "{body:?} and {larger:?}");
            assert!(then.chances.large <= now.chances.large + 1e-12, "{body:?} and {larger:?}");
        }
        assert!(
            fitting.choose(&then, &larger) >= fitting.choose(fits, body),
            "{body:?} and {larger:?}: {fits:?} {then:?}"
        );
    });
}

#[test]
fn words_agree_with_figures_and_evidence_with_coverage() {
    let policy = Fit::default();
    over_all(3, |_, fitted, body, _| {
        let request = Request { body: *body, ..Request::default() };
        let answer = recommend_size(&request, fitted, &policy, Locale::Hans);
        for size in &answer.found.sizes {
            let begins = |words: &[&str]| words.iter().any(|word| size.effect.starts_with(word));
            if size.p_small >= 0.45 {
                assert!(begins(&["整体偏紧"]) || size.p_large >= size.p_small, "{size:?}");
            }
            if size.p_large >= 0.45 {
                assert!(begins(&["整体宽松"]) || size.p_small > size.p_large, "{size:?}");
            }
            if begins(&["整体偏宽松"]) {
                assert!(size.p_large >= 0.25 && size.p_large > size.p_small, "{size:?}");
            }
            if begins(&["整体略紧"]) {
                assert!(size.p_small >= 0.25 && size.p_small > size.p_large, "{size:?}");
            }
            assert!((size.p_small + size.p_fit + size.p_large - 1.0).abs() < 1e-9, "{size:?}");
            assert!(!size.ease_cm.values().any(|cm| cm.is_nan()));
        }
        let of_people = answer.evidence.iter().filter(|id| id.starts_with("fit:")).count();
        if answer.status == Status::Ok && !fitted.garment.records.is_empty() {
            assert!((1..=3).contains(&of_people), "{answer:?}");
        }
        assert!(answer.say.matches('？').count() <= 1 && !answer.say.contains('{'), "{}", answer.say);
        assert!(answer.missing.len() <= 1, "{:?}", answer.missing);
        for word in ["胖", "粗", "矮", "身材不好", "太瘦"] {
            assert!(!answer.say.contains(word), "{}", answer.say);
        }
    });
}

#[test]
fn the_same_body_in_other_units_is_answered_alike() {
    let policy = Fit::default();
    let mut lots = Lots(4);
    for _ in 0..DRAWS {
        let fitted = Fitted::new(garment(&mut lots), &policy, Constants::default());
        let (cm, jin) = (lots.between(148.0, 182.0).round(), lots.between(80.0, 160.0).round());
        let (metres, kg, pounds) = (cm / 100.0, jin / 2.0, jin / 2.0 / 0.453_592_37);
        let said = [
            format!("{cm}cm {kg}kg"),
            format!("身高{metres}米，体重{jin}斤"),
            format!("我{cm}公分 {kg}公斤"),
            format!("height {cm} cm, weight {pounds:.1} lb"),
        ];
        let [first, rest @ ..] = said.map(|text| {
            let facts = reading::read(&text, &reading::Context::default());
            let value = |slot| facts.iter().find(|fact| fact.slot == slot).and_then(|fact| fact.canonical.number());
            let (height_cm, weight_kg) = (value(Slot::HeightCm), value(Slot::WeightKg));
            assert_eq!((height_cm, weight_kg), (Some(cm), Some(kg)), "{text}");
            let body = Measures { height_cm, weight_kg, ..Measures::default() };
            recommend_size(&Request { body, ..Request::default() }, &fitted, &policy, Locale::Hans)
        });
        for other in rest {
            assert_eq!(first, other);
        }
    }
}
