//! Cards that something depends on, as decisions see them: read before a batch, written with it. They belong to one
//! conversation, so whoever holds its row holds them too.

use std::collections::HashMap;

use super::batch::Job;
use super::{AssistantCommand, BuyerCommand, Command};
use crate::clock::Millis;
use crate::db::confirmation::{self, Confirmation};
use crate::db::offer::{self, Given, Limits, Offer};
use crate::db::order::{self, Order};
use crate::db::{Conn, buyer, conversation::Key};
use crate::error::{Error, Result};
use crate::ids::ConversationId;
use crate::policy::Policy;
use crate::protocol::card::CardState;

/// Three months, over which what a buyer was offered is counted.
const COUNTED_MS: Millis = 90 * 24 * 60 * 60 * 1_000;

/// The store's numbers for the answer to an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// What a store gives at most, without a person who approved it.
    pub limits: Limits,
    /// How long an offer stands, in milliseconds.
    pub offer_lasts_ms: Millis,
}

impl Terms {
    pub fn of(policy: &Policy, now: Millis) -> Self {
        let compensation = &policy.compensation;
        let limits = Limits {
            per_line: compensation.per_order,
            per_buyer: compensation.buyer_offers_90d,
            per_buyer_fen: compensation.buyer_max_90d_fen,
            since: now - COUNTED_MS,
        };
        Self { limits, offer_lasts_ms: compensation.offer_h * 60 * 60 * 1_000 }
    }
}

/// A card as it stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    Confirmation(Box<Confirmation>),
    Offer(Box<OfferHeld>),
}

/// An offer with what its answer is judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferHeld {
    pub offer: Offer,
    /// All that was offered, this one included.
    pub given: Given,
    /// `None` where the order is no longer the buyer's.
    pub order: Option<Order>,
    pub is_superseded: bool,
}

/// What a decision does to a card.
#[derive(Debug, Clone, PartialEq)]
pub enum CardChange {
    /// The buyer is asked.
    Ask(Confirmation),
    /// It stands so now, and stood at the state before.
    Moved(Confirmation, CardState),
    /// The offer as it was answered.
    Answered(Offer),
}

/// By conversation and id: a card of another conversation is none.
pub(super) type Cards = HashMap<(ConversationId, String), Held>;

/// The cards that jobs speak of.
pub(super) async fn read(conn: &mut Conn, jobs: &[Job]) -> Result<Cards> {
    let mut cards = Cards::new();
    for job in jobs {
        let Job::Change { key, command, .. } = job else { continue };
        let Some(id) = card_of(command) else { continue };
        let since = match command {
            Command::Buyer(BuyerCommand::Choose { terms, .. }) => terms.limits.since,
            _ => 0,
        };
        if let Some(held) = find(conn, key, id, since).await? {
            cards.insert((key.id.clone(), id.to_owned()), held);
        }
    }
    Ok(cards)
}

/// The card that a command is about.
pub(super) fn card_of(command: &Command) -> Option<&str> {
    match command {
        Command::Buyer(BuyerCommand::Choose { chose, .. }) => Some(&chose.card),
        Command::Assistant(AssistantCommand::Record { card, .. } | AssistantCommand::Lapse { card }) => Some(card),
        _ => None,
    }
}

async fn find(conn: &mut Conn, key: &Key, id: &str, since: Millis) -> Result<Option<Held>> {
    if let Some(found) = confirmation::find(conn, &key.store, &key.id, id).await? {
        return Ok(Some(Held::Confirmation(Box::new(found))));
    }
    let found = offer::find(conn, &key.store, &id.into()).await?;
    let Some(offer) = found.filter(|offer| offer.new.conversation == key.id) else { return Ok(None) };
    let new = &offer.new;
    // Answers to a buyer's offers come one after the other, as proposals do: the sums are those of this moment.
    buyer::hold(conn, &key.store, &new.buyer).await?;
    let given = offer::given(conn, &key.store, &new.buyer, &new.order_id, &new.sku, since).await?;
    let order = order::find(conn, &key.store, &new.buyer, &new.order_id).await?;
    let is_superseded = offer::is_superseded(conn, &key.store, &offer).await?;
    Ok(Some(Held::Offer(Box::new(OfferHeld { offer, given, order, is_superseded }))))
}

/// Takes over what a decision has changed, so that the next one of the batch sees it.
pub(super) fn learn(cards: &mut Cards, conversation: &ConversationId, changes: &[CardChange]) {
    let key = |id: &str| (conversation.clone(), id.to_owned());
    for change in changes {
        match change {
            CardChange::Ask(new) => {
                cards.insert(key(&new.id), Held::Confirmation(Box::new(new.clone())));
            }
            CardChange::Moved(now, _) => {
                cards.insert(key(&now.id), Held::Confirmation(Box::new(now.clone())));
            }
            CardChange::Answered(offer) => {
                if let Some(Held::Offer(held)) = cards.get_mut(&key(offer.id.as_str())) {
                    held.offer = offer.clone();
                }
            }
        }
    }
}

/// Writes the changes. Each names where the card stood, so that nothing is stored on old ground.
pub(super) async fn save(conn: &mut Conn, key: &Key, changes: &[CardChange], now: Millis) -> Result<()> {
    for change in changes {
        match change {
            CardChange::Ask(new) => confirmation::ask(conn, new).await?,
            CardChange::Moved(moved, from) => confirmation::settle(conn, moved, *from).await?,
            CardChange::Answered(Offer { id, new, state, choice, .. }) => {
                let to = (*state, choice.as_deref().unwrap_or_default());
                if offer::answer(conn, &key.store, &new.buyer, id, to, now).await?.is_none() {
                    return Err(Error::conflict("card_moved", "this offer was answered at the same moment"));
                }
            }
        }
    }
    Ok(())
}
