//! `replies.<locale>.toml`: what the built-in assistant says, by what the buyer wants.

use std::collections::BTreeMap;

use toml::Spanned;

use super::flaw::{Flaw, Flaws};
use crate::locale::Locale;

/// Characters of one line.
const MAX_LINE: usize = 400;
/// Lines of one intent: ways of saying the same.
const MAX_WAYS: usize = 8;

/// What a buyer can want, and what a line about it may name.
const INTENTS: [(&str, &[&str]); 36] = [
    // Every shop.
    ("greeting", &["store"]),
    ("thanks", &[]),
    ("farewell", &[]),
    ("price", &["product", "price"]),
    ("in_stock", &["product"]),
    ("out_of_stock", &["product"]),
    ("shipping_time", &[]),
    ("postage", &[]),
    ("returns", &[]),
    ("exchange", &[]),
    ("refund_progress", &[]),
    ("invoice", &[]),
    ("coupon", &[]),
    ("order_status", &["order", "status"]),
    ("address_change", &[]),
    ("authenticity", &[]),
    ("complaint", &[]),
    ("no_basis", &[]),
    // Apparel.
    ("size", &["product"]),
    ("looks", &[]),
    ("body_shape", &[]),
    ("material", &[]),
    ("washing", &[]),
    // Beauty.
    ("skin_type", &[]),
    ("ingredients", &[]),
    ("pregnancy", &[]),
    ("allergy", &[]),
    // Mother and baby.
    ("stage", &[]),
    ("formula", &[]),
    ("feeding", &[]),
    ("baby_allergy", &[]),
    // Pet.
    ("delivery", &[]),
    ("split_parcels", &[]),
    ("doorstep", &[]),
    // Fresh, and after the sale.
    ("spoiled", &[]),
    ("compensation", &["amount"]),
];

/// The lines of all locales.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replies {
    lines: BTreeMap<String, [Vec<String>; 3]>,
}

impl Replies {
    /// The first line for an intent with its places filled; `None` where the pack has none.
    pub fn line(&self, intent: &str, locale: Locale, values: &[(&str, &str)]) -> Option<String> {
        self.ways(intent, locale).first().map(|line| fill(line, values))
    }

    /// All ways of saying it.
    pub fn ways(&self, intent: &str, locale: Locale) -> &[String] {
        self.lines.get(intent).map_or(&[], |locales| locales[place(locale)].as_slice())
    }

    /// The intents that the pack has a line for.
    pub fn intents(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(String::as_str)
    }

    /// Every intent that there can be.
    pub fn all_intents() -> impl Iterator<Item = &'static str> {
        INTENTS.iter().map(|(intent, _)| *intent)
    }

    /// Takes the three files, which must have the same intents. `texts` come in the order of [`Locale::ALL`].
    pub(super) fn parse(texts: [Option<&str>; 3]) -> Result<Self, Flaws> {
        let mut flaws = Flaws::default();
        let mut replies = Self::default();
        let mut there: [Option<BTreeMap<String, usize>>; 3] = [None, None, None];
        for (locale, text) in Locale::ALL.into_iter().zip(texts) {
            let file = file(locale);
            let Some(text) = text else {
                flaws.0.push(Flaw::of_file(&file, "this file is missing"));
                continue;
            };
            let Some(read) = flaws.take(read(&file, text)) else { continue };
            let mut keys = BTreeMap::new();
            for (intent, (at, lines)) in read {
                keys.insert(intent.clone(), at);
                replies.lines.entry(intent).or_default()[place(locale)] = lines;
            }
            there[place(locale)] = Some(keys);
        }
        for (locale, keys) in Locale::ALL.into_iter().zip(&there) {
            let Some(keys) = keys else { continue };
            for intent in replies.lines.keys().filter(|intent| !keys.contains_key(*intent)) {
                let has = Locale::ALL
                    .into_iter()
                    .zip(&there)
                    .find(|(_, keys)| keys.as_ref().is_some_and(|keys| keys.contains_key(intent)));
                let other = has.map_or_else(String::new, |(locale, _)| file(locale));
                let end = texts[place(locale)].unwrap_or_default();
                let why = format!("{intent} is missing; {other} has it");
                flaws.0.push(Flaw::at(&file(locale), end, end.trim_end().len(), why));
            }
        }
        flaws.or(replies)
    }
}

/// The file of a locale.
fn file(locale: Locale) -> String {
    format!("replies.{}.toml", locale.tag())
}

fn place(locale: Locale) -> usize {
    match locale {
        Locale::Hans => 0,
        Locale::Hant => 1,
        Locale::En => 2,
    }
}

fn fill(line: &str, values: &[(&str, &str)]) -> String {
    // One pass: a product's name that looks like a place is not filled again.
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else { break };
        out.push_str(&rest[..start]);
        let name = &rest[start + 1..start + length];
        out.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value));
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out
}

/// Intents with the byte at which each stands, and their lines.
type Read = BTreeMap<String, (usize, Vec<String>)>;

fn read(file: &str, text: &str) -> Result<Read, Flaws> {
    let table: BTreeMap<Spanned<String>, Vec<Spanned<String>>> =
        toml::from_str(text).map_err(|e| Flaw::of_toml(file, text, &e))?;
    let mut flaws = Flaws::default();
    let mut read = Read::new();
    for (intent, lines) in table {
        let at = intent.span().start;
        let mut refuse = |at: usize, why: String| flaws.0.push(Flaw::at(file, text, at, why));
        let Some((_, places)) = INTENTS.iter().find(|(known, _)| known == intent.get_ref()) else {
            let known: Vec<&str> = Replies::all_intents().collect();
            refuse(at, format!("there is no intent {}; there are {}", intent.get_ref(), known.join(", ")));
            continue;
        };
        if lines.is_empty() || lines.len() > MAX_WAYS {
            refuse(at, format!("1 to {MAX_WAYS} lines are needed"));
        }
        for line in &lines {
            if let Err((offset, why)) = check(line.get_ref(), places) {
                // The quote is one byte; where a line has escapes the column is near enough.
                refuse(line.span().start + 1 + offset, why);
            }
        }
        let lines = lines.into_iter().map(Spanned::into_inner).collect();
        read.insert(intent.into_inner(), (at, lines));
    }
    flaws.or(read)
}

fn check(line: &str, places: &[&str]) -> Result<(), (usize, String)> {
    let refuse = |at: usize, why: String| Err((at, why));
    if line.trim().is_empty() {
        return refuse(0, "this line is empty".into());
    }
    if line.chars().count() > MAX_LINE {
        return refuse(0, format!("a line has at most {MAX_LINE} characters"));
    }
    if let Some(at) = markup(line) {
        return refuse(at, "a line is plain text, without markup".into());
    }
    let mut from = 0;
    while let Some(start) = line[from..].find(['{', '}']).map(|at| from + at) {
        let name = line[start..].strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
        match name {
            Some(name) if places.contains(&name) => from = start + name.len() + 2,
            Some(name) if places.is_empty() => return refuse(start, format!("{{{name}}}: this intent has no places")),
            Some(name) => {
                return refuse(start, format!("there is no place {{{name}}} here, but {{{}}}", places.join("}, {")));
            }
            None => return refuse(start, "a brace that is not closed or not opened".into()),
        }
    }
    Ok(())
}

/// Where a text for buyers begins to be markup: tags, and links that hide where they lead.
pub(super) fn markup(text: &str) -> Option<usize> {
    let tag = text
        .match_indices('<')
        .map(|(at, _)| at)
        .find(|at| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!')));
    let link = text.find("](");
    tag.into_iter().chain(link).min()
}
