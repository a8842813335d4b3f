//! Compares texts by their characters, for misspelled words and for words that the dictionary lacks.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::RandomState;

use super::index::rarity;
use super::ranking::Scores;
use crate::experts::plain::is_letter;

/// Pairs of neighbouring characters, and single characters with a smaller weight.
pub(super) type Gram = (char, char);

/// The characters of every question and tag.
#[derive(Default)]
pub(super) struct Grams {
    numbers: HashMap<Gram, u32, RandomState>,
    /// For each gram the entries, and the questions and tags, that have it.
    postings: Vec<Vec<u32>>,
    part_postings: Vec<Vec<u32>>,
    weights: Vec<f32>,
    /// For each entry which are its questions and tags.
    entries: Vec<Range<usize>>,
    /// What each question or tag weighs.
    parts: Vec<f32>,
}

/// A question as grams; those that no entry has count only as missing.
pub(super) struct Spelled {
    known: Vec<u32>,
    weight: f32,
    /// What it shares with each question or tag.
    shared: Vec<f32>,
}

impl Grams {
    pub(super) fn add<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        let entry = self.entries.len() as u32;
        let first = self.parts.len();
        for text in texts {
            let part = self.parts.len() as u32;
            for gram in grams(text) {
                let fresh = self.numbers.len() as u32;
                let number = *self.numbers.entry(gram).or_insert(fresh);
                if number == fresh {
                    self.postings.push(Vec::new());
                    self.part_postings.push(Vec::new());
                }
                let posting = &mut self.postings[number as usize];
                if posting.last() != Some(&entry) {
                    posting.push(entry);
                }
                self.part_postings[number as usize].push(part);
            }
            self.parts.push(0.0);
        }
        self.entries.push(first..self.parts.len());
    }

    pub(super) fn finish(&mut self) {
        let entries = self.entries.len() as u32;
        self.weights = vec![0.0; self.numbers.len()];
        // In order, so that the same entries give the same sums to the last bit.
        let mut grams: Vec<(&Gram, usize)> =
            self.numbers.iter().map(|(gram, number)| (gram, *number as usize)).collect();
        grams.sort_unstable();
        for (gram, number) in grams {
            let weight = share(*gram) * rarity(entries, self.postings[number].len() as u32);
            self.weights[number] = weight;
            for part in &self.part_postings[number] {
                self.parts[*part as usize] += weight;
            }
        }
    }

    pub(super) fn spelled(&self, grams: &[Gram]) -> Spelled {
        let unknown = rarity(self.entries.len() as u32, 0);
        let mut spelled = Spelled { known: Vec::new(), weight: 0.0, shared: vec![0.0; self.parts.len()] };
        for gram in grams {
            let Some(number) = self.numbers.get(gram) else {
                spelled.weight += share(*gram) * unknown;
                continue;
            };
            let weight = self.weights[*number as usize];
            spelled.known.push(*number);
            spelled.weight += weight;
            for part in &self.part_postings[*number as usize] {
                spelled.shared[*part as usize] += weight;
            }
        }
        spelled
    }

    pub(super) fn best(&self, spelled: &Spelled, limit: usize) -> Vec<usize> {
        let mut scores = Scores::of(self.entries.len());
        for gram in &spelled.known {
            for entry in &self.postings[*gram as usize] {
                scores.add(*entry, self.weights[*gram as usize]);
            }
        }
        scores.top(limit)
    }

    /// How alike the question and the best question or tag of the entry are: Dice's coefficient, weighted, 0 to 1.
    pub(super) fn score(&self, spelled: &Spelled, entry: usize) -> f32 {
        let alike = |part: usize| {
            let weight = self.parts[part] + spelled.weight;
            if weight > 0.0 { 2.0 * spelled.shared[part] / weight } else { 0.0 }
        };
        self.entries[entry].clone().map(alike).fold(0.0, f32::max)
    }
}

/// Each gram of a text once. A single character is paired with NUL, which normalised text does not have.
pub(super) fn grams(text: &str) -> Vec<Gram> {
    let chars: Vec<char> = text.chars().filter(|c| is_letter(*c) && !EMPTY.contains(*c)).collect();
    let pairs = chars.windows(2).map(|pair| (pair[0], pair[1]));
    let mut grams: Vec<Gram> = pairs.chain(chars.iter().map(|c| (*c, '\0'))).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// What a gram counts beside others.
fn share(gram: Gram) -> f32 {
    if gram.1 == '\0' { 0.4 } else { 1.0 }
}

/// Characters that stand in any question.
const EMPTY: &str = "的了吗呢啊呀吧哦嘛啦我你您们是在就都也还很请问下个这那";
