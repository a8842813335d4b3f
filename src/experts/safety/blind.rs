//! The sets that judge the gate. They were written by others than the rules, who had not seen these.

use super::*;

/// How many of the pressing texts must raise at least their level, and how many of the others may raise a flag.
const LEAST_RECALL: f32 = 0.98;
const MOST_ALARMS: f32 = 0.02;

fn rows(text: &'static str) -> impl ExactSizeIterator<Item = Vec<&'static str>> {
    text.lines().map(|line| line.split('\t').collect()).collect::<Vec<_>>().into_iter()
}

/// `age_months=2` is what the profile knows; anything else is the store's category.
fn flag(text: &str, context: &str) -> Option<Flag> {
    let months: Vec<u32> =
        context.strip_prefix("age_months=").and_then(|months| months.parse().ok()).into_iter().collect();
    let category = if months.is_empty() { context } else { "" };
    check(text, &SafetyContext { baby_months: &months, category })
}

#[test]
fn pressing_texts_are_flagged() {
    let rows = rows(include_str!("../../../tests/data/red_flags.positive.tsv"));
    let all = rows.len() as f32;
    let mut missed = Vec::new();
    for row in rows {
        let [text, context, least, kind] = row[..] else { panic!("{row:?}") };
        let least: Level = serde_json::from_value(least.into()).unwrap();
        let flag = flag(text, context);
        // Whoever speaks of ending their life reads other words than the ill.
        let other = |flag: &Flag| (kind == "self_harm") != (flag.kind == Kind::SelfHarm);
        if flag.as_ref().is_none_or(|flag| flag.level < least || other(flag)) {
            missed.push(format!("{least:?} {text} [{context}]: {flag:?}"));
        }
    }
    let recall = 1.0 - missed.len() as f32 / all;
    assert!(recall >= LEAST_RECALL, "recall {recall}: {missed:#?}");
}

#[test]
fn harmless_texts_are_not() {
    let rows = rows(include_str!("../../../tests/data/red_flags.near_miss.tsv"));
    let all = rows.len() as f32;
    let mut raised = Vec::new();
    for row in rows {
        let [text, context] = row[..] else { panic!("{row:?}") };
        let flag = flag(text, context).filter(|flag| flag.level > Level::E3);
        raised.extend(flag.map(|flag| format!("{text} [{context}]: {flag:?}")));
    }
    let alarms = raised.len() as f32 / all;
    assert!(alarms <= MOST_ALARMS, "false alarms {alarms}: {raised:#?}");
}
