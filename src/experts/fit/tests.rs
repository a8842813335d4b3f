//! Answers, as buyers hear them.

use serde_json::{Map, Value, json};

use super::verdict::Verdict;
use super::*;
use crate::experts::{Answer, Status};
use crate::locale::Locale;
use crate::policy::Fit;

pub(super) fn chart(sizes: &[(&str, f64, f64, f64)]) -> Vec<ChartSize> {
    let size = |(name, bust, waist, hip): &(&str, f64, f64, f64)| ChartSize {
        size: (*name).into(),
        bust_cm: Some(*bust),
        waist_cm: Some(*waist),
        hip_cm: Some(*hip),
        ..ChartSize::default()
    };
    sizes.iter().map(size).collect()
}

pub(super) fn record(id: &str, size: &str, height: f64, weight: f64, verdict: Verdict, effect: &str) -> Record {
    Record {
        model_id: id.into(),
        size: size.into(),
        body: body(height, weight),
        shape: None,
        verdict,
        effect: Some(effect.to_owned()).filter(|effect| !effect.is_empty()),
        source: Source::TryOn,
    }
}

pub(super) fn body(height: f64, weight: f64) -> Measures {
    Measures { height_cm: Some(height), weight_kg: Some(weight), ..Measures::default() }
}

const SIZES: [(&str, f64, f64, f64); 4] =
    [("S", 88.0, 68.0, 92.0), ("M", 92.0, 72.0, 96.0), ("L", 96.0, 76.0, 100.0), ("XL", 100.0, 80.0, 104.0)];

fn people() -> Vec<Record> {
    vec![
        record("m1", "S", 158.0, 46.0, Verdict::Fit, "肩线刚好，腰部偏宽松"),
        record("m2", "S", 160.0, 50.0, Verdict::Fit, "整体偏宽松"),
        record("m3", "M", 165.0, 55.0, Verdict::Fit, "合身"),
        record("m4", "L", 168.0, 60.0, Verdict::Fit, "合身"),
        record("m5", "M", 162.0, 52.0, Verdict::Fit, "合身"),
    ]
}

fn dress(chart: Vec<ChartSize>, records: Vec<Record>) -> Fitted {
    let about = json!({"garment": "dress", "stretch": "none", "shapes": {"A": "高腰线的裙摆从腰下散开，显比例"}});
    let garment = Garment::new("D1", "收腰连衣裙", about.as_object().unwrap(), chart, records);
    Fitted::new(garment, &Fit::default(), Constants::default())
}

fn ask(fitted: &Fitted, body: Measures) -> Answer<Recommendation> {
    recommend_size(&Request { body, ..Request::default() }, fitted, &Fit::default(), Locale::Hans)
}

#[test]
fn the_missions_own_example() {
    for sizes in [chart(&SIZES), Vec::new()] {
        let answer = ask(&dress(sizes, people()), body(160.0, 48.0));
        assert_eq!((answer.status, answer.found.size.as_deref()), (Status::Ok, Some("S")), "{}", answer.say);
        assert!(answer.say.contains("宽松") && answer.say.contains("160 cm、50 kg"), "{}", answer.say);
        assert!(answer.evidence[0] == "fit:m2", "{:?}", answer.evidence);
        assert!(answer.found.neighbours.unwrap().shares["S"] > 0.6);
    }
}

#[test]
fn between_two_sizes_one_girth_is_asked_for() {
    let answer = ask(&dress(Vec::new(), people()), body(163.0, 53.0));
    assert_eq!((answer.status, answer.found.size), (Status::Ask, None), "{}", answer.say);
    assert_eq!(answer.missing, ["bust_cm"]);
    assert_eq!(answer.say.matches('？').count(), 1, "{}", answer.say);
}

#[test]
fn close_to_the_line_the_size_that_somebody_alike_found_too_small_is_not_advised() {
    let sizes =
        [("S", 90.0, 72.0, 95.0), ("M", 94.0, 76.0, 99.0), ("L", 98.0, 80.0, 103.0), ("XL", 102.0, 84.0, 107.0)];
    let mut tried = vec![
        record("m1", "S", 158.0, 46.0, Verdict::Fit, ""),
        record("m2", "S", 160.0, 50.0, Verdict::Fit, "整体偏宽松"),
        record("m2", "M", 160.0, 50.0, Verdict::Large, ""),
        record("m3", "M", 165.0, 55.0, Verdict::Fit, "合身"),
    ];
    let advised = |tried: &[Record], weight: f64| {
        let answer = ask(&dress(chart(&sizes), tried.to_vec()), body(168.0, weight));
        (answer.found.size.unwrap_or_default(), answer.say)
    };
    assert_eq!(advised(&tried, 58.0).0, "M");
    tried.push(record("m5", "M", 168.0, 58.0, Verdict::Small, "胸部和肩部绷住了"));
    tried.push(record("m5", "L", 168.0, 58.0, Verdict::Fit, "合身"));
    let (size, say) = advised(&tried, 58.0);
    assert!(size == "L" && say.contains("穿 L 觉得合身"), "{say}");
    assert_eq!(advised(&tried, 54.0).0, "M", "it says nothing of who is smaller");
    // Somebody larger whom the smaller size fits speaks for that one.
    tried.push(record("m6", "M", 168.0, 61.0, Verdict::Fit, ""));
    tried.push(record("m7", "M", 167.0, 62.0, Verdict::Fit, ""));
    assert_eq!(advised(&tried, 58.0).0, "M");
}

#[test]
fn outside_coverage_it_says_so_and_what_the_chart_supports() {
    let answer = ask(&dress(Vec::new(), people()), body(175.0, 80.0));
    assert_eq!((answer.status, answer.found.size), (Status::NoBasis, None));
    assert!(answer.say.contains("没有相近身材的试穿数据") && answer.evidence.is_empty(), "{}", answer.say);
    let answer = ask(&dress(chart(&SIZES), people()), body(175.0, 80.0));
    assert_eq!((answer.status, answer.found.size), (Status::NoBasis, None));
    assert!(answer.say.contains("尺码表") && answer.found.sizes.len() == 4, "{}", answer.say);
    let answer = ask(&dress(Vec::new(), Vec::new()), body(160.0, 48.0));
    assert_eq!(answer.status, Status::NoBasis);
}

#[test]
fn without_a_body_it_is_asked_for() {
    let fitted = dress(chart(&SIZES), people());
    let answer = ask(&fitted, Measures::default());
    assert_eq!((answer.status, answer.missing.len()), (Status::Ask, 2));
    assert_eq!(answer.say, "方便告诉我您的身高和体重吗？");
    let answer = ask(&fitted, Measures { height_cm: Some(160.0), ..Measures::default() });
    assert_eq!(answer.missing, ["weight_kg"]);
    let answer = ask(&fitted, Measures { weight_kg: Some(48.0), height_cm: Some(16.0), ..Measures::default() });
    assert_eq!(answer.missing, ["height_cm"]);
}

#[test]
fn a_chart_alone_answers_for_measured_girths() {
    let measured = Measures { bust_cm: Some(84.0), waist_cm: Some(66.0), hip_cm: Some(90.0), ..body(160.0, 50.0) };
    let answer = ask(&dress(chart(&SIZES), Vec::new()), measured);
    assert_eq!((answer.status, answer.found.size.as_deref()), (Status::Ok, Some("M")), "{}", answer.say);
    let medium = &answer.found.sizes[1];
    assert_eq!((medium.ease_cm[&Zone::Bust], medium.ease_cm[&Zone::Waist]), (8.0, 6.0));
    assert_eq!(medium.fit, Some(Look::Fitted), "the bust decides");
    assert!(answer.evidence.contains(&"chart:D1/M".to_owned()));
    assert_eq!(answer.found.standard.unwrap().kind, "A");
}

#[test]
fn the_merchants_words_for_a_shape_are_said_and_none_on_the_body() {
    let fitted = dress(chart(&SIZES), people());
    let request = Request { body: body(160.0, 48.0), shape: Some("梨形".into()), ..Request::default() };
    let answer = recommend_size(&request, &fitted, &Fit::default(), Locale::Hans);
    assert_eq!(answer.found.body_shape, Some(Shape::A));
    assert!(answer.say.contains("高腰线") && !answer.say.contains("梨形"), "{}", answer.say);
    let hant = recommend_size(&request, &fitted, &Fit::default(), Locale::Hant);
    assert!(hant.say.contains("建議選 S") && hant.say.contains("高腰線") && !hant.say.contains("宽"), "{}", hant.say);
    let en = recommend_size(&request, &fitted, &Fit::default(), Locale::En);
    assert!(en.say.starts_with("I suggest S") && en.say.is_ascii(), "{}", en.say);
}

#[test]
fn the_size_that_was_asked_about_is_spoken_of() {
    let fitted = dress(chart(&SIZES), people());
    let request = Request { body: body(160.0, 48.0), usual_size: Some("l".into()), ..Request::default() };
    let answer = recommend_size(&request, &fitted, &Fit::default(), Locale::Hans);
    assert!(answer.say.contains("您问的 L：整体宽松"), "{}", answer.say);
}

#[test]
fn a_garment_in_which_everybody_is_tight_runs_small() {
    let small: Vec<Record> =
        (0..8).map(|n| record(&format!("m{n}"), "M", 160.0 + f64::from(n % 4), 50.0, Verdict::Small, "")).collect();
    let fitted = dress(chart(&SIZES), small);
    let answer = ask(&fitted, body(161.0, 50.0));
    assert!(answer.say.contains("比尺码表偏小"), "{}", answer.say);
    assert_ne!(answer.found.size.as_deref(), Some("M"));
    let overview = overview::Overview::of(&fitted, &Fit::default());
    assert_eq!(overview.runs.unwrap().word, overview::Word::Small);
}

#[test]
fn a_body_larger_than_the_largest_size_is_told_so() {
    let body = Measures { bust_cm: Some(104.0), ..body(165.0, 56.0) };
    let answer = ask(&dress(chart(&SIZES), people()), body);
    assert_eq!((answer.status, answer.found.size), (Status::Ok, None));
    assert!(answer.say.contains("XL 也会偏紧"), "{}", answer.say);
}

#[test]
fn a_record_against_all_others_is_found() {
    let mut records: Vec<Record> =
        (0..9).map(|n| record(&format!("m{n}"), "S", 158.0 + f64::from(n % 3), 47.0, Verdict::Fit, "")).collect();
    records.push(record("odd", "XL", 158.0, 46.0, Verdict::Small, ""));
    let fitted = dress(chart(&SIZES), records);
    let found = overview::misleading(&fitted);
    assert_eq!(found.iter().map(|m| m.model_id.as_str()).collect::<Vec<_>>(), ["odd"], "{found:?}");
    let detail = overview::Detail::of(&fitted, &Fit::default());
    assert!(detail.collect_next.contains(&overview::Wanted::Size { size: "M".into() }), "{:?}", detail.collect_next);
    assert!(detail.overview.coverage > 0.0 && detail.overview.coverage < 1.0);
}

#[test]
fn people_in_several_sizes_teach_the_thresholds() {
    // Ten people feel every size: one step from what fits is called too small or too large already.
    let garments: Vec<Garment> = (0..6)
        .map(|g| {
            let people = (0..4).flat_map(|n| {
                let id = format!("m{g}{n}");
                let weight = 48.0 + f64::from(n);
                [("S", Verdict::Small), ("M", Verdict::Fit), ("L", Verdict::Large)]
                    .map(|(size, verdict)| record(&id, size, 162.0, weight, verdict, ""))
            });
            Garment::new(&format!("g{g}"), "", &Map::<String, Value>::new(), chart(&SIZES), people.collect())
        })
        .collect();
    let learned = Constants::learn(&garments, &Fit::default());
    assert_eq!(learned.records, 72);
    assert!(learned.slope > 1.0 || learned.small_at < 1.1, "{learned:?}");
    assert_eq!(learned, Constants::learn(&garments, &Fit::default()), "the same records teach the same");
    assert_eq!(Constants::learn(&garments[..0], &Fit::default()), Constants::default());
}

#[test]
fn the_result_has_the_contracts_fields() {
    let answer = ask(&dress(chart(&SIZES), people()), body(160.0, 48.0));
    let value = serde_json::to_value(&answer).unwrap();
    for field in ["status", "evidence", "missing", "say", "size", "alternative", "confidence", "sizes", "neighbours"] {
        assert!(value.get(field).is_some(), "{field}");
    }
    assert_eq!(value["estimate"], json!({"bust_cm": 81.6, "waist_cm": 64.6, "hip_cm": 87.1}));
    assert_eq!(value["standard"]["type"], "A");
    assert!(value["sizes"][0]["ease_cm"]["bust_cm"].is_number(), "{value}");
}
