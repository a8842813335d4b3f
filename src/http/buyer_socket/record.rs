//! What the log says about things that a buyer refers to.

use super::Line;
use crate::assistant::names_no_matter;
use crate::conversation::{CardLines, DECLINE, YES, brief, label_of};
use crate::db;
use crate::error::{Error, Result};
use crate::live::Logged;
use crate::profiles::keeping;
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
        let ledger = keeping::ledger(&mut conn, &self.visitor.store, &self.conversation).await?;
        Ok(Brief {
            slots: brief::slots(&ledger),
            ..brief::of(&conversation, entries.iter().map(Logged::entry), names_no_matter)
        })
    }

    /// A choice that was offered in this conversation.
    pub(super) async fn find_choice(&mut self, card: &str, choice: &str) -> Result<Chosen> {
        let entries = self.seat.last(&self.app.db, &self.visitor.store, RECENT).await?;
        let messages = entries.iter().rev().filter_map(|e| e.entry().message());
        if let Some(card) = messages.flat_map(|m| &m.cards).find(|c| c.id == card) {
            let choice = card.choices.iter().find(|c| c.id == choice).ok_or(Error::NotFound("choice"))?;
            let is_binding = matches!(card.kind.as_str(), "offer" | "confirm");
            return Ok(Chosen { label: choice.label.clone(), is_binding });
        }
        // It may be answered when the log has long gone on.
        self.find_old_choice(card, choice).await
    }

    async fn find_old_choice(&mut self, card: &str, choice: &str) -> Result<Chosen> {
        let mut conn = self.app.db.read().await?;
        let conversation = db::conversation::find(&mut conn, &self.visitor.store, &self.conversation).await?;
        let lines = CardLines::of(conversation.ok_or(Error::NotFound("card"))?.locale);
        let store = &self.visitor.store;
        let label = if db::confirmation::find(&mut conn, store, &self.conversation, card).await?.is_some() {
            match choice {
                YES => Some(lines.confirm.yes.clone()),
                "no" => Some(lines.confirm.no.clone()),
                _ => None,
            }
        } else {
            let offer = db::offer::find(&mut conn, store, &card.into()).await?;
            let offer = offer.filter(|offer| offer.new.conversation == self.conversation);
            let offer = offer.ok_or(Error::NotFound("card"))?;
            if choice == DECLINE { Some(lines.offer.decline.clone()) } else { label_of(&offer.new.choices, choice) }
        };
        label.map(|label| Chosen { label, is_binding: true }).ok_or(Error::NotFound("choice"))
    }
}

/// A choice that the buyer makes.
pub(super) struct Chosen {
    /// Its words.
    pub label: String,
    /// Something depends on it.
    pub is_binding: bool,
}
