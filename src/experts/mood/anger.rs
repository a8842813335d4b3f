//! Anger at the shop, by words: what the model cannot know, because reviews are not said to a shop's face.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::experts::patterns::{Patterns, regex};
use crate::experts::plain::Plain;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    strong: Vec<String>,
    sharp: Vec<String>,
    harmless: Vec<String>,
}

struct Rules {
    version: String,
    strong: Patterns,
    sharp: Patterns,
    harmless: Regex,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and every test here reads it")]
    read(include_str!("anger.toml")).expect("mood/anger.toml")
});

fn read(text: &str) -> anyhow::Result<Rules> {
    let file: File = toml::from_str(text)?;
    let none = Default::default();
    Ok(Rules {
        version: file.version,
        strong: Patterns::new(file.strong.iter().map(String::as_str), &none)?,
        sharp: Patterns::new(file.sharp.iter().map(String::as_str), &none)?,
        harmless: regex(&file.harmless.join("|"), &none)?,
    })
}

pub(super) fn version() -> &'static str {
    &RULES.version
}

/// Above this the model reads a text as negative.
const NEGATIVE: f32 = 0.6;
/// So many exclamation marks are a shout.
const LOUD: usize = 3;

/// Whether a buyer is angry at the shop. `negative` is the model's reading, asked for where it decides.
pub(super) fn is_angry(text: &str, negative: impl FnOnce() -> f32) -> bool {
    let marks = text.chars().filter(|c| matches!(c, '!' | '！')).count();
    let plain = Plain::of(text);
    let text = RULES.harmless.replace_all(&plain.text, "□");
    if RULES.strong.occurs(&text) {
        return true;
    }
    let sharp: usize =
        RULES.sharp.occurring(&text).map(|number| RULES.sharp.one(number).find_iter(&text).count()).sum();
    // Shouting counts as one sharp word more.
    let sharp = if sharp > 0 && marks >= LOUD { sharp + 1 } else { sharp };
    sharp > 2 || (sharp == 2 && negative() > NEGATIVE)
}
