//! BM25: which entries are worth a closer look.

use std::collections::HashMap;

use super::index::rarity;
use super::judge::Tuning;

/// For each word the entries that have it, with the word's saturated frequency there.
#[derive(Default)]
pub(super) struct Ranking {
    postings: Vec<Vec<(u32, f32)>>,
    lengths: Vec<f32>,
}

impl Ranking {
    /// Adds one entry: its fields as word numbers, each with the weight of the field.
    pub(super) fn add(&mut self, fields: &[(&[u32], f32)]) {
        let entry = self.lengths.len() as u32;
        let mut frequencies: HashMap<u32, f32> = HashMap::new();
        let mut length = 0.0;
        for (words, weight) in fields {
            for word in *words {
                *frequencies.entry(*word).or_insert(0.0) += weight;
                length += weight;
            }
        }
        for (word, frequency) in frequencies {
            let word = word as usize;
            if self.postings.len() <= word {
                self.postings.resize(word + 1, Vec::new());
            }
            self.postings[word].push((entry, frequency));
        }
        self.lengths.push(length);
    }

    /// Turns frequencies into BM25's scores, now that the average length is known.
    pub(super) fn finish(&mut self, tuning: &Tuning) {
        let entries = self.lengths.len() as u32;
        let average = (self.lengths.iter().sum::<f32>() / entries.max(1) as f32).max(1.0);
        for posting in &mut self.postings {
            let weight = rarity(entries, posting.len() as u32);
            for (entry, frequency) in posting {
                let length = self.lengths[*entry as usize] / average;
                let damping = tuning.k1 * (1.0 - tuning.b + tuning.b * length);
                *frequency = weight * *frequency * (tuning.k1 + 1.0) / (*frequency + damping);
            }
        }
    }

    /// The best entries for words with weights, at most `limit`.
    pub(super) fn best(&self, words: impl Iterator<Item = (u32, f32)>, limit: usize) -> Vec<usize> {
        let mut scores = Scores::of(self.lengths.len());
        for (word, weight) in words {
            for (entry, score) in self.postings.get(word as usize).into_iter().flatten() {
                scores.add(*entry, weight * score);
            }
        }
        scores.top(limit)
    }
}

/// What entries score, added up. A place for each entry is faster than a table of those that were met.
pub(super) struct Scores {
    all: Vec<f32>,
    met: Vec<u32>,
}

impl Scores {
    pub(super) fn of(entries: usize) -> Self {
        Self { all: vec![0.0; entries], met: Vec::new() }
    }

    pub(super) fn add(&mut self, entry: u32, score: f32) {
        let known = &mut self.all[entry as usize];
        if *known == 0.0 {
            self.met.push(entry);
        }
        *known += score;
    }

    /// The entries of the highest scores; equal scores in the order of the entries.
    pub(super) fn top(mut self, limit: usize) -> Vec<usize> {
        let order = |a: &u32, b: &u32| self.all[*b as usize].total_cmp(&self.all[*a as usize]).then(a.cmp(b));
        if self.met.len() > limit {
            self.met.select_nth_unstable_by(limit, order);
            self.met.truncate(limit);
        }
        self.met.into_iter().map(|entry| entry as usize).collect()
    }
}
