//! Numbers and words of a manifest that are checked as they are read, so that a mistake is named where it stands.

use serde::{Deserialize, Serialize};

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Within<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Within<MIN, MAX> {
    /// Panics at compile time if it is out of range.
    pub const fn new(number: i64) -> Self {
        assert!(MIN <= number && number <= MAX, "out of range");
        Self(number)
    }

    pub fn get(self) -> usize {
        usize::try_from(self.0).unwrap_or(0)
    }
}

impl<const MIN: i64, const MAX: i64> TryFrom<i64> for Within<MIN, MAX> {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        let fits = (MIN..=MAX).contains(&number);
        fits.then_some(Self(number)).ok_or_else(|| format!("{number} is not from {MIN} to {MAX}"))
    }
}

impl<const MIN: i64, const MAX: i64> From<Within<MIN, MAX>> for i64 {
    fn from(number: Within<MIN, MAX>) -> Self {
        number.0
    }
}

/// How freely a model writes: 0 to 2.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Temperature(pub f64);

impl TryFrom<f64> for Temperature {
    type Error = String;

    fn try_from(number: f64) -> Result<Self, String> {
        let fits = (0.0..=2.0).contains(&number);
        fits.then_some(Self(number)).ok_or_else(|| format!("{number} is not from 0 to 2"))
    }
}

impl From<Temperature> for f64 {
    fn from(temperature: Temperature) -> Self {
        temperature.0
    }
}

/// A line of up to `MAX` characters, without line breaks and control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> TryFrom<String> for Line<MAX> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim().to_owned();
        match text.chars().count() {
            0 => Err("this is empty".into()),
            n if n > MAX => Err(format!("{n} characters; at most {MAX} are taken")),
            _ if text.chars().any(char::is_control) => Err("one line is needed, without control characters".into()),
            _ => Ok(Self(text)),
        }
    }
}

impl<const MAX: usize> From<Line<MAX>> for String {
    fn from(line: Line<MAX>) -> Self {
        line.0
    }
}

/// A word of a-z, 0-9, - and _: the id of a pack, a category of goods.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Word(String);

impl Word {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Word {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.len() <= 40 && super::files::is_word(&text) {
            Ok(Self(text))
        } else {
            Err("1 to 40 of a-z, 0-9, - and _ are needed".into())
        }
    }
}

impl From<Word> for String {
    fn from(word: Word) -> Self {
        word.0
    }
}
