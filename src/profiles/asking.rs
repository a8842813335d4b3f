//! How a buyer is asked for a slot, or which of two readings was meant, and how agents read what is known:
//! `prompts/general/profiles.<locale>.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::ledger::Entry;
use super::reading::{Sureness, Unit, Value};
use super::slot::{Kind, Purpose, Slot};
use super::whom::Whom;
use crate::locale::Locale;

/// The questions of one locale.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    which: String,
    or: String,
    again: String,
    ask: String,
    between: String,
    known: String,
    your: String,
    /// By person; the buyer's own is `self`.
    people: BTreeMap<String, String>,
    somebody: String,
    slots: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
    units: BTreeMap<String, String>,
    /// Asked before something is kept. To be reviewed by a lawyer before a shop relies on it.
    consent: BTreeMap<String, String>,
}

impl Questions {
    pub fn of(locale: Locale) -> &'static Self {
        let [hans, hant, en] = &*QUESTIONS;
        match locale {
            Locale::Hans => hans,
            Locale::Hant => hant,
            Locale::En => en,
        }
    }

    /// Asks for slots of one person in one sentence.
    pub fn ask(&self, whom: &Whom, slots: &[Slot]) -> String {
        let names: Vec<&str> = slots.iter().map(|slot| self.name(*slot)).collect();
        self.ask.replace("{who}", self.person(whom)).replace("{slots}", &names.join(&self.between))
    }

    /// What the questions of an answer asked for: the slots that they name, and of whom.
    pub fn asked_in(&self, answer: &str) -> Vec<(Whom, Slot)> {
        let sentences = answer.split_inclusive(['。', '！', '？', '?', '\n']);
        let questions = sentences.filter(|sentence| sentence.trim_end().ends_with(['？', '?']));
        let mut asked = Vec::new();
        for question in questions {
            let named = |name: &str| is_in(question, name);
            let others = self.people.iter().filter(|(id, name)| *id != Whom::SELF && named(name));
            let whom = others.max_by_key(|(_, name)| name.len()).and_then(|(id, _)| Whom::of(id)).unwrap_or_default();
            let slots = Slot::ALL.iter().copied().filter(|slot| named(self.name(*slot)));
            asked.extend(slots.map(|slot| (whom.clone(), slot)));
        }
        asked
    }

    /// Asks about an entry in doubt: "是 105 斤还是 105 公斤？", or again where no reading is plausible. `None` where the
    /// entry is not in doubt.
    pub fn doubt(&self, entry: &Entry) -> Option<String> {
        let said = match &entry.value {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.clone(),
        };
        let fill =
            |line: &str| line.replace("{who}", self.person(&entry.whom)).replace("{slot}", self.name(entry.slot));
        match entry.sureness {
            Sureness::Ambiguous => {
                let readings: Vec<String> =
                    entry.readings.iter().map(|r| format!("{said} {}", self.unit(r.unit))).collect();
                Some(fill(&self.which).replace("{readings}", &readings.join(&self.or)))
            }
            Sureness::Implausible => {
                let unit = entry.unit.map(|unit| format!(" {}", self.unit(unit))).unwrap_or_default();
                Some(fill(&self.again).replace("{said}", &format!("{said}{unit}")))
            }
            _ => None,
        }
    }

    /// What is known of somebody, as agents read it: `妈妈体重：62.5 公斤`. The buyer's own is without a name.
    pub fn known(&self, entry: &Entry) -> String {
        // Whom the shop does not know by a word of its own, like the second baby of a profile, goes by the id.
        let who = self.people.get(entry.whom.as_str()).map_or(entry.whom.as_str(), |name| {
            if entry.whom.is_buyer() { "" } else { name.strip_prefix(&self.your).unwrap_or(name) }
        });
        let unit = match entry.slot.kind() {
            Kind::Length => format!(" {}", self.unit(Unit::Cm)),
            Kind::Weight => format!(" {}", self.unit(Unit::Kg)),
            _ => String::new(),
        };
        let value = match &entry.canonical {
            // What was said in pounds has more places than anybody measures.
            Value::Number(number) => ((number * 10.0).round() / 10.0).to_string(),
            Value::Text(word) => self.values.get(word).unwrap_or(word).clone(),
        };
        let line = self.known.replace("{who}", who).replace("{slot}", self.name(entry.slot));
        line.replace("{value}", &(value + &unit)).trim_start().to_owned()
    }

    /// Asks for the consent that a purpose needs; empty where none is needed.
    pub fn consent(&self, purpose: Purpose) -> &str {
        self.consent.get(purpose.word()).map_or("", String::as_str)
    }

    /// How a person is spoken of.
    pub fn person(&self, whom: &Whom) -> &str {
        self.people.get(whom.as_str()).unwrap_or(&self.somebody)
    }

    fn name(&self, slot: Slot) -> &str {
        self.slots.get(slot.word()).map_or(slot.word(), String::as_str)
    }

    fn unit(&self, unit: Unit) -> &str {
        let word = serde_json::to_value(unit).ok().and_then(|word| word.as_str().map(str::to_owned));
        word.and_then(|word| self.units.get(&word)).map_or("", String::as_str)
    }
}

/// Whether a sentence has a name; an English one as a word of its own.
fn is_in(sentence: &str, name: &str) -> bool {
    let is_of_word = |c: char| name.is_ascii() && c.is_ascii_alphabetic();
    let apart =
        |at: usize| !sentence[..at].ends_with(is_of_word) && !sentence[at + name.len()..].starts_with(is_of_word);
    sentence.match_indices(name).any(|(at, _)| apart(at))
}

static QUESTIONS: LazyLock<[Questions; 3]> = LazyLock::new(|| {
    [
        parse(include_str!("../../prompts/general/profiles.zh-Hans.toml")),
        parse(include_str!("../../prompts/general/profiles.zh-Hant.toml")),
        parse(include_str!("../../prompts/general/profiles.en.toml")),
    ]
});

fn parse(text: &str) -> Questions {
    #[expect(clippy::expect_used, reason = "the files are part of the program, and a test reads all of them")]
    toml::from_str(text).expect("prompts/general/profiles.*.toml")
}

#[cfg(test)]
mod tests {
    use super::super::ledger::{Ledger, Source};
    use super::super::reading::{Context, read};
    use super::*;

    fn doubt(locale: Locale, text: &str) -> Option<String> {
        let mut ledger = Ledger::default();
        let facts = read(text, &Context { locale, ..Context::default() });
        ledger.apply(&facts, &Source { conversation: "c".into(), seq: 1 });
        Questions::of(locale).doubt(ledger.doubts().next()?)
    }

    #[test]
    fn which_unit_is_asked_in_the_buyers_language() {
        assert_eq!(doubt(Locale::Hans, "165 105").unwrap(), "您的体重是 105 斤还是 105 公斤？");
        assert_eq!(doubt(Locale::Hant, "身高175 體重105").unwrap(), "您的體重是 105 磅還是 105 公斤？");
        assert_eq!(doubt(Locale::En, "I weigh 150").unwrap(), "Is your weight 150 lb or 150 kg?");
        assert!(doubt(Locale::Hans, "我妈身高16cm").unwrap().contains("您妈妈的身高"));
        assert_eq!(doubt(Locale::Hans, "165 52"), None);
    }

    #[test]
    fn what_is_known_is_read_as_people_say_it() {
        for (locale, text, expected) in [
            (Locale::Hans, "身高165 体重96斤", &["身高：165 厘米", "体重：48 公斤"][..]),
            (Locale::Hans, "我妈158 125斤", &["妈妈身高：158 厘米", "妈妈体重：62.5 公斤"]),
            (Locale::Hans, "宝宝2个月，喝奶粉的", &["宝宝月龄：2", "宝宝喂养方式：配方奶"]),
            (Locale::Hans, "我怀孕了，在用水杨酸", &["肤况或孕期情况：怀孕", "正在用的护肤成分：水杨酸"]),
            (Locale::Hant, "懷孕5個月 敏感肌", &["膚況或孕期情況：懷孕", "膚況或孕期情況：敏感肌"]),
            (Locale::En, "my mother weighs 105 lb", &["mother's weight: 47.6 kg"]),
        ] {
            let mut ledger = Ledger::default();
            let facts = read(text, &Context { locale, ..Context::default() });
            ledger.apply(&facts, &Source { conversation: "c".into(), seq: 1 });
            let known: Vec<String> = ledger.entries().iter().map(|entry| Questions::of(locale).known(entry)).collect();
            assert_eq!(known, expected, "{text}");
        }
    }

    #[test]
    fn what_was_asked_is_read_off_the_words() {
        let mother = Whom::of("mother").unwrap();
        for locale in Locale::ALL {
            let questions = Questions::of(locale);
            for whom in [&Whom::buyer(), &mother] {
                let asked = questions.ask(whom, &[Slot::HeightCm, Slot::WeightKg]);
                let expected = [(whom.clone(), Slot::HeightCm), (whom.clone(), Slot::WeightKg)];
                assert_eq!(questions.asked_in(&asked), expected, "{asked}");
            }
        }
        let hans = Questions::of(Locale::Hans);
        let en = Questions::of(Locale::En);
        assert_eq!(en.asked_in("Did you get my message about the average?"), []);
        assert_eq!(hans.asked_in("按您的身高体重，建议选 S。还有别的问题吗？"), []);
    }

    #[test]
    fn every_locale_has_every_word() {
        for locale in Locale::ALL {
            let questions = Questions::of(locale);
            for slot in Slot::ALL {
                assert!(questions.slots.contains_key(slot.word()), "{locale:?} {slot:?}");
            }
            for purpose in Purpose::ALL {
                assert!(!questions.consent(purpose).is_empty());
            }
            let asked = questions.ask(&Whom::buyer(), &[Slot::HeightCm, Slot::WeightKg]);
            assert!(!asked.contains('{'), "{asked}");
        }
    }
}
