//! What a buyer reads at once when a flag is raised, from `prompts/general/safety.<locale>.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Flag, Kind, Level};
use crate::locale::Locale;

/// The fixed words for a flag. They name no goods, promise nothing, and no model may change them.
/// Empty at [`Level::E3`] for a kind that needs no caution.
pub fn words(flag: &Flag, locale: Locale) -> &'static str {
    let [hans, hant, en] = &*LINES;
    let lines = match locale {
        Locale::Hans => hans,
        Locale::Hant => hant,
        Locale::En => en,
    };
    let of = match flag.kind {
        Kind::Skin => &lines.skin,
        Kind::Infant => &lines.infant,
        Kind::Pet => &lines.pet,
        Kind::SelfHarm => return &lines.self_harm.e0,
    };
    match flag.level {
        Level::E0 if flag.sign == "swallowed" => &lines.swallowed.e0,
        Level::E0 => &of.e0,
        Level::E1 if flag.sign == "eyes" => &lines.eyes.e1,
        Level::E1 => &of.e1,
        Level::E2 => &of.e2,
        Level::E3 => &of.e3,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    skin: Levels,
    infant: Levels,
    pet: Levels,
    swallowed: OnlyE0,
    eyes: OnlyE1,
    self_harm: OnlyE0,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Levels {
    e0: String,
    e1: String,
    e2: String,
    e3: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnlyE0 {
    e0: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnlyE1 {
    e1: String,
}

static LINES: LazyLock<[Lines; 3]> = LazyLock::new(|| {
    [
        parse(include_str!("../../../prompts/general/safety.zh-Hans.toml")),
        parse(include_str!("../../../prompts/general/safety.zh-Hant.toml")),
        parse(include_str!("../../../prompts/general/safety.en.toml")),
    ]
});

fn parse(text: &str) -> Lines {
    #[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads all of them")]
    toml::from_str(text).expect("prompts/general/safety.*.toml")
}
