//! The quiz and its outcome in words.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::locale::Locale;
use crate::said::said;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    ask: String,
    option: String,
    between: String,
    kind: String,
    pub needs_person: String,
    tie: String,
    /// A letter's meaning.
    letter: BTreeMap<String, String>,
    /// By axis: three questions, and the one that breaks a tie.
    quiz: BTreeMap<String, Vec<Question>>,
}

/// A question with its four answers, for 1 to 4.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub text: String,
    pub answers: [String; 4],
}

said!("skin", Lines);

/// The questions of an axis (`oil`, `sensitivity`, `pigment`, `wrinkle`) in order; the fourth breaks a tie.
pub fn questions(axis: &str, locale: Locale) -> &'static [Question] {
    Lines::of(locale).quiz.get(axis).map_or(&[], Vec::as_slice)
}

impl Lines {
    pub fn ask(&self, axis: &str, item: usize) -> String {
        self.ask.replace("{question}", &self.question(axis, item))
    }

    pub fn tie(&self, axis: &str) -> String {
        self.tie.replace("{question}", &self.question(axis, 3))
    }

    /// `kind`: four letters.
    pub fn kind(&self, kind: &str) -> String {
        let meanings = kind.chars().filter_map(|letter| self.letter.get(letter.to_string().as_str()));
        let meanings: Vec<&str> = meanings.map(String::as_str).collect();
        self.kind.replace("{type}", kind).replace("{meanings}", &meanings.join(&self.between))
    }

    fn question(&self, axis: &str, item: usize) -> String {
        let Some(question) = self.quiz.get(axis).and_then(|questions| questions.get(item)) else {
            return String::new();
        };
        let options = question.answers.iter().enumerate();
        let options: Vec<String> = options
            .map(|(at, text)| self.option.replace("{n}", &(at + 1).to_string()).replace("{text}", text))
            .collect();
        format!("{}{}", question.text, options.join(&self.between))
    }
}
