//! Phones, identity numbers and cards among the runs of digits.

use super::checks::{is_card, is_identity, is_old_identity, looks_like_identity};
use super::context::{Called, called};
use super::digits::{Group, Run, runs};
use super::{Found, Kind};

/// Nothing with fewer digits says who somebody is,
const LEAST: usize = 5;
/// nor with more,
const MOST: usize = 19;
/// and nobody writes a number in more groups than this, but for one digit after the other.
const GROUPS: usize = 6;

/// Some groups of a run, looked at as one number.
#[derive(Clone, Copy)]
struct Number<'a> {
    digits: &'a [u8],
    groups: &'a [Group],
    /// An X stands right after it.
    has_x: bool,
}

/// What stands before a run.
#[derive(Clone, Copy, Default)]
struct Before {
    /// A plus sign: it begins with a country.
    plus: bool,
    /// A letter, so that the digits are the end of a word like an article's number.
    letter: bool,
    called: Option<Called>,
}

pub(super) fn find(text: &str) -> Vec<Found> {
    runs(text, LEAST).iter().flat_map(|run| find_in(text, run)).collect()
}

/// Looks at every row of groups that could be one number.
fn find_in(text: &str, run: &Run) -> Vec<Found> {
    let mut found = Vec::new();
    let mut first = 0;
    let mut before = run.groups.first().map_or_else(Before::default, |group| Before::of(text, group.start));
    while let Some(start) = run.groups.get(first) {
        let hit = spelled_out(run, first, before).or_else(|| number(text, run, first, before));
        match hit {
            Some((kind, many, has_x)) => {
                let last = run.groups[first + many - 1].end;
                let end = if has_x { x_after(text, last).unwrap_or(last) } else { last };
                found.push(Found { kind, range: start.start..end });
                first += many;
            }
            None => first += 1,
        }
        // Before the others stands a digit.
        before = Before::default();
    }
    found
}

/// What begins with this group: the kind, how many groups it has, and whether an X belongs to it. What its digits
/// prove is looked for from the longest to the shortest, then what it is called from the shortest to the longest.
fn number(text: &str, run: &Run, first: usize, before: Before) -> Option<(Kind, usize, bool)> {
    if before.called == Some(Called::Order) || before.letter {
        return None;
    }
    let from = run.groups[first].from;
    let most = run.groups[first..].iter().take(GROUPS).take_while(|group| group.to - from <= MOST).count();
    let of = |many: usize| {
        let groups = &run.groups[first..first + many];
        let (to, end) = groups.last().map_or((from, 0), |group| (group.to, group.end));
        Number { digits: &run.digits[from..to], groups, has_x: x_after(text, end).is_some() }
    };
    let proved = (1..=most).rev().find_map(|many| of(many).proved().map(|(kind, has_x)| (kind, many, has_x)));
    proved.or_else(|| {
        (1..=most).find_map(|many| Some((of(many).called(before, run.groups.get(first + many))?, many, false)))
    })
}

/// A run that is one number, digit by digit: 1 3 8 0 …
fn spelled_out(run: &Run, first: usize, before: Before) -> Option<(Kind, usize, bool)> {
    let is_spelled_out = first == 0 && run.groups.len() > GROUPS && run.groups.iter().all(|group| group.len() == 1);
    if !is_spelled_out || before.called == Some(Called::Order) {
        return None;
    }
    let digits = run.digits.as_slice();
    let kind = match digits {
        _ if is_mobile(digits) => Kind::Phone,
        [rest @ .., last] if is_identity(rest, *last) => Kind::Document,
        _ if is_card(digits) => Kind::Card,
        _ if before.called == Some(Called::Phone) && digits.len() <= 15 => Kind::Phone,
        _ => return None,
    };
    Some((kind, run.groups.len(), false))
}

impl Before {
    fn of(text: &str, at: usize) -> Self {
        let plus = text[..at].trim_end_matches([' ', '(', '（']).ends_with(['+', '＋']);
        let called = called(text, at).map(|(called, _)| called);
        let letter = called.is_none() && text[..at].ends_with(|c: char| c.is_ascii_uppercase());
        Self { plus, letter, called }
    }
}

fn x_after(text: &str, at: usize) -> Option<usize> {
    text[at..].chars().next().filter(|c| matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ' | '×')).map(|c| at + c.len_utf8())
}

impl Number<'_> {
    /// What its digits and their grouping show it to be, and whether the X after it belongs to it.
    fn proved(self) -> Option<(Kind, bool)> {
        let d = self.digits;
        if d.len() < 9 {
            return None;
        }
        let is_in_big_groups = self.groups.iter().all(|group| group.len() >= 3);
        match (d.len(), d) {
            (17, _) if self.has_x && is_in_big_groups && is_identity(d, 10) => return Some((Kind::Document, true)),
            (18, [rest @ .., last]) if is_in_big_groups && is_identity(rest, *last) => {
                return Some((Kind::Document, false));
            }
            (15, _) if self.groups.len() == 1 && is_old_identity(d) => return Some((Kind::Document, false)),
            (15..=19, _) if is_in_big_groups && is_card(d) => return Some((Kind::Card, false)),
            _ => {}
        }
        self.is_phone().then_some((Kind::Phone, false))
    }

    fn is_phone(self) -> bool {
        let d = self.digits;
        let mut shape = [0; GROUPS];
        for (length, group) in shape.iter_mut().zip(self.groups) {
            *length = group.len();
        }
        match &shape[..self.groups.len().min(GROUPS)] {
            // A mainland mobile phone, with and without its country.
            shape if is_mobile(d) => is_mobile_shape(shape),
            [2, shape @ ..] if d.starts_with(&[8, 6]) => is_mobile(&d[2..]) && is_mobile_shape(shape),
            [4, shape @ ..] if d.starts_with(&[0, 0, 8, 6]) => is_mobile(&d[4..]) && is_mobile_shape(shape),
            [13] => d.starts_with(&[8, 6]) && is_mobile(&d[2..]),
            [15] => d.starts_with(&[0, 0, 8, 6]) && is_mobile(&d[4..]),
            // Hong Kong's and Macau's, Taiwan's with their country.
            [3, 4, 4] | [3, 8] if matches!(d, [8, 5, 2 | 3, 2..=9, ..]) => true,
            _ if d.starts_with(&[8, 8, 6, 9]) && d.len() == 12 => true,
            // Taiwan's mobile phones.
            [10] | [4, 6] | [4, 3, 3] | [2, 4, 4] | [3, 7] if d.starts_with(&[0, 9]) => true,
            // Fixed lines with their area.
            [11] => matches!(d, [0, 1, 0, ..] | [0, 2..=9, ..]),
            [2..=4, 7 | 8] | [2..=4, 4, 4] | [2..=4, 3, 4] if matches!(d, [0, 1..=9, ..]) => true,
            // North America's.
            [3, 3, 4] => d[0] >= 2 && d[3] >= 2,
            [1, 3, 3, 4] => d[0] == 1 && d[1] >= 2,
            _ => false,
        }
    }

    /// What the words before it say it is. `next`: the group after it, which may still belong to it.
    fn called(self, before: Before, next: Option<&Group>) -> Option<Kind> {
        let n = self.digits.len();
        let is_abroad = before.plus || self.digits.starts_with(&[0, 0]);
        // 81 90 1234 could be all of a number but for the 5678 that follows.
        let may_go_on = n < 11 && next.is_some_and(|group| group.len() >= 4);
        match before.called {
            _ if is_abroad && (8..=17).contains(&n) && !may_go_on => Some(Kind::Phone),
            Some(Called::Phone) if (7..=15).contains(&n) && !may_go_on => Some(Kind::Phone),
            Some(Called::Document) if (17..=18).contains(&n) && looks_like_identity(&self.digits[..17]) => {
                Some(Kind::Document)
            }
            Some(Called::Document) if (8..=19).contains(&n) && next.is_none() => Some(Kind::Document),
            Some(Called::Card) if (12..=19).contains(&n) && next.is_none_or(|group| group.len() < 3) => {
                Some(Kind::Card)
            }
            Some(Called::Account) if (5..=12).contains(&n) => Some(Kind::Account),
            _ => None,
        }
    }
}

fn is_mobile(digits: &[u8]) -> bool {
    digits.len() == 11 && matches!(digits, [1, 3..=9, ..])
}

/// As mobile phones are written. Sizes in a row, 165 55 84 62 90, are not.
fn is_mobile_shape(shape: &[usize]) -> bool {
    matches!(
        shape,
        [11] | [3, 4, 4] | [3, 8] | [7, 4] | [3, 3, 5] | [4, 3, 4] | [4, 4, 3] | [5, 6] | [6, 5] | [3, 4, 2, 2]
    )
}
