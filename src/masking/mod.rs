//! Personal numbers, addresses and names in what people write: found, and replaced by marks. Pure, in time that grows
//! with the text alone.
//!
//! Two uses. A model is shown marks with numbers, 〔电话1〕, in place of phones, documents, bank cards, e-mail addresses and
//! accounts, which it need not know; where its answer or a call names a mark, the value is put back ([`Masks`]). And what
//! is kept of a turn for people to look at has nothing put back, and no addresses and names either ([`blank`]).
//!
//! It errs on the side of hiding: a number that is no phone comes back where it is spoken of. Order numbers stay as
//! they are where they are called so, because a model looks orders up by them.

mod checks;
mod context;
mod digits;
mod latin;
mod links;
mod masks;
mod numbers;
mod places;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

pub use links::without_links;
pub use masks::{Masks, Restoring};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Phone,
    /// Identity cards of the mainland, Hong Kong and Taiwan, passports, travel permits.
    Document,
    Card,
    Email,
    /// Of a chat service: WeChat, QQ, LINE.
    Account,
    Address,
    Name,
}

impl Kind {
    /// As marks have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Phone => "电话",
            Self::Document => "证件",
            Self::Card => "银行卡",
            Self::Email => "邮箱",
            Self::Account => "账号",
            Self::Address => "地址",
            Self::Name => "姓名",
        }
    }
}

/// A place in a text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub kind: Kind,
    pub range: Range<usize>,
}

/// Numbers and addresses of the net by which a person can be reached or known; in their order, none within another.
pub fn find(text: &str) -> Vec<Found> {
    // Nothing of the kind has fewer than five letters or digits, which Chinese characters that are no numerals are not.
    if text.chars().filter(|c| c.is_ascii_alphanumeric() || digits::digit(*c).is_some()).take(5).count() < 5 {
        return Vec::new();
    }
    let mut found = latin::find(text);
    add(&mut found, numbers::find(text));
    found
}

/// The same, and addresses and names too: `names` are those that are known, others are found by the words before them.
pub fn find_all(text: &str, names: &[&str]) -> Vec<Found> {
    and_places(find(text), text, names)
}

fn and_places(mut found: Vec<Found>, text: &str, names: &[&str]) -> Vec<Found> {
    add(&mut found, places::addresses(text));
    add(&mut found, places::names(text, names));
    found
}

/// The text with marks in place of everything that [`find_all`] finds; nothing can be put back.
pub fn blank<'t>(text: &'t str, names: &[&str]) -> Cow<'t, str> {
    let found = find_all(text, names);
    replace(text, &found, |found| format!("〔{}〕", found.kind.word()))
}

/// The same for a text whose numbers have marks already: only addresses and names are left to find.
pub fn blank_rest<'t>(text: &'t str, names: &[&str]) -> Cow<'t, str> {
    let found = and_places(Vec::new(), text, names);
    replace(text, &found, |found| format!("〔{}〕", found.kind.word()))
}

fn replace<'t>(text: &'t str, found: &[Found], mut by: impl FnMut(&Found) -> String) -> Cow<'t, str> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut replaced = String::with_capacity(text.len());
    let mut from = 0;
    for place in found {
        replaced.push_str(&text[from..place.range.start]);
        replaced.push_str(&by(place));
        from = place.range.end;
    }
    replaced.push_str(&text[from..]);
    Cow::Owned(replaced)
}

/// Adds what overlaps with nothing that is there; both are in their order.
fn add(found: &mut Vec<Found>, more: Vec<Found>) {
    if found.is_empty() {
        *found = more;
        return;
    }
    let known = found.len();
    for new in more {
        let next = found[..known].partition_point(|old| old.range.end <= new.range.start);
        if found[..known].get(next).is_none_or(|old| old.range.start >= new.range.end) {
            found.push(new);
        }
    }
    found.sort_by_key(|place| place.range.start);
}
