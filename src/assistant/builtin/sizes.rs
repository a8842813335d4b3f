//! Sizes: whose body it is, what is still to ask, and what the size expert says.

use serde_json::json;

use super::details::Details;
use super::talk::{Talk, Words, without_questions};
use crate::assistant::toolbox::Called;
use crate::error::Result;
use crate::experts::Status;
use crate::packs::Expert;
use crate::profiles::asking::Questions;
use crate::profiles::{Purpose, Slot, Whom};
use crate::protocol::HandoffReason;

/// From these everything else is estimated.
const BODY: [Slot; 2] = [Slot::HeightCm, Slot::WeightKg];

impl Talk<'_, '_> {
    /// One piece of advice for each whom the message is about.
    pub(super) async fn sizes(&mut self) -> Result<()> {
        let mut people: Vec<Whom> = Vec::new();
        for fact in self.heard.facts.iter().filter(|fact| fact.slot.purpose() == Purpose::Body) {
            if !people.contains(&fact.whom) {
                people.push(fact.whom.clone());
            }
        }
        if people.is_empty() {
            people.push(self.toolbox.ledger.context(self.locale()).about);
        }
        let is_one_buyer = people.len() == 1 && people[0].is_buyer();
        for whom in people {
            let say = self.size_of(&whom).await?;
            if is_one_buyer || say.is_empty() {
                self.say(&say);
            } else {
                let who = Questions::of(self.locale()).person(&whom);
                self.break_line();
                self.say(&Words::of(self.locale()).of_whom.replace("{who}", who).replace("{say}", &say));
            }
        }
        if self.spoken.text.is_empty() {
            // All was asked, and none of it came.
            self.hand_over(HandoffReason::LowConfidence);
        }
        Ok(())
    }

    /// A shape of the body alone is a matter of cuts; with a body it is one of sizes too. What the store says of this
    /// garment and a shape comes with its size, and then nothing general is needed.
    pub(super) async fn shape(&mut self, line: &str) -> Result<()> {
        let about = self.toolbox.ledger.context(self.locale()).about;
        let is_known = BODY.iter().all(|slot| self.toolbox.ledger.known(&about, *slot).is_some());
        let has_own = is_known && self.says_any(&[Slot::Shape]) && self.has_words_for_shapes();
        if !has_own && !self.says_passage() {
            self.line(line);
        }
        if is_known { self.sizes().await } else { Ok(()) }
    }

    async fn size_of(&mut self, whom: &Whom) -> Result<String> {
        let product = self.product().map(|product| product.sku);
        let asked_size = Details::of(self.heard.question).size();
        let arguments = json!({"sku": product, "whom": whom.as_str(), "usual_size": asked_size});
        let called = self.call(Expert::RecommendSize, arguments).await?;
        if called.missing.iter().any(|slot| slot == "sku") {
            self.waits = true;
            return Ok(called.say);
        }
        let missing: Vec<Slot> = called.missing.iter().filter_map(|word| Slot::of(word)).collect();
        Ok(if missing.is_empty() { self.advice(whom, called) } else { self.ask_of(whom, &called, &missing) })
    }

    /// What the expert advises. Who has just read all of it is told the size and its look, and what would say more.
    fn advice(&mut self, whom: &Whom, called: Called) -> String {
        let is_again = self.heard.before.last_answer.is_some_and(|last| last.contains(&called.say));
        let named = called.result["size"].as_str().filter(|_| is_again);
        let effect = |size: &str| {
            let looks = called.result["sizes"].as_array()?;
            looks.iter().find(|look| look["size"] == size)?["effect"].as_str()
        };
        let Some((size, effect)) = named.and_then(|size| Some((size, effect(size)?))) else { return called.say };
        let words = Words::of(self.locale());
        let mut say = words.size_again.replace("{size}", size).replace("{effect}", effect);
        let shape = self.toolbox.ledger.missing(whom, &[Slot::Shape], 1);
        if self.has_words_for_shapes() && !shape.is_empty() {
            say.push_str(&words.shape_too);
            self.notes_asked(whom, &shape);
        }
        say
    }

    /// Whether the store wrote down whom the product's cut becomes.
    fn has_words_for_shapes(&self) -> bool {
        let sold = self.product().and_then(|product| self.toolbox.shelf.sold(&product.sku));
        sold.is_some_and(|product| product.attributes.contains_key("shapes"))
    }

    /// What is said with what is missing, each asked for once and no more at a time than the store wants. Who gave one
    /// of two is asked for the other.
    fn ask_of(&mut self, whom: &Whom, called: &Called, missing: &[Slot]) -> String {
        let most = usize::try_from(self.toolbox.policy.answer.max_questions).unwrap_or(1);
        let left = most.saturating_sub(self.spoken.asked.len());
        let is_answered = self.heard.facts.iter().any(|f| f.whom == *whom && f.slot.purpose() == Purpose::Body);
        let ledger = &self.toolbox.ledger;
        let needs_body = BODY.iter().any(|slot| missing.contains(slot));
        let open = match is_answered && needs_body && called.status != Status::Ok {
            true => ledger.still_missing(whom, missing, left),
            false => ledger.missing(whom, missing, left),
        };
        let said = without_questions(&called.say);
        if open.is_empty() {
            return said;
        }
        let questions = Questions::of(self.locale());
        let doubts = self.toolbox.ledger.doubts().filter(|entry| entry.whom == *whom && open.contains(&entry.slot));
        let doubt = doubts.filter_map(|entry| Some((entry.slot, questions.doubt(entry)?))).next();
        if let Some((slot, question)) = doubt {
            self.asks(whom, &[slot]);
            return format!("{said}{question}");
        }
        self.asks(whom, &open);
        let is_whole = open.len() == missing.len() && whom.is_buyer() && open != BODY;
        if is_whole && called.status != Status::NoBasis {
            return called.say.clone();
        }
        format!("{said}{}", questions.ask(whom, &open))
    }
}
