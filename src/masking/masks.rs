//! Marks that stand for values, and the way back.

use std::borrow::Cow;

use super::digits::digit;
use super::{Found, Kind, find, replace};

/// The longest mark, in bytes: 〔银行卡999〕.
const LONGEST: usize = 32;

/// The values of one conversation that a model is not shown. The same value has the same mark; they are numbered as
/// they come, so that a text which comes first reads the same from turn to turn.
#[derive(Debug, Clone, Default)]
pub struct Masks {
    values: Vec<Value>,
}

#[derive(Debug, Clone)]
struct Value {
    mark: String,
    kind: Kind,
    /// As it was written first, and as programs take it: digits alone, e-mail addresses in small letters.
    written: String,
    plain: String,
}

impl Masks {
    /// Whether nothing was hidden.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The text as a model is shown it.
    pub fn hide<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let found = find(text);
        replace(text, &found, |found| self.mark(found, &text[found.range.clone()]))
    }

    fn mark(&mut self, found: &Found, written: &str) -> String {
        let plain = plain(found.kind, written);
        if let Some(known) = self.values.iter().find(|value| value.kind == found.kind && value.plain == plain) {
            return known.mark.clone();
        }
        let number = self.values.iter().filter(|value| value.kind == found.kind).count() + 1;
        let mark = format!("〔{}{number}〕", found.kind.word());
        self.values.push(Value { mark: mark.clone(), kind: found.kind, written: written.to_owned(), plain });
        mark
    }

    /// What a model said, with the values as they were written.
    pub fn restore<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.put_back(text, |value| &value.written)
    }

    /// The arguments of a call (JSON), with the values as programs take them.
    pub fn restore_arguments<'t>(&self, json: &'t str) -> Cow<'t, str> {
        self.put_back(json, |value| &value.plain)
    }

    fn put_back<'t>(&self, text: &'t str, as_: impl Fn(&Value) -> &String) -> Cow<'t, str> {
        if self.is_empty() || !text.contains('〔') {
            return Cow::Borrowed(text);
        }
        let mut whole = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('〔') {
            whole.push_str(&rest[..at]);
            rest = &rest[at..];
            match self.values.iter().find(|value| rest.starts_with(&value.mark)) {
                Some(value) => {
                    whole.push_str(as_(value));
                    rest = &rest[value.mark.len()..];
                }
                None => {
                    whole.push('〔');
                    rest = &rest['〔'.len_utf8()..];
                }
            }
        }
        whole.push_str(rest);
        Cow::Owned(whole)
    }
}

/// Puts values back while a reply is being written: a mark may come in pieces, so the beginning of one waits for its end.
#[derive(Debug)]
pub struct Restoring<'m> {
    masks: &'m Masks,
    begun: String,
}

impl<'m> Restoring<'m> {
    pub fn new(masks: &'m Masks) -> Self {
        Self { masks, begun: String::new() }
    }

    /// The next piece, as far as it can be told.
    pub fn push<'t>(&mut self, piece: &'t str) -> Cow<'t, str> {
        if self.masks.is_empty() || (self.begun.is_empty() && !piece.contains('〔')) {
            return Cow::Borrowed(piece);
        }
        self.begun.push_str(piece);
        let waits = self.begun.rfind('〔').filter(|at| {
            let mark = &self.begun[*at..];
            !mark.contains('〕') && mark.len() < LONGEST
        });
        let rest = self.begun.split_off(waits.unwrap_or(self.begun.len()));
        let ready = std::mem::replace(&mut self.begun, rest);
        Cow::Owned(self.masks.restore(&ready).into_owned())
    }

    /// What still waited when the reply ended.
    pub fn finish(&mut self) -> String {
        std::mem::take(&mut self.begun)
    }
}

/// A value as programs take it. What has neither digits nor letters has no second form.
fn plain(kind: Kind, written: &str) -> String {
    match kind {
        Kind::Email => {
            let signs = ["＠", "(at)", "[at]", "（at）", "{at}"];
            let text = signs.iter().fold(written.to_ascii_lowercase(), |text, sign| text.replace(sign, "@"));
            text.replace(['。', '．', '点', '點'], ".").replace(' ', "")
        }
        Kind::Account | Kind::Address | Kind::Name => written.to_owned(),
        Kind::Phone | Kind::Document | Kind::Card => written
            .chars()
            .filter_map(|c| match digit(c) {
                Some(value) => char::from_digit(u32::from(value), 10),
                None if c.is_ascii_alphabetic() || c == '_' => Some(c.to_ascii_uppercase()),
                None if matches!(c, 'ｘ' | 'Ｘ' | '×') => Some('X'),
                None => None,
            })
            .collect(),
    }
}
