//! The ways of writing a body in `cases/`: each must give exactly what stands beside it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    group: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    #[serde(default)]
    locale: Locale,
    about: Option<String>,
    asked: Option<String>,
    said: Option<f64>,
    #[serde(default)]
    known: BTreeMap<String, f64>,
    cases: Vec<(String, String)>,
}

const FILES: [(&str, &str); 6] = [
    ("mainland", include_str!("cases/mainland.toml")),
    ("elsewhere", include_str!("cases/elsewhere.toml")),
    ("people", include_str!("cases/people.toml")),
    ("babies", include_str!("cases/babies.toml")),
    ("nothing", include_str!("cases/nothing.toml")),
    ("blind", include_str!("cases/blind.toml")),
];

fn slot(word: &str) -> Slot {
    let word = match word {
        "size" => "usual_size".into(),
        "height" | "bust" | "underbust" | "waist" | "hip" | "shoulder" | "leg" => format!("{word}_cm"),
        "weight" => "weight_kg".into(),
        word => word.to_owned(),
    };
    Slot::of(&word).unwrap_or_else(|| panic!("{word} is no slot"))
}

/// A fact as the cases write it.
fn written(fact: &Fact) -> String {
    let mut text = String::new();
    if !fact.whom.is_buyer() {
        text = format!("{}.", fact.whom);
    }
    text += fact.slot.word().trim_end_matches("_cm").trim_end_matches("_kg").trim_start_matches("usual_");
    let value = |value: &Value| match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
    };
    text.push(' ');
    text + &match fact.sureness {
        Sureness::Ambiguous => {
            let readings: Vec<String> = fact.readings.iter().map(|r| r.canonical.to_string()).collect();
            readings.join("|")
        }
        Sureness::Implausible => format!("!{}", value(&fact.canonical)),
        Sureness::About | Sureness::Estimated => format!("~{}", value(&fact.canonical)),
        _ => value(&fact.canonical),
    }
}

fn context(group: &Group) -> Context {
    let whom = |text: &Option<String>| text.as_deref().and_then(Whom::of).unwrap_or_default();
    Context {
        locale: group.locale,
        asked: group.asked.as_deref().map(|word| (Whom::buyer(), slot(word))),
        said: group.said,
        about: whom(&group.about),
        heights: group.known.get("height").map(|cm| (Whom::buyer(), *cm)).into_iter().collect(),
    }
}

#[test]
fn every_way_of_writing_is_read() {
    let (mut passed, mut failed) = (BTreeMap::new(), Vec::new());
    for (file, text) in FILES {
        let cases: Cases = toml::from_str(text).unwrap_or_else(|e| panic!("{file}: {e}"));
        for group in &cases.group {
            for (say, expected) in &group.cases {
                let mut expected: Vec<String> = expected
                    .split(", ")
                    .filter(|e| !e.is_empty())
                    .map(|e| if e.contains('|') { e.replace('~', "") } else { e.to_owned() })
                    .collect();
                let mut found: Vec<String> = read(say, &context(group)).iter().map(written).collect();
                expected.sort();
                found.sort();
                if found == expected {
                    *passed.entry(file).or_insert(0) += 1;
                } else {
                    failed.push(format!(
                        "{file}/{}: {say:?}\n    expected {expected:?}\n    found    {found:?}",
                        group.name
                    ));
                }
            }
        }
    }
    let all: usize = passed.values().sum();
    assert!(failed.is_empty(), "{passed:?}: {all} passed, {} failed\n{}", failed.len(), failed.join("\n"));
    assert!(all >= 660, "{all} cases");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// Any text is read without a panic, alike every time, and every span lies on characters of the text.
    #[test]
    fn no_text_breaks_the_reader(text in any_text()) {
        let context = Context { asked: Some((Whom::buyer(), Slot::WeightKg)), said: Some(105.0), ..Context::default() };
        for context in [Context::default(), context] {
            let facts = read(&text, &context);
            prop_assert_eq!(&facts, &read(&text, &context));
            for fact in facts {
                prop_assert!(text.get(fact.span.clone()).is_some(), "{:?}", fact);
                prop_assert!(fact.canonical.number().is_none_or(f64::is_finite));
            }
        }
    }
}

/// Pieces that the reader knows, in any order, and anything at all.
fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "身高",
        "體重",
        "1",
        "65",
        "160",
        "一百",
        "六",
        "米",
        "m",
        "'",
        "\"",
        "斤",
        "kg",
        "-",
        "~",
        "/",
        "，",
        "。",
        " ",
        "我",
        "我妈",
        "她",
        "三围",
        "84",
        "75b",
        "尺",
        "半",
        "呎",
        "多",
        "来",
        "周",
        "+",
        "出生",
        "2026",
        "年",
        "月",
        "日",
        "个",
        "岁",
        "订单号",
        "S码",
        "平时穿",
        "😀",
        "９",
        "㎝",
        "o",
        "的",
        "不是",
        "到",
        "广东",
        "1.",
        ".",
        "18",
        "9999999999999999999999",
        "\u{200b}",
        "é",
        "in",
        "i'm",
        "stone",
    ]);
    prop_oneof![prop::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat()), any::<String>(),]
}
