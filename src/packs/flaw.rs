//! What is wrong with a pack, where a person can find it.

use std::fmt;

use serde::Serialize;

/// One mistake. `line` and `column` count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flaw {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub why: String,
}

/// All mistakes of a pack; never empty where it stands for an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flaws(pub Vec<Flaw>);

impl Flaw {
    /// About a file as a whole.
    pub fn of_file(file: &str, why: impl Into<String>) -> Self {
        Self { file: file.into(), line: 1, column: 1, why: why.into() }
    }

    /// At a byte of a file's text.
    pub fn at(file: &str, text: &str, byte: usize, why: impl Into<String>) -> Self {
        let mut end = byte.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            file: file.into(),
            line: 1 + before.matches('\n').count(),
            column: 1 + before[line_start..].chars().count(),
            why: why.into(),
        }
    }

    /// What a TOML reader says of a text; of a value it names the key.
    pub fn of_toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let why = error.message().replace('\n', "; ");
        let line = text.get(..start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        let is_bare = |key: &&str| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
        match line.split_once('=').map(|(key, _)| key.trim()).filter(is_bare) {
            Some(key) => Self::at(file, text, start, format!("{key}: {why}")),
            None => Self::at(file, text, start, why),
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.why)
    }
}

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Flaw::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Flaws {}

impl From<Flaw> for Flaws {
    fn from(flaw: Flaw) -> Self {
        Self(vec![flaw])
    }
}

impl Flaws {
    /// Keeps what is good, and remembers what is not.
    pub(super) fn take<T>(&mut self, result: Result<T, impl Into<Self>>) -> Option<T> {
        result.map_err(|flaws| self.0.extend(flaws.into().0)).ok()
    }

    pub(super) fn or<T>(self, good: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(good) } else { Err(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_value_is_named() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[expect(dead_code, reason = "only read")]
            rounds: i64,
        }
        let of = |text: &str| Flaw::of_toml("x", text, &toml::from_str::<File>(text).unwrap_err()).to_string();
        assert!(of("rounds = \"3\"").starts_with("x:1:10: rounds: invalid type"), "{}", of("rounds = \"3\""));
        assert!(of("rounds = 3\nround = 4").starts_with("x:2:1: unknown field `round`"));
    }

    #[test]
    fn columns_are_counted_in_characters() {
        let text = "a = 1\n名 = 二\n";
        for (byte, place) in [(0, (1, 1)), (6, (2, 1)), (12, (2, 5)), (99, (3, 1))] {
            let flaw = Flaw::at("x", text, byte, "");
            assert_eq!((flaw.line, flaw.column), place, "{byte}");
        }
    }
}
