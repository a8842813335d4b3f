//! Every key of the policy file, what it means and which values it takes; and reading a file by that list.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::{Ease, Policy, kinds};
use crate::protocol::rest::RowError;

/// A key of the file.
struct Key {
    /// With its sections, `delivery.ladder.min_fen`; `*` is any name.
    path: &'static str,
    meaning: &'static str,
    /// For numbers, the smallest and largest allowed.
    range: Option<(f64, f64)>,
}

const fn key(path: &'static str, meaning: &'static str) -> Key {
    Key { path, meaning, range: None }
}

const fn number(path: &'static str, min: f64, max: f64, meaning: &'static str) -> Key {
    Key { path, meaning, range: Some((min, max)) }
}

/// The largest amount of money in a policy: 100,000 yuan.
const FEN: f64 = 10_000_000.0;

/// The largest number of tokens.
const TOKENS: f64 = 1e12;

/// The longest file: several times the description of every key.
const MAX_BYTES: usize = 64 * 1024;

const KEYS: &[Key] = &[
    key("service.open", "people answer from this time on"),
    key("service.close", "until this time; before `open` it is on the next day, 24:00 is midnight"),
    key("service.spans", "several spans a day instead, as [\"09:00-12:00\", \"14:00-02:00\"]"),
    key("service.holidays", "days without people, as [\"2027-02-06\", \"2027-10-01..2027-10-07\"]"),
    key("service.timezone", "the zone of all times and days here"),
    number("answer.turn_deadline_s", 1.0, 120.0, "an answer that takes longer goes to a person"),
    number("answer.burst_ms", 0.0, 10_000.0, "how long to wait for the rest of a burst of short messages"),
    number("answer.burst_max_ms", 0.0, 30_000.0, "how long to wait at most while messages keep coming"),
    number("answer.max_questions", 1.0, 5.0, "how many questions of one message are answered at once"),
    number("answer.confirm_s", 10.0, 86_400.0, "how long a buyer may take to say yes to an act"),
    number("fit.cover_height_cm", 0.5, 50.0, "a fit model counts for buyers this near in height"),
    number("fit.cover_weight_kg", 0.5, 50.0, "and this near in weight"),
    number("fit.waist_ease_cm.close", -30.0, 60.0, "waist of garment less body: below this it is tight"),
    number("fit.waist_ease_cm.loose", -30.0, 60.0, "from this on it is loose"),
    number("fit.chest_ease_cm.close", -30.0, 60.0, "chest of garment less body: below this it is tight"),
    number("fit.chest_ease_cm.loose", -30.0, 60.0, "from this on it is loose"),
    number("skin.min_confidence", 0.0, 1.0, "below this a person confirms the skin type before a product is named"),
    number("allergy.days", 0.0, 3_650.0, "reactions are covered this long after delivery; 0: not covered"),
    key("allergy.opened", "opened products are covered too"),
    key("allergy.send_back", "the product must be sent back for the refund"),
    number("allergy.callback_h", 1.0, 720.0, "a person asks again how the buyer is after so many hours"),
    number("allergy.medical_max_fen", 0.0, FEN, "the most that is paid for seeing a doctor, with receipts"),
    key("allergy.medical_by_person", "only a person may promise it"),
    number("compensation.share", 0.0, 1.0, "the most that is offered, of what a return would cost the shop"),
    number("compensation.abs_cap_fen", 0.0, FEN, "and never more than this"),
    number("compensation.assistant_max_fen", 0.0, FEN, "the most that the assistant offers alone"),
    number("compensation.assistant_max_share", 0.0, 1.0, "and at most this share of what was paid"),
    number("compensation.agent_max_fen", 0.0, FEN, "the most that an agent offers; above it a supervisor approves"),
    number("compensation.minor_max_fen", 0.0, FEN, "the most for a flaw that only shows"),
    number("compensation.minor_max_share", 0.0, 1.0, "and at most this share of what was paid"),
    number("compensation.per_order", 0.0, 20.0, "offers for one line of an order"),
    number("compensation.buyer_offers_90d", 0.0, 1_000.0, "offers to one buyer in 90 days; then a person decides"),
    number("compensation.buyer_max_90d_fen", 0.0, FEN, "the most for one buyer in 90 days; then a person decides"),
    key("compensation.spoiled_pro_rata", "spoiled pieces are paid by their share, from a half on in full"),
    number("compensation.repeat_days", 0.0, 365.0, "the same problem again within these days goes to a person"),
    number("compensation.offer_h", 1.0, 8_760.0, "how long an offer stands, in hours"),
    number("compensation.return_ship_fen", 0.0, FEN, "what sending a return costs the shop"),
    number("compensation.process_fen", 0.0, FEN, "what handling a return costs the shop"),
    number("compensation.salvage_share.*", 0.0, 1.0, "what a returned product is still worth, by kind of goods"),
    number("delivery.soft_limit_g", 1_000.0, 50_000.0, "the heaviest parcel that is carried to a door"),
    number("delivery.handling_h", 0.0, 240.0, "from releasing an order until the carrier takes it"),
    number("delivery.buffer_days", 0.0, 30.0, "days kept in hand before a promised day"),
    number("delivery.errand_max_fen", 0.0, FEN, "the most for bringing a parcel to the door by errand"),
    number("delivery.red_packet_fen", 0.0, FEN, "the largest red packet that the assistant gives alone"),
    number("delivery.ladder.base_fen", 0.0, FEN, "red packet for a parcel not brought to the door: to begin with"),
    number("delivery.ladder.per_kg_fen", 0.0, FEN, "for each kg"),
    number("delivery.ladder.per_floor_fen", 0.0, FEN, "for each floor above the first without a lift"),
    number("delivery.ladder.min_fen", 0.0, FEN, "at least"),
    number("delivery.ladder.max_fen", 0.0, FEN, "at most"),
    key(
        "specialists.*",
        "the hours of the people with a skill, as \"09:00-21:00\"; others keep the hours of the store",
    ),
    number("budget.day_fen", 0.0, FEN, "the most that models may cost in a day; 0: no limit"),
    number("budget.day_tokens", 0.0, TOKENS, "the most tokens that models may use in a day; 0: no limit"),
    number("budget.conversation_fen", 0.0, FEN, "the most that models may cost in one conversation; 0: no limit"),
    number("budget.conversation_tokens", 0.0, TOKENS, "the most tokens of one conversation; 0: no limit"),
    number("budget.notice_percent", 1.0, 100.0, "the share of a limit at which people are told"),
    key("budget.used_up", "who answers then: \"assistant\", the built-in one, or \"person\""),
    key("transcripts.keep", "of which turns prompt and reply are kept, masked: \"none\", \"some\" or \"all\""),
    number("transcripts.share", 0.0, 1.0, "with \"some\": of this share, and of each in which something went wrong"),
    number("transcripts.days", 1.0, 90.0, "how long they are kept"),
];

/// Reads a file, and names everything that is wrong with it.
pub(super) fn parse(text: &str) -> Result<Policy, Vec<RowError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line_of =
        |at: usize| 1 + text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() as u64;
    let refuse =
        |path: &str, span: &Range<usize>, why: String| RowError { line: line_of(span.start), field: path.into(), why };

    if text.len() > MAX_BYTES {
        return Err(vec![refuse("", &(0..0), format!("a policy has at most {MAX_BYTES} bytes"))]);
    }
    let no_toml = |error: toml::de::Error| {
        let span = error.span().unwrap_or_default();
        vec![refuse("", &span, format!("this is not TOML: {}", error.message()))]
    };
    let table = DeTable::parse(text).map_err(no_toml)?;
    let mut values: toml::Table = toml::from_str(text).map_err(no_toml)?;
    let mut places = BTreeMap::new();
    walk(table.get_ref(), "", &mut places);
    let unknown = places.iter().filter(|(path, _)| !is_known(path));
    // An unknown section is named once and not again for each key in it.
    let unknown = unknown.filter(|(path, _)| path.rsplit_once('.').is_none_or(|(section, _)| is_known(section)));
    let mut wrong: Vec<(String, String)> =
        unknown.map(|(path, _)| (path.clone(), format!("there is no key {path}"))).collect();
    // What is wrong is taken out, so that the rest is judged as well.
    take_out(&mut values, &wrong);
    let mut of_another_kind = kinds::judge(&values);
    take_out(&mut values, &of_another_kind);
    // A section that should be a value is named by the key in it.
    of_another_kind.retain(|(path, _)| !wrong.iter().any(|(unknown, _)| is_above(path, unknown)));
    wrong.extend(of_another_kind);
    match values.try_into::<Policy>() {
        Ok(policy) => {
            wrong.extend(out_of_range(&policy));
            if wrong.is_empty() {
                wrong.extend(at_odds(&policy));
            }
            if wrong.is_empty() {
                return Ok(policy);
            }
        }
        Err(error) if wrong.is_empty() => wrong.push((String::new(), kinds::in_words(error.message()))),
        Err(_) => {}
    }
    let place = |path: &str| places.get(path).cloned().unwrap_or_default();
    let mut errors: Vec<RowError> = wrong.into_iter().map(|(path, why)| refuse(&path, &place(&path), why)).collect();
    errors.sort_by_key(|error| error.line);
    Err(errors)
}

/// Takes out what stands at these paths.
fn take_out(values: &mut toml::Table, paths: &[(String, String)]) {
    for (path, _) in paths {
        let (sections, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut sections = sections.split('.').filter(|section| !section.is_empty());
        let holder = sections.try_fold(&mut *values, |table, section| table.get_mut(section)?.as_table_mut());
        if let Some(holder) = holder {
            holder.remove(name);
        }
    }
}

/// Every key with its default and meaning, as a TOML file.
pub(super) fn describe() -> String {
    let defaults = toml::Value::try_from(Policy::default()).unwrap_or(toml::Value::Boolean(false));
    let mut text = String::from("# Every key has a default; write only those that differ.\n");
    let mut last = "";
    for key in KEYS {
        let (section, name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
        if section != last {
            let _ = write!(text, "\n[{section}]\n");
            last = section;
        }
        let of_section = section.split('.').try_fold(&defaults, |value, part| value.get(part));
        match (name, of_section) {
            ("*", Some(toml::Value::Table(table))) => {
                let _ = writeln!(text, "# {}", key.meaning);
                for (name, value) in table {
                    let _ = writeln!(text, "{name} = {value}");
                }
            }
            (_, Some(section)) => {
                let value = section.get(name).map(ToString::to_string).unwrap_or_default();
                let range = key.range.map(|(min, max)| format!(" ({min} to {max})")).unwrap_or_default();
                let _ = writeln!(text, "{name} = {value}  # {}{range}", key.meaning);
            }
            (_, None) => {}
        }
    }
    text
}

/// Notes the place of each key's value by its path.
fn walk(table: &DeTable<'_>, above: &str, places: &mut BTreeMap<String, Range<usize>>) {
    for (name, value) in table {
        let name = name.get_ref();
        let path = if above.is_empty() { name.to_string() } else { format!("{above}.{name}") };
        // From the key to the end of the value, so that the line is that of the key.
        let span = value.span();
        places.insert(path.clone(), span);
        if let DeValue::Table(inner) = value.get_ref() {
            walk(inner, &path, places);
        }
    }
}

/// Whether `path` is a key or a section.
fn is_known(path: &str) -> bool {
    KEYS.iter().any(|key| match key.path.strip_suffix(".*") {
        Some(section) => path == section || is_name_in(path, section) || is_above(path, section),
        None => key.path == path || is_above(path, key.path),
    })
}

fn is_above(path: &str, other: &str) -> bool {
    other.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
}

fn is_name_in(path: &str, section: &str) -> bool {
    let name = path.strip_prefix(section).and_then(|rest| rest.strip_prefix('.'));
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.is_some_and(|name| !name.is_empty() && name.len() <= 40 && name.chars().all(is_word))
}

/// Numbers that are out of range, by path.
fn out_of_range(policy: &Policy) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    let values = serde_json::to_value(policy).unwrap_or_default();
    for key in KEYS {
        let Some((min, max)) = key.range else { continue };
        for (path, value) in numbers(&values, key.path) {
            if !(min..=max).contains(&value) {
                wrong.push((path, format!("{value} is not within {min} to {max}")));
            }
        }
    }
    wrong
}

/// What does not fit together, by path.
fn at_odds(policy: &Policy) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    let mut needs = |is_so: bool, path: &str, why: &str| {
        if !is_so {
            wrong.push((path.to_owned(), why.to_owned()));
        }
    };
    let service = &policy.service;
    needs(service.open != service.close, "service.close", "is the same as open; the whole day is 00:00 and 24:00");
    needs(service.spans.len() <= 10, "service.spans", "has more than 10 spans");
    needs(service.holidays.len() <= 1_000, "service.holidays", "has more than 1000 entries");
    needs(policy.answer.burst_ms <= policy.answer.burst_max_ms, "answer.burst_max_ms", "is less than burst_ms");
    let is_in_order = |ease: &Ease| ease.close <= ease.loose;
    needs(is_in_order(&policy.fit.waist_ease_cm), "fit.waist_ease_cm.loose", "is less than close");
    needs(is_in_order(&policy.fit.chest_ease_cm), "fit.chest_ease_cm.loose", "is less than close");
    let ladder = &policy.delivery.ladder;
    needs(ladder.min_fen <= ladder.max_fen, "delivery.ladder.max_fen", "is less than min_fen");
    wrong
}

/// The numbers at a path, which may end in `*`.
fn numbers(values: &Value, path: &str) -> Vec<(String, f64)> {
    // JSON has no NaN and no infinity and writes null for them; both are out of every range.
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    let at = |path: &str| values.pointer(&format!("/{}", path.replace('.', "/")));
    match path.strip_suffix(".*") {
        Some(section) => {
            let table = at(section).and_then(Value::as_object).into_iter().flatten();
            table.map(|(name, value)| (format!("{section}.{name}"), number(value))).collect()
        }
        None => at(path).map(|value| (path.to_owned(), number(value))).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_key_of_the_structs() {
        fn paths(value: &Value, above: &str, found: &mut Vec<String>) {
            match value.as_object() {
                Some(object) if object.is_empty() => {}
                Some(object) => {
                    for (name, value) in object {
                        paths(value, &format!("{above}.{name}"), found);
                    }
                }
                None => found.push(above.trim_start_matches('.').to_owned()),
            }
        }
        let mut found = Vec::new();
        paths(&serde_json::to_value(Policy::default()).unwrap(), "", &mut found);
        for path in &found {
            assert!(is_known(path), "{path} is not in KEYS");
        }
        for key in KEYS.iter().filter(|key| !key.path.ends_with('*')) {
            assert!(found.iter().any(|path| path == key.path), "{} is in no struct", key.path);
        }
    }
}
