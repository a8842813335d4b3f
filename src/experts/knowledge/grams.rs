//! Compares texts by their characters, for misspelled words and for words that the dictionary lacks.

use std::collections::{BTreeSet, HashMap};

use super::index::rarity;
use super::ranking::top;

/// Pairs of neighbouring characters, and single characters with a smaller weight.
type Gram = (char, char);

/// The characters of every question and tag.
#[derive(Default)]
pub(super) struct Grams {
    numbers: HashMap<Gram, u32>,
    postings: Vec<Vec<u32>>,
    weights: Vec<f32>,
    /// For each entry, each of its questions and tags.
    entries: Vec<Vec<Part>>,
}

/// A question or a tag: its grams in order, and what they weigh together.
struct Part {
    grams: Vec<u32>,
    weight: f32,
}

/// A question as grams; those that no entry has count only as missing.
pub(super) struct Spelled {
    known: Vec<u32>,
    weight: f32,
}

impl Grams {
    pub(super) fn add<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let entry = self.entries.len() as u32;
        let mut parts = Vec::new();
        for text in texts {
            let mut part = Vec::new();
            for gram in grams(text) {
                let fresh = self.numbers.len() as u32;
                let number = *self.numbers.entry(gram).or_insert(fresh);
                if number == fresh {
                    self.postings.push(Vec::new());
                }
                let posting = &mut self.postings[number as usize];
                if posting.last() != Some(&entry) {
                    posting.push(entry);
                }
                part.push(number);
            }
            part.sort_unstable();
            parts.push(Part { grams: part, weight: 0.0 });
        }
        self.entries.push(parts);
    }

    pub(super) fn finish(&mut self) {
        let entries = self.entries.len() as u32;
        self.weights = vec![0.0; self.numbers.len()];
        for (gram, number) in &self.numbers {
            let with = self.postings[*number as usize].len() as u32;
            self.weights[*number as usize] = share(*gram) * rarity(entries, with);
        }
        for part in self.entries.iter_mut().flatten() {
            part.weight = part.grams.iter().map(|gram| self.weights[*gram as usize]).sum();
        }
    }

    pub(super) fn spelled(&self, text: &str) -> Spelled {
        let unknown = rarity(self.entries.len() as u32, 0);
        let mut known = Vec::new();
        let mut weight = 0.0;
        for gram in grams(text) {
            match self.numbers.get(&gram) {
                Some(number) => {
                    known.push(*number);
                    weight += self.weights[*number as usize];
                }
                None => weight += share(gram) * unknown,
            }
        }
        known.sort_unstable();
        Spelled { known, weight }
    }

    pub(super) fn best(&self, spelled: &Spelled, limit: usize) -> Vec<usize> {
        let mut scores: HashMap<u32, f32> = HashMap::new();
        for gram in &spelled.known {
            for entry in &self.postings[*gram as usize] {
                *scores.entry(*entry).or_insert(0.0) += self.weights[*gram as usize];
            }
        }
        top(scores, limit)
    }

    /// How alike the question and the best question or tag of the entry are: Dice's coefficient, weighted, 0 to 1.
    pub(super) fn score(&self, spelled: &Spelled, entry: usize) -> f32 {
        let parts = self.entries[entry].iter();
        parts.map(|part| self.alike(spelled, part)).fold(0.0, f32::max)
    }

    fn alike(&self, spelled: &Spelled, part: &Part) -> f32 {
        // Both are in order, so that one walk finds what they share.
        let mut known = spelled.known.iter().peekable();
        let mut shared = 0.0;
        for gram in &part.grams {
            while known.next_if(|known| *known < gram).is_some() {}
            if known.next_if_eq(&gram).is_some() {
                shared += self.weights[*gram as usize];
            }
        }
        let weight = part.weight + spelled.weight;
        if weight > 0.0 { 2.0 * shared / weight } else { 0.0 }
    }
}

/// Each gram of a text once. A single character is paired with NUL, which normalised text does not have.
fn grams(text: &str) -> BTreeSet<Gram> {
    let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric() && !EMPTY.contains(*c)).collect();
    let pairs = chars.windows(2).map(|pair| (pair[0], pair[1]));
    pairs.chain(chars.iter().map(|c| (*c, '\0'))).collect()
}

/// What a gram counts beside others.
fn share(gram: Gram) -> f32 {
    if gram.1 == '\0' { 0.4 } else { 1.0 }
}

/// Characters that stand in any question.
const EMPTY: &str = "的了吗呢啊呀吧哦嘛啦我你您们是在就都也还很请问下个这那";
