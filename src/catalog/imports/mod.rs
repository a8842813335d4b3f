//! Reads a merchant's file into rows, and names every mistake in it by line and field.
//!
//! The ending of the name says what a file is: `.csv`, `.xlsx`, `.jsonl`, `.json`, `.toml`. A kind of row implements
//! [`Row`] (one file each, as `catalog/product.rs`); each format hands its records to [`Gather`] as cells by column.

mod fields;
mod from_csv;
mod from_json;
mod from_toml;
mod from_xlsx;
mod gather;
mod nested;

#[cfg(test)]
mod tests;

pub use fields::{Cell, Fields};

use crate::protocol::rest::RowError;
use gather::Gather;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// The largest `.json` or `.toml`, in bytes: these are held in memory as a whole, at several times their size.
pub const MAX_WHOLE_BYTES: usize = 16 * 1024 * 1024;
/// The most rows of one file.
pub const MAX_ROWS: u64 = 1_000_000;

/// A kind of row.
pub trait Row: Sized {
    /// The columns or keys. Others in a file are ignored.
    const COLUMNS: &'static [Column];
    /// The column that is different in each row of a file.
    const KEY: &'static str;

    /// Reads one record. `None` when a field was refused; `fields` has noted why.
    fn read(fields: &mut Fields<'_>) -> Option<Self>;

    /// The value of the column [`KEY`](Self::KEY).
    fn key(&self) -> &str;
}

/// A column of a kind of row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    /// Must be there and not empty.
    pub is_required: bool,
}

impl Column {
    pub const fn required(name: &'static str) -> Self {
        Self { name, is_required: true }
    }

    pub const fn optional(name: &'static str) -> Self {
        Self { name, is_required: false }
    }
}

/// What was in a file.
#[derive(Debug)]
pub struct Reading<T> {
    /// The good rows, each with the line where it starts.
    pub rows: Vec<(u64, T)>,
    /// What is wrong, in the order of the file; at most 10,000 are kept.
    pub errors: Vec<RowError>,
    /// How many rows were refused. A file that cannot be read at all has an error and no rows.
    pub rejected: u64,
}

/// Reads all rows of a file. `name` is used for its ending only.
pub fn read<T: Row>(name: &str, bytes: &[u8]) -> Reading<T> {
    let mut gather = Gather::new();
    if bytes.len() > MAX_BYTES {
        gather.refuse(1, "", format!("the file is larger than {} MB: split it", MAX_BYTES / 1024 / 1024));
        return gather.finish();
    }
    let ending = name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase());
    if matches!(ending.as_str(), "json" | "toml") && bytes.len() > MAX_WHOLE_BYTES {
        let most = MAX_WHOLE_BYTES / 1024 / 1024;
        gather.refuse(1, "", format!("a .{ending} of more than {most} MB is not read: use .jsonl or .csv"));
        return gather.finish();
    }
    match ending.as_str() {
        "xlsx" => from_xlsx::read(bytes, &mut gather),
        "csv" | "jsonl" | "ndjson" | "json" | "toml" => match text(bytes) {
            Err(error) => gather.refuse(error.line, &error.field, error.why),
            Ok(text) => match ending.as_str() {
                "csv" => from_csv::read(text, &mut gather),
                "json" => from_json::read(text, &mut gather),
                "toml" => from_toml::read(text, &mut gather),
                _ => from_json::read_lines(text, &mut gather),
            },
        },
        "xls" | "et" | "ods" | "numbers" => {
            gather.refuse(1, "", format!(".{ending} is not read: save the sheet as .xlsx or .csv (UTF-8)"));
        }
        _ => gather.refuse(1, "", "the file's name must end in .csv, .xlsx, .jsonl, .json or .toml".into()),
    }
    gather.finish()
}

/// The file as text without its byte order mark.
fn text(bytes: &[u8]) -> Result<&str, RowError> {
    let refuse = |line, why: &str| RowError { line, field: String::new(), why: why.into() };
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(refuse(1, "not UTF-8 but UTF-16: save as UTF-8"));
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let line_of = |at: usize| 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
    let text = std::str::from_utf8(bytes)
        .map_err(|error| refuse(line_of(error.valid_up_to()), "not UTF-8: save as UTF-8 (in Excel: \"CSV UTF-8\")"))?;
    match text.find('\0') {
        Some(at) => Err(refuse(line_of(at), "holds a NUL byte: this is not a text file")),
        None => Ok(text),
    }
}
