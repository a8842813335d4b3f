//! What buyers said of themselves, conversation by conversation: at hand where one process alone writes, and in the
//! database always.

use crate::at_hand::AtHand;
use crate::conversation::{AssistantCommand, Command, Log};
use crate::db::Db;
use crate::error::Result;
use crate::ids::{ConversationId, StoreId};
use crate::live::Live;
use crate::locale::Locale;
use crate::profiles::Ledger;
use crate::profiles::asking::Questions;
use crate::profiles::keeping;
use crate::profiles::ledger::Source;
use crate::profiles::reading::{Fact, read};

pub(super) struct Memory {
    live: Live,
    /// Each with how often words had been erased when it was begun.
    at_hand: AtHand<ConversationId, (u64, Ledger)>,
}

impl Memory {
    pub fn new(live: Live) -> Self {
        Self { live, at_hand: AtHand::new(8_192) }
    }

    /// The ledger with what the messages that wait (number and words) say, and what is new in it. It is stored before it
    /// is used: nothing that an answer rested on is forgotten. `said.1`: the assistant's answers so far, which tell what
    /// was asked for where no ledger is at hand.
    pub async fn hear(
        &self,
        (db, log): (&Db, &Log),
        store: &StoreId,
        conversation: &ConversationId,
        said: (&[(i64, &str)], &[&str]),
        locale: Locale,
    ) -> Result<(Ledger, Vec<Fact>)> {
        let (messages, answers) = said;
        let is_first = messages.first().is_none_or(|(seq, _)| *seq == 1);
        let erasings = self.live.erasings();
        let known = self.at_hand.get(conversation).filter(|(begun, _)| db.is_sqlite() && *begun == erasings);
        let mut ledger = match known {
            Some((_, ledger)) => ledger,
            // Nothing can be known before the first message.
            None if is_first => Ledger::default(),
            None => {
                let mut stored = keeping::ledger(&mut db.read().await?, store, conversation).await?;
                let questions = Questions::of(locale);
                for (whom, slot) in answers.iter().flat_map(|answer| questions.asked_in(answer)) {
                    stored.ask(&whom, slot);
                }
                stored
            }
        };
        let (mut facts, mut changed) = (Vec::new(), Vec::new());
        for (seq, text) in messages {
            let new = read(text, &ledger.context(locale));
            changed.extend(ledger.apply(&new, &Source { conversation: conversation.clone(), seq: *seq }));
            facts.extend(new);
        }
        if !changed.is_empty() {
            let learned = keeping::learned(&ledger, &changed)?;
            log.apply(store, conversation, Command::Assistant(AssistantCommand::Learn { learned })).await?;
            // Whoever goes on from here must count on from these entries, also where this turn ends with a person.
            self.keep(conversation, ledger.clone(), erasings);
        }
        Ok((ledger, facts))
    }

    /// Keeps a ledger at hand, with what was asked for. `erasings`: the count when it was read.
    pub fn keep(&self, conversation: &ConversationId, ledger: Ledger, erasings: u64) {
        self.at_hand.put(conversation.clone(), (erasings, ledger));
    }
}
