//! Packs: what the assistant is told, may call and can answer for one kind of goods, as files that a merchant edits.
//!
//! [`Pack::parse`] takes [`Files`] whole or names every mistake with file, line and column. [`Shelf`] says which pack
//! is in force for a store: one that the store published, else one of the watched folder, else the program's own.
//! [`publishing`] keeps versions, which never change.

mod built_in;
mod case;
mod files;
mod flaw;
mod folder;
mod knowledge;
mod manifest;
pub mod publishing;
mod rehearsal;
mod replies;
mod shelf;
mod template;
mod within;

#[cfg(test)]
mod tests;

use std::fmt;

pub use built_in::built_in;
pub use case::{Case, Context, Data, Row, Turn};
pub use files::{Files, MAX_BYTES};
pub use flaw::{Flaw, Flaws};
pub use knowledge::Known;
pub use manifest::{Escalation, Expert, Limits, Manifest, Mode, Skill};
pub use rehearsal::{Answered, Failure, Rehearsal, Report, judge, rehearse};
pub use replies::Replies;
pub use shelf::Shelf;
pub use template::Facts;

use crate::error::{Error, Result};
use crate::locale::Locale;

/// A pack, whole and checked. It never changes.
#[derive(Clone)]
pub struct Pack {
    pub manifest: Manifest,
    /// Stamped on everything that is said with it.
    pub version: Version,
    pub replies: Replies,
    pub knowledge: Vec<Known>,
    pub cases: Vec<Case>,
    pub files: Files,
    system: template::Template,
}

/// Which words these are, and where they come from: `apparel@3-9f86d081884c`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub pack: String,
    pub source: Source,
    /// SHA-256 of the files, hex.
    pub hash: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Part of the program.
    BuiltIn,
    /// From the watched folder.
    Folder,
    /// Published by the store under this number.
    Published(i64),
}

impl Pack {
    /// Reads a pack; every file's first mistakes at once.
    pub fn parse(files: Files, source: Source) -> Result<Self, Flaws> {
        let mut flaws = Flaws::default();
        for file in [manifest::FILE, template::FILE] {
            if files.get(file).is_none() {
                flaws.0.push(Flaw::of_file(file, "this file is missing"));
            }
        }
        let manifest = files.get(manifest::FILE).and_then(|text| flaws.take(Manifest::parse(text)));
        let texts = Locale::ALL.map(|locale| files.get(&format!("replies.{}.toml", locale.tag())));
        let replies = flaws.take(Replies::parse(texts));
        let Some(manifest) = manifest else { return Err(flaws) };
        let system = files.get(template::FILE).and_then(|text| flaws.take(template::Template::parse(text, &manifest)));
        let knowledge = flaws.take(knowledge::parse(manifest.id.as_str(), &files));
        let mut cases = Vec::new();
        for (name, _, text) in files.iter().filter(|(_, role, _)| *role == files::Role::Cases) {
            cases.extend(flaws.take(case::parse(name, text, &manifest.experts)).unwrap_or_default());
        }
        if let (Some(replies), Some(knowledge)) = (&replies, &knowledge) {
            flaws.0.extend(says_what_it_forbids(&manifest, replies, knowledge, &files));
        }
        match (replies, system, knowledge) {
            (Some(replies), Some(system), Some(knowledge)) if flaws.0.is_empty() => {
                let version = Version { pack: manifest.id.as_str().into(), source, hash: files.hash() };
                Ok(Self { manifest, version, replies, knowledge, cases, files, system })
            }
            _ => Err(flaws),
        }
    }

    pub fn id(&self) -> &str {
        self.manifest.id.as_str()
    }

    /// The model's instructions. The same facts give the same bytes, so that a provider's prompt cache works.
    pub fn system(&self, facts: Facts<'_>) -> Result<String> {
        self.system.render(&self.manifest, facts).map_err(|e| Error::Internal(anyhow::Error::new(e)))
    }

    /// The entries for a locale: its own, and those that are written once for all.
    pub fn knowledge_in(&self, locale: Locale) -> impl Iterator<Item = &Known> {
        self.knowledge.iter().filter(move |known| known.locale.is_none_or(|own| own == locale))
    }

    /// The kind of goods that it is for, where no product says it.
    pub fn goods(&self) -> &str {
        self.manifest.serves.first().map_or(self.id(), |served| served.as_str())
    }

    /// Whether it answers for a category of goods.
    pub fn serves(&self, category: &str) -> bool {
        self.manifest.serves.iter().any(|served| served.as_str() == category)
    }
}

/// The cases of one file's text, for tests of those who play them.
#[cfg(test)]
pub fn cases_of(text: &str, experts: &[Expert]) -> Result<Vec<Case>, Flaws> {
    case::parse("cases/test.toml", text, experts).map_err(Flaws::from)
}

/// Forbidden phrases in the pack's own words, which the guard would hold back for ever.
fn says_what_it_forbids(manifest: &Manifest, replies: &Replies, knowledge: &[Known], files: &Files) -> Vec<Flaw> {
    let lines = replies.intents().flat_map(|intent| Locale::ALL.map(|locale| replies.ways(intent, locale)));
    let said: Vec<&str> =
        lines.flatten().map(String::as_str).chain(knowledge.iter().map(|known| known.answer.as_str())).collect();
    let text = files.get(manifest::FILE).unwrap_or_default();
    let forbidden = manifest.forbidden.phrases.iter().map(within::Line::as_str);
    let broken = forbidden.filter(|phrase| said.iter().any(|said| said.contains(phrase)));
    broken
        .map(|phrase| {
            let why = format!("{phrase:?} is forbidden, but the pack's own replies or knowledge say it");
            Flaw::at(manifest::FILE, text, text.rfind(phrase).unwrap_or(0), why)
        })
        .collect()
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = self.hash.get(..12).unwrap_or(&self.hash);
        match self.source {
            Source::BuiltIn => write!(f, "{}@built_in-{short}", self.pack),
            Source::Folder => write!(f, "{}@folder-{short}", self.pack),
            Source::Published(number) => write!(f, "{}@{number}-{short}", self.pack),
        }
    }
}

impl fmt::Debug for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pack({})", self.version)
    }
}
