//! What the conversation is about: the buyer's last wish that is not settled by one answer, and what was said of it since.

use super::intents::{Intent, Via, wanted};
use super::talk::Talk;

/// How many of the buyer's messages are looked at.
const MESSAGES: usize = 6;

/// A wish, and the buyer's words on it.
pub(super) struct Thread {
    pub wanted: &'static Intent,
    /// From the message that began it to the last one before this, a line each.
    pub text: String,
}

impl Talk<'_, '_> {
    /// The thread that a message without a wish of its own goes on with.
    pub(super) fn taken_up(&self) -> Option<Thread> {
        let messages = &self.heard.before.messages;
        let recent = messages.iter().enumerate().rev().take(MESSAGES);
        let (at, found) =
            recent.map(|(at, message)| (at, self.first_of(message))).find(|(_, found)| found.is_some())?;
        let goes_on = |wanted: &&Intent| {
            let via = wanted.via;
            matches!(via, Via::Size | Via::Baby | Via::Ingredients | Via::Delivery | Via::Orders | Via::Remedy)
        };
        Some(Thread { wanted: found.filter(goes_on)?, text: messages[at..].join("\n") })
    }

    fn first_of(&self, message: &str) -> Option<&'static Intent> {
        wanted(message).find(|wanted| self.can(wanted))
    }
}
