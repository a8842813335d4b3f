//! The words that the reader knows (`words.toml`), found at a place of a text, the longest first.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};

use super::fold::fold_word;

/// What a word means to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Unit(Unit),
    Label(Label),
    /// A person's id; `pronoun` and `nobody` are settled where the sentence is read.
    Person(&'static str),
    Tag(Tag),
    Size(&'static str),
    SizeMark,
    Shape(&'static str),
    Sex(&'static str),
    Condition(&'static str),
    Active(&'static str),
    Feeding(&'static str),
    Number(u32),
    Province(&'static str),
    /// Its province, and itself.
    City(&'static str, &'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Cm,
    M,
    Feet,
    Inch,
    /// 尺, a third of a metre.
    Chi,
    /// 寸, a tenth of that; or an inch, as jeans are sold.
    Cun,
    Kg,
    /// 斤, half a kilogram.
    Jin,
    JinSlip,
    /// 台斤, 0.6 kg.
    TaiwanJin,
    /// 两, a tenth of a 斤.
    Liang,
    Lb,
    Stone,
    Month,
    Day,
    Week,
    Year,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Label {
    Height,
    Weight,
    Bust,
    Underbust,
    Waist,
    Hip,
    Shoulder,
    Leg,
    Three,
    Age,
    Tall,
    Heavy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Tag {
    About,
    /// 多: some more than the figure.
    More,
    /// 来: about the figure.
    Some,
    Half,
    Join,
    IsNot,
    Correction,
    Past,
    Present,
    /// A difference, a change or a wish: not what somebody is.
    Delta,
    Usual,
    Wear,
    Question,
    Offer,
    Bound,
    This,
    Stock,
    Fetch,
    Price,
    Goods,
    Counter,
    Ordinal,
    Born,
    Of,
    Is,
    Using,
    Place,
    Order,
    Nothing,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    units: HashMap<Unit, Vec<String>>,
    labels: HashMap<Label, Vec<String>>,
    people: BTreeMap<String, Vec<String>>,
    tags: HashMap<Tag, Vec<String>>,
    sizes: BTreeMap<String, Vec<String>>,
    size_marks: BTreeMap<String, Vec<String>>,
    shapes: BTreeMap<String, Vec<String>>,
    sexes: BTreeMap<String, Vec<String>>,
    conditions: BTreeMap<String, Vec<String>>,
    actives: BTreeMap<String, Vec<String>>,
    feedings: BTreeMap<String, Vec<String>>,
    numbers: BTreeMap<String, Vec<String>>,
    provinces: BTreeMap<String, Vec<String>>,
    /// Of provinces and cities, in Latin letters.
    latin: BTreeMap<String, Vec<String>>,
}

/// By first character, the longest first.
struct Words(HashMap<char, Vec<(Vec<char>, Word)>, RandomState>);

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    let file: File = toml::from_str(include_str!("words.toml")).expect("words.toml");
    let mut words = Words(HashMap::default());
    words.fill(file);
    for list in words.0.values_mut() {
        list.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    }
    words
});

impl Words {
    fn fill(&mut self, file: File) {
        for (unit, words) in file.units {
            self.add(words, Word::Unit(unit));
        }
        for (label, words) in file.labels {
            self.add(words, Word::Label(label));
        }
        for (tag, words) in file.tags {
            self.add(words, Word::Tag(tag));
        }
        self.add(file.size_marks.into_values().flatten().collect(), Word::SizeMark);
        self.add_named(file.people, Word::Person);
        self.add_named(file.sizes, Word::Size);
        self.add_named(file.shapes, Word::Shape);
        self.add_named(file.sexes, Word::Sex);
        self.add_named(file.conditions, Word::Condition);
        self.add_named(file.actives, Word::Active);
        self.add_named(file.feedings, Word::Feeding);
        for (number, words) in file.numbers {
            self.add(words, Word::Number(number.parse().unwrap_or(0)));
        }
        let latin = |name: &str| file.latin.get(name).into_iter().flatten().cloned().chain([name.to_owned()]).collect();
        for (province, cities) in file.provinces {
            let province = leak(province);
            self.add(latin(province), Word::Province(province));
            for city in cities {
                let name = leak(city);
                self.add(latin(name), Word::City(province, name));
            }
        }
    }

    fn add_named(&mut self, lists: BTreeMap<String, Vec<String>>, meaning: fn(&'static str) -> Word) {
        for (name, words) in lists {
            self.add(words, meaning(leak(name)));
        }
    }

    fn add(&mut self, words: Vec<String>, meaning: Word) {
        for word in words {
            let word = fold_word(&word);
            if let Some(first) = word.first() {
                self.0.entry(*first).or_default().push((word, meaning));
            }
        }
    }
}

/// Once a program, for a list that lives as long.
fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// The longest word that begins at `at`, and its length.
pub(super) fn find(chars: &[char], at: usize) -> Option<(Word, usize)> {
    let rest = chars.get(at..)?;
    let list = WORDS.0.get(rest.first()?)?;
    let stands_alone = |word: &[char]| {
        let before = at.checked_sub(1).map(|i| chars[i]);
        // The "o" of "16ocm" is a nought.
        let after_nought = at >= 2 && chars[at - 1] == 'o' && chars[at - 2].is_ascii_digit();
        let starts = !word[0].is_ascii_alphabetic() || after_nought || !before.is_some_and(is_of_word);
        let next = rest.get(word.len());
        let goes_on = next.is_some_and(char::is_ascii_alphabetic)
            || next == Some(&'\'') && rest.get(word.len() + 1).is_some_and(char::is_ascii_alphabetic);
        let ends = !word[word.len() - 1].is_ascii_alphabetic() || !goes_on;
        starts && ends
    };
    let found = list.iter().find(|(word, _)| rest.starts_with(word) && stands_alone(word))?;
    Some((found.1, found.0.len()))
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '\''
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_and_says_nothing_twice() {
        let file: File = toml::from_str(include_str!("words.toml")).unwrap();
        assert_eq!(file.tags.len(), 29);
        for list in WORDS.0.values() {
            for pair in list.windows(2) {
                assert_ne!(pair[0].0, pair[1].0, "{:?} and {:?}", pair[0].1, pair[1].1);
            }
        }
    }
}
