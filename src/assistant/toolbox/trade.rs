//! Experts on trade: delivery, orders, remedies.

use serde_json::{Value, json};

use super::{Done, Toolbox, read};
use crate::conversation::{CardLines, DECLINE, Terms};
use crate::db::offer::{NewOffer, Proposed, State};
use crate::error::{Error, Result};
use crate::experts::delivery::{self, Goods, Place};
use crate::experts::remedy::{self, Authority, Facts, History};
use crate::experts::{Status, orders};
use crate::profiles::{Slot, Whom};
use crate::protocol::HandoffReason;
use crate::protocol::card::{Card, Choice, OfferedFor};

impl Toolbox<'_> {
    pub(super) async fn plan_delivery(&mut self, given: Value) -> Result<Done> {
        let given: delivery::Arguments = read(given)?;
        let deliver_by = match &given.deliver_by {
            None => None,
            Some(day) => {
                Some(day.parse().map_err(|_| Error::invalid("deliver_by", "a day like 2026-11-11 is needed"))?)
            }
        };
        let me = Whom::buyer();
        let said = |slot| Some(self.ledger.known(&me, slot)?.canonical.text()?.to_owned());
        let mut place = Place {
            province: given.province.or_else(|| said(Slot::Province)),
            city: given.city.or_else(|| said(Slot::City)),
            district: given.district,
            town: given.town,
        };
        let mut items = given.items.unwrap_or_default();
        let order_id = given.order_id.or_else(|| self.context.order_id.clone());
        if let Some(id) = order_id
            && let Some(order) = self.records.orders().await?.iter().find(|order| order.order_id == id)
        {
            if place == Place::default() {
                let address = order.address.clone();
                let (province, city) = (Some(address.province), Some(address.city));
                place = Place { province, city, district: address.district, town: address.town };
            }
            if items.is_empty() {
                items.extend(order.lines.iter().map(|l| delivery::Item { sku: l.sku.clone(), qty: l.qty }));
            }
        }
        if let (true, Some(sku)) = (items.is_empty(), &self.context.sku) {
            items.push(delivery::Item { sku: sku.clone(), qty: 1 });
        }
        let goods = items.into_iter().map(|item| Goods {
            unit_g: self.shelf.sold(&item.sku).and_then(|product| product.weight_g),
            sku: item.sku,
            qty: item.qty,
        });
        let request = delivery::Request { place, goods: goods.collect(), deliver_by, now: self.now };
        let lanes = self.records.lanes().await?;
        let shop = delivery::Shop {
            lanes: &lanes,
            policy: &self.policy.delivery,
            holidays: &self.policy.service.holidays,
            zone: &self.policy.service.timezone,
        };
        Done::new(delivery::plan(&request, &shop, self.locale))
    }

    pub(super) async fn look_up_order(&mut self, given: Value) -> Result<Done> {
        let given: orders::Arguments = read(given)?;
        let held = self.records.orders().await?;
        let products = self.shelf.all_of(held.iter().flat_map(|order| &order.lines).map(|line| line.sku.as_str()));
        let zone = &self.policy.service.timezone;
        Done::new(orders::look_up(&given, &held, &products, self.is_signed, zone, self.locale))
    }

    /// Works out what may be offered and puts it on record; the buyer then answers a card.
    pub(super) async fn offer_remedy(&mut self, given: Value) -> Result<Done> {
        let mut given: remedy::Arguments = read(given)?;
        if given.order_id.is_none() {
            given.order_id = self.context.order_id.clone();
        }
        let held = self.records.orders().await?;
        let order = held.iter().find(|order| given.order_id.as_ref() == Some(&order.order_id));
        let line = given.sku.clone().unwrap_or_default();
        let since = Terms::of(self.policy, self.now).limits.since;
        let history = match order {
            Some(order) => self.records.offered(&order.order_id, &line, since).await?,
            None => History::default(),
        };
        let products = self.shelf.all_of(order.into_iter().flat_map(|o| &o.lines).map(|line| line.sku.as_str()));
        let facts = Facts {
            order,
            products: &products,
            history,
            is_safety: false,
            authority: Authority::Assistant,
            now: self.now,
            compensation: &self.policy.compensation,
            delivery: &self.policy.delivery,
        };
        let mut answer = remedy::remedy(&given, &facts, self.locale);
        let mut card = None;
        if answer.status == Status::Ok && !answer.found.choices.is_empty() {
            let day = self.policy.service.timezone.day(self.now).map(|day| day.to_string()).unwrap_or_default();
            let (found, basis) = (&answer.found, &answer.found.basis);
            let to_json = |value: Result<Value, serde_json::Error>| value.map_err(|e| Error::Internal(e.into()));
            let new = NewOffer {
                buyer: "".into(),
                conversation: self.conversation.clone(),
                order_id: basis.order_id.clone(),
                sku: basis.sku.clone(),
                problem: basis.problem.map(|problem| problem.word()).unwrap_or_default().into(),
                day,
                amount_fen: found.amount_fen.unwrap_or(0),
                formula: basis.formula.clone(),
                inputs: to_json(serde_json::to_value(basis))?,
                choices: to_json(serde_json::to_value(&found.choices))?,
                needs_approval: found.needs_approval,
            };
            let terms = Terms::of(self.policy, self.now);
            match self.records.propose(new, terms.limits, self.now).await? {
                Proposed::Made(offer) | Proposed::Already(offer) => {
                    answer.found.needs_approval = offer.new.needs_approval;
                    answer.found.offer = Some(offer.id.to_string());
                    if offer.state == State::Proposed {
                        let choices = answer.found.choices.iter().map(|choice| Choice {
                            id: json!(choice.id).as_str().unwrap_or_default().to_owned(),
                            label: choice.label.clone(),
                        });
                        let decline = CardLines::of(self.locale).offer.decline.clone();
                        let decline = Choice { id: DECLINE.into(), label: decline };
                        card = Some(Card {
                            id: offer.id.to_string(),
                            kind: "offer".into(),
                            choices: choices.chain([decline]).collect(),
                            expires_at: Some(offer.created_at + terms.offer_lasts_ms),
                            offer: Some(OfferedFor {
                                order_id: offer.new.order_id,
                                sku: Some(offer.new.sku).filter(|sku| !sku.is_empty()),
                                amount_fen: Some(offer.new.amount_fen).filter(|fen| *fen > 0),
                            }),
                            ..Card::default()
                        });
                    }
                }
                Proposed::OverLimit => answer.found.needs_approval = true,
            }
        }
        let needs_person = answer.found.needs_approval;
        let mut done = Done::new(answer)?;
        done.card = card;
        if needs_person {
            done.hands_over = Some((HandoffReason::OverAuthority, Some("aftersale_senior".into())));
        }
        Ok(done)
    }
}
