//! Which words mean the same: `synonyms.toml`, read once.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// What the words of the trade mean to each other.
pub(super) struct Synonyms {
    stop: HashSet<String>,
    light: HashSet<String>,
    /// Words the dictionary must know, so that they stay whole.
    words: Vec<String>,
    /// A word to the word that names its meaning.
    names: HashMap<String, String>,
    /// A meaning to the meanings next to it.
    near: HashMap<String, Vec<String>>,
}

/// The synonyms inside the program.
pub(super) static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    Synonyms::parse(include_str!("synonyms.toml")).expect("synonyms.toml")
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    stop: Vec<String>,
    light: Vec<String>,
    words: Vec<String>,
    same: Vec<Vec<String>>,
    near: Vec<Vec<String>>,
}

impl Synonyms {
    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let mut names = HashMap::new();
        for group in &file.same {
            for word in group {
                // The first line that has a word gives it its meaning.
                names.entry(word.clone()).or_insert_with(|| group[0].clone());
            }
        }
        let mut near: HashMap<String, Vec<String>> = HashMap::new();
        for group in &file.near {
            for word in group {
                let others = group.iter().filter(|other| *other != word).cloned();
                near.entry(word.clone()).or_default().extend(others);
            }
        }
        let (stop, light) = (file.stop.into_iter().collect(), file.light.into_iter().collect());
        Ok(Self { stop, light, words: file.words, names, near })
    }

    /// Whether a word carries no meaning of its own.
    pub(super) fn is_stop(&self, word: &str) -> bool {
        self.stop.contains(word)
    }

    /// Whether a word says which one and not what: a day, a place, a number.
    pub(super) fn is_light(&self, word: &str) -> bool {
        self.light.contains(word)
    }

    /// The word that names the meaning of `word`, if the table has it.
    pub(super) fn name(&self, word: &str) -> Option<&str> {
        self.names.get(word).map(String::as_str)
    }

    /// The meanings next to the meaning `name`.
    pub(super) fn near(&self, name: &str) -> &[String] {
        self.near.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every word that must not be cut apart.
    pub(super) fn whole(&self) -> impl Iterator<Item = &str> {
        let all = self.words.iter().chain(&self.stop).chain(&self.light).chain(self.names.keys());
        all.map(String::as_str).filter(|word| word.chars().count() >= 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        let mut seen = HashSet::new();
        for (word, name) in &SYNONYMS.names {
            assert_eq!(SYNONYMS.names.get(name), Some(name), "{name} names {word} and must name itself");
            assert!(!SYNONYMS.is_stop(word), "{word} has a meaning and cannot be a stop word");
            seen.insert(name);
        }
        for word in &SYNONYMS.light {
            assert!(!SYNONYMS.is_stop(word), "{word} is light and cannot be a stop word");
        }
        for (name, others) in &SYNONYMS.near {
            for word in others.iter().chain([name]) {
                assert!(seen.contains(word), "{word} is near something but names no meaning");
            }
        }
    }

    #[test]
    fn no_word_has_two_meanings() {
        let file: File = toml::from_str(include_str!("synonyms.toml")).unwrap();
        let mut seen = HashSet::new();
        for word in file.same.iter().flatten() {
            assert!(seen.insert(word), "{word} stands in two lines");
        }
    }
}
