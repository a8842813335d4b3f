//! An index over a store's FAQ, held in memory and replaced whole when the FAQ changes.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::grams::{Gram, Grams, grams};
use super::judge::{Asked, Judged, Tuning};
use super::ranking::Ranking;
use super::synonyms::SYNONYMS;
use super::words::{Term, normalise, terms_of};
use crate::at_hand::AtHand;

/// One question with its answer.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub id: String,
    /// May hold several questions, each with its question mark.
    pub question: String,
    pub answer: String,
    /// Other words under which buyers ask for this.
    pub tags: Vec<String>,
    /// The kind of goods it is about; `None` for all. Not searched: for callers who answer about one kind only.
    pub category: Option<String>,
}

/// An entry that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The place in the slice that the index was built from.
    pub entry: usize,
    pub id: String,
    /// 0 to 1. From [`Tuning::answers`] on the entry answers the question; below that it is only related.
    pub score: f32,
}

/// Finds entries. Built from all entries of a store at once; holds words and ids, not the texts.
pub struct Index {
    tuning: Tuning,
    vocabulary: Vocabulary,
    ids: Vec<String>,
    entries: Vec<Judged>,
    ranking: Ranking,
    grams: Grams,
    /// What was found for clauses: buyers ask the same again and again, and shops promise the same.
    found: AtHand<String, Arc<[(usize, f32)]>>,
}

impl Index {
    pub fn build(entries: &[Entry]) -> Self {
        Self::build_with(entries, Tuning::default())
    }

    pub fn build_with(entries: &[Entry], tuning: Tuning) -> Self {
        let mut vocabulary = Vocabulary::default();
        let mut ranking = Ranking::default();
        let mut grams = Grams::default();
        let mut judged = Vec::with_capacity(entries.len());
        for entry in entries {
            let question = normalise(&entry.question);
            let asks: Vec<&str> = sentences(&question).collect();
            let tags: Vec<String> = entry.tags.iter().take(MAX_TAGS).map(|tag| normalise(tag)).collect();
            let answer: String = entry.answer.chars().take(MAX_ANSWER).collect();

            let asked: Vec<Vec<u32>> = asks.iter().map(|ask| vocabulary.learn(&terms_of(ask))).collect();
            let tagged: Vec<Vec<u32>> = tags.iter().map(|tag| vocabulary.learn(&terms_of(tag))).collect();
            let said = vocabulary.learn(&terms_of(&normalise(&answer)));

            let question_words: Vec<u32> = asked.concat();
            let tag_words: Vec<u32> = tagged.concat();
            vocabulary.count(question_words.iter().chain(&tag_words).chain(&said));
            ranking.add(&[
                (&question_words, tuning.question_weight),
                (&tag_words, tuning.tag_weight),
                (&said, tuning.answer_weight),
            ]);
            grams.add(asks.iter().copied().chain(tags.iter().map(String::as_str)));
            judged.push(Judged::new(&asked, &tagged, &said, &tuning));
        }
        vocabulary.finish();
        ranking.finish(&tuning);
        grams.finish();
        let ids = entries.iter().map(|entry| entry.id.clone()).collect();
        Self { tuning, vocabulary, ids, entries: judged, ranking, grams, found: AtHand::new(AT_HAND) }
    }

    /// As [`Index::find`], for a text that one index alone is asked for.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        self.find(&Query::of(query), limit).0
    }

    /// The entries nearest to what the buyer asks, best first, at most `limit`, equal ones in the order of the slice; and
    /// what of it no entry answers.
    pub fn find(&self, query: &Query, limit: usize) -> (Vec<Hit>, Query) {
        if self.is_empty() {
            return (Vec::new(), query.clone());
        }
        let (mut best, mut rest): (Vec<(usize, f32)>, _) = (Vec::new(), Query::default());
        for part in &query.parts {
            // Where a clause is answered, the whole of it and others says nothing more.
            if !part.is_clause && rest.parts.len() < query.parts.len() - 1 {
                continue;
            }
            let factor = if part.is_clause { self.tuning.clause } else { 1.0 };
            let near = self.near(part);
            let scores = near.iter().map(|(entry, score)| (*entry, (factor * score).clamp(0.0, 1.0)));
            let is_answered = scores.clone().any(|(_, score)| score >= self.tuning.answers);
            best.extend(scores.filter(|(_, score)| *score >= self.tuning.related));
            if !is_answered {
                rest.parts.push(Rc::clone(part));
            }
        }
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut hits: Vec<Hit> = Vec::with_capacity(limit);
        for (entry, score) in best {
            if hits.len() == limit {
                break;
            }
            // Each entry once, with its best score.
            if !hits.iter().any(|hit| hit.entry == entry) {
                hits.push(Hit { entry, id: self.ids[entry].clone(), score });
            }
        }
        (hits, rest)
    }

    /// Whether the entry answers the question, and is not only related to it.
    pub fn answers(&self, hit: &Hit) -> bool {
        hit.score >= self.tuning.answers
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    fn near(&self, part: &Part) -> Arc<[(usize, f32)]> {
        self.found.get(part.text.as_str()).unwrap_or_else(|| {
            let found: Arc<[(usize, f32)]> = self.judged(part).into();
            if part.text.len() <= SHORT {
                self.found.put(part.text.clone(), Arc::clone(&found));
            }
            found
        })
    }

    /// The entries that a text may be about, with their scores.
    fn judged(&self, part: &Part) -> Vec<(usize, f32)> {
        let asked = Asked::new(part.terms(), &self.vocabulary, &self.tuning);
        let spelled = self.grams.spelled(part.grams());
        let mut candidates: BTreeSet<usize> = self.ranking.best(asked.ranked(), CANDIDATES).into_iter().collect();
        candidates.extend(self.grams.best(&spelled, CANDIDATES));
        let score = |entry: usize| {
            let by_words = asked.score(&self.entries[entry], &self.vocabulary, &self.tuning);
            self.tuning.blend(by_words, self.grams.score(&spelled, entry))
        };
        candidates.into_iter().map(|entry| (entry, score(entry))).collect()
    }
}

/// A text that is looked for, in one index or in several: cut once, and only where an index has not met it before.
#[derive(Clone, Default)]
pub struct Query {
    /// Its clauses where there are several, and then the whole.
    parts: Vec<Rc<Part>>,
}

struct Part {
    text: String,
    is_clause: bool,
    terms: OnceCell<Vec<Term>>,
    grams: OnceCell<Vec<Gram>>,
}

impl Query {
    /// Only the first 500 characters are looked at.
    pub fn of(text: &str) -> Self {
        let head: String = text.chars().take(MAX_QUERY).collect();
        let whole = normalise(&head);
        // "你好，昨天买的，什么时候发货？": a clause of a longer message can be the whole question.
        let clauses: Vec<&str> = whole.split(CLAUSE_ENDS).filter(|clause| !clause.trim().is_empty()).collect();
        let clauses = if clauses.len() > 1 { &clauses[..clauses.len().min(MAX_CLAUSES)] } else { &[] };
        let mut parts: Vec<_> = clauses.iter().map(|clause| Part::of((*clause).to_owned(), true)).collect();
        parts.push(Part::of(whole, false));
        Self { parts }
    }
}

impl Part {
    fn of(text: String, is_clause: bool) -> Rc<Self> {
        Rc::new(Self { text, is_clause, terms: OnceCell::new(), grams: OnceCell::new() })
    }

    fn terms(&self) -> &[Term] {
        self.terms.get_or_init(|| terms_of(&self.text))
    }

    fn grams(&self) -> &[Gram] {
        self.grams.get_or_init(|| grams(&self.text))
    }
}

/// The words of all entries, numbered.
#[derive(Default)]
pub(super) struct Vocabulary {
    numbers: HashMap<String, u32, RandomState>,
    entries_with: Vec<u32>,
    entries: u32,
    weights: Vec<f32>,
    near: Vec<Vec<u32>>,
}

impl Vocabulary {
    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    /// How much a word tells: the inverse of how many entries have it, as in BM25.
    pub(super) fn weight(&self, number: u32) -> f32 {
        self.weights[number as usize]
    }

    /// The weight of a word that no entry has.
    pub(super) fn weight_of_unknown(&self) -> f32 {
        rarity(self.entries, 0)
    }

    /// Words whose meaning is next to that of `number`.
    pub(super) fn near(&self, number: u32) -> &[u32] {
        &self.near[number as usize]
    }

    fn learn(&mut self, terms: &[Term]) -> Vec<u32> {
        terms
            .iter()
            .map(|term| {
                let fresh = self.numbers.len() as u32;
                *self.numbers.entry(term.word.clone()).or_insert(fresh)
            })
            .collect()
    }

    /// Counts one entry with these words.
    fn count<'a>(&mut self, words: impl Iterator<Item = &'a u32>) {
        self.entries += 1;
        self.entries_with.resize(self.numbers.len(), 0);
        for word in words.collect::<BTreeSet<_>>() {
            self.entries_with[*word as usize] += 1;
        }
    }

    fn finish(&mut self) {
        self.weights = self.entries_with.iter().map(|with| rarity(self.entries, *with)).collect();
        self.near = vec![Vec::new(); self.numbers.len()];
        for (word, number) in &self.numbers {
            let numbers = SYNONYMS.near(word).iter().filter_map(|other| self.number(other)).collect();
            self.near[*number as usize] = numbers;
        }
    }
}

/// BM25's inverse document frequency, the variant that is never negative.
pub(super) fn rarity(entries: u32, with: u32) -> f32 {
    let (entries, with) = (entries as f32, with as f32);
    (1.0 + (entries - with + 0.5) / (with + 0.5)).ln()
}

/// The questions in a text, one by one.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['?', '!', '。', ';', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

/// Bounds, so that one entry or one message cannot make the search slow.
const MAX_QUERY: usize = 500;
const MAX_ANSWER: usize = 1_000;
const MAX_TAGS: usize = 32;
const MAX_CLAUSES: usize = 8;
/// How many clauses are kept at hand, and of what length in bytes.
const AT_HAND: usize = 4_096;
const SHORT: usize = 120;
/// How many entries are judged in full.
const CANDIDATES: usize = 12;
const CLAUSE_ENDS: [char; 10] = ['?', '!', '。', ';', '\n', ',', '、', '~', '…', '.'];
