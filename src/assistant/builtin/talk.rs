//! One answer as it is put together: what is said, what was called, what is asked for.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::intents::{says_that_a_person_comes, tells_of_harm, without_harm, written_out};
use super::thread::Thread;
use super::{Heard, Spoken, Voice, never_said};
use crate::assistant::library::{OnPage, Passage, Shelf, in_script};
use crate::assistant::toolbox::{Called, Toolbox};
use crate::conversation::Lines;
use crate::error::Result;
use crate::experts::Status;
use crate::locale::Locale;
use crate::packs::{Expert, Pack};
use crate::profiles::asking::Questions;
use crate::profiles::{Purpose, Slot, Whom};
use crate::protocol::HandoffReason;
use crate::said;

/// From this score on a passage is surely about what was asked.
pub(super) const SURE: f64 = 0.6;

/// `prompts/general/talk.<locale>.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub of_whom: String,
    /// A size that was advised already, with its look.
    pub size_again: String,
    /// What else could be said of the look.
    pub shape_too: String,
    pub quiz_so_far: String,
    pub kept: String,
    pub not_kept: String,
    /// What the store wrote in another language than the buyer's.
    pub other_language: String,
    /// What stands in a product's attributes.
    pub attribute: String,
    /// Behind the store's own word on its times.
    pub place_too: String,
    /// Of several questions, one that nobody here can answer.
    pub open: String,
    /// The same where its words are not said back.
    pub open_other: String,
    /// Attributes that are figures, by their names, and how they are said.
    pub figures: BTreeMap<String, String>,
    /// Between several of them.
    pub between: String,
    /// Of diapers, by the baby's weight.
    pub baby_range: String,
    pub baby_in_range: String,
    pub baby_out_of_range: String,
    /// To a reply that names one of an offer's choices: what is to be tapped; and where it names none.
    pub tap: String,
    pub tap_one: String,
    /// To the question whether this is a person.
    pub is_ai: String,
}

said::said!("talk", Words);

pub(super) struct Talk<'t, 'b> {
    pub toolbox: &'t mut Toolbox<'b>,
    pub heard: Heard<'t>,
    /// What the store knows about what is being answered, best first.
    passages: Vec<Passage>,
    voice: Voice<'t>,
    pub thread: Option<Thread>,
    pub spoken: Spoken,
    /// What is said cannot go on without the buyer's answer.
    pub waits: bool,
}

impl<'t, 'b> Talk<'t, 'b> {
    pub fn new(toolbox: &'t mut Toolbox<'b>, heard: Heard<'t>, voice: Voice<'t>) -> Self {
        let passages = without_alarms(toolbox.shelf, heard.question, heard.passages.to_vec());
        Self { toolbox, heard, passages, voice, thread: None, spoken: Spoken::default(), waits: false }
    }

    /// Goes on to the next of several questions.
    pub fn turn_to(&mut self, clause: &str) {
        self.passages = self.looked_up(clause);
        self.break_line();
    }

    /// What the store knows about a text, best first.
    pub fn looked_up(&self, text: &str) -> Vec<Passage> {
        let shelf = self.toolbox.shelf;
        without_alarms(shelf, text, shelf.look_up(&written_out(text)))
    }

    /// Asks the store's knowledge this instead of the buyer's words.
    pub fn looks_up(&mut self, instead: &str) {
        self.passages = self.looked_up(instead);
    }

    /// What the merchant wrote, in the buyer's script.
    pub fn in_script(&self, text: &str) -> String {
        in_script(text, self.locale())
    }

    /// What follows stands on a line of its own.
    pub fn break_line(&mut self) {
        if !self.spoken.text.is_empty() {
            self.spoken.text.push('\n');
        }
    }

    pub fn locale(&self) -> Locale {
        self.toolbox.locale
    }

    pub fn may(&self, expert: Expert) -> bool {
        self.voice.pack.manifest.experts.contains(&expert)
    }

    /// Calls an expert; what it did goes on record. What is said of it is the caller's.
    pub async fn call(&mut self, expert: Expert, arguments: Value) -> Result<Called> {
        let called = self.toolbox.call(expert, &arguments.to_string()).await?;
        self.spoken.cards.extend(called.card.clone());
        self.spoken.evidence.extend(called.evidence.iter().cloned());
        if let Some((reason, skill)) = &called.hands_over {
            self.spoken.hands_over = Some((*reason, skill.clone()));
        }
        self.spoken.called.push(called.clone());
        Ok(called)
    }

    /// Says what an expert has to say, as it stands.
    pub fn say_of(&mut self, called: &Called) {
        self.say(&called.say);
        self.waits |= called.status == Status::Ask;
    }

    /// Adds words to the answer, once.
    pub fn say(&mut self, words: &str) {
        let words = words.trim();
        if words.is_empty() || self.spoken.text.contains(words) {
            return;
        }
        let goes_on = !self.spoken.text.is_empty() && !self.spoken.text.ends_with('\n');
        if goes_on && self.locale() == Locale::En {
            self.spoken.text.push(' ');
        }
        self.spoken.text.push_str(words);
    }

    /// Whether the guard lets a line pass whatever stands behind it.
    pub fn may_say(&self, line: &str) -> bool {
        never_said(line, self.voice.claims).is_none()
    }

    /// Notes that slots are asked for, so that they are not asked for again.
    pub fn asks(&mut self, whom: &Whom, slots: &[Slot]) {
        self.notes_asked(whom, slots);
        self.waits = true;
    }

    /// The same of what is said to be welcome, and is not waited for.
    pub fn notes_asked(&mut self, whom: &Whom, slots: &[Slot]) {
        for slot in slots {
            self.toolbox.ledger.ask(whom, *slot);
            self.spoken.asked.push((whom.clone(), *slot));
        }
    }

    pub fn hand_over(&mut self, reason: HandoffReason) {
        self.spoken.hands_over.get_or_insert((reason, None));
    }

    /// Asks which of two readings was meant, where the message or what it wants turns on it.
    pub fn asks_about_doubt(&mut self) -> bool {
        if !self.may(Expert::RecommendSize) {
            return false;
        }
        let is_new = |whom: &Whom, slot: Slot| self.heard.facts.iter().any(|f| f.whom == *whom && f.slot == slot);
        let doubt = self.toolbox.ledger.doubts().find(|entry| is_new(&entry.whom, entry.slot));
        let Some(doubt) = doubt.filter(|entry| entry.slot.purpose() == Purpose::Body) else { return false };
        let Some(question) = Questions::of(self.locale()).doubt(doubt) else { return false };
        let (whom, slot) = (doubt.whom.clone(), doubt.slot);
        self.say(&question);
        self.asks(&whom, &[slot]);
        true
    }

    /// The best passage, if it answers.
    pub fn passage(&self) -> Option<&Passage> {
        self.passages.first().filter(|passage| passage.answers)
    }

    pub fn says_passage(&mut self) -> bool {
        let Some(passage) = self.passage() else { return false };
        let (answer, evidence) = (passage.answer_in(self.locale()), passage.evidence());
        if self.is_foreign(&answer) {
            self.say(&Words::of(self.locale()).other_language.replace("{text}", &answer));
        } else {
            self.say(&answer);
        }
        self.spoken.evidence.push(evidence);
        if says_that_a_person_comes(&answer) {
            self.hand_over(HandoffReason::Policy);
        }
        true
    }

    fn packs(&self) -> [&'t Pack; 2] {
        [self.voice.pack, self.voice.general]
    }

    /// The store wrote it in a language that this buyer may not read. It is not translated.
    fn is_foreign(&self, answer: &str) -> bool {
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        answer.contains(is_han) == (self.locale() == Locale::En)
    }

    pub fn has_line(&self, id: &str) -> bool {
        self.packs().iter().any(|pack| !pack.replies.ways(id, self.locale()).is_empty())
    }

    /// The pack's line, else the general pack's.
    pub fn reply(&self, id: &str, values: &[(&str, &str)]) -> Option<String> {
        self.packs().iter().find_map(|pack| pack.replies.line(id, self.locale(), values))
    }

    pub fn line(&mut self, id: &str) -> bool {
        let name = self.product().map(|product| product.name).unwrap_or_default();
        let line = self.reply(id, &[("product", &name)]);
        self.say(line.as_deref().unwrap_or_default());
        line.is_some()
    }

    /// What the store wrote down, else the pack's line, else a person. A pack's own passage counts before its line only
    /// where it is surely about this.
    pub fn known(&mut self, id: &str) {
        let is_sure = self.passage().is_none_or(|passage| !passage.is_of_pack() || passage.score >= SURE);
        if !is_sure && self.line(id) {
            return;
        }
        if self.passage().is_some_and(|passage| self.is_foreign(&passage.answer)) {
            self.line(id);
        }
        if !self.says_passage() && !self.line(id) {
            self.hand_over(HandoffReason::NoEvidence);
        }
    }

    /// A line of courtesy: the pack's first that names nothing which is not known here.
    pub fn courtesy(&mut self, id: &str) {
        let store = self.voice.store;
        let named = |line: &String| store.map_or_else(|| line.clone(), |store| line.replace("{store}", store));
        let packs = self.packs();
        let mut ways = packs.iter().flat_map(|pack| pack.replies.ways(id, self.locale())).map(named);
        let line = ways.find(|line| !line.contains('{'));
        let own = Lines::of(self.locale());
        let own = if id == "greeting" { &own.greeting } else { &own.thanks };
        self.say(&line.unwrap_or_else(|| own.clone()));
    }

    /// The product that is spoken of: the one that the words name, else the one on the page, else the one that the buyer
    /// named last.
    pub fn product(&self) -> Option<OnPage> {
        let (shelf, before) = (self.toolbox.shelf, self.heard.before);
        let sku = before.spoken_of(shelf, self.toolbox.context.sku.as_deref(), self.heard.question);
        sku.and_then(|sku| shelf.product(sku)).or_else(|| self.heard.on_page.cloned())
    }

    pub fn price(&mut self) {
        let Some(product) = self.product() else { return self.which_product() };
        let yuan = said::yuan(product.price_fen);
        let line = self.reply("price", &[("product", &product.name), ("price", &yuan)]);
        let line = line.unwrap_or_else(|| Lines::of(self.locale()).price(&product.name, product.price_fen));
        self.say(&line);
        self.spoken.evidence.push(product.evidence());
    }

    pub fn stock(&mut self) {
        let Some(product) = self.product() else { return self.which_product() };
        let Some(stock) = product.stock else {
            // The store does not count, so nothing is said about it.
            if !self.says_passage() {
                self.hand_over(HandoffReason::NoEvidence);
            }
            return;
        };
        let id = if stock > 0 { "in_stock" } else { "out_of_stock" };
        let line = self.reply(id, &[("product", &product.name)]);
        let line = line.unwrap_or_else(|| Lines::of(self.locale()).stock(&product.name, stock > 0));
        self.say(&line);
        self.spoken.evidence.push(product.evidence());
    }

    fn which_product(&mut self) {
        if !self.says_passage() {
            self.say(&Lines::of(self.locale()).which_product);
            self.waits = true;
        }
    }

    pub fn says_any(&self, slots: &[Slot]) -> bool {
        self.heard.facts.iter().any(|fact| slots.contains(&fact.slot))
    }

    /// The answer as it is given. Who asks and gets no further hands over: the same question twice helps nobody.
    pub fn end(mut self) -> Spoken {
        // The last of several questions may have been answered by what was said already.
        self.spoken.text.truncate(self.spoken.text.trim_end().len());
        let said_before = self.heard.before.last_answer.is_some_and(|last| last.contains(&self.spoken.text));
        if self.spoken.text.is_empty() {
            self.hand_over(HandoffReason::NoEvidence);
        } else if self.waits && said_before {
            self.hand_over(HandoffReason::RepeatFailure);
        }
        if said_before && self.spoken.hands_over.is_some() {
            self.spoken.text.clear();
        }
        let mut seen = std::collections::BTreeSet::new();
        self.spoken.evidence.retain(|id| seen.insert(id.clone()));
        self.spoken
    }
}

/// Without what tells what to do about harm, where the words say that none was done.
fn without_alarms(shelf: &Shelf, text: &str, found: Vec<Passage>) -> Vec<Passage> {
    let is_alarm = |passage: &Passage| tells_of_harm(&passage.answer);
    if !found.iter().any(is_alarm) {
        return found;
    }
    let Some(rest) = without_harm(text) else { return found };
    shelf.look_up(&rest).into_iter().filter(|passage| !is_alarm(passage)).collect()
}

/// Without the sentences that ask; for what was asked already.
pub(super) fn without_questions(say: &str) -> String {
    let sentences = say.split_inclusive(['。', '？', '?', '！']);
    sentences.filter(|sentence| !sentence.trim_end().ends_with(['？', '?'])).collect::<String>().trim().to_owned()
}
