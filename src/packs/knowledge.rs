//! `knowledge/*.md`: what a pack knows. A heading of the second level is a question, what stands below it the answer.
//!
//! ```markdown
//! ## 可以退货吗？怎么退？ {#returns}
//! 签收后七天内……
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::files::{Files, Role, is_word};
use super::flaw::{Flaw, Flaws};
use super::replies::markup;
use crate::locale::Locale;

/// Characters of a question.
const MAX_QUESTION: usize = 300;
/// Characters of an answer.
const MAX_ANSWER: usize = 4_000;

/// One question with its answer, as an entry of a FAQ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// `pack:<pack>/<slug>`: the same in all locales. Names it as evidence.
    pub id: String,
    /// Whose words these are; `None` for one text for all.
    pub locale: Option<Locale>,
    pub question: String,
    pub answer: String,
}

/// One file's entry before it has its id.
struct Entry<'a> {
    slug: String,
    /// Where its heading starts.
    at: usize,
    question: &'a str,
    answer: String,
}

/// Reads all files. A topic that is written for one locale is written for all, with the same slugs.
pub(super) fn parse(pack: &str, files: &Files) -> Result<Vec<Known>, Flaws> {
    let mut flaws = Flaws::default();
    let mut known = Vec::new();
    let mut topics: BTreeMap<String, BTreeMap<Option<Locale>, BTreeSet<String>>> = BTreeMap::new();
    let mut seen: BTreeSet<(Option<Locale>, String)> = BTreeSet::new();
    for (file, role, text) in files.iter() {
        let Role::Knowledge { topic, locale } = role else { continue };
        let Some(entries) = flaws.take(read(file, &topic, text)) else { continue };
        let slugs = topics.entry(topic).or_default().entry(locale).or_default();
        for entry in entries {
            if !seen.insert((locale, entry.slug.clone())) {
                let why = format!("{} stands in this pack twice", entry.slug);
                flaws.0.push(Flaw::at(file, text, entry.at, why));
            }
            slugs.insert(entry.slug.clone());
            known.push(Known {
                id: format!("pack:{pack}/{}", entry.slug),
                locale,
                question: entry.question.to_owned(),
                answer: entry.answer,
            });
        }
    }
    for (topic, written) in &topics {
        flaws.0.extend(uneven(topic, written));
    }
    flaws.or(known)
}

/// What one locale of a topic lacks that another has.
fn uneven(topic: &str, written: &BTreeMap<Option<Locale>, BTreeSet<String>>) -> Vec<Flaw> {
    if !written.keys().any(Option::is_some) {
        return Vec::new();
    }
    let all: BTreeSet<&String> = written.values().flatten().collect();
    let mut flaws = Vec::new();
    for locale in Locale::ALL {
        let file = format!("knowledge/{topic}.{}.md", locale.tag());
        match written.get(&Some(locale)) {
            None => flaws.push(Flaw::of_file(&file, "this file is missing: the topic is written for another locale")),
            Some(slugs) => flaws.extend(
                all.iter()
                    .filter(|slug| !slugs.contains(**slug))
                    .map(|slug| Flaw::of_file(&file, format!("{slug} is missing; another locale has it"))),
            ),
        }
    }
    flaws
}

fn read<'a>(file: &str, topic: &str, text: &'a str) -> Result<Vec<Entry<'a>>, Flaws> {
    let mut flaws = Flaws::default();
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let (mut at, mut in_comment) = (0, false);
    for line in text.split_inclusive('\n') {
        let (start, line) = (at, line.trim_end());
        at = start + text[start..].find('\n').map_or(text.len() - start, |n| n + 1);
        let mut refuse = |why: String| flaws.0.push(Flaw::at(file, text, start, why));
        // For reviewers and translators; buyers never see it.
        if in_comment || line.trim_start().starts_with("<!--") {
            in_comment = !line.contains("-->");
            continue;
        }
        if let Some(heading) = line.strip_prefix("## ") {
            match slug_of(heading, topic, entries.len() + 1) {
                Ok((question, slug)) => entries.push(Entry { slug, at: start, question, answer: String::new() }),
                Err(why) => refuse(why),
            }
        } else if line.starts_with("##") {
            refuse("a question is a heading of the second level: ## and a space".into());
        } else if let Some(entry) = entries.last_mut() {
            if let Some(from) = markup(line) {
                flaws.0.push(Flaw::at(file, text, start + from, "an answer is plain text, without markup"));
            }
            entry.answer.push_str(line);
            entry.answer.push('\n');
        } else if !line.trim().is_empty() && !line.starts_with("# ") {
            refuse("text before the first question".into());
        }
    }
    for entry in &mut entries {
        entry.answer = entry.answer.trim().to_owned();
        let why = match (entry.answer.chars().count(), entry.question.chars().count()) {
            (0, _) => "a question without an answer".to_owned(),
            (n, _) if n > MAX_ANSWER => format!("an answer has at most {MAX_ANSWER} characters"),
            (_, n) if n == 0 || n > MAX_QUESTION => format!("a question has 1 to {MAX_QUESTION} characters"),
            _ => continue,
        };
        flaws.0.push(Flaw::at(file, text, entry.at, why));
    }
    flaws.or(entries)
}

/// The question and its slug, `## question {#slug}`; without one, the file's name and a number.
fn slug_of<'a>(heading: &'a str, topic: &str, number: usize) -> Result<(&'a str, String), String> {
    let heading = heading.trim();
    let Some(rest) = heading.strip_suffix('}') else { return Ok((heading, format!("{topic}-{number}"))) };
    match rest.rsplit_once("{#") {
        Some((question, slug)) if is_word(slug) => Ok((question.trim(), slug.to_owned())),
        _ => Err("a slug is written {#a-z, 0-9, - and _}".into()),
    }
}
