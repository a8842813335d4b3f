//! Where experts' data come from: the database for real turns, a case's own rows when a pack is rehearsed.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::assistant::wardrobe::{Wardrobe, Wardrobes};
use crate::catalog::{Lane, Order};
use crate::clock::Millis;
use crate::db::baby::Baby;
use crate::db::offer::{self, Limits, NewOffer, Proposed};
use crate::db::size_advice::{self, SizeAdvice};
use crate::db::{self, Db};
use crate::error::Result;
use crate::experts::remedy::History;
use crate::ids::{BuyerId, ConversationId};
use crate::people::stores::Settings;
use crate::profiles::Purpose;
use crate::profiles::keeping::{self, Remembered, Slotted};
use crate::profiles::ledger::Source;

/// How many of a buyer's orders are looked at.
const ORDERS: i64 = 50;

/// What one buyer's turn may look up and put on record. Which store and which buyer is the implementor's to know.
pub trait Records: Send + Sync {
    fn wardrobe(&self) -> BoxFuture<'_, Result<Arc<Wardrobe>>>;
    fn lanes(&self) -> BoxFuture<'_, Result<Vec<Lane>>>;
    /// The buyer's own, and nobody else's.
    fn orders(&self) -> BoxFuture<'_, Result<Vec<Order>>>;
    /// The buyer's only baby, or the one of this id or nickname.
    fn baby<'a>(&'a self, which: Option<&'a str>) -> BoxFuture<'a, Result<Option<Baby>>>;
    fn offered<'a>(&'a self, order: &'a str, sku: &'a str, since: Millis) -> BoxFuture<'a, Result<History>>;
    fn propose(&self, new: NewOffer, limits: Limits, now: Millis) -> BoxFuture<'_, Result<Proposed>>;
    fn remember<'a>(
        &'a self,
        slotted: &'a Slotted,
        conversation: &'a ConversationId,
        now: Millis,
    ) -> BoxFuture<'a, Result<Remembered>>;
    /// Puts the buyer's consent on record.
    fn agree<'a>(
        &'a self,
        purpose: Purpose,
        conversation: &'a ConversationId,
        now: Millis,
    ) -> BoxFuture<'a, Result<()>>;
    fn keep_advice(&self, advice: SizeAdvice) -> BoxFuture<'_, Result<()>>;
}

/// The records of a real buyer.
pub struct Kept<'a> {
    pub db: &'a Db,
    pub store: &'a Settings,
    pub buyer: &'a BuyerId,
    pub wardrobes: &'a Wardrobes,
    /// The number of the message that is answered: what is kept and agreed to rests on it.
    pub asked: i64,
    pub now: Millis,
}

impl Kept<'_> {
    fn source(&self, conversation: &ConversationId) -> Source {
        Source { conversation: conversation.clone(), seq: self.asked }
    }
}

impl Records for Kept<'_> {
    fn wardrobe(&self) -> BoxFuture<'_, Result<Arc<Wardrobe>>> {
        Box::pin(self.wardrobes.of(self.db, self.store, self.now))
    }

    fn lanes(&self) -> BoxFuture<'_, Result<Vec<Lane>>> {
        Box::pin(async move { db::lane::of_store(&mut self.db.read().await?, &self.store.id).await })
    }

    fn orders(&self) -> BoxFuture<'_, Result<Vec<Order>>> {
        Box::pin(
            async move { db::order::of_buyer(&mut self.db.read().await?, &self.store.id, self.buyer, ORDERS).await },
        )
    }

    fn baby<'a>(&'a self, which: Option<&'a str>) -> BoxFuture<'a, Result<Option<Baby>>> {
        Box::pin(async move {
            let babies = db::baby::of_buyer(&mut self.db.read().await?, &self.store.id, self.buyer).await?;
            Ok(chosen(babies, which))
        })
    }

    fn offered<'a>(&'a self, order: &'a str, sku: &'a str, since: Millis) -> BoxFuture<'a, Result<History>> {
        Box::pin(async move {
            let mut conn = self.db.read().await?;
            let given = offer::given(&mut conn, &self.store.id, self.buyer, order, sku, since).await?;
            Ok(History {
                line_offers: given.line_offers,
                line_fen: given.line_fen,
                buyer_offers: given.buyer_offers,
                buyer_fen: given.buyer_fen,
                is_repeat: false,
            })
        })
    }

    fn propose(&self, new: NewOffer, limits: Limits, now: Millis) -> BoxFuture<'_, Result<Proposed>> {
        let (store, new) = (self.store.id.clone(), NewOffer { buyer: self.buyer.clone(), ..new });
        Box::pin(
            self.db.write(move |conn| Box::pin(async move { offer::propose(conn, &store, now, new, limits).await })),
        )
    }

    fn remember<'a>(
        &'a self,
        slotted: &'a Slotted,
        conversation: &'a ConversationId,
        now: Millis,
    ) -> BoxFuture<'a, Result<Remembered>> {
        Box::pin(async move {
            let source = Some(self.source(conversation));
            keeping::remember(self.db, &self.store.id, self.buyer, source, slotted, now).await
        })
    }

    fn agree<'a>(
        &'a self,
        purpose: Purpose,
        conversation: &'a ConversationId,
        now: Millis,
    ) -> BoxFuture<'a, Result<()>> {
        let consent = keeping::consent(purpose, now, Some(&self.source(conversation)));
        Box::pin(keeping::give(self.db, &self.store.id, self.buyer, consent))
    }

    fn keep_advice(&self, advice: SizeAdvice) -> BoxFuture<'_, Result<()>> {
        let (store, advice) = (self.store.id.clone(), SizeAdvice { buyer: self.buyer.to_string(), ..advice });
        Box::pin(self.db.write(move |conn| Box::pin(async move { size_advice::insert(conn, &store, &advice).await })))
    }
}

/// The one that is meant; with several and none named, none is guessed.
pub(super) fn chosen(mut babies: Vec<Baby>, which: Option<&str>) -> Option<Baby> {
    match which {
        Some(which) => babies.into_iter().find(|baby| baby.id == which || baby.nickname.as_deref() == Some(which)),
        None if babies.len() == 1 => babies.pop(),
        None => None,
    }
}
