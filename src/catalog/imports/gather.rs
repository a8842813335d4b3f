//! Collects rows and errors while a file is read.

use std::collections::HashMap;

use super::fields::{Cell, Fields};
use super::{MAX_ROWS, Reading, Row};
use crate::protocol::rest::RowError;

/// More errors than this help nobody; the rest is counted only.
const MAX_ERRORS: usize = 10_000;

/// Rows of one kind as they come in.
pub(super) struct Gather<T> {
    reading: Reading<T>,
    /// The line of each key.
    keys: HashMap<String, u64>,
    records: u64,
}

impl<T: Row> Gather<T> {
    pub(super) fn new() -> Self {
        Self {
            reading: Reading { rows: Vec::new(), errors: Vec::new(), rejected: 0 },
            keys: HashMap::new(),
            records: 0,
        }
    }

    /// Takes one record: a cell for each of `T::COLUMNS`. False when no more are taken.
    pub(super) fn record(&mut self, line: u64, cells: Vec<Cell<'_>>) -> bool {
        if !self.has_room(line) {
            return false;
        }
        let mut fields = Fields::new(line, T::COLUMNS, cells);
        let row = T::read(&mut fields);
        let errors = fields.into_errors();
        match row {
            Some(row) if errors.is_empty() => self.keep(line, row),
            _ => {
                self.reading.rejected += 1;
                self.note(errors);
            }
        }
        true
    }

    /// Notes a record that could not be read at all. False when no more are taken.
    pub(super) fn refuse_record(&mut self, line: u64, why: String) -> bool {
        if !self.has_room(line) {
            return false;
        }
        self.reading.rejected += 1;
        self.refuse(line, "", why);
        true
    }

    /// Notes something wrong with the file.
    pub(super) fn refuse(&mut self, line: u64, field: &str, why: String) {
        self.note(vec![RowError { line, field: field.into(), why }]);
    }

    /// Checks a heading that holds all columns at once. False when a required one is missing.
    pub(super) fn has_columns(&mut self, places: &[Option<usize>]) -> bool {
        let mut complete = true;
        for (column, place) in T::COLUMNS.iter().zip(places) {
            if column.is_required && place.is_none() {
                complete = false;
                self.refuse(1, column.name, format!("there is no column {}", column.name));
            }
        }
        complete
    }

    pub(super) fn finish(self) -> Reading<T> {
        self.reading
    }

    fn keep(&mut self, line: u64, row: T) {
        match self.keys.get(row.key()) {
            Some(first) => {
                let why = format!("stands in line {first} already");
                self.reading.rejected += 1;
                self.refuse(line, T::KEY, why);
            }
            None => {
                self.keys.insert(row.key().to_owned(), line);
                self.reading.rows.push((line, row));
            }
        }
    }

    fn has_room(&mut self, line: u64) -> bool {
        self.records += 1;
        if self.records == MAX_ROWS + 1 {
            self.refuse(line, "", format!("more than {MAX_ROWS} rows: split the file"));
            self.reading.rejected += 1;
        }
        self.records <= MAX_ROWS
    }

    fn note(&mut self, errors: Vec<RowError>) {
        let room = MAX_ERRORS.saturating_sub(self.reading.errors.len());
        self.reading.errors.extend(errors.into_iter().take(room));
    }
}
