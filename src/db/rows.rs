//! Statements over many rows: `values ($1, $2), ($3, $4) …`.
//!
//! A statement of its own for each number of rows would never be found in the statement cache, so rows are stored in
//! pieces of few sizes: eleven rows as eight and three.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many rows a piece has: powers of two, and what lies between them, because each statement is a way to the
/// database's thread and back. With the widest table the largest stays far below what either engine binds at once.
const SIZES: [usize; 14] = [128, 96, 64, 48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1];

/// A statement around a list of rows.
pub(super) struct ManyRows {
    pub before: &'static str,
    /// The type of each column as it is bound.
    pub columns: &'static [Kind],
    pub after: &'static str,
    texts: Mutex<Option<HashMap<(usize, Marks), &'static str>>>,
}

/// How an engine's text marks the places of values.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Marks {
    /// `?`: SQLite looks for the name of each value that is bound, in a list, so a thousand names (`$1` is one) take a
    /// million steps; what has no name is found at once.
    Nameless,
    /// `$1`: the only way that PostgreSQL knows.
    Numbered,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Integer,
    Flag,
}

impl ManyRows {
    pub const fn new(before: &'static str, columns: &'static [Kind], after: &'static str) -> Self {
        Self { before, columns, after, texts: Mutex::new(None) }
    }

    /// The text for so many rows. There are fourteen for each engine at most, so they are kept for good.
    pub fn text(&self, rows: usize, marks: Marks) -> &'static str {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts
            .get_or_insert_default()
            .entry((rows, marks))
            .or_insert_with(|| Box::leak(self.write(rows, marks).into_boxed_str()))
    }

    fn write(&self, rows: usize, marks: Marks) -> String {
        let mut text = String::from(self.before);
        let mut n = 0;
        for row in 0..rows {
            text.push_str(if row == 0 { " (" } else { ", (" });
            for (i, kind) in self.columns.iter().enumerate() {
                n += 1;
                let comma = if i == 0 { "" } else { ", " };
                let cast = match kind {
                    Kind::Text => "text",
                    Kind::Integer => "bigint",
                    Kind::Flag => "boolean",
                };
                match marks {
                    Marks::Nameless => text.push_str(&format!("{comma}?")),
                    // PostgreSQL must be told the types, because nothing else in the list shows them.
                    Marks::Numbered => text.push_str(&format!("{comma}cast(${n} as {cast})")),
                }
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(self.after);
        text
    }
}

/// Pieces of rows, the largest first.
pub(super) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rows.len())?;
        let (piece, rest) = rows.split_at(size);
        rows = rest;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_few_sizes() {
        for (rows, expected) in
            [(0, vec![]), (1, vec![1]), (11, vec![8, 3]), (97, vec![96, 1]), (300, vec![128, 128, 32, 12])]
        {
            let rows = vec![(); rows];
            assert_eq!(pieces(&rows).map(<[()]>::len).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn each_value_has_a_place_of_its_own() {
        let rows = ManyRows::new("insert into t values", &[Kind::Text, Kind::Integer], "on conflict do nothing");
        assert_eq!(
            rows.text(2, Marks::Numbered),
            "insert into t values (cast($1 as text), cast($2 as bigint)), (cast($3 as text), cast($4 as bigint)) on \
             conflict do nothing"
        );
        let nameless = rows.text(2, Marks::Nameless);
        assert_eq!(nameless, "insert into t values (?, ?), (?, ?) on conflict do nothing");
    }
}
