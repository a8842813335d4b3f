//! `.jsonl`: one object a line. `.json`: a list of objects, alone or as the only list in an object.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::fields::{Cell, without_place};
use super::gather::Gather;
use super::{MAX_ROWS, Row};

pub(super) fn read_lines<T: Row>(text: &str, gather: &mut Gather<T>) {
    for (at, line) in text.lines().enumerate() {
        if !line.trim().is_empty() && !record(at as u64 + 1, line, gather) {
            return;
        }
    }
}

pub(super) fn read<T: Row>(text: &str, gather: &mut Gather<T>) {
    // Raw values are pieces of `text`, so their place tells the line.
    let list: Result<Vec<&RawValue>, _> = match text.trim_start().starts_with('{') {
        true => serde_json::from_str::<BTreeMap<String, &RawValue>>(text).and_then(|object| {
            let mut lists = object.values().filter(|value| value.get().starts_with('['));
            lists.next().map_or_else(|| Ok(Vec::new()), |list| serde_json::from_str(list.get()))
        }),
        false => serde_json::from_str(text),
    };
    let list = match list {
        Ok(list) => list,
        Err(error) => {
            let why = format!("must be a list of objects: {}", without_place(&error));
            return gather.refuse(error.line().max(1) as u64, "", why);
        }
    };
    if list.is_empty() && text.trim_start().starts_with('{') {
        return gather.refuse(1, "", "must be a list of objects".into());
    }
    let start = text.as_ptr() as usize;
    let (mut line, mut counted) = (1, 0);
    for value in list.into_iter().take(MAX_ROWS as usize + 1) {
        let at = value.get().as_ptr() as usize - start;
        line += text.as_bytes()[counted..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        counted = at;
        if !record(line, value.get(), gather) {
            return;
        }
    }
}

/// Takes one object. False when no more are taken.
fn record<T: Row>(line: u64, text: &str, gather: &mut Gather<T>) -> bool {
    match serde_json::from_str::<Map<String, Value>>(text) {
        Ok(object) => gather.record(line, cells::<T>(&object)),
        Err(error) => gather.refuse_record(line, format!("is not a JSON object: {}", without_place(&error))),
    }
}

/// The values of an object by column.
pub(super) fn cells<T: Row>(object: &Map<String, Value>) -> Vec<Cell<'_>> {
    T::COLUMNS.iter().map(|column| object.get(column.name).map_or(Cell::Empty, Cell::Json)).collect()
}
