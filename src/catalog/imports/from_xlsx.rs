//! `.xlsx`: the first sheet, the heading in its first row that is not empty. Lines are the sheet's own row numbers.
//!
//! A workbook is a zip file, and a small one can unpack to any size, so it is unpacked once into nothing to measure it.
//! Cells are then read one by one: asking for the sheet as a whole would set aside memory for every cell between the
//! first and the last, and two cells in far corners are seventeen billion.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};
use csv::StringRecord;
use zip::ZipArchive;

use super::Row;
use super::fields::Cell;
use super::from_csv::{places, twice};
use super::gather::Gather;

/// The most that a workbook may unpack to, in bytes. A real one of a million rows is larger: that is a CSV file.
const MAX_UNPACKED: u64 = 128 * 1024 * 1024;
/// A sheet has at most so many columns.
const MAX_COLUMNS: u32 = 200;

pub(super) fn read<T: Row>(bytes: &[u8], gather: &mut Gather<T>) {
    if let Err(why) = measure(bytes).and_then(|()| sheet(bytes, gather)) {
        gather.refuse(1, "", why);
    }
}

/// Refuses what unpacks to too much, whatever its directory claims.
fn measure(bytes: &[u8]) -> Result<(), String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| "is not an .xlsx workbook".to_owned())?;
    let mut room = MAX_UNPACKED;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|_| "is a broken or locked workbook".to_owned())?;
        let unpacked = io::copy(&mut part.take(room + 1), &mut io::sink());
        let unpacked = unpacked.map_err(|_| "is a broken workbook".to_owned())?;
        room = room.checked_sub(unpacked).ok_or_else(|| {
            format!("unpacks to more than {} MB: save it as .csv (UTF-8)", MAX_UNPACKED / 1024 / 1024)
        })?;
    }
    Ok(())
}

fn sheet<T: Row>(bytes: &[u8], gather: &mut Gather<T>) -> Result<(), String> {
    let unreadable = |error: calamine::XlsxError| format!("is not a readable workbook: {error}");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let name = book.sheet_names().first().cloned().ok_or("has no sheet")?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(unreadable)?;
    let mut rows = Rows::<T> { places: None, gather };
    let mut row: Vec<(u32, Cell<'_>)> = Vec::new();
    let mut at = None;
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (line, column) = cell.get_position();
        if at.is_some_and(|at| at != line) && !rows.take(at.unwrap_or(0), std::mem::take(&mut row)) {
            return Ok(());
        }
        at = Some(line);
        let value = cell_of(cell.get_value().clone());
        if column < MAX_COLUMNS && value != Cell::Empty {
            row.push((column, value));
        }
    }
    rows.take(at.unwrap_or(0), row);
    if rows.places.is_none() {
        gather.has_columns(&vec![None; T::COLUMNS.len()]);
    }
    Ok(())
}

/// The rows of a sheet: the heading, then records.
struct Rows<'g, T> {
    /// For each column of the kind its place in the sheet, once the heading was read.
    places: Option<Vec<Option<usize>>>,
    gather: &'g mut Gather<T>,
}

impl<T: Row> Rows<'_, T> {
    /// Takes one row by its number from 0. False when no more are taken.
    fn take(&mut self, at: u32, row: Vec<(u32, Cell<'_>)>) -> bool {
        if row.is_empty() {
            return true;
        }
        let Some(places) = &self.places else {
            return self.heading(&row);
        };
        let value = |place: &Option<usize>| {
            let found = row.iter().find(|(column, _)| Some(*column as usize) == *place);
            found.map_or(Cell::Empty, |(_, value)| value.clone())
        };
        let cells: Vec<Cell<'_>> = places.iter().map(value).collect();
        // Rows with nothing in our columns are notes beside the table, or formatting.
        cells.iter().all(|cell| *cell == Cell::Empty) || self.gather.record(u64::from(at) + 1, cells)
    }

    fn heading(&mut self, row: &[(u32, Cell<'_>)]) -> bool {
        let last = row.iter().map(|(column, _)| *column).max().unwrap_or(0);
        let title = |place: u32| match row.iter().find(|(column, _)| *column == place) {
            Some((_, Cell::Text(text))) => text.to_string(),
            _ => String::new(),
        };
        let heading: StringRecord = (0..=last).map(title).collect::<Vec<_>>().into();
        let places = places::<T>(&heading);
        let is_complete = self.gather.has_columns(&places);
        self.places = Some(places);
        if let Some(name) = twice(&heading) {
            self.gather.refuse(1, &name, format!("there are two columns {name}"));
            return false;
        }
        is_complete
    }
}

/// A cell as text; numbers as they would be typed.
fn cell_of(value: DataRef<'_>) -> Cell<'static> {
    let text = match value {
        DataRef::Empty => return Cell::Empty,
        DataRef::Error(error) => return Cell::Broken(error.to_string()),
        DataRef::Int(number) => number.to_string(),
        // `{}` writes 12.0 as 12 and never uses an exponent.
        DataRef::Float(number) => format!("{number}"),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text,
        DataRef::SharedString(text) => text.to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(date) => date.to_string(),
    };
    if text.trim().is_empty() { Cell::Empty } else { Cell::Text(Cow::Owned(text)) }
}
