//! Sentences of the program, from `prompts/general/<room>.<locale>.toml`.

/// Gives a type of lines its `of(locale)`. The files are part of the program; `{name}` in a line stands for what the
/// program puts in.
macro_rules! said {
    ($room:literal, $lines:ty) => {
        $crate::said::said!($room, $lines, pub(super));
    };
    ($room:literal, $lines:ty, $seen:vis) => {
        impl $lines {
            /// The lines of one locale.
            $seen fn of(locale: $crate::locale::Locale) -> &'static Self {
                static LINES: std::sync::LazyLock<[$lines; 3]> = std::sync::LazyLock::new(|| {
                    [
                        $crate::said::parse($crate::said::file!($room, "zh-Hans")),
                        $crate::said::parse($crate::said::file!($room, "zh-Hant")),
                        $crate::said::parse($crate::said::file!($room, "en")),
                    ]
                });
                let [hans, hant, en] = &*LINES;
                match locale {
                    $crate::locale::Locale::Hans => hans,
                    $crate::locale::Locale::Hant => hant,
                    $crate::locale::Locale::En => en,
                }
            }
        }
    };
}
pub(crate) use said;

/// The text of one file.
macro_rules! file {
    ($room:literal, $locale:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/general/", $room, ".", $locale, ".toml"))
    };
}
pub(crate) use file;

/// Reads a file that is part of the program.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(text: &str) -> T {
    #[expect(clippy::expect_used, reason = "the files are part of the program, and tests read all of them")]
    toml::from_str(text).expect("a file of the program")
}

/// Fen as yuan in words: `9`, `12.50`.
pub(crate) fn yuan(fen: i64) -> String {
    match fen % 100 {
        0 => format!("{}", fen / 100),
        rest => format!("{}.{:02}", fen / 100, rest.abs()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn whole_yuan_have_no_cents() {
        assert_eq!([super::yuan(900), super::yuan(1_205), super::yuan(0)], ["9", "12.05", "0"]);
    }
}
