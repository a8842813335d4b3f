//! What the size expert says, from `prompts/general/fit.<locale>.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::advice::Chances;
use super::body::{Measures, Zone};
use super::ease::Look;
use super::garment::{Record, Source};
use super::verdict::Verdict;
use crate::experts::knowledge::{Script, to_script};
use crate::locale::Locale;

/// The lines of one locale by name; a test sees to it that all of `NAMES` are there.
pub struct Lines {
    locale: Locale,
    lines: BTreeMap<String, String>,
}

/// How a size looks as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Overall {
    SurelySmall,
    RatherSmall,
    Fits,
    RatherLarge,
    SurelyLarge,
}

/// From this chance on a size is called tight or loose, and from that one on rather so. [fit.md, 6.5]
const SURELY: f64 = 0.45;
const RATHER: f64 = 0.25;
/// Where both are as likely, which is so where little is known of the body, it is called neither.
const CLEARLY: f64 = 0.15;

impl Overall {
    pub fn of(chances: Chances) -> Self {
        let Chances { small, large } = chances;
        match () {
            () if small >= SURELY && small > large => Self::SurelySmall,
            () if large >= SURELY => Self::SurelyLarge,
            () if small >= RATHER && small - large >= CLEARLY => Self::RatherSmall,
            () if large >= RATHER && large - small >= CLEARLY => Self::RatherLarge,
            () => Self::Fits,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::SurelySmall => "surely_small",
            Self::RatherSmall => "rather_small",
            Self::Fits => "fits",
            Self::RatherLarge => "rather_large",
            Self::SurelyLarge => "surely_large",
        }
    }
}

impl Lines {
    pub fn of(locale: Locale) -> &'static Self {
        let [hans, hant, en] = &*LINES;
        match locale {
            Locale::Hans => hans,
            Locale::Hant => hant,
            Locale::En => en,
        }
    }

    /// A line with its places filled.
    pub fn line(&self, name: &str, filled: &[(&str, &str)]) -> String {
        let line = self.lines.get(name).cloned().unwrap_or_default();
        filled.iter().fold(line, |line, (place, text)| line.replace(&format!("{{{place}}}"), text))
    }

    pub fn zone(&self, zone: Zone) -> String {
        self.line(zone_name(zone), &[])
    }

    /// The question for a slot of the profile.
    pub fn question(&self, slot: &str) -> String {
        let subject = slot.trim_end_matches("_cm").trim_end_matches("_kg");
        self.line(&format!("ask_{subject}"), &[])
    }

    pub fn look(&self, look: Look) -> String {
        self.line(look_name(look), &[])
    }

    /// A size as a whole, where it stands by itself.
    pub fn overall(&self, overall: Overall) -> String {
        self.line(&format!("card_{}", overall.name()), &[])
    }

    /// One zone with its ease in cm.
    pub fn ease(&self, zone: Zone, ease_cm: f64, look: Option<Look>) -> Option<String> {
        let cm = whole(ease_cm.abs());
        let Some(look) = look else {
            // Trousers are worn longer or shorter; a centimetre is nothing.
            let name = if ease_cm > 0.0 { "trouser_long" } else { "trouser_short" };
            return (zone == Zone::Inseam && ease_cm.abs() >= 1.5).then(|| self.line(name, &[("cm", &cm)]));
        };
        let name = match ease_cm {
            cm if cm <= -0.75 => "short",
            cm if cm < 0.75 => "none",
            _ => "spare",
        };
        let look = self.line(look_name(look), &[]);
        Some(self.line(name, &[("zone", &self.zone(zone)), ("cm", &cm), ("look", &look)]))
    }

    /// A size as a whole and zone by zone.
    pub fn effect(&self, overall: Overall, zones: &[String]) -> String {
        let overall = self.line(overall.name(), &[]);
        if zones.is_empty() {
            return overall;
        }
        let zones = zones.join(&self.line("between_zones", &[]));
        self.line("whole", &[("overall", &overall), ("zones", &zones)])
    }

    /// One real record. Its words are left out where they are in `said` already.
    pub fn record(&self, record: &Record, said: &str) -> String {
        let verdict = match record.verdict {
            Verdict::Small => "said_small",
            Verdict::Fit => "said_fit",
            Verdict::Large => "said_large",
        };
        let verdict = self.line(verdict, &[]);
        let words = record.effect.as_deref().and_then(|words| self.merchants(words));
        let words = words.filter(|words| !said.contains(words) && *words != verdict);
        let words = words.map_or_else(String::new, |words| self.line("record_words", &[("words", &words)]));
        let body = self.body(&record.body);
        let name = if record.source == Source::TryOn { "record" } else { "record_of_buyer" };
        self.line(name, &[("body", &body), ("size", &record.size), ("verdict", &verdict), ("words", &words)])
    }

    /// A merchant's own words in the buyer's script, without the full stop; `None` in another language.
    pub fn merchants(&self, words: &str) -> Option<String> {
        let words = words.trim().trim_end_matches(['。', '.', '！', '!', '；', ';']);
        let script = match self.locale {
            Locale::Hans => Script::Simplified,
            Locale::Hant => Script::Traditional,
            Locale::En => return (words.is_ascii() && !words.is_empty()).then(|| words.to_owned()),
        };
        (!words.is_empty()).then(|| to_script(words, script).into_owned())
    }

    /// Height and weight, else the girths.
    pub fn body(&self, body: &Measures) -> String {
        let height = body.height_cm.map(|cm| format!("{} cm", plain(cm)));
        let weight = body.weight_kg.map(|kg| format!("{} kg", plain(kg)));
        let girth = |zone| Some(format!("{} {} cm", self.zone(zone), plain(body.measured(zone)?)));
        let mut parts: Vec<String> = [height, weight].into_iter().flatten().collect();
        if parts.is_empty() {
            parts.extend([Zone::Bust, Zone::Waist, Zone::Hip].into_iter().filter_map(girth));
        }
        let between = self.line("measure_between", &[]);
        // Latin and Chinese are parted by a space.
        if self.locale == Locale::En { parts.join(&between) } else { format!(" {} ", parts.join(&between)) }
    }
}

/// Whole centimetres.
pub fn whole(cm: f64) -> String {
    format!("{cm:.0}")
}

/// Without a needless decimal.
fn plain(value: f64) -> String {
    format!("{}", (value * 10.0).round() / 10.0)
}

fn zone_name(zone: Zone) -> &'static str {
    match zone {
        Zone::Bust => "bust",
        Zone::Waist => "waist",
        Zone::Hip => "hip",
        Zone::Shoulder => "shoulder",
        Zone::Inseam => "inseam",
    }
}

fn look_name(look: Look) -> &'static str {
    match look {
        Look::Tight => "tight",
        Look::Close => "close",
        Look::Fitted => "fitted",
        Look::SemiFitted => "semi_fitted",
        Look::Loose => "loose",
        Look::VeryLoose => "very_loose",
    }
}

static LINES: LazyLock<[Lines; 3]> = LazyLock::new(|| {
    [
        parse(Locale::Hans, include_str!("../../../prompts/general/fit.zh-Hans.toml")),
        parse(Locale::Hant, include_str!("../../../prompts/general/fit.zh-Hant.toml")),
        parse(Locale::En, include_str!("../../../prompts/general/fit.en.toml")),
    ]
});

fn parse(locale: Locale, text: &str) -> Lines {
    #[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads all of them")]
    let lines = toml::from_str(text).expect("prompts/general/fit.*.toml");
    Lines { locale, lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every line, with the places that it must have.
    const NAMES: &[(&str, &str)] = &[
        ("bust waist hip shoulder inseam tight close fitted semi_fitted loose very_loose", ""),
        ("spare short", "zone cm look"),
        ("none", "zone look"),
        ("trouser_long trouser_short runs_small runs_large", "cm"),
        ("between_zones clause stop surely_small rather_small fits rather_large surely_large measure_between", ""),
        ("whole", "overall zones"),
        ("felt", "effect words"),
        ("advise asked all_small chart_only", "size effect"),
        ("neighbour_larger neighbour_smaller", "size cm"),
        ("record record_of_buyer", "body size verdict words"),
        ("record_words", "words"),
        ("said_small said_fit said_large no_records no_data not_enough unclear", ""),
        ("shape", "text"),
        ("estimated", "zone cm"),
        ("guessed", "zones"),
        ("between_sizes", "size alternative"),
        ("ask_verdict ask_bought card_bought ask_body_of_verdict ask_consent card_consent", ""),
        ("consent_yes consent_no dropped", ""),
        ("card_surely_small card_rather_small card_fits card_rather_large card_surely_large", ""),
        ("card_verdict", "name"),
        ("card_verdict_of kept", "name size"),
        ("ask_body ask_height ask_weight ask_bust ask_waist ask_hip ask_shoulder ask_leg", ""),
    ];

    #[test]
    fn every_locale_has_every_line() {
        for locale in Locale::ALL {
            let lines = Lines::of(locale);
            let mut count = 0;
            for (names, places) in NAMES {
                for name in names.split(' ') {
                    count += 1;
                    let line = lines.lines.get(name).unwrap_or_else(|| panic!("{locale:?}: {name}"));
                    let expected: Vec<&str> = places.split(' ').filter(|place| !place.is_empty()).collect();
                    assert_eq!(line.matches('{').count(), expected.len(), "{name}: {line}");
                    for place in expected {
                        assert!(line.contains(&format!("{{{place}}}")), "{name}: {line}");
                    }
                }
            }
            assert_eq!(count, lines.lines.len(), "{locale:?} has lines that nobody says");
        }
    }

    #[test]
    fn an_ease_is_put_into_words() {
        let lines = Lines::of(Locale::Hans);
        assert_eq!(lines.ease(Zone::Waist, 2.1, Some(Look::Close)).unwrap(), "腰部余量约 2 cm，合身偏贴");
        assert_eq!(lines.ease(Zone::Bust, -2.0, Some(Look::Tight)).unwrap(), "胸部紧约 2 cm，偏紧");
        assert_eq!(lines.ease(Zone::Inseam, 0.5, None), None);
    }
}
