//! Sets misspellings right and takes harmless words out, so that the signs need to know one spelling only.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::rules::Rules;
use crate::experts::plain::Plain;

/// Misspelled words and what they should be.
pub(super) struct Spelling {
    wrong: AhoCorasick,
    /// `None`: a real word that only looks misspelled.
    right: Vec<Option<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpellingFile {
    words: Vec<String>,
    but: BTreeSet<String>,
    sounds: BTreeMap<char, String>,
    also: BTreeMap<String, String>,
}

/// Stands where a harmless word was taken out; no pattern has it.
const TAKEN_OUT: &str = "□";

/// `text` as the signs are looked for in it.
///
/// Gives the text with its spelling set right, and the same without its harmless words.
pub(super) fn read(text: &str, rules: &Rules) -> (String, Plain) {
    let mut plain = Plain::of(text);
    rules.spelling.correct(&mut plain);
    let whole = plain.text.clone();
    let mut harmless = Vec::new();
    for number in rules.benign.occurring(&plain.text) {
        for found in rules.benign.one(number).captures_iter(&plain.text) {
            let keep = ["keep", "keep_too"].iter().any(|name| found.name(name).is_some());
            harmless.extend(found.get(0).filter(|_| !keep).map(|all| all.range()));
        }
    }
    harmless.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    // What two harmless phrases share is as harmless: "皮鞋" and "鞋脱皮" take "皮鞋脱皮" out.
    harmless.dedup_by(|next, before| {
        let overlap = next.start < before.end;
        if overlap {
            before.end = before.end.max(next.end);
        }
        overlap
    });
    let changes: Vec<_> = harmless.into_iter().map(|range| (range, TAKEN_OUT)).collect();
    plain.replace(&changes);
    (whole, plain)
}

impl Spelling {
    pub fn new(file: &SpellingFile) -> anyhow::Result<Self> {
        let mut right: BTreeMap<String, Option<String>> = BTreeMap::new();
        for word in &file.words {
            for (at, c) in word.char_indices() {
                for other in file.sounds.get(&c).map_or("", String::as_str).chars() {
                    let mut wrong = word.clone();
                    wrong.replace_range(at..at + c.len_utf8(), other.encode_utf8(&mut [0; 4]));
                    if !file.words.contains(&wrong) {
                        right.entry(wrong).or_insert_with(|| Some(word.clone()));
                    }
                }
            }
        }
        right.extend(file.but.iter().map(|word| (word.clone(), None)));
        right.extend(file.also.iter().map(|(wrong, word)| (wrong.clone(), Some(word.clone()))));
        let (wrong, right): (Vec<_>, Vec<_>) = right.into_iter().unzip();
        let wrong = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(wrong)?;
        Ok(Self { wrong, right })
    }

    fn correct(&self, plain: &mut Plain) {
        let text = plain.text.clone();
        let changes: Vec<_> = self
            .wrong
            .find_iter(&text)
            .filter_map(|found| Some((found.range(), self.right[found.pattern().as_usize()].as_deref()?)))
            .filter(|(range, _)| !inside_word(&text, range))
            .collect();
        plain.replace(&changes);
    }
}

/// Latin letters are whole words: "guo min" is not in "guo mingzi".
fn inside_word(text: &str, range: &std::ops::Range<usize>) -> bool {
    let latin = |c: char| c.is_ascii_alphabetic();
    let word = &text[range.clone()];
    (word.starts_with(latin) && text[..range.start].ends_with(latin))
        || (word.ends_with(latin) && text[range.end..].starts_with(latin))
}
