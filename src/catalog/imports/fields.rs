//! Reads the fields of one record and notes what is wrong with them.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Column;
use crate::protocol::rest::RowError;

/// The largest amount, 100 million yuan: above it somebody mixed up the columns.
const MAX_FEN: i64 = 10_000_000_000;
/// The largest weight or stock.
const MAX_COUNT: i64 = 1_000_000_000;

/// A value of a record as its format gives it.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Empty,
    /// From CSV and XLSX, where everything is text.
    Text(Cow<'a, str>),
    /// From JSON and TOML.
    Json(&'a Value),
    /// A cell that the spreadsheet itself calls wrong, with its code (`#N/A`).
    Broken(String),
}

/// The fields of one record.
///
/// Each reader gives `None` when it refused the field, and has then noted the reason; an optional field that is empty
/// is not refused.
pub struct Fields<'a> {
    line: u64,
    columns: &'static [Column],
    cells: Vec<Cell<'a>>,
    errors: Vec<RowError>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(line: u64, columns: &'static [Column], cells: Vec<Cell<'a>>) -> Self {
        Self { line, columns, cells, errors: Vec::new() }
    }

    pub(super) fn into_errors(self) -> Vec<RowError> {
        self.errors
    }

    /// A text of 1 to `max` characters, without blanks around it.
    pub fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        match self.optional_text(name, max)? {
            Some(text) => Some(text),
            None => self.refuse(name, "is empty"),
        }
    }

    /// A text of at most `max` characters.
    pub fn optional_text(&mut self, name: &'static str, max: usize) -> Option<Option<String>> {
        let text = self.plain(name)?;
        let text = text.trim();
        let length = text.chars().count();
        if text.contains('\0') {
            return self.refuse(name, "holds a NUL character");
        }
        if length > max {
            let hint = if text.contains('\n') { "; is a quotation mark left open?" } else { "" };
            return self.refuse(name, &format!("has {length} characters, at most {max} are allowed{hint}"));
        }
        Some(Some(text.to_owned()).filter(|text| !text.is_empty()))
    }

    /// An amount of money in fen.
    pub fn fen(&mut self, name: &'static str) -> Option<i64> {
        let text = self.plain(name)?;
        let text = text.trim();
        if text.is_empty() {
            return self.refuse(name, "is empty");
        }
        match whole_number(text) {
            Some(fen) if (0..=MAX_FEN).contains(&fen) => Some(fen),
            Some(fen) if fen < 0 => self.refuse(name, "must not be negative"),
            Some(_) => self.refuse(name, &format!("must be at most {MAX_FEN}")),
            None if text.parse::<f64>().is_ok_and(f64::is_finite) => {
                self.refuse(name, &format!("{} is not whole: money is integer fen (12.50 yuan is 1250)", cut(text)))
            }
            None => self.refuse(name, &format!("{} is not a number: money is integer fen, without signs", cut(text))),
        }
    }

    /// A whole number from 0 on, or nothing.
    pub fn count(&mut self, name: &'static str) -> Option<Option<i64>> {
        let text = self.plain(name)?;
        let text = text.trim();
        if text.is_empty() {
            return Some(None);
        }
        match whole_number(text) {
            Some(number) if (0..=MAX_COUNT).contains(&number) => Some(Some(number)),
            Some(number) if number < 0 => self.refuse(name, "must not be negative"),
            Some(_) => self.refuse(name, &format!("must be at most {MAX_COUNT}")),
            None => self.refuse(name, &format!("{} is not a whole number", cut(text))),
        }
    }

    /// A measure within a range. `hint` says what is meant.
    pub fn number(&mut self, name: &'static str, range: (f64, f64), hint: &str) -> Option<f64> {
        match self.optional_number(name, range, hint)? {
            Some(number) => Some(number),
            None => self.refuse(name, "is empty"),
        }
    }

    /// A measure within a range, or nothing.
    pub fn optional_number(
        &mut self,
        name: &'static str,
        (least, most): (f64, f64),
        hint: &str,
    ) -> Option<Option<f64>> {
        let text = self.plain(name)?;
        let text = text.trim();
        if text.is_empty() {
            return Some(None);
        }
        match text.parse::<f64>() {
            Ok(number) if (least..=most).contains(&number) => Some(Some(number)),
            Ok(_) => self.refuse(name, &format!("{} is not within {least} to {most}: {hint}", cut(text))),
            Err(_) => self.refuse(name, &format!("{} is not a number: {hint}", cut(text))),
        }
    }

    /// A list: `a;b;c` as text (`；` too), or a JSON array of texts. At most `max` parts of `max_each` characters.
    pub fn list(&mut self, name: &'static str, max: usize, max_each: usize) -> Option<Vec<String>> {
        let parts: Vec<String> = match self.cell(name) {
            Cell::Json(Value::Array(values)) => {
                if !values.iter().all(Value::is_string) {
                    return self.refuse(name, "must be a list of texts");
                }
                values.iter().filter_map(Value::as_str).map(|part| part.trim().to_owned()).collect()
            }
            _ => self.plain(name)?.split([';', '；']).map(|part| part.trim().to_owned()).collect(),
        };
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if parts.len() > max {
            return self.refuse(name, &format!("has {} parts, at most {max} are allowed", parts.len()));
        }
        if parts.iter().any(|part| part.contains('\0')) {
            return self.refuse(name, "holds a NUL character");
        }
        match parts.iter().find(|part| part.chars().count() > max_each) {
            Some(part) => self
                .refuse(name, &format!("{}: longer than {max_each} characters; are the parts parted by ;?", cut(part))),
            None => Some(parts),
        }
    }

    /// A JSON object, or nothing. At most `max` bytes as text.
    pub fn object(&mut self, name: &'static str, max: usize) -> Option<Map<String, Value>> {
        let value = match self.cell(name) {
            Cell::Json(value) if !value.is_string() => value.clone(),
            _ => {
                let text = self.plain(name)?;
                let text = text.trim();
                if text.is_empty() {
                    return Some(Map::new());
                }
                match serde_json::from_str(text) {
                    Ok(value) => value,
                    Err(error) => return self.refuse(name, &format!("is not JSON: {}", without_place(&error))),
                }
            }
        };
        let Value::Object(object) = value else {
            return self.refuse(name, "must be a JSON object, as {\"garment\":\"dress\"}");
        };
        let written = Value::Object(object.clone()).to_string();
        if written.len() > max {
            return self.refuse(name, &format!("is larger than {max} bytes"));
        }
        if written.contains("\\u0000") {
            return self.refuse(name, "holds a NUL character");
        }
        Some(object)
    }

    /// Any JSON value; a text that is JSON is read as such, and an empty one is null.
    pub fn json(&mut self, name: &'static str) -> Option<Value> {
        match self.cell(name) {
            Cell::Json(value) => Some(value.clone()),
            _ => {
                let text = self.plain(name)?;
                let text = text.trim();
                let value = if text.is_empty() { Value::Null } else { Value::String(text.to_owned()) };
                Some(if text.starts_with(['[', '{']) { serde_json::from_str(text).unwrap_or(value) } else { value })
            }
        }
    }

    /// Notes that a field is wrong; for checks that a kind of row has of its own.
    pub fn refuse<V>(&mut self, name: &'static str, why: &str) -> Option<V> {
        self.errors.push(RowError { line: self.line, field: name.into(), why: why.into() });
        None
    }

    /// Like [`refuse`](Self::refuse), for a place inside a field: `lines[0].qty`.
    pub(in crate::catalog) fn refuse_at(&mut self, field: String, why: &str) {
        self.errors.push(RowError { line: self.line, field, why: why.into() });
    }

    pub(super) fn cell(&self, name: &str) -> Cell<'a> {
        let place = self.columns.iter().position(|column| column.name == name);
        place.and_then(|place| self.cells.get(place)).cloned().unwrap_or(Cell::Empty)
    }

    /// The field as text; numbers as they are written.
    fn plain(&mut self, name: &'static str) -> Option<Cow<'a, str>> {
        match self.cell(name) {
            Cell::Empty | Cell::Json(Value::Null) => Some(Cow::Borrowed("")),
            Cell::Text(text) => Some(text),
            Cell::Json(Value::String(text)) => Some(Cow::Borrowed(text)),
            Cell::Json(Value::Number(number)) => Some(Cow::Owned(number.to_string())),
            Cell::Json(value) => {
                let kind = match value {
                    Value::Array(_) => "a list",
                    Value::Object(_) => "an object",
                    _ => "true or false",
                };
                self.refuse(name, &format!("is {kind}, not a text or number"))
            }
            Cell::Broken(code) => self.refuse(name, &format!("holds the error {code}")),
        }
    }
}

/// The number in `12`, `-3` or `12.0` (how spreadsheets write 12).
fn whole_number(text: &str) -> Option<i64> {
    let digits = match text.split_once('.') {
        Some((whole, rest)) if !rest.is_empty() && rest.bytes().all(|digit| digit == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    digits.parse().ok()
}

/// The beginning of a text, for an error.
fn cut(text: &str) -> String {
    let mut start: String = text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > 40 {
        start.push('…');
    }
    start
}

/// What serde_json says, without its own line and column, which would be taken for those of the file.
pub(super) fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}
