//! What the log says about things that a buyer refers to.

use super::Line;
use crate::conversation::brief;
use crate::db;
use crate::error::{Error, Result};
use crate::live::Logged;
use crate::protocol::event::Brief;

/// How much of the log is looked at.
const RECENT: i64 = 60;

impl Line {
    /// What an agent should know if the buyer is handed over now.
    pub(super) async fn brief(&mut self) -> Result<Brief> {
        let entries = self.seat.last(&self.app.db, &self.visitor.store, RECENT).await?;
        let mut conn = self.app.db.read().await?;
        let conversation = db::conversation::find(&mut conn, &self.visitor.store, &self.conversation).await?;
        let conversation = conversation.ok_or(Error::NotFound("conversation"))?;
        Ok(brief::of(&conversation, entries.iter().map(Logged::entry)))
    }

    /// The words of a choice that was offered in this conversation.
    pub(super) async fn find_choice(&mut self, card: &str, choice: &str) -> Result<String> {
        let entries = self.seat.last(&self.app.db, &self.visitor.store, RECENT).await?;
        let messages = entries.iter().rev().filter_map(|e| e.entry().message());
        let card = messages.flat_map(|m| &m.cards).find(|c| c.id == card).ok_or(Error::NotFound("card"))?;
        let choice = card.choices.iter().find(|c| c.id == choice).ok_or(Error::NotFound("choice"))?;
        Ok(choice.label.clone())
    }
}
