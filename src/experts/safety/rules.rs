//! Reads `rules.toml` and `signs.toml`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::Deserialize;

use super::context::Takebacks;
use super::spelling::Spelling;
use super::{Kind, Level, SafetyContext};
use crate::experts::patterns::{Names, Patterns, regex};

pub(super) struct Rules {
    pub version: String,
    pub spelling: Spelling,
    pub benign: Patterns,
    pub takebacks: Takebacks,
    infant: Regex,
    infant_goods: Regex,
    pet: Regex,
    adult: Regex,
    signs: Vec<Sign>,
    /// All patterns of all signs; `owners` says whose each is.
    patterns: Patterns,
    owners: Vec<usize>,
}

/// Whose signs are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Adult,
    Infant,
    Pet,
}

pub(super) struct Sign {
    pub id: String,
    /// Where it is always of one kind, whoever it is about.
    pub kind: Option<Kind>,
    /// Dropped when only the suitability of goods is asked, or when it is over.
    pub mild: bool,
    /// Holds whatever stands around it.
    certain: bool,
    level: Option<Level>,
    adult: Option<Level>,
    infant: Option<Level>,
    pet: Option<Level>,
    patterns: Vec<Regex>,
}

impl Rules {
    pub fn get() -> &'static Self {
        static RULES: LazyLock<Rules> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "the files are part of the program, and every test here reads them")]
            Rules::read(include_str!("rules.toml"), include_str!("signs.toml")).expect("safety/rules.toml, signs.toml")
        });
        &RULES
    }

    fn read(rules: &str, signs: &str) -> anyhow::Result<Self> {
        let file: RulesFile = toml::from_str(rules)?;
        let names = &file.names;
        let (mut signs_read, mut all, mut owners) = (Vec::new(), Vec::new(), Vec::new());
        for (number, sign) in toml::from_str::<SignsFile>(signs)?.sign.into_iter().enumerate() {
            owners.extend(sign.patterns.iter().map(|_| number));
            let patterns = sign.patterns.iter().map(|pattern| regex(pattern, names)).collect::<Result<_, _>>()?;
            all.extend(sign.patterns);
            signs_read.push(Sign {
                id: sign.id,
                kind: sign.kind,
                mild: sign.mild,
                certain: sign.certain,
                level: sign.level,
                adult: sign.adult,
                infant: sign.infant,
                pet: sign.pet,
                patterns,
            });
        }
        let one_of = |patterns: &[String]| regex(&patterns.join("|"), names);
        Ok(Self {
            version: file.version,
            benign: Patterns::new(file.benign.patterns.iter().map(String::as_str), names)?,
            takebacks: Takebacks::new(&file.context, names)?,
            infant: one_of(&file.subject.infant)?,
            infant_goods: one_of(&file.subject.infant_goods)?,
            pet: one_of(&file.subject.pet)?,
            adult: one_of(&file.subject.adult)?,
            spelling: Spelling::new(&file.spelling)?,
            patterns: Patterns::new(all.iter().map(String::as_str), names)?,
            signs: signs_read,
            owners,
        })
    }

    /// Whom the text is about. What it names outranks what the store sells and whom the profile knows.
    /// `whole` is the text before harmless words were taken out.
    pub fn subject(&self, text: &str, whole: &str, known: &SafetyContext) -> Subject {
        let infant = || self.infant.is_match(text) || self.infant_goods.is_match(whole);
        if self.pet.is_match(text) {
            // "宝宝" beside a dog is mostly the dog's, in a shop for pets; elsewhere the child goes first.
            return if known.category != "pet" && infant() { Subject::Infant } else { Subject::Pet };
        }
        if known.category == "pet" {
            return if self.adult.is_match(text) { Subject::Adult } else { Subject::Pet };
        }
        if infant() {
            return Subject::Infant;
        }
        let for_babies =
            known.category == "mother_baby" || (known.category.is_empty() && !known.baby_months.is_empty());
        if for_babies && !self.adult.is_match(text) { Subject::Infant } else { Subject::Adult }
    }

    /// The signs that occur in `text`.
    pub fn signs_in(&self, text: &str) -> impl Iterator<Item = &Sign> {
        let mut owners: Vec<usize> = self.patterns.occurring(text).map(|number| self.owners[number]).collect();
        owners.dedup();
        owners.into_iter().map(|number| &self.signs[number]).filter(|sign| !sign.certain)
    }

    /// Signs that hold whatever stands around them, also in words that are harmless otherwise ("敏感肌").
    pub fn lasting(&self) -> impl Iterator<Item = &Sign> {
        self.signs.iter().filter(|sign| sign.certain)
    }
}

impl Sign {
    pub fn level_for(&self, subject: Subject) -> Option<Level> {
        let own = match subject {
            Subject::Adult => self.adult,
            Subject::Infant => self.infant,
            Subject::Pet => self.pet,
        };
        own.or(self.level)
    }

    /// Where it stands in `text`, in the order of the text. What a pattern's group `skip` takes is another sign's.
    pub fn found_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> {
        let skipped = |found: &Captures| found.name("skip").is_some();
        let all = self.patterns.iter().flat_map(|pattern| pattern.captures_iter(text));
        let mut found: Vec<_> = all.filter(|found| !skipped(found)).filter_map(|found| found.get(0)).collect();
        found.sort_by_key(regex::Match::start);
        // "rash" is no sign in "trash": Latin words begin where they begin.
        let begins = |at: usize| {
            let latin = |c: char| c.is_ascii_alphabetic();
            !(text[at..].starts_with(latin) && text[..at].ends_with(latin))
        };
        found.into_iter().map(|found| found.range()).filter(move |found| begins(found.start))
    }
}

impl Subject {
    pub fn kind(self) -> Kind {
        match self {
            Self::Adult => Kind::Skin,
            Self::Infant => Kind::Infant,
            Self::Pet => Kind::Pet,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    version: String,
    names: Names,
    subject: SubjectFile,
    spelling: super::spelling::SpellingFile,
    benign: PatternsFile,
    context: super::context::ContextFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectFile {
    infant: Vec<String>,
    infant_goods: Vec<String>,
    pet: Vec<String>,
    adult: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternsFile {
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignsFile {
    sign: Vec<SignFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignFile {
    id: String,
    kind: Option<Kind>,
    level: Option<Level>,
    adult: Option<Level>,
    infant: Option<Level>,
    pet: Option<Level>,
    #[serde(default)]
    mild: bool,
    #[serde(default)]
    certain: bool,
    patterns: Vec<String>,
}
