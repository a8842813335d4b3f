//! The three ways in which this program speaks to buyers.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Locale {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-Hans")]
    Hans,
    /// Traditional Chinese.
    #[serde(rename = "zh-Hant")]
    Hant,
    #[serde(rename = "en")]
    En,
}

impl Locale {
    pub const ALL: [Self; 3] = [Self::Hans, Self::Hant, Self::En];

    /// The locale that a BCP 47 tag asks for; `None` for languages that we do not speak.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase().replace('_', "-");
        let mut parts = tag.split('-');
        match parts.next() {
            Some("zh" | "yue") => {
                // A script that is named outranks the place.
                let mut rest: Vec<_> = parts.collect();
                rest.sort_by_key(|p| p.len() != 4);
                let written = rest.iter().find_map(|p| match *p {
                    "hans" | "cn" | "sg" => Some(Self::Hans),
                    "hant" | "tw" | "hk" | "mo" => Some(Self::Hant),
                    _ => None,
                });
                Some(written.unwrap_or_default())
            }
            Some("en") => Some(Self::En),
            _ => None,
        }
    }

    /// As it is stored.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Hans => "zh-Hans",
            Self::Hant => "zh-Hant",
            Self::En => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_browsers_and_phones_are_understood() {
        for (tag, expected) in [
            ("zh-CN", Some(Locale::Hans)),
            ("zh", Some(Locale::Hans)),
            ("zh-Hans-HK", Some(Locale::Hans)),
            ("zh_TW", Some(Locale::Hant)),
            ("zh-Hant", Some(Locale::Hant)),
            ("yue-HK", Some(Locale::Hant)),
            ("en-GB", Some(Locale::En)),
            ("fr", None),
            ("", None),
        ] {
            assert_eq!(Locale::of_tag(tag), expected, "{tag}");
        }
        for locale in Locale::ALL {
            assert_eq!(Locale::of_tag(locale.tag()), Some(locale));
        }
    }
}
