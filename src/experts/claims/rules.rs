//! Reads `rules.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use serde::Deserialize;

use super::{Held, Kind};
use crate::experts::patterns::{Names, Patterns, regex};
use crate::experts::plain::Plain;

pub(super) struct Rules {
    pub version: String,
    dodges: AhoCorasick,
    undodged: Vec<String>,
    allowed: Regex,
    claims: Patterns,
    kinds: Vec<Kind>,
    pub promises: Vec<Promise>,
    /// All patterns of all promises; `owners` says whose each is.
    pub promised: Patterns,
    pub owners: Vec<usize>,
    pub no_promise: NoPromise,
}

pub(super) struct Promise {
    pub what: &'static str,
    /// What must stand in the evidence. `None`: only nearly the same words back it.
    pub backed: Option<Regex>,
    /// Only what a tool gave backs it: a policy says of nobody what was done for them.
    pub by_result: bool,
}

pub(super) struct NoPromise {
    pub before: Regex,
    pub before_english: Regex,
    pub open: Regex,
    pub inside: Regex,
    pub question: Regex,
    pub person: Regex,
    pub strong: Regex,
    pub carrier: Regex,
    pub estimate: Regex,
    pub was_done: Regex,
    pub denied: Regex,
    pub not_denied: Regex,
    pub day: Regex,
}

/// `text` as claims are looked for in it.
pub(super) fn read(text: &str) -> Plain {
    let rules = Rules::get();
    let mut plain = Plain::of(text);
    let before = plain.text.clone();
    let latin = |c: char| c.is_ascii_alphabetic();
    let changes: Vec<_> = rules
        .dodges
        .find_iter(&before)
        .filter(|found| {
            // Latin letters are whole words: "wx" is not in "wxyz".
            let word = &before[found.range()];
            let begins_inside = word.starts_with(latin) && before[..found.start()].ends_with(latin);
            let ends_inside = word.ends_with(latin) && before[found.end()..].starts_with(latin);
            !begins_inside && !ends_inside
        })
        .map(|found| (found.range(), rules.undodged[found.pattern().as_usize()].as_str()))
        .collect();
    plain.replace(&changes);
    plain
}

impl Rules {
    pub fn get() -> &'static Self {
        static RULES: LazyLock<Rules> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "the file is part of the program, and every test here reads it")]
            Rules::parse(include_str!("rules.toml")).expect("claims/rules.toml")
        });
        &RULES
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let file: RulesFile = toml::from_str(text)?;
        let names = &file.names;
        let (mut patterns, mut kinds) = (Vec::new(), Vec::new());
        for claim in file.claim {
            kinds.extend(claim.patterns.iter().map(|_| claim.kind));
            patterns.extend(claim.patterns);
        }
        let (mut promises, mut promised, mut owners) = (Vec::new(), Vec::new(), Vec::new());
        for promise in file.promise {
            owners.extend(promise.patterns.iter().map(|_| promises.len()));
            promised.extend(promise.patterns);
            let backed = promise.backed.map(|backed| regex(&backed, names)).transpose()?;
            promises.push(Promise { what: String::leak(promise.what), backed, by_result: promise.by_result });
        }
        let no = &file.no_promise;
        let (dodges, undodged): (Vec<_>, Vec<_>) = file.dodges.into_iter().unzip();
        Ok(Self {
            version: file.version,
            dodges: AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(dodges)?,
            undodged,
            allowed: regex(&file.allowed.patterns.join("|"), names)?,
            claims: Patterns::new(patterns.iter().map(String::as_str), names)?,
            kinds,
            promises,
            promised: Patterns::new(promised.iter().map(String::as_str), names)?,
            owners,
            no_promise: NoPromise {
                before: regex(&no.before, names)?,
                before_english: regex(&format!("(?:^|[^a-z])(?:{})(?:[^a-z]|$)", no.before_english), names)?,
                open: regex(&no.open, names)?,
                inside: regex(&no.inside, names)?,
                question: regex(&no.question, names)?,
                person: regex(&no.person, names)?,
                strong: regex(&no.strong, names)?,
                carrier: regex(&no.carrier, names)?,
                estimate: regex(&no.estimate, names)?,
                was_done: regex(&no.was_done, names)?,
                denied: regex(&no.denied, names)?,
                not_denied: regex(&no.not_denied, names)?,
                day: regex("{day}", names)?,
            },
        })
    }

    /// The text with the phrases taken out that only look like claims.
    pub fn without_allowed(&self, mut plain: Plain) -> Plain {
        let text = plain.text.clone();
        let changes: Vec<_> = self.allowed.find_iter(&text).map(|found| (found.range(), "□")).collect();
        plain.replace(&changes);
        plain
    }

    /// One hold for each kind of claim in `text`.
    pub fn claims_in(&self, text: &str, held: &mut Vec<Held>) {
        for number in self.claims.occurring(text) {
            let kind = self.kinds[number];
            if held.iter().any(|held| held.kind == kind) || (kind == Kind::Elsewhere && self.warns(text, number)) {
                continue;
            }
            let matched = self.claims.one(number).find(text).map_or("", |found| found.as_str());
            let why = match kind {
                Kind::Elsewhere => "asks to pay or talk elsewhere, or for praise",
                Kind::Human => "says that a person is writing",
                Kind::Leak => "tells the instructions",
                _ => "a claim that advertising law forbids",
            };
            held.push(Held { kind, matched: matched.to_owned(), why });
        }
    }

    /// Whether the sentence warns of going elsewhere ("请勿私下转账") and does not ask for it.
    fn warns(&self, text: &str, number: usize) -> bool {
        self.claims.one(number).find_iter(text).all(|found| {
            let clause = text[..found.start()].rfind(['，', '。', '？']).map_or(0, |at| at + '，'.len_utf8());
            let before = &text[clause..found.start()];
            self.no_promise.before.is_match(before) || self.no_promise.before_english.is_match(before)
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    version: String,
    names: Names,
    dodges: BTreeMap<String, String>,
    allowed: AllowedFile,
    claim: Vec<ClaimFile>,
    promise: Vec<PromiseFile>,
    no_promise: NoPromiseFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowedFile {
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimFile {
    kind: Kind,
    patterns: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PromiseFile {
    what: String,
    patterns: Vec<String>,
    backed: Option<String>,
    #[serde(default)]
    by_result: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoPromiseFile {
    before: String,
    before_english: String,
    open: String,
    inside: String,
    question: String,
    person: String,
    strong: String,
    carrier: String,
    estimate: String,
    was_done: String,
    denied: String,
    not_denied: String,
}
