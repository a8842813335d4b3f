//! The classes and rules of `rules.toml`, and finding them in what labels and buyers write.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::experts::knowledge::{Script, to_script};
use crate::said;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub version: String,
    pub class: Vec<Class>,
    pub pair: Vec<Pair>,
    pub case: Vec<Case>,
    pub condition: Vec<Condition>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    pub id: String,
    names: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    pub id: String,
    pub one: Vec<String>,
    pub other: Vec<String>,
    pub verdict: Verdict,
    /// The condition it holds for; always without one.
    pub when: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub id: String,
    pub class: Vec<String>,
    /// Any of these conditions; always where the list is empty.
    pub when: Vec<String>,
    pub verdict: Verdict,
    /// About the products that are asked about, and not about what is in use.
    #[serde(default)]
    pub product_only: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub id: String,
    names: Vec<String>,
}

/// The worse the greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    #[default]
    Ok,
    Caution,
    Avoid,
}

/// The rules in force.
pub static RULES: LazyLock<Rules> = LazyLock::new(|| said::parse(include_str!("rules.toml")));

impl Rules {
    /// The classes that a text names.
    pub fn classes(&self, text: &str) -> Vec<&Class> {
        let text = plain(text);
        let named = |class: &&Class| {
            let mut text = text.clone();
            for other in &class.not {
                text = text.replace(other.as_str(), " ");
            }
            class.names.iter().any(|name| stands_in(name, &text))
        };
        self.class.iter().filter(named).collect()
    }

    /// The condition that a word names.
    pub fn condition(&self, word: &str) -> Option<&Condition> {
        let word = plain(word);
        let named = |condition: &&Condition| condition.names.iter().any(|name| stands_in(name, &word));
        self.condition.iter().find(|condition| condition.id == word).or_else(|| self.condition.iter().find(named))
    }
}

/// Small letters, simplified script, full-width letters as plain ones, without blanks beside Chinese characters.
fn plain(text: &str) -> String {
    let narrow = text.trim().chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    });
    let text: String = narrow.collect::<String>().to_lowercase();
    let text = to_script(&text, Script::Simplified).into_owned();
    let parts: Vec<&str> = text.split_whitespace().collect();
    let mut joined = String::with_capacity(text.len());
    for part in parts {
        let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        if is_latin(joined.chars().next_back()) && is_latin(part.chars().next()) {
            joined.push(' ');
        }
        joined.push_str(part);
    }
    joined
}

/// Chinese names anywhere; names in Latin letters as whole words, or a "retinal" would be found in "retinaldehyde".
fn stands_in(name: &str, text: &str) -> bool {
    if !name.is_ascii() {
        // The "a酸" of a longer word in Latin letters is another thing.
        let starts_latin = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        return text.match_indices(name).any(|(at, _)| !starts_latin || is_edge(text[..at].chars().next_back()));
    }
    text.match_indices(name)
        .any(|(at, found)| is_edge(text[..at].chars().next_back()) && is_edge(text[at + found.len()..].chars().next()))
}

fn is_edge(c: Option<char>) -> bool {
    !c.is_some_and(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(text: &str) -> Vec<&str> {
        RULES.classes(text).into_iter().map(|class| class.id.as_str()).collect()
    }

    #[test]
    fn names_are_found_as_labels_and_buyers_write_them() {
        for (text, expected) in [
            ("视黄醇", &["retinoid"][..]),
            ("視黃醇", &["retinoid"]),
            ("Retinol", &["retinoid"]),
            ("在用 A 醇精华", &["retinoid"]),
            ("Ａ醇", &["retinoid"]),
            ("早C晚A", &["retinoid", "vitamin_c"]),
            ("HYDROXYPINACOLONE RETINOATE", &["retinoid"]),
            ("羟基频哪酮视黄酸酯", &["retinoid"]),
            ("维A酸乳膏", &["tretinoin"]),
            ("在擦A酸", &["tretinoin"]),
            ("刷酸", &["aha", "bha"]),
            ("果酸", &["aha"]),
            ("2% 水楊酸棉片", &["bha"]),
            ("水杨酸乙基己酯", &[]),
            ("Ethylhexyl Salicylate", &[]),
            ("乳酸杆菌发酵产物", &[]),
            ("乳酸", &["aha"]),
            ("聚乳酸", &[]),
            ("菸鹼醯胺", &["niacinamide"]),
            ("維他命C", &["vitamin_c"]),
            ("烟酰胺", &["niacinamide"]),
            ("Niacinamide 10%", &["niacinamide"]),
            ("左旋C", &["vitamin_c"]),
            ("PVC瓶", &[]),
            ("过氧化苯甲酰凝胶", &["benzoyl_peroxide"]),
            ("葡糖酸内酯", &["pha"]),
            ("丁二醇", &[]),
            ("普通洗面奶", &["gentle"]),
        ] {
            assert_eq!(classes(text), expected, "{text}");
        }
    }

    #[test]
    fn conditions_are_understood() {
        for (word, expected) in [
            ("pregnant", Some("pregnant")),
            ("備孕中", Some("trying")),
            ("哺乳期", Some("breastfeeding")),
            ("敏感肌", Some("sensitive")),
            ("上周做了激光", Some("recent_procedure")),
            ("tired", None),
        ] {
            assert_eq!(RULES.condition(word).map(|condition| condition.id.as_str()), expected, "{word}");
        }
    }

    #[test]
    fn rules_name_only_what_there_is() {
        let is_class = |id: &String| RULES.class.iter().any(|class| class.id == *id);
        let is_condition = |id: &String| RULES.condition.iter().any(|condition| condition.id == *id);
        for pair in &RULES.pair {
            assert!(pair.one.iter().chain(&pair.other).all(is_class), "{}", pair.id);
            assert!(pair.when.iter().all(is_condition), "{}", pair.id);
        }
        for case in &RULES.case {
            assert!(case.class.iter().all(is_class) && case.when.iter().all(is_condition), "{}", case.id);
        }
    }
}
