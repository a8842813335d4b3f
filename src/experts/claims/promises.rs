//! Promises, and whether the evidence backs them.

use std::sync::LazyLock;

use regex::Regex;

use super::backing::Backing;
use super::rules::{Promise, Rules};
use super::{Held, Kind, hours, numbers};
use crate::experts::patterns::compile;
use crate::experts::plain::Plain;

/// A promise without topics of its own is backed by evidence that says this much of its clause.
const NEARLY_THE_SAME: f32 = 0.7;

pub(super) fn check(plain: &Plain, backing: &Backing, held: &mut Vec<Held>) {
    let rules = Rules::get();
    let no = &rules.no_promise;
    let text = &plain.text;
    for number in rules.promised.occurring(text) {
        let promise = &rules.promises[rules.owners[number]];
        for found in rules.promised.one(number).find_iter(text) {
            let sentence = plain.sentence(found.start());
            // The clause with the words of the promise itself, which may span several.
            let clause = plain.clause(found.start());
            let before = &text[clause.start..found.start()];
            let asks = text[sentence.end..].starts_with('？') || text[sentence.clone()].ends_with(['吗', '呢']);
            let is_question = asks && no.question.is_match(&text[clause.clone()]);
            let english = before.is_ascii() && no.before_english.is_match(&text[clause.start..found.end()]);
            let words = &text[clause.start..found.end().max(clause.end)];
            let denied =
                before.chars().count() >= 2 && no.before.is_match(before) || no.inside.is_match(found.as_str());
            if is_question || english || denied || no.open.is_match(words) || no.person.is_match(words) {
                continue;
            }
            if !is_backed(promise, words, backing, rules) {
                held.push(Held { kind: Kind::Commitment, matched: found.as_str().to_owned(), why: promise.what });
                break;
            }
        }
    }
    for found in CODE.captures_iter(text) {
        let code = found.get(1).or_else(|| found.get(2)).map_or("", |code| code.as_str());
        if !backing.texts().any(|text| text.contains(code)) {
            held.push(Held { kind: Kind::Commitment, matched: code.to_owned(), why: "a code for a discount" });
        }
    }
}

/// A code that is given out.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?:优惠|折扣|兑换|抵扣|促销|券|红包|邀请)(?:券|口令)?码?(?:码|口令)(?:就?是|为|，|填|输入|用)*([a-z0-9][a-z0-9-]{2,})|(?:输入|填写?|use|enter) ?([a-z]+-?[0-9]+|[0-9]+[a-z]+)(?:可|立|就|享|减|抵|优惠| for| to|$)",
    )
});

/// An amount of money, or a share.
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"([0-9.]+|[零一二两三四五六七八九十百千万]+) ?(?:元|块|折|%|yuan|rmb|dollars?|usd)|[¥￥$] ?([0-9.]+)")
});

fn is_backed(promise: &Promise, said: &str, backing: &Backing, rules: &Rules) -> bool {
    let no = &rules.no_promise;
    let said = &*hours::on_24(said);
    let numbers = numbers::all(said).iter().all(|value| backing.holds_number(*value));
    // What a buyer names is no ground for giving it: "promise me 20 yuan off".
    let amounts = AMOUNT.captures_iter(said).filter_map(|found| found.get(1).or_else(|| found.get(2)));
    let amounts: Vec<f64> = amounts.flat_map(|n| amount(n.as_str())).collect();
    let granted = amounts.iter().all(|value| backing.grants_amount(*value));
    let days = no.day.find_iter(said).all(|day| backing.holds_day(day.as_str()));
    if !numbers || !granted || !days || !is_same_carrier(said, backing, rules) {
        return false;
    }
    // "预计11月7日16点前发出": nobody but the shop's own tools gives days and hours.
    if promise.what == "delivery" && no.estimate.is_match(said) && no.day.is_match(said) {
        return true;
    }
    let Some(topic) = &promise.backed else { return backing.overlap(said) >= NEARLY_THE_SAME };
    let strong: Vec<&str> = no.strong.find_iter(said).map(|word| word.as_str()).collect();
    let all_strong = |evidence: &str| {
        strong.iter().all(|word| evidence.contains(word) || (no.day.is_match(word) && backing.holds_day(word)))
    };
    let affirms = |whole: &str| {
        let clause = no.not_denied.replace_all(whole, "");
        topic.is_match(whole) && !no.denied.is_match(&clause)
    };
    let was_done = promise.what != "done" || backing.results().any(|text| no.was_done.is_match(text));
    let clauses = |text: &'_ str| text.split(['，', '。', '？']).any(affirms);
    if was_done && backing.results().any(all_strong) && backing.results().any(clauses) {
        return true;
    }
    // A passage says what holds for all: one must say the whole of it, and none that something was done.
    !promise.by_result && backing.passages_with(&amounts).any(|text| all_strong(text) && clauses(text))
}

fn amount(number: &str) -> Option<f64> {
    number.parse().ok().or_else(|| Some(numbers::chinese(number)))
}

/// Whether the evidence names the carriers that are said, or leaves open which it is.
fn is_same_carrier(said: &str, backing: &Backing, rules: &Rules) -> bool {
    let carrier = &rules.no_promise.carrier;
    let is_open = !backing.texts().any(|text| carrier.is_match(text));
    is_open || carrier.find_iter(said).all(|name| backing.texts().any(|text| text.contains(name.as_str())))
}
