//! What is to be remembered, and the consent that it needs.

use std::collections::BTreeSet;

use serde_json::json;

use super::BARE;
use super::talk::{Talk, Words};
use crate::error::Result;
use crate::experts::Status;
use crate::experts::knowledge::normalise;
use crate::packs::Expert;
use crate::profiles::asking::Questions;
use crate::profiles::reading::Value;
use crate::profiles::{Purpose, Slot, Whom};

/// What says yes to a question for a consent. Sensitive data and a child's need the word itself. For a lawyer's review.
const AGREES: [&str; 2] = ["同意", "agree"];
const SAYS_YES: [&str; 9] = ["可以", "好的", "好啊", "行", "没问题", "是的", "yes", "ok", "sure"];
const SAYS_NO: [&str; 7] = ["不", "别", "没有", "算了", "no", "don't", "not"];

impl Talk<'_, '_> {
    /// Keeps what the message says, or asks for the consent that it needs.
    pub(super) async fn remember(&mut self) -> Result<()> {
        let facts = self.heard.facts.iter().filter(|f| f.slot.purpose() != Purpose::Conversation && !f.sureness.asks());
        let facts = facts.map(|f| (f.whom.clone(), f.slot, f.canonical.clone())).collect();
        self.keep(facts).await
    }

    /// Takes the answer to a question for a consent, if the last words asked one.
    pub(super) async fn answers_consent(&mut self) -> Result<bool> {
        let Some(purpose) = self.asked_consent() else { return Ok(false) };
        let said = normalise(self.heard.question);
        let is_short = said.chars().count() <= BARE || said.is_ascii() && said.len() <= 3 * BARE;
        let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if !is_short || !(has(&SAYS_NO) || has(&AGREES) || has(&SAYS_YES)) {
            return Ok(false);
        }
        if has(&SAYS_NO) {
            self.say(&Words::of(self.locale()).not_kept);
            return Ok(true);
        }
        if !has(&AGREES) && purpose != Purpose::Body {
            self.say(Questions::of(self.locale()).consent(purpose));
            return Ok(true);
        }
        self.toolbox.records.agree(purpose, self.toolbox.conversation, self.toolbox.now).await?;
        let entries = self.toolbox.ledger.entries().iter().filter(|e| e.superseded_by.is_none() && !e.sureness.asks());
        let facts = entries.filter(|e| e.slot.purpose_for(&e.whom) == purpose);
        let facts = facts.map(|e| (e.whom.clone(), e.slot, e.canonical.clone())).collect();
        self.keep(facts).await?;
        Ok(true)
    }

    fn asked_consent(&self) -> Option<Purpose> {
        let last = self.heard.before.last_answer.filter(|_| self.may(Expert::Remember))?;
        let questions = Questions::of(self.locale());
        let asked = |purpose: &Purpose| {
            let question = questions.consent(*purpose);
            !question.is_empty() && last.contains(question)
        };
        Purpose::ALL.into_iter().find(asked)
    }

    async fn keep(&mut self, facts: Vec<(Whom, Slot, Value)>) -> Result<()> {
        let mut asked: BTreeSet<String> = BTreeSet::new();
        let mut kept = false;
        for (whom, slot, value) in facts {
            let value = serde_json::to_value(&value).unwrap_or_default();
            let arguments = json!({"whom": whom.as_str(), "slot": slot.word(), "value": value, "unit": null});
            let called = self.call(Expert::Remember, arguments).await?;
            kept |= called.result["stored"] == true;
            if called.status == Status::Ask && asked.insert(called.say.clone()) {
                self.say_of(&called);
            }
        }
        if kept {
            self.say(&Words::of(self.locale()).kept);
        }
        Ok(())
    }
}
