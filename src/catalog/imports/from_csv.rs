//! `.csv`: one heading, then one record a row. Parted by commas, semicolons or tabs, whichever gives the columns.

use std::borrow::Cow;

use csv::{Position, ReaderBuilder, StringRecord};

use super::Row;
use super::fields::Cell;
use super::gather::Gather;

/// More columns than this are no table, and comparing their titles would take long.
const MAX_COLUMNS: usize = 1_000;

/// The signs that part fields, in the order they are tried.
const SIGNS: [u8; 3] = [b',', b';', b'\t'];

pub(super) fn read<T: Row>(text: &str, gather: &mut Gather<T>) {
    let heading = |sign| {
        let mut heading = StringRecord::new();
        // A heading that cannot be read has no columns, and that is refused below.
        let _ = reader(text, sign).read_record(&mut heading);
        heading
    };
    let required = |heading: &StringRecord| {
        let places = places::<T>(heading);
        T::COLUMNS.iter().zip(places).filter(|(column, place)| column.is_required && place.is_some()).count()
    };
    // `max_by_key` takes the last of equals, and the comma should win.
    let sign = SIGNS.into_iter().rev().max_by_key(|sign| required(&heading(*sign))).unwrap_or(b',');
    let open = left_open(text, sign);
    // Whatever is read beyond that mark is one text of many rows.
    let cut_at = |read_up_to: &Position| open.filter(|open| read_up_to.byte() > *open as u64);

    let mut reader = reader(text, sign);
    let mut heading = StringRecord::new();
    let _ = reader.read_record(&mut heading);
    if let Some(open) = cut_at(reader.position()) {
        return refuse_from(text, open, gather);
    }
    if heading.len() > MAX_COLUMNS {
        return gather.refuse(1, "", format!("has more than {MAX_COLUMNS} columns"));
    }
    let places = places::<T>(&heading);
    if !gather.has_columns(&places) {
        return;
    }
    if let Some(name) = twice(&heading) {
        gather.refuse(1, &name, format!("there are two columns {name}"));
        return;
    }

    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return,
            Ok(true) => {}
            // The text is UTF-8 and rows may have any length, so this is not expected; it must not loop either.
            Err(error) => {
                gather.refuse(1, "", format!("this is not CSV: {error}"));
                return;
            }
        }
        if let Some(open) = cut_at(reader.position()) {
            return refuse_from(text, open, gather);
        }
        let line = line_of(text, record.position());
        if record.iter().all(|value| value.trim().is_empty()) {
            continue;
        }
        let takes_more = if record.len() > heading.len() && record.iter().skip(heading.len()).any(|v| !v.is_empty()) {
            let (has, expected) = (record.len(), heading.len());
            gather.refuse_record(
                line,
                format!(
                    "has {has} values for {expected} columns: a text with {:?} in it needs quotation marks",
                    sign as char
                ),
            )
        } else {
            let cell = |place: &Option<usize>| place.and_then(|place| record.get(place)).map_or(Cell::Empty, text_cell);
            gather.record(line, places.iter().map(cell).collect())
        };
        if !takes_more {
            return;
        }
    }
}

/// For each column its place in the heading.
pub(super) fn places<T: Row>(heading: &StringRecord) -> Vec<Option<usize>> {
    let is = |name: &str, title: &str| title.trim().eq_ignore_ascii_case(name);
    T::COLUMNS.iter().map(|column| heading.iter().position(|title| is(column.name, title))).collect()
}

/// A title that stands twice in the heading; columns without a title may.
pub(super) fn twice(heading: &StringRecord) -> Option<String> {
    let titles: Vec<String> = heading.iter().map(|title| title.trim().to_ascii_lowercase()).collect();
    let is_again = |(at, title): &(usize, &String)| !title.is_empty() && titles[..*at].contains(title);
    titles.iter().enumerate().find(is_again).map(|(_, title)| title.clone())
}

fn reader(text: &str, sign: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(sign).from_reader(text.as_bytes())
}

/// Where a quotation mark opens a field that nothing closes. (The reader takes all that follows for its text.)
fn left_open(text: &str, sign: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut open, mut begins_field, mut at) = (None, true, 0);
    while let Some(byte) = bytes.get(at) {
        match (open, byte) {
            // Two are one within the text.
            (Some(_), b'"') if bytes.get(at + 1) == Some(&b'"') => at += 1,
            (Some(_), b'"') => open = None,
            (Some(_), _) => {}
            (None, b'"') if begins_field => (open, begins_field) = (Some(at), false),
            (None, byte) => begins_field = *byte == sign || matches!(byte, b'\r' | b'\n'),
        }
        at += 1;
    }
    open
}

/// Refuses the row whose quotation mark is left open, and each of those that it swallows.
fn refuse_from<T: Row>(text: &str, open: usize, gather: &mut Gather<T>) {
    let opens = 1 + text.as_bytes()[..open].iter().filter(|byte| **byte == b'\n').count() as u64;
    let mut takes_more = gather.refuse_record(opens, "a quotation mark opens here and is not closed".into());
    let swallowed = (opens + 1..).zip(text[open..].lines().skip(1)).filter(|(_, row)| !row.trim().is_empty());
    for (line, _) in swallowed {
        takes_more = takes_more
            && gather.refuse_record(line, format!("stands within the quotation mark that opens in line {opens}"));
    }
}

/// The line where a record starts. The reader's own count may stand on blank lines that it skipped.
fn line_of(text: &str, position: Option<&Position>) -> u64 {
    let Some(position) = position else { return 1 };
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + skipped.filter(|byte| **byte == b'\n').count() as u64
}

fn text_cell(value: &str) -> Cell<'_> {
    if value.is_empty() { Cell::Empty } else { Cell::Text(Cow::Borrowed(value)) }
}
