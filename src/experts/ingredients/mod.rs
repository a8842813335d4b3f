//! Checks products against what a buyer uses already and what is so of the buyer: ok, caution or avoid, each with the
//! rule behind it.
//!
//! Source: domain facts, C.2, as data in `rules.toml`. Whatever is found, the answer ends with asking a doctor, and a
//! stricter label of the merchant wins. For a professional's review before a shop relies on it.

mod arguments;
mod rules;
mod words;

#[cfg(test)]
mod tests;

use serde::Serialize;

pub use arguments::{Arguments, SCHEMA};
pub use rules::Verdict;

use super::{Answer, Status};
use crate::catalog::Product;
use crate::locale::Locale;
use rules::{Class, RULES};
use words::Lines;

/// What a product's label says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub sku: String,
    pub name: String,
    /// Empty where the store has none on record.
    pub ingredients: Vec<String>,
    /// The merchant's own warning, which is passed on.
    pub notice: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub verdict: Verdict,
    /// The worst first.
    pub reasons: Vec<Reason>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The rule's id.
    pub rule: String,
    pub verdict: Verdict,
    /// The products it is about; of two that do not go together, both.
    pub about: Vec<String>,
    pub text: String,
}

/// Something with the classes that are in it.
struct Thing {
    name: String,
    classes: Vec<&'static Class>,
    is_product: bool,
}

impl Label {
    pub fn of(product: &Product) -> Self {
        let notice = product.attributes.get("notice").and_then(serde_json::Value::as_str);
        Self {
            sku: product.sku.clone(),
            name: product.name.clone(),
            ingredients: product.ingredients.clone(),
            notice: notice.map(str::to_owned),
        }
    }
}

/// Answers a model. `products` are the store's, at least those that the arguments name.
pub fn answer(arguments: &Arguments, products: &[Product], locale: Locale) -> Answer<Checked> {
    let find = |sku: &String| products.iter().find(|product| product.sku == *sku);
    let skus = arguments.skus.as_deref().unwrap_or_default();
    let labels: Vec<Label> = skus.iter().filter_map(find).map(Label::of).collect();
    let unknown: Vec<String> = skus.iter().filter(|sku| find(sku).is_none()).cloned().collect();
    let used = arguments.in_use.iter().flatten().map(|text| match find(text) {
        Some(product) => Thing::new(&product.name, &product.ingredients.join("、"), false),
        None => Thing::new(text, text, false),
    });
    judge(&labels, &unknown, used.collect(), arguments.conditions.as_deref().unwrap_or_default(), locale)
}

/// `labels`: the products asked about; `unknown`: SKUs among them that the store does not have. `in_use` and
/// `conditions` are as the buyer says them.
pub fn check(
    labels: &[Label],
    unknown: &[String],
    in_use: &[String],
    conditions: &[String],
    locale: Locale,
) -> Answer<Checked> {
    let used = in_use.iter().map(|text| Thing::new(text, text, false));
    judge(labels, unknown, used.collect(), conditions, locale)
}

impl Thing {
    fn new(name: &str, text: &str, is_product: bool) -> Self {
        Self { name: name.to_owned(), classes: RULES.classes(text), is_product }
    }
}

fn judge(
    labels: &[Label],
    unknown: &[String],
    used: Vec<Thing>,
    conditions: &[String],
    locale: Locale,
) -> Answer<Checked> {
    let lines = Lines::of(locale);
    if labels.is_empty() && unknown.is_empty() {
        return bare(Status::Ask, &["skus"], lines, &lines.ask_products);
    }
    if !unknown.is_empty() || labels.iter().any(|label| label.ingredients.is_empty()) {
        return bare(Status::NoBasis, &[], lines, &lines.no_label);
    }
    let known: Vec<Option<&str>> =
        conditions.iter().map(|word| RULES.condition(word).map(|condition| condition.id.as_str())).collect();
    let products = labels.iter().map(|label| Thing::new(&label.name, &label.ingredients.join("、"), true));
    let things: Vec<Thing> = products.chain(used).collect();
    let held: Vec<&str> = known.iter().copied().flatten().collect();
    let mut reasons = of_pairs(&things, &held, lines);
    reasons.extend(of_cases(&things, &held, lines));
    if known.contains(&None) {
        reasons.push(reason("unknown_condition", Verdict::Caution, Vec::new(), lines));
    }
    let unclear = things.iter().filter(|thing| !thing.is_product && thing.classes.is_empty());
    let unclear: Vec<String> = unclear.map(|thing| thing.name.clone()).collect();
    let is_unclear = !unclear.is_empty();
    if is_unclear {
        reasons.push(reason("unknown_product", Verdict::Caution, unclear, lines));
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.verdict));
    let verdict = reasons.iter().map(|reason| reason.verdict).max().unwrap_or_default();
    let status = if is_unclear && verdict < Verdict::Avoid { Status::Ask } else { Status::Ok };
    let notices = labels.iter().filter_map(|label| label.notice.as_deref());
    Answer {
        status,
        // Last the set of rules itself: that none of them speaks against it rests on all.
        evidence: reasons
            .iter()
            .map(|reason| format!("rule:{}", reason.rule))
            .chain([format!("rules:{}", RULES.version)])
            .collect(),
        missing: if status == Status::Ask { vec!["in_use".to_owned()] } else { Vec::new() },
        say: lines.verdict(verdict, &reasons, notices),
        found: Checked { verdict, reasons },
    }
}

/// What does not go together in two products of one routine. What is in use already is not judged against itself.
fn of_pairs(things: &[Thing], conditions: &[&str], lines: &Lines) -> Vec<Reason> {
    let mut found = Vec::new();
    for (at, one) in things.iter().enumerate() {
        for other in things.iter().skip(at + 1).filter(|other| one.is_product || other.is_product) {
            let rules = RULES.pair.iter().filter(|rule| {
                let holds = rule.when.as_deref().is_none_or(|when| conditions.contains(&when));
                let meet = |a: &Thing, b: &Thing| has(a, &rule.one) && has(b, &rule.other);
                holds && (meet(one, other) || meet(other, one))
            });
            let about = || vec![one.name.clone(), other.name.clone()];
            found.extend(rules.map(|rule| reason(&rule.id, rule.verdict, about(), lines)));
        }
    }
    found
}

fn of_cases(things: &[Thing], conditions: &[&str], lines: &Lines) -> Vec<Reason> {
    let mut found = Vec::new();
    for case in &RULES.case {
        let holds = case.when.is_empty() || case.when.iter().any(|when| conditions.contains(&when.as_str()));
        let hit = |thing: &&Thing| (thing.is_product || !case.product_only) && has(thing, &case.class);
        let about: Vec<String> = things.iter().filter(hit).map(|thing| thing.name.clone()).collect();
        if holds && !about.is_empty() {
            found.push(reason(&case.id, case.verdict, about, lines));
        }
    }
    found
}

fn has(thing: &Thing, classes: &[String]) -> bool {
    thing.classes.iter().any(|class| classes.contains(&class.id))
}

fn reason(rule: &str, verdict: Verdict, about: Vec<String>, lines: &Lines) -> Reason {
    Reason { rule: rule.to_owned(), verdict, text: lines.rule(rule).to_owned(), about }
}

fn bare(status: Status, missing: &[&str], lines: &Lines, say: &str) -> Answer<Checked> {
    let missing = missing.iter().map(|&slot| slot.to_owned()).collect();
    // Without a label nothing is known to be fine.
    let found = Checked { verdict: Verdict::Caution, reasons: Vec::new() };
    Answer { status, evidence: Vec::new(), missing, say: lines.with_doctor(say), found }
}
