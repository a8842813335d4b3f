//! What has letters: e-mail addresses, documents that begin with a letter, accounts of chat services.

use super::checks::{is_hong_kong_identity, is_taiwan_identity};
use super::context::{Called, called};
use super::{Found, Kind};

/// The longest part before the sign of an e-mail address, and after it, in bytes.
const LOCAL: usize = 64;
const DOMAIN: usize = 120;

pub(super) fn find(text: &str) -> Vec<Found> {
    let mut found = emails(text);
    super::add(&mut found, tokens(text));
    found
}

/// What stands for the sign.
const SIGNS: [&str; 6] = ["@", "＠", "(at)", "[at]", "（at）", "{at}"];

fn emails(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut from = 0;
    while let Some((at, sign)) = next_sign(text, from) {
        from = at + sign;
        let floor = found.last().map_or(0, |last| last.range.end);
        let (Some(start), Some(end)) = (local(text, at, floor), domain(text, at + sign)) else { continue };
        found.push(Found { kind: Kind::Email, range: start..end });
        from = end;
    }
    found
}

fn next_sign(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    rest.char_indices().find_map(|(at, c)| {
        // All others begin with a bracket.
        if !matches!(c, '@' | '＠' | '(' | '[' | '（' | '{') {
            return None;
        }
        let here = rest.as_bytes().get(at..)?;
        let sign = SIGNS
            .iter()
            .find(|sign| here.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign.as_bytes())))?;
        Some((from + at, sign.len()))
    })
}

/// Where the part before the sign begins.
fn local(text: &str, sign: usize, floor: usize) -> Option<usize> {
    let before = text[floor..sign].trim_end_matches(' ');
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
    let long = before.as_bytes().iter().rev().take(LOCAL).take_while(|byte| is_part(byte)).count();
    (long > 0).then(|| floor + before.len() - long)
}

/// Where the part after the sign ends: at least two labels, the last one of letters.
fn domain(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let blank = rest.len() - rest.trim_start_matches(' ').len();
    let (mut end, mut labels, mut long, mut only_letters) = (None, 0, 0, true);
    for (at, c) in rest[blank..].char_indices() {
        if at > DOMAIN {
            break;
        }
        if c.is_ascii_alphanumeric() || c == '-' {
            long += 1;
            only_letters &= c.is_ascii_alphabetic();
            if labels > 0 && long >= 2 && only_letters {
                end = Some(from + blank + at + 1);
            }
        } else if long > 0 && matches!(c, '.' | '。' | '．' | '点' | '點') {
            (labels, long, only_letters) = (labels + 1, 0, true);
        } else {
            break;
        }
    }
    end
}

/// Words of letters and digits that are documents, or that their context calls an account.
fn tokens(text: &str) -> Vec<Found> {
    let bytes = text.as_bytes();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !is_part(bytes[at]) {
            at += 1;
            continue;
        }
        let end = bytes[at..].iter().position(|byte| !is_part(*byte)).map_or(bytes.len(), |long| at + long);
        if let Some(place) = token(text, at, end) {
            at = place.range.end.max(end);
            found.push(place);
        } else {
            at = end;
        }
    }
    found
}

fn token(text: &str, start: usize, end: usize) -> Option<Found> {
    let word = &text[start..end];
    if !(6..=20).contains(&word.len()) || !word.bytes().any(|byte| byte.is_ascii_digit() || byte == b'_') {
        return None;
    }
    let upper = word.to_ascii_uppercase();
    if is_taiwan_identity(upper.as_bytes()) || is_hong_kong_identity(upper.as_bytes()) {
        return Some(Found { kind: Kind::Document, range: start..end });
    }
    // Hong Kong's check digit stands in brackets.
    let tail: String = text[end..].chars().take(3).collect();
    if let ['(' | '（', check, ')' | '）'] = tail.chars().collect::<Vec<_>>()[..]
        && is_hong_kong_identity(format!("{upper}{}", check.to_ascii_uppercase()).as_bytes())
    {
        return Some(Found { kind: Kind::Document, range: start..end + tail.len() });
    }
    let starts_with_letter = word.starts_with(|c: char| c.is_ascii_alphabetic());
    let kind = match called(text, start)? {
        (Called::Document, _) if starts_with_letter => Kind::Document,
        (Called::Account, _) if starts_with_letter => Kind::Account,
        _ => return None,
    };
    Some(Found { kind, range: start..end })
}
