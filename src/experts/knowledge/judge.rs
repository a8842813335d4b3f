//! Judges whether an entry answers a question: a score from 0 to 1 that means the same in every store.
//!
//! BM25 ranks, but its numbers depend on the store. So the best entries are judged again by two shares, both weighted
//! with how much each word tells: how much of the question the entry covers, and how much of one of the entry's own
//! questions the buyer asked. A word that no entry has weighs most: "今天天气怎么样" is about something else.

use serde::{Deserialize, Serialize};

use super::index::Vocabulary;
use super::words::Term;

/// The numbers of the search. Set by trying the tables of `tests.rs`; see there for what they reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tuning {
    /// From this score on an entry answers the question.
    pub answers: f32,
    /// Below this score an entry is not even related.
    pub related: f32,
    /// BM25: how soon repeating a word stops to help.
    pub k1: f32,
    /// BM25: how much long entries are held back.
    pub b: f32,
    /// What a word counts in the question, the tags and the answer of an entry.
    pub question_weight: f32,
    pub tag_weight: f32,
    pub answer_weight: f32,
    /// What a word counts that is only near in meaning.
    pub near: f32,
    /// What a word counts that says little ([`Term::is_light`]).
    pub light: f32,
    /// What a score counts when only such words agree.
    pub unfounded: f32,
    /// What a word counts that no entry has.
    pub unknown: f32,
    /// The share of "the entry covers the question"; the rest is "the buyer asked the entry's question".
    pub covered: f32,
    /// What a clause counts beside the whole message.
    pub clause: f32,
    /// What likeness of characters counts beside words.
    pub characters: f32,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            answers: 0.45,
            related: 0.15,
            k1: 1.2,
            b: 0.5,
            question_weight: 3.0,
            tag_weight: 2.0,
            answer_weight: 1.0,
            near: 0.5,
            light: 0.35,
            unfounded: 0.6,
            unknown: 1.0,
            covered: 0.65,
            clause: 0.95,
            characters: 0.3,
        }
    }
}

impl Tuning {
    /// Words and characters together: characters can lift a score and only words can bring it to 1.
    pub(super) fn blend(&self, by_words: f32, by_characters: f32) -> f32 {
        let mixed = (1.0 - self.characters) * by_words + self.characters * by_characters;
        mixed.max(by_words * 0.9)
    }
}

/// An entry as it is judged.
pub(super) struct Judged {
    /// Each word with the weight of the best field it stands in, sorted by word.
    words: Vec<(u32, f32)>,
    /// The entry's own questions and tags, each with what it counts.
    asks: Vec<(Vec<u32>, f32)>,
}

impl Judged {
    pub(super) fn new(asked: &[Vec<u32>], tagged: &[Vec<u32>], said: &[u32], tuning: &Tuning) -> Self {
        let tag = tuning.tag_weight / tuning.question_weight;
        let answer = tuning.answer_weight / tuning.question_weight;
        let mut words: Vec<(u32, f32)> = Vec::new();
        words.extend(asked.iter().flatten().map(|word| (*word, 1.0)));
        words.extend(tagged.iter().flatten().map(|word| (*word, tag.sqrt())));
        words.extend(said.iter().map(|word| (*word, answer)));
        words.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        words.dedup_by_key(|word| word.0);
        let asks = asked.iter().map(|ask| (ask, 1.0)).chain(tagged.iter().map(|tag_words| (tag_words, tag.sqrt())));
        let asks = asks.filter(|(words, _)| !words.is_empty()).map(|(words, counts)| {
            let mut words = words.clone();
            words.sort_unstable();
            words.dedup();
            (words, counts)
        });
        Self { words, asks: asks.collect() }
    }
}

/// A question in the words of the index.
pub(super) struct Asked {
    words: Vec<Word>,
    near: Vec<u32>,
    /// The same as sets.
    among_words: Numbers,
    among_near: Numbers,
    tuning_near: f32,
}

/// A set of words' numbers, a bit for each word of the vocabulary.
struct Numbers(Vec<u64>);

impl Numbers {
    fn of(numbers: impl Iterator<Item = u32>, words: usize) -> Self {
        let mut bits = vec![0; words.div_ceil(64)];
        for number in numbers {
            bits[number as usize / 64] |= 1 << (number % 64);
        }
        Self(bits)
    }

    fn has(&self, number: u32) -> bool {
        self.0[number as usize / 64] & (1 << (number % 64)) != 0
    }
}

/// A word of the question, once.
struct Word {
    /// `None` for a word that no entry has.
    number: Option<u32>,
    weight: f32,
    is_light: bool,
}

impl Asked {
    pub(super) fn new(terms: &[Term], vocabulary: &Vocabulary, tuning: &Tuning) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for term in terms {
            if seen.contains(&term.word.as_str()) || seen.len() >= MAX_WORDS {
                continue;
            }
            seen.push(&term.word);
            let number = vocabulary.number(&term.word);
            let unknown = vocabulary.weight_of_unknown() * tuning.unknown;
            let weight = number.map_or(unknown, |number| vocabulary.weight(number));
            let weight = if term.is_light { weight * tuning.light } else { weight };
            words.push(Word { number, weight, is_light: term.is_light });
        }
        let near = words.iter().filter_map(|word| word.number).flat_map(|word| vocabulary.near(word));
        let near: Vec<u32> = near.copied().collect();
        let among_words = Numbers::of(words.iter().filter_map(|word| word.number), vocabulary.len());
        let among_near = Numbers::of(near.iter().copied(), vocabulary.len());
        Self { words, near, among_words, among_near, tuning_near: tuning.near }
    }

    /// The words and their neighbours with weights, for ranking.
    pub(super) fn ranked(&self) -> impl Iterator<Item = (u32, f32)> {
        let words = self.words.iter().filter_map(|word| word.number.map(|number| (number, 1.0)));
        words.chain(self.near.iter().map(|word| (*word, self.tuning_near)))
    }

    /// 0 to 1: whether the entry answers.
    pub(super) fn score(&self, entry: &Judged, vocabulary: &Vocabulary, tuning: &Tuning) -> f32 {
        let shared: Vec<(u32, f32)> = entry.words.iter().filter(|(word, _)| self.has(*word)).copied().collect();
        if shared.is_empty() {
            return 0.0;
        }
        let (mut covered, mut total, mut is_founded) = (0.0, 0.0, false);
        for word in &self.words {
            let strength = word.number.map_or(0.0, |number| strength(number, &shared, vocabulary, tuning));
            covered += word.weight * strength;
            total += word.weight;
            is_founded |= strength > 0.0 && !word.is_light;
        }
        if total <= 0.0 {
            return 0.0;
        }
        let covered = covered / total;
        let asked = entry.asks.iter().map(|(ask, counts)| counts * self.share_of(ask, vocabulary, tuning));
        let asked = asked.fold(0.0, f32::max);
        let score = covered.powf(tuning.covered) * asked.powf(1.0 - tuning.covered);
        if is_founded { score } else { score * tuning.unfounded }
    }

    /// Whether the question has a word, or one that is near it.
    fn has(&self, word: u32) -> bool {
        self.among_words.has(word) || self.among_near.has(word)
    }

    /// How much of one of the entry's own questions the buyer asked.
    fn share_of(&self, ask: &[u32], vocabulary: &Vocabulary, tuning: &Tuning) -> f32 {
        let (mut shared, mut total) = (0.0, 0.0);
        for word in ask {
            let weight = vocabulary.weight(*word);
            total += weight;
            if self.among_words.has(*word) {
                shared += weight;
            } else if self.among_near.has(*word) {
                shared += weight * tuning.near;
            }
        }
        if total > 0.0 { shared / total } else { 0.0 }
    }
}

/// How strongly an entry has a word or one near it, by the few words that it shares with the question.
fn strength(word: u32, shared: &[(u32, f32)], vocabulary: &Vocabulary, tuning: &Tuning) -> f32 {
    let of = |word: u32| shared.iter().find(|(known, _)| *known == word).map_or(0.0, |(_, strength)| *strength);
    let near = vocabulary.near(word).iter().map(|near| tuning.near * of(*near));
    near.fold(of(word), f32::max)
}

/// A message of more different words than this is not one question.
const MAX_WORDS: usize = 64;
