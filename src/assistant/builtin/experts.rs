//! Asks the expert that a question is for, without any model: by its words, or because it goes on with what was asked.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::json;

use super::super::toolbox::{Called, Toolbox};
use crate::error::Result;
use crate::experts::{Status, knowledge};
use crate::packs::{Expert, Pack};
use crate::profiles::asking::Questions;
use crate::profiles::reading::Fact;
use crate::profiles::slot::Kind;
use crate::profiles::{Slot, Whom};

/// What experts said, ready to be told.
#[derive(Debug, Default)]
pub struct Told {
    pub text: String,
    pub called: Vec<Called>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Intents {
    #[expect(dead_code, reason = "for people who compare files")]
    version: String,
    expert: Vec<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    name: Expert,
    words: Vec<String>,
}

static INTENTS: LazyLock<Intents> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
    toml::from_str(include_str!("experts.toml")).expect("experts.toml")
});

/// The expert that a question is for, of those that the pack allows. `facts` is what the message says of people: figures
/// of a body on a garment's page are a question about its size.
pub fn expert_for(question: &str, facts: &[Fact], is_garment: bool, pack: &Pack) -> Option<Expert> {
    let text: String = knowledge::normalise(question).chars().filter(|c| !c.is_whitespace()).collect();
    let spaced = knowledge::normalise(question);
    let allowed = |expert: &Expert| pack.manifest.experts.contains(expert);
    let names =
        |words: &Words| words.words.iter().any(|word| text.contains(word.as_str()) || spaced.contains(word.as_str()));
    let by_words =
        INTENTS.expert.iter().filter(|words| allowed(&words.name) && names(words)).map(|words| words.name).next();
    let has_body = facts.iter().any(|fact| matches!(fact.slot.kind(), Kind::Length | Kind::Weight));
    match by_words {
        // A garment is measured; everything else is not asked about by measures.
        Some(Expert::RecommendSize) if !is_garment && !has_body => None,
        None if has_body && is_garment && allowed(&Expert::RecommendSize) => Some(Expert::RecommendSize),
        found => found,
    }
}

/// Asks the expert, for each person that the message speaks of; `None` where it has nothing to say.
pub async fn ask(toolbox: &mut Toolbox<'_>, expert: Expert, question: &str, facts: &[Fact]) -> Result<Option<Told>> {
    let questions = Questions::of(toolbox.locale);
    // Which of two readings was meant comes first: an answer on the wrong one would be no answer.
    if expert == Expert::RecommendSize
        && let Some(doubt) = toolbox.ledger.doubts().next().and_then(|entry| questions.doubt(entry))
    {
        return Ok(Some(Told { text: doubt, called: Vec::new() }));
    }
    let mut told = Told::default();
    for whom in people(expert, facts) {
        let arguments = match expert {
            Expert::RecommendSize => json!({"whom": whom.as_str(), "usual_size": usual_size(facts, &whom)}),
            Expert::BabyAdvice => json!({"topic": question}),
            _ => json!({}),
        };
        let called = toolbox.call(expert, &arguments.to_string()).await?;
        let nothing = called.say.is_empty() || (expert != Expert::RecommendSize && called.status == Status::NoBasis);
        if !nothing {
            if !told.text.is_empty() {
                told.text.push('\n');
            }
            if !whom.is_buyer() {
                told.text.push_str(questions.person(&whom));
                told.text.push('：');
            }
            told.text.push_str(&called.say);
            for slot in called.missing.iter().filter_map(|word| Slot::of(word)) {
                toolbox.ledger.ask(&whom, slot);
            }
        }
        told.called.push(called);
    }
    Ok(Some(told).filter(|told| !told.text.is_empty()))
}

/// Whose bodies the message speaks of, each once, in the order of the text; the buyer's where it names nobody.
fn people(expert: Expert, facts: &[Fact]) -> Vec<Whom> {
    let mut people: Vec<Whom> = Vec::new();
    if expert == Expert::RecommendSize {
        let bodies = facts.iter().filter(|fact| matches!(fact.slot.kind(), Kind::Length | Kind::Weight));
        for fact in bodies {
            if !people.contains(&fact.whom) {
                people.push(fact.whom.clone());
            }
        }
    }
    if people.is_empty() {
        people.push(Whom::buyer());
    }
    people
}

/// The size that the message asks about.
fn usual_size(facts: &[Fact], whom: &Whom) -> Option<String> {
    let said = facts.iter().find(|fact| fact.slot == Slot::UsualSize && fact.whom == *whom)?;
    said.canonical.text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::built_in;
    use crate::profiles::reading::{Context, read};

    #[test]
    fn the_words_say_whom_to_ask() {
        for (pack, question, is_garment, expected) in [
            ("apparel", "160cm 48kg 穿 S 会不会大", true, Some(Expert::RecommendSize)),
            ("apparel", "我160 96斤", true, Some(Expert::RecommendSize)),
            ("apparel", "梨形身材適合嗎，我是高腰愛好者", true, Some(Expert::RecommendSize)),
            ("apparel", "What size should I take?", true, Some(Expert::RecommendSize)),
            ("apparel", "什么时候发货", true, None),
            ("apparel", "这个尺寸的杯子多少钱", false, None),
            ("beauty", "孕妇可以用吗", false, Some(Expert::CheckIngredients)),
            ("pet", "几天能到杭州", false, Some(Expert::PlanDelivery)),
            ("general", "我的订单到哪了", false, Some(Expert::LookUpOrder)),
        ] {
            let facts = read(question, &Context::default());
            assert_eq!(expert_for(question, &facts, is_garment, &built_in()[pack]), expected, "{question}");
        }
    }
}
