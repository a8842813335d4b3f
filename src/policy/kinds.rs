//! Values that are of another kind than their keys: a text for a number, a section for a list.

use toml::{Table, Value};

use super::Policy;
use crate::error::kind_in_words;

/// What is no value for its key, by path. Each value is judged by itself, so that one does not hide the others.
pub(super) fn judge(values: &Table) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    for (section, value) in values {
        let whole = |value: &Value| Table::from_iter([(section.clone(), value.clone())]);
        judge_one(section, value, &whole, &mut wrong);
    }
    wrong
}

/// `whole` makes the file that has this one value.
fn judge_one(path: &str, value: &Value, whole: &dyn Fn(&Value) -> Table, wrong: &mut Vec<(String, String)>) {
    let Err(error) = whole(value).try_into::<Policy>() else { return };
    let before = wrong.len();
    for (name, inner) in value.as_table().into_iter().flatten() {
        let whole = |inner: &Value| whole(&Table::from_iter([(name.clone(), inner.clone())]).into());
        // Where two keys need each other, neither is wrong by itself.
        let needs_another = |error: toml::de::Error| !inner.is_table() && error.message().starts_with("missing field");
        if whole(inner).try_into::<Policy>().is_err_and(|error| !needs_another(error)) {
            judge_one(&format!("{path}.{name}"), inner, &whole, wrong);
        }
    }
    if wrong.len() == before {
        wrong.push((path.to_owned(), in_words(error.message())));
    }
}

/// serde's words as people would say it.
pub(super) fn in_words(why: &str) -> String {
    let why = why.trim_end().replace('\n', " ");
    if let Some(name) = why.strip_prefix("missing field ") {
        return format!("{} is missing", name.replace('`', ""));
    }
    let kind = why.split_once(", expected ").and_then(|(_, expected)| kind_in_words(expected));
    kind.map_or(why, |kind| format!("must be {kind}"))
}
