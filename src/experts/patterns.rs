//! Many regular expressions, asked at once which of them occur.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

/// Patterns of one list. One pass says which occur; only those are then searched by themselves.
#[derive(Debug)]
pub struct Patterns {
    set: RegexSet,
    each: Vec<Regex>,
}

/// Lists by name, which patterns insert as `{name}`.
pub type Names = BTreeMap<String, String>;

/// The largest that a compiled list may be, in bytes.
const ROOM: usize = 64 << 20;
/// A list becomes an automaton that is built while it reads, and each thread that reads has one. With less room it would be
/// thrown away and built again and again on the long lists; with more it would grow with every new text.
const LIST_ROOM: usize = 8 << 20;
/// The same for one pattern.
const ONE_ROOM: usize = 512 << 10;

impl Patterns {
    /// # Errors
    /// A pattern that is no regular expression, or a name that `names` does not have.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>, names: &Names) -> Result<Self, regex::Error> {
        let patterns: Vec<String> = patterns.into_iter().map(|pattern| with_names(pattern, names)).collect();
        let set = RegexSetBuilder::new(&patterns).size_limit(ROOM).dfa_size_limit(LIST_ROOM).build()?;
        let each = patterns.iter().map(|pattern| single(pattern)).collect::<Result<_, _>>()?;
        Ok(Self { set, each })
    }

    /// The numbers of the patterns that occur in `text`.
    pub fn occurring(&self, text: &str) -> impl Iterator<Item = usize> {
        // Mostly none does, and to know only that is several times faster.
        let which = self.set.is_match(text).then(|| self.set.matches(text));
        which.into_iter().flatten()
    }

    pub fn occurs(&self, text: &str) -> bool {
        self.set.is_match(text)
    }

    pub fn one(&self, number: usize) -> &Regex {
        &self.each[number]
    }
}

/// A pattern that stands in the program itself.
pub fn compile(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "constants, and tests use every one of them")]
    Regex::new(pattern).expect("a regular expression")
}

/// One pattern, with the names put in.
///
/// # Errors
/// As [`Patterns::new`].
pub fn regex(pattern: &str, names: &Names) -> Result<Regex, regex::Error> {
    single(&with_names(pattern, names))
}

fn single(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(ROOM).dfa_size_limit(ONE_ROOM).build()
}

/// Names may stand in names; a name that is unknown stays, and is then no regular expression.
fn with_names(pattern: &str, names: &Names) -> String {
    let mut text = pattern.to_owned();
    for _ in 0..3 {
        for (name, list) in names {
            let place = format!("{{{name}}}");
            if text.contains(&place) {
                text = text.replace(&place, list);
            }
        }
    }
    text
}
