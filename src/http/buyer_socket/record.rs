//! What the log says about things that a buyer refers to.

use super::Line;
use crate::conversation::brief;
use crate::db;
use crate::error::{Error, Result};
use crate::live::{Logged, Tail};
use crate::protocol::PublicBody;
use crate::protocol::desk::AnyBody;
use crate::protocol::event::Brief;

/// How much of the log is looked at.
const RECENT: i64 = 60;

impl Line {
    /// What an agent should know if the buyer is handed over now.
    pub(super) async fn brief(&mut self) -> Result<Brief> {
        let entries = self.recent().await?;
        let mut conn = self.app.db.read().await?;
        let conversation = db::conversation::find(&mut conn, &self.visitor.store, &self.conversation).await?;
        let conversation = conversation.ok_or(Error::NotFound("conversation"))?;
        Ok(brief::of(&conversation, entries.iter().map(Logged::entry)))
    }

    /// The words of a choice that was offered in this conversation.
    pub(super) async fn find_choice(&mut self, card: &str, choice: &str) -> Result<String> {
        let entries = self.recent().await?;
        let cards = entries.iter().rev().filter_map(|e| match &e.entry().body {
            AnyBody::Public(PublicBody::Message(m)) => Some(&m.cards),
            _ => None,
        });
        let card = cards.flatten().find(|c| c.id == card).ok_or(Error::NotFound("card"))?;
        let choice = card.choices.iter().find(|c| c.id == choice).ok_or(Error::NotFound("choice"))?;
        Ok(choice.label.clone())
    }

    async fn recent(&mut self) -> Result<Vec<Logged>> {
        if let Tail::Here(entries) = self.seat.after(self.told.saturating_sub(RECENT).max(0)) {
            return Ok(entries);
        }
        let mut conn = self.app.db.read().await?;
        let entries = db::event::last(&mut conn, &self.visitor.store, &self.conversation, RECENT).await?;
        Ok(entries.into_iter().map(Logged::new).collect())
    }
}
