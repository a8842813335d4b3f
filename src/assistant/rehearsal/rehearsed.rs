//! A case's rows as records: read as their imports are, and held in memory.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;

use crate::assistant::toolbox::Records;
use crate::assistant::wardrobe::{self, Wardrobe};
use crate::catalog::imports::{self, Row};
use crate::catalog::{FitModel, Lane, Order, Product, SizeChart};
use crate::clock::Millis;
use crate::db::baby::Baby;
use crate::db::offer::{Limits, NewOffer, Offer, Proposed, State};
use crate::db::size_advice::SizeAdvice;
use crate::error::{Error, Result};
use crate::experts::remedy::History;
use crate::ids::ConversationId;
use crate::packs::Case;
use crate::policy::Fit;
use crate::profiles::keeping::{Remembered, Slotted};
use crate::profiles::record::Record;
use crate::profiles::{Purpose, Slot, Whom};

/// The records of the buyer who speaks.
pub(super) struct Rehearsed {
    wardrobe: Arc<Wardrobe>,
    lanes: Vec<Lane>,
    orders: Vec<Order>,
    babies: Vec<Baby>,
    buyer: Option<Record>,
    offers: Mutex<Vec<Offer>>,
    /// What the buyer agreed to in the conversation.
    agreed: Mutex<Vec<Purpose>>,
}

/// What is read once for the whole case.
pub(super) struct Stock {
    pub products: Vec<Product>,
    /// Who speaks, if it is no stranger.
    pub buyer: Option<Record>,
}

/// Reads a case's data.
///
/// Errors: `invalid`, with the first row that its import would refuse.
pub(super) fn of(case: &Case, now: Millis) -> Result<(Rehearsed, Stock)> {
    let data = &case.data;
    let products: Vec<Product> = rows("products", &data.products)?;
    let charts: Vec<SizeChart> = rows("size_charts", &data.size_charts)?;
    let models: Vec<FitModel> = rows("fit_models", &data.fit_models)?;
    let lanes: Vec<Lane> = rows("lanes", &data.lanes)?;
    let orders: Vec<Order> = rows("orders", &data.orders)?;
    let buyers: Vec<Record> = rows("buyers", &data.buyers)?;
    let speaks = |buyer: &str| case.context.buyer.as_deref() == Some(buyer);
    let buyer = buyers.into_iter().find(|record| speaks(&record.buyer));
    let (charts, models) = (charts.into_iter().map(|row| row.size), models.into_iter().map(|row| row.model));
    let garments = wardrobe::garments(products.clone(), charts.collect(), models.collect());
    let babies = buyer.iter().flat_map(|buyer| &buyer.babies).map(|baby| baby.row(now));
    let rehearsed = Rehearsed {
        wardrobe: Arc::new(Wardrobe::new(0, garments, None, &Fit::default())),
        lanes,
        orders: orders.into_iter().filter(|order| speaks(order.buyer.as_str())).collect(),
        babies: babies.collect::<Result<_>>()?,
        buyer: buyer.clone(),
        offers: Mutex::default(),
        agreed: Mutex::default(),
    };
    Ok((rehearsed, Stock { products, buyer }))
}

impl Stock {
    /// Completed months of the buyer's babies, for the red flags.
    pub fn baby_months(&self, now: Millis) -> Vec<u32> {
        let today = jiff::Timestamp::from_millisecond(now).map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date());
        let Ok(today) = today else { return Vec::new() };
        let born = self.buyer.iter().flat_map(|buyer| &buyer.babies).filter_map(|baby| baby.born.as_deref());
        let born = born.filter_map(|day| day.parse().or_else(|_| format!("{day}-01").parse()).ok());
        let months = born.filter_map(|born: jiff::civil::Date| born.until((jiff::Unit::Month, today)).ok());
        months.filter_map(|span| u32::try_from(span.get_months()).ok()).collect()
    }
}

fn rows<T: Row>(table: &'static str, rows: &[crate::packs::Row]) -> Result<Vec<T>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let text = serde_json::to_string(rows).map_err(|e| Error::Internal(e.into()))?;
    let reading = imports::read::<T>("rows.json", text.as_bytes());
    match reading.errors.first() {
        Some(wrong) => Err(Error::invalid(format!("data.{table}"), format!("{}: {}", wrong.field, wrong.why))),
        None => Ok(reading.rows.into_iter().map(|(_, row)| row).collect()),
    }
}

impl Records for Rehearsed {
    fn wardrobe(&self) -> BoxFuture<'_, Result<Arc<Wardrobe>>> {
        ready(Arc::clone(&self.wardrobe))
    }

    fn lanes(&self) -> BoxFuture<'_, Result<Vec<Lane>>> {
        ready(self.lanes.clone())
    }

    fn orders(&self) -> BoxFuture<'_, Result<Vec<Order>>> {
        ready(self.orders.clone())
    }

    fn baby<'a>(&'a self, which: Option<&'a str>) -> BoxFuture<'a, Result<Option<Baby>>> {
        let babies = &self.babies;
        let is_it = |baby: &&Baby| which.is_some_and(|it| baby.id == it || baby.nickname.as_deref() == Some(it));
        let found = match (which, babies.as_slice()) {
            (None, [only]) => Some(only),
            _ => babies.iter().find(is_it),
        };
        ready(found.cloned())
    }

    fn offered<'a>(&'a self, order: &'a str, sku: &'a str, since: Millis) -> BoxFuture<'a, Result<History>> {
        let offers = self.offers();
        let money = || offers.iter().filter(|offer| offer.new.amount_fen > 0);
        let line = || money().filter(|offer| offer.new.order_id == order && offer.new.sku == sku);
        let lately = || money().filter(|offer| offer.created_at >= since);
        ready(History {
            line_offers: line().count() as i64,
            line_fen: line().map(|offer| offer.new.amount_fen).sum(),
            buyer_offers: lately().count() as i64,
            buyer_fen: lately().map(|offer| offer.new.amount_fen).sum(),
            is_repeat: false,
        })
    }

    fn propose(&self, new: NewOffer, limits: Limits, now: Millis) -> BoxFuture<'_, Result<Proposed>> {
        let mut offers = self.offers();
        let name = |new: &NewOffer| (new.order_id.clone(), new.sku.clone(), new.problem.clone(), new.day.clone());
        if let Some(same) = offers.iter().find(|offer| name(&offer.new) == name(&new)) {
            return ready(Proposed::Already(same.clone()));
        }
        let of_line =
            offers.iter().filter(|o| o.new.amount_fen > 0 && o.new.order_id == new.order_id && o.new.sku == new.sku);
        if new.amount_fen > 0 && of_line.count() as i64 >= limits.per_line {
            return ready(Proposed::OverLimit);
        }
        let state = if new.needs_approval { State::NeedsApproval } else { State::Proposed };
        let id = format!("offer_{}", offers.len() + 1).into();
        let offer = Offer { id, new, state, created_at: now, answered_at: None, choice: None, approved_by: None };
        offers.push(offer.clone());
        ready(Proposed::Made(offer))
    }

    fn remember<'a>(
        &'a self,
        slotted: &'a Slotted,
        _: &'a ConversationId,
        _: Millis,
    ) -> BoxFuture<'a, Result<Remembered>> {
        let whom = slotted.whom.as_deref().map_or(Some(Whom::buyer()), Whom::of);
        let (Some(whom), Some(slot)) = (whom, Slot::of(&slotted.slot)) else {
            return Box::pin(async { Err(Error::invalid("slot", "there is no such slot")) });
        };
        let purpose = slot.purpose_for(&whom);
        let is_kept = purpose != Purpose::Conversation;
        let agreed = self.agreed.lock().unwrap_or_else(PoisonError::into_inner).contains(&purpose);
        let covers = agreed || self.buyer.as_ref().is_some_and(|buyer| buyer.covers(purpose.word()));
        let stored = is_kept && covers;
        ready(Remembered { stored, needs_consent: is_kept && !stored, purpose })
    }

    fn agree<'a>(&'a self, purpose: Purpose, _: &'a ConversationId, _: Millis) -> BoxFuture<'a, Result<()>> {
        self.agreed.lock().unwrap_or_else(PoisonError::into_inner).push(purpose);
        ready(())
    }

    fn keep_advice(&self, _: SizeAdvice) -> BoxFuture<'_, Result<()>> {
        ready(())
    }
}

impl Rehearsed {
    fn offers(&self) -> std::sync::MutexGuard<'_, Vec<Offer>> {
        self.offers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ready<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, Result<T>> {
    Box::pin(async move { Ok(value) })
}
