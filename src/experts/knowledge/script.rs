//! The script a buyer writes in, and text in that script.

use std::borrow::Cow;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

use crate::locale::Locale;
use crate::masking::without_links;

/// How a text is written. The shop answers in the script of the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    Simplified,
    Traditional,
    English,
}

impl Script {
    /// The script of `text`, from the text alone; `None` where it could be either ("你好", "XL", "👍").
    ///
    /// Chinese is judged by the characters that only one of the two scripts has. A text counts as English when it has
    /// no Chinese and at least a word of three small letters or two in capitals, so that sizes and codes ("XL", "M4") decide
    /// nothing; a few Chinese characters inside an English sentence do not change it.
    pub fn of(text: &str) -> Option<Self> {
        // A long text is decided by its beginning; more would only cost time.
        let text: String = text.chars().take(500).collect();
        let text = without_links(&text);
        let han = text.chars().filter(|c| is_han(*c)).count();
        let latin = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| is_word(word)).count();
        if han == 0 && is_shouted(&text) || latin >= 1 && (han == 0 || (latin >= 3 && latin > han)) {
            return Some(Self::English);
        }
        let (simplified, traditional) = marks(&text);
        match simplified.cmp(&traditional) {
            std::cmp::Ordering::Greater => Some(Self::Simplified),
            std::cmp::Ordering::Less => Some(Self::Traditional),
            // Cantonese is written in traditional characters nearly always, so its own words decide a draw.
            std::cmp::Ordering::Equal if text.chars().any(|c| CANTONESE.contains(c)) => Some(Self::Traditional),
            std::cmp::Ordering::Equal => None,
        }
    }
}

impl From<Script> for Locale {
    fn from(script: Script) -> Self {
        match script {
            Script::Simplified => Self::Hans,
            Script::Traditional => Self::Hant,
            Script::English => Self::En,
        }
    }
}

/// `text` in `script`. Nothing is translated: with [`Script::English`] the text comes back as it is.
pub fn to_script(text: &str, script: Script) -> Cow<'_, str> {
    match script {
        // Most text is simplified already; looking costs a hundredth of converting it.
        Script::Simplified if !text.chars().any(may_be_traditional) => Cow::Borrowed(text),
        Script::English => Cow::Borrowed(text),
        script => convert(text, script),
    }
}

/// What nothing simplified holds: a traditional character, or one so rare that only the converter knows it.
fn may_be_traditional(c: char) -> bool {
    match MARKS.get((c as usize).wrapping_sub(FIRST)) {
        Some(mark) => matches!(mark, Mark::Traditional) || AMBIGUOUS.contains(&c),
        None => is_han(c),
    }
}

fn convert(text: &str, script: Script) -> Cow<'_, str> {
    let converter = match script {
        Script::Simplified => &*TO_SIMPLIFIED,
        Script::Traditional => &*TO_TRADITIONAL,
        Script::English => return Cow::Borrowed(text),
    };
    match converter {
        Some(converter) if text.chars().any(is_han) => Cow::Owned(converter.convert(text)),
        _ => Cow::Borrowed(text),
    }
}

/// `None` cannot happen with the tables inside the program; text is then left as it is rather than lost.
static TO_SIMPLIFIED: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

/// Hong Kong's forms (為, 裏, 群): plain `S2t` writes 爲 and 羣, which nobody types.
static TO_TRADITIONAL: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::from_config(BuiltinConfig::S2hk).ok());

/// Simplified forms that are also good traditional characters, so they tell nothing ("只", "后", "里").
const SHARED: &str = "后里只台干面谷丑几云余系制征松朴致御吃群峰床占志回向合同采游尽岩布准胡才表卷汇复范朱仆斗姜克冲别着了折舍杰咸借累秋须郁郁症于周游出当松辟朴术札扎帘幸升注灶胜私暗尝烟泄厕却脚强污凶决况凉减净群裙强查晒杯欲迹线";
/// Characters that only written Cantonese uses.
const CANTONESE: &str = "冇嘅咗哋佢畀嚟喺啲咁唔咩嗰攞瞓";

/// Characters that stay as they are alone, and change in some words ("执著").
const AMBIGUOUS: [char; 2] = ['著', '覆'];

/// How many characters only simplified text has, and how many only traditional text has.
fn marks(text: &str) -> (usize, usize) {
    let mut simplified = 0;
    let mut traditional = 0;
    for c in text.chars() {
        let place = (c as usize).wrapping_sub(FIRST);
        match MARKS.get(place) {
            Some(Mark::Simplified) => simplified += 1,
            Some(Mark::Traditional) => traditional += 1,
            Some(Mark::Either) | None => {}
        }
    }
    (simplified, traditional)
}

/// What a character says of the script of its text.
#[derive(Clone, Copy)]
enum Mark {
    Either,
    Simplified,
    Traditional,
}

/// The block of characters that people write; rarer ones decide nothing.
const FIRST: usize = 0x4E00;
const LAST: usize = 0x9FFF;

/// The mark of each character of the block. Asking the converter for each character of each message took longer than
/// all the rest of taking a message in.
static MARKS: LazyLock<Vec<Mark>> = LazyLock::new(|| (FIRST as u32..=LAST as u32).map(mark).collect());

fn mark(code: u32) -> Mark {
    let Some(c) = char::from_u32(code) else { return Mark::Either };
    let mut one = [0; 4];
    // Each character alone: phrases ("乾隆") would shift the places.
    let alone: &str = c.encode_utf8(&mut one);
    if convert(alone, Script::Simplified) != alone {
        Mark::Traditional
    } else if !SHARED.contains(c) && convert(alone, Script::Traditional) != alone {
        Mark::Simplified
    } else {
        Mark::Either
    }
}

/// Whether `c` is a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3134F}')
}

/// Three small letters, and not one again and again ("aaaa").
fn is_word(word: &str) -> bool {
    let is_noise = || word.bytes().all(|letter| Some(letter) == word.bytes().next());
    word.bytes().filter(u8::is_ascii_lowercase).count() >= 3 && !is_noise() || word.eq_ignore_ascii_case("hi")
}

/// "WHAT IS YOUR RETURN POLICY": two words at least in capitals, each by itself, so that codes and sizes are none.
fn is_shouted(text: &str) -> bool {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '?' | '!' | ';'));
    let is_shouted = |word: &&str| {
        let has_vowel = word.contains(['A', 'E', 'I', 'O', 'U', 'Y']);
        word.len() >= 3 && has_vowel && word.bytes().all(|c| c.is_ascii_uppercase() || c == b'\'')
    };
    words.filter(is_shouted).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<Script>) {
        assert_eq!(Script::of(text), expected, "{text}");
    }

    #[test]
    fn the_script_is_seen_from_the_text() {
        for text in
            ["什么时候发货", "这件衣服多少钱", "请问能开发票吗", "后天能到吗", "孕妇能用吗？XL码", "我在台湾，能寄吗"]
        {
            check(text, Some(Script::Simplified));
        }
        for text in [
            "什麼時候發貨",
            "幾天能到",
            "可以開發票嗎",
            "有冇現貨",
            "台灣可以寄嗎",
            "這裡的尺碼準嗎",
            "只剩一件嗎？我後天要",
            "請問運費幾多",
            "冇事",
        ] {
            check(text, Some(Script::Traditional));
        }
        for text in [
            "WHAT IS YOUR RETURN POLICY",
            "How long does shipping take?",
            "refund please",
            "Do you have this 连衣裙 in a larger size?",
            "hi",
        ] {
            check(text, Some(Script::English));
        }
        check("好看吗 https://www.example.com/item/dress", Some(Script::Simplified));
        for text in [
            "aaaaaaaa",
            "https://example.com/a",
            "AP-DRESS-01 MB-DIAPER-M",
            "XL XXL",
            "",
            "你好",
            "XL",
            "165 55",
            "👍👍",
            "M4",
            "?",
            "只",
        ] {
            check(text, None);
        }
    }

    /// A word that the short way leaves alone is one that the converter leaves alone.
    #[test]
    fn what_seems_simplified_is_simplified() {
        let words: Vec<&str> = include_str!("synonyms.toml").split(|c: char| !is_han(c)).collect();
        let dictionary = super::super::words::dictionary_words();
        let all = dictionary.iter().map(String::as_str).chain(words);
        let changed =
            all.filter(|word| !word.chars().any(may_be_traditional) && convert(word, Script::Simplified) != *word);
        assert_eq!(changed.collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn text_is_brought_to_a_script() {
        assert_eq!(to_script("乾性皮膚，頭髮後面", Script::Simplified), "干性皮肤，头发后面");
        assert_eq!(to_script("乾隆皇后", Script::Simplified), "乾隆皇后");
        assert_eq!(to_script("发货后几天到", Script::Traditional), "發貨後幾天到");
        assert_eq!(to_script("为什么这里没有", Script::Traditional), "為什麼這裏沒有");
        assert_eq!(to_script("发票", Script::English), "发票");
        assert_eq!(to_script("plain text", Script::Simplified), "plain text");
    }
}
