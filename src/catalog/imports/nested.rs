//! Fields that hold more than one value, for kinds of rows that come as JSON: objects, lists of objects, times, yes or
//! no. Also read from text, because a spreadsheet may hold JSON in a cell.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fields::{Cell, Fields, without_place};
use crate::clock::Millis;

/// Times outside 2000 to 2100 are seconds, or another mistake.
const TIMES: std::ops::Range<Millis> = 946_684_800_000..4_102_444_800_000;

impl Fields<'_> {
    /// A time: integer milliseconds since 1970 UTC, or a text with its offset as `2026-11-11T20:15:00+08:00`; or nothing.
    pub fn time(&mut self, name: &'static str) -> Option<Option<Millis>> {
        let Some(text) = self.optional_text(name, 64)? else { return Some(None) };
        let at = text.parse().ok().or_else(|| Some(text.parse::<jiff::Timestamp>().ok()?.as_millisecond()));
        match at {
            Some(at) if TIMES.contains(&at) => Some(Some(at)),
            Some(_) => self.refuse(name, "is not between 2000 and 2100: times are milliseconds since 1970"),
            None => self.refuse(name, &format!("{text} is not a time: milliseconds, or 2026-11-11T20:15:00+08:00")),
        }
    }

    /// Yes or no, or nothing. Words as spreadsheets write them, in English and Chinese.
    pub fn flag(&mut self, name: &'static str) -> Option<Option<bool>> {
        if let Cell::Json(Value::Bool(flag)) = self.cell(name) {
            return Some(Some(*flag));
        }
        let Some(text) = self.optional_text(name, 16)? else { return Some(None) };
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "是" => Some(Some(true)),
            "false" | "no" | "n" | "0" | "否" => Some(Some(false)),
            _ => self.refuse(name, &format!("{text} is neither true nor false")),
        }
    }

    /// An object.
    pub fn part<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        let object = self.object(name, 16_000)?;
        if object.is_empty() {
            return self.refuse(name, "is empty");
        }
        match serde_json::from_value(Value::Object(object)) {
            Ok(part) => Some(part),
            Err(error) => self.refuse(name, &without_place(&error)),
        }
    }

    /// A list of at most `max` objects; nothing is an empty list. A mistake names its place: `lines[0]`.
    pub fn parts<T: DeserializeOwned>(&mut self, name: &'static str, max: usize) -> Option<Vec<T>> {
        let value = match self.cell(name) {
            Cell::Json(value @ Value::Array(_)) => value.clone(),
            Cell::Empty | Cell::Json(Value::Null) => return Some(Vec::new()),
            _ => {
                let Some(text) = self.optional_text(name, 64_000)? else { return Some(Vec::new()) };
                match serde_json::from_str(&text) {
                    Ok(value) => value,
                    Err(error) => return self.refuse(name, &format!("is not JSON: {}", without_place(&error))),
                }
            }
        };
        let Value::Array(values) = value else {
            return self.refuse(name, "must be a list of objects");
        };
        if values.len() > max {
            return self.refuse(name, &format!("has {} parts, at most {max} are allowed", values.len()));
        }
        let expected = values.len();
        let mut parts = Vec::with_capacity(expected);
        for (at, value) in values.into_iter().enumerate() {
            if value.to_string().contains("\\u0000") {
                self.refuse_at(format!("{name}[{at}]"), "holds a NUL character");
                continue;
            }
            match serde_json::from_value(value) {
                Ok(part) => parts.push(part),
                Err(error) => self.refuse_at(format!("{name}[{at}]"), &without_place(&error)),
            }
        }
        // Where one was refused the list is not what was meant, and no more is said about it.
        Some(parts).filter(|parts| parts.len() == expected)
    }
}
