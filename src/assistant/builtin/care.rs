//! Skin, ingredients and babies.

use serde_json::{Value, json};

use super::details::Details;
use super::intents::Intent;
use super::talk::{Talk, Words, without_questions};
use crate::error::Result;
use crate::experts::{Status, skin};
use crate::packs::Expert;
use crate::profiles::{Slot, Whom};
use crate::protocol::HandoffReason;

/// In the order in which the quiz asks.
const AXES: [&str; 4] = ["oil", "sensitivity", "pigment", "wrinkle"];
/// Questions of one axis, before one that breaks a tie.
const EACH: usize = 3;

impl Talk<'_, '_> {
    /// The last words asked a question of the quiz, and this is a choice.
    pub(super) fn goes_on_with_quiz(&self) -> bool {
        let Some(last) = self.heard.before.last_answer.filter(|_| self.may(Expert::AssessSkin)) else { return false };
        self.pending(last).is_some_and(|question| !choice(question, self.heard.question).is_empty())
    }

    fn pending(&self, last: &str) -> Option<&'static skin::Question> {
        AXES.iter().flat_map(|axis| skin::questions(axis, self.locale())).find(|q| last.contains(&q.text))
    }

    /// The quiz, one question after the other. What was chosen so far stands in the assistant's own last words, which
    /// is all that is at hand of the conversation.
    pub(super) async fn skin(&mut self) -> Result<()> {
        let chosen = self.chosen();
        let mut given: [Vec<i64>; 4] =
            std::array::from_fn(|axis| chosen.iter().copied().skip(axis * EACH).take(EACH).collect());
        let mut ties = chosen.iter().copied().skip(AXES.len() * EACH);
        let mut called = self.call(Expert::AssessSkin, answers(&given)).await?;
        while called.status == Status::Ok
            && let Some(axis) =
                called.missing.first().and_then(|open| AXES.iter().position(|axis| open.starts_with(axis)))
            && let Some(tie) = ties.next()
        {
            given[axis].push(tie);
            called = self.call(Expert::AssessSkin, answers(&given)).await?;
        }
        let is_open = !called.missing.is_empty();
        if is_open && !chosen.is_empty() {
            let list: Vec<String> = chosen.iter().map(i64::to_string).collect();
            self.say(&Words::of(self.locale()).quiz_so_far.replace("{chosen}", &list.join(", ")));
        }
        self.say_of(&called);
        self.waits |= is_open;
        Ok(())
    }

    /// All choices: those of before, and what this message adds.
    fn chosen(&self) -> Vec<i64> {
        let last = self.heard.before.last_answer.unwrap_or_default();
        let Some(question) = self.pending(last) else { return picks(self.heard.question) };
        let (before, after) = Words::of(self.locale()).quiz_so_far.split_once("{chosen}").unwrap_or_default();
        let so_far = last.split_once(before).and_then(|(_, rest)| rest.split_once(after));
        let mut chosen = so_far.map(|(list, _)| picks(list)).unwrap_or_default();
        chosen.extend(choice(question, self.heard.question));
        chosen
    }

    pub(super) async fn ingredients(&mut self, wanted: &Intent) -> Result<()> {
        let Some(product) = self.product() else {
            self.known(&wanted.id);
            return Ok(());
        };
        let me = Whom::buyer();
        let knows = |slot| !self.toolbox.ledger.all(&me, slot).is_empty();
        // What is in use stands in the words; who knows no active in them says so.
        let in_use = (wanted.id == "ingredients" && !knows(Slot::InUse) && names_use(self.heard.question))
            .then(|| vec![self.heard.question]);
        let conditions = (wanted.id == "pregnancy" && !knows(Slot::Condition)).then_some(["pregnant"]);
        let arguments = json!({"skus": [product.sku], "in_use": in_use, "conditions": conditions});
        let called = self.call(Expert::CheckIngredients, arguments).await?;
        // Who asks on after a refusal asks for something else, and that a person looks for.
        let is_again = self.heard.before.last_answer.is_some_and(|last| last.contains(&called.say));
        self.say_of(&called);
        if called.status == Status::NoBasis || is_again {
            self.hand_over(HandoffReason::NoEvidence);
        }
        Ok(())
    }

    pub(super) async fn baby(&mut self, wanted: &Intent) -> Result<()> {
        let topic = wanted.topic.as_deref().unwrap_or(self.heard.question);
        let called = self.call(Expert::BabyAdvice, json!({"topic": topic, "born": self.born_by_words()})).await?;
        let baby = Whom::of("baby").unwrap_or_default();
        if called.missing.iter().any(|slot| slot == "born") && self.toolbox.ledger.was_asked(&baby, Slot::Born) {
            self.say(&without_questions(&called.say));
        } else {
            self.say_of(&called);
            if called.status == Status::Ask {
                self.asks(&baby, &[Slot::Born]);
            }
        }
        match called.result["level"].as_str().filter(|_| called.status == Status::Refused) {
            Some("E0" | "E1") => self.hand_over(HandoffReason::SafetyInfant),
            Some(_) => self.hand_over(HandoffReason::Policy),
            None => {}
        }
        Ok(())
    }

    /// The day of birth that "6个月" means today, where the ledger knows none.
    fn born_by_words(&self) -> Option<String> {
        let ages = [Slot::Born, Slot::AgeDays, Slot::AgeWeeks, Slot::AgeMonths];
        let is_known = self.toolbox.ledger.entries().iter().any(|entry| ages.contains(&entry.slot));
        let months = Details::of(self.heard.question).months().filter(|_| !is_known)?;
        let today = self.toolbox.policy.service.timezone.day(self.toolbox.now)?;
        Some(today.checked_sub(jiff::Span::new().months(months)).ok()?.to_string())
    }
}

fn answers(given: &[Vec<i64>; 4]) -> Value {
    let axes = AXES.iter().zip(given).map(|(axis, given)| ((*axis).to_owned(), json!(given)));
    json!({"answers": axes.collect::<serde_json::Map<_, _>>()})
}

/// What a message chooses of a question's answers, by their words or by their numbers.
fn choice(question: &skin::Question, said: &str) -> Vec<i64> {
    match question.answers.iter().position(|answer| said.contains(answer.as_str())) {
        Some(at) => vec![at as i64 + 1],
        None => picks(said.trim()),
    }
}

/// The choices 1 to 4 of a text that is a list of them and nothing else.
fn picks(text: &str) -> Vec<i64> {
    let is_list = text
        .chars()
        .all(|c| matches!(c, '1'..='4' | ' ' | ',' | '，' | '、' | '.' | '。' | '选' | '選' | '第' | '个' | '個'));
    if !is_list {
        return Vec::new();
    }
    text.chars().filter_map(|c| c.to_digit(10)).map(i64::from).collect()
}

fn names_use(text: &str) -> bool {
    ["在用", "一起", "同时", "同時", "搭配", "混用", " with ", "together"].iter().any(|word| text.contains(word))
}
