//! `.toml`: one list of tables under any name, as `[[products]]`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use toml::Spanned;

use super::Row;
use super::from_json::cells;
use super::gather::Gather;

pub(super) fn read<T: Row>(text: &str, gather: &mut Gather<T>) {
    let lists = match toml::from_str::<BTreeMap<String, Vec<Spanned<Map<String, Value>>>>>(text) {
        Ok(lists) => lists,
        Err(error) => {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            return gather.refuse(line, "", format!("is not a list of tables, as [[products]]: {}", error.message()));
        }
    };
    if lists.len() != 1 {
        return gather.refuse(1, "", "must hold one list of tables, as [[products]]".into());
    }
    let (mut line, mut counted) = (1, 0);
    for table in lists.into_values().flatten() {
        // Counted on from the table before, because counting from the top each time would be quadratic.
        let at = table.span().start.clamp(counted, text.len());
        line += line_of(&text[counted..], at - counted) - 1;
        counted = at;
        if !gather.record(line, cells::<T>(table.get_ref())) {
            return;
        }
    }
}

/// The line of a place in a text, counted from 1.
fn line_of(text: &str, at: usize) -> u64 {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() as u64
}
