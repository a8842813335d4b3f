//! Cuts text into the words that a search compares.

use std::borrow::Cow;
use std::io::BufReader;
use std::sync::LazyLock;

use flate2::bufread::GzDecoder;
use jieba_rs::Jieba;

use super::script::{Script, is_han, to_script};
use super::synonyms::SYNONYMS;

/// One word of a text, as a search compares it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// The word itself, or the word that names its meaning ("啥时候" is 什么时候).
    pub word: String,
    /// Says little: a day, a place, a number, or a single character left of a word that the dictionary lacks.
    pub is_light: bool,
}

/// `text` as it is compared: simplified, half width, lower case, without control characters.
///
/// Half width by hand and not by Unicode's NFKC, which makes eighteen characters out of one (U+FDFA).
pub fn normalise(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|c| fold(c, &mut folded));
    match to_script(&folded, Script::Simplified) {
        Cow::Borrowed(_) => folded,
        Cow::Owned(simplified) => simplified,
    }
}

/// The words of `text` that carry meaning, in order, with repetitions. Long Chinese words also give the words inside
/// them, so that 尺码 is found in 尺码表.
pub fn terms(text: &str) -> Vec<Term> {
    terms_of(&normalise(text))
}

/// As [`terms`], for text that is normalised already.
pub(super) fn terms_of(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    for token in DICTIONARY.cut(text, false) {
        let word = token.word;
        if SYNONYMS.is_stop(word) || !word.chars().any(|c| is_han(c) || c.is_alphanumeric()) {
            continue;
        }
        if let Some(name) = SYNONYMS.name(word) {
            terms.push(Term { word: name.into(), is_light: SYNONYMS.is_light(name) });
            continue;
        }
        let chars = word.chars().count();
        let is_chinese = word.chars().all(is_han);
        if chars > 2 && is_chinese {
            inside(word, &mut terms);
        }
        let is_light = (chars == 1 && is_chinese) || SYNONYMS.is_light(word) || word.chars().all(char::is_numeric);
        terms.push(Term { word: word.into(), is_light });
    }
    terms
}

/// The two-character words inside a longer one.
fn inside(word: &str, terms: &mut Vec<Term>) {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    for pair in starts.windows(3) {
        let part = &word[pair[0]..pair[2]];
        if SYNONYMS.is_stop(part) {
            continue;
        }
        if let Some(name) = SYNONYMS.name(part) {
            terms.push(Term { word: name.into(), is_light: false });
        } else if DICTIONARY.has_word(part) {
            terms.push(Term { word: part.into(), is_light: false });
        }
    }
}

/// Adds one character, lower case and half width; controls become blanks.
fn fold(c: char, folded: &mut String) {
    let c = match c {
        // Nearly all characters are of these two kinds, and looking for their case would take longest.
        c if is_han(c) => return folded.push(c),
        ' '..='~' => return folded.push(c.to_ascii_lowercase()),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    folded.extend(c.to_lowercase());
}

/// The dictionary and the words of the trade. Takes 0.1 s to load, once.
static DICTIONARY: LazyLock<Jieba> = LazyLock::new(|| {
    let packed: &[u8] = include_bytes!("dict.txt.gz");
    #[expect(clippy::expect_used, reason = "the file is part of the program, and every test here reads it")]
    let mut dictionary = Jieba::with_dict(&mut BufReader::new(GzDecoder::new(packed))).expect("dict.txt.gz");
    for word in SYNONYMS.whole() {
        dictionary.add_word(word, None, None);
    }
    dictionary
});

/// All words of the dictionary as it is shipped.
#[cfg(test)]
pub(super) fn dictionary_words() -> Vec<String> {
    use std::io::BufRead;
    let packed: &[u8] = include_bytes!("dict.txt.gz");
    let lines = BufReader::new(GzDecoder::new(packed)).lines().map(Result::unwrap);
    lines.filter_map(|line| line.split(' ').next().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let words: Vec<String> = terms(text).into_iter().map(|term| term.word).collect();
        assert_eq!(words, expected, "{text}");
    }

    #[test]
    fn words_of_two_characters_are_found_inside_a_sentence() {
        check("请问这件的尺码准吗", &["尺码", "准"]);
        check("M還是L", &["尺码", "尺码"]);
        check("我想退货可以吗", &["退货"]);
        check("你們可以開發票嗎", &["发票"]);
        check("啥时候能發貨呀", &["什么时候", "发货"]);
        check("消费者权益保护法", &["消费", "消费者", "权益", "保护", "护法", "权益保护法"]);
    }

    #[test]
    fn width_case_and_script_do_not_matter() {
        check("ＸＬ碼", &["尺码", "尺码"]);
        check("ＡＢＣ１２", &["abc12"]);
        check("VIP會員", &["会员", "会员"]);
        assert_eq!(normalise("ＡＢＣ　１２３！"), "abc 123!");
        assert_eq!(normalise("a\0b\u{7}"), "a b ");
        assert!(normalise(&"\u{FDFA}".repeat(1_000)).chars().count() == 1_000);
    }

    #[test]
    fn what_means_nothing_is_left_out() {
        check("", &[]);
        check("你好，在吗？", &[]);
        check("😀👨‍👩‍👧‍👦！？…", &[]);
    }

    proptest! {
        #[test]
        fn any_text_is_cut(text in "\\PC{0,400}") {
            terms(&text);
        }
    }
}
