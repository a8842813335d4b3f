//! Orders, deliveries and remedies.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use super::BARE;
use super::details::{Details, Pieces};
use super::intents::{Intent, Via, choices_named};
use super::talk::{Talk, Words};
use crate::assistant::intent;
use crate::error::Result;
use crate::experts::Status;
use crate::experts::knowledge::normalise;
use crate::experts::patterns::compile;
use crate::packs::Expert;
use crate::profiles::{Slot, Whom};
use crate::protocol::HandoffReason;

impl Talk<'_, '_> {
    pub(super) async fn orders(&mut self) -> Result<()> {
        let order_id = self.order_id();
        let called = self.call(Expert::LookUpOrder, json!({"order_id": order_id})).await?;
        let said_before = self.heard.before.last_answer.is_some_and(|last| last.contains(&called.say));
        self.say(&called.say);
        if called.missing.iter().any(|slot| slot == "identity") {
            // Who cannot or will not sign in gets a person, and not the same line for ever.
            if said_before {
                self.hand_over(HandoffReason::IdentityFailed);
            }
        } else if called.status == Status::NoBasis {
            self.waits = true;
            if called.missing.iter().any(|slot| slot == "order_id") {
                self.asks(&Whom::buyer(), &[Slot::OrderId]);
            }
        }
        Ok(())
    }

    /// A person asks the carrier. Of a visitor nothing is known but what the store says in general.
    pub(super) async fn lost(&mut self, wanted: &Intent) -> Result<()> {
        let knows_orders = self.toolbox.is_signed && !self.toolbox.records.orders().await?.is_empty();
        if !knows_orders {
            self.known(&wanted.id);
            return Ok(());
        }
        self.orders().await?;
        self.hand_over(HandoffReason::Policy);
        Ok(())
    }

    /// A choice of the offer that stands is made on its card; words that name one are told which.
    pub(super) fn answers_offer(&mut self) -> bool {
        let said = self.heard.question;
        let offered = &self.heard.before.offered;
        let asks = said.contains(['?', '？', '吗', '嗎', '呢', '谁', '誰', '怎', '几', '幾', '多']);
        if offered.is_empty() || asks || said.chars().count() > BARE {
            return false;
        }
        let words = Words::of(self.locale());
        let named = choices_named(said).find_map(|id| offered.iter().find(|choice| choice.id == id));
        let line = match named {
            Some(choice) => words.tap.replace("{choice}", &choice.label),
            None if intent::only_agrees(said) => words.tap_one.clone(),
            None => return false,
        };
        self.say(&line);
        self.waits = true;
        true
    }

    /// "两袋狗粮加一袋猫砂": several products with how many of each, the first by its page where it is not named. `None`
    /// where not all that are counted are known.
    fn items(&self) -> Option<Value> {
        let shelf = self.toolbox.shelf;
        let parts = self.heard.question.split(['加', '和', '、', '，', ',', '+', '跟']);
        let mut counted = parts.filter_map(|part| Some((part, Details::of(part).quantity()?)));
        let (first, qty) = counted.next()?;
        let on_page = self.heard.on_page.map(|page| page.sku.as_str());
        let mut items = vec![(shelf.named_in(first).or(on_page).or_else(|| shelf.of_kind(first))?, qty)];
        for (part, qty) in counted {
            items.push((shelf.named_in(part).or_else(|| shelf.of_kind(part))?, qty));
        }
        let items: Vec<Value> = items.into_iter().map(|(sku, qty)| json!({"sku": sku, "qty": qty})).collect();
        (items.len() > 1).then(|| json!(items))
    }

    pub(super) async fn delivery(&mut self) -> Result<()> {
        // Who speaks of something bought asks where it is.
        if self.toolbox.is_signed && speaks_of_bought(self.heard.question) {
            return self.orders().await;
        }
        let details = Details::of(self.heard.question);
        // "浙江杭州" goes on with the four bags of the question before.
        let before = self.thread.as_ref().filter(|thread| thread.wanted.via == Via::Delivery);
        let before = before.map(|thread| Details::of(&thread.text));
        let today = self.toolbox.policy.service.timezone.day(self.toolbox.now);
        let day = today.and_then(|today| details.day(today).or_else(|| before.as_ref()?.day(today)));
        let quantity = details.quantity().or_else(|| before.as_ref()?.quantity());
        let places = [Slot::Province, Slot::City];
        let me = Whom::buyer();
        let knows_place = places.iter().any(|slot| self.toolbox.ledger.known(&me, *slot).is_some());
        let product = self.product().filter(|_| quantity.is_some() || self.toolbox.context.order_id.is_none());
        let items =
            self.items().or_else(|| product.map(|product| json!([{"sku": product.sku, "qty": quantity.unwrap_or(1)}])));
        let is_own = self.passage().is_some_and(|passage| !passage.is_of_pack());
        let is_planned = knows_place && (items.is_some() || self.toolbox.context.order_id.is_some());
        // The store's own word on its times is worth more than a question back.
        if is_own && !is_planned && day.is_none() && self.says_passage() {
            let open = self.toolbox.ledger.missing(&me, &places, places.len());
            if !knows_place && !open.is_empty() && !self.toolbox.records.lanes().await?.is_empty() {
                self.say(&Words::of(self.locale()).place_too);
                self.notes_asked(&me, &open);
            }
            return Ok(());
        }
        let arguments = json!({"items": items, "deliver_by": day.map(|day| day.to_string())});
        let called = self.call(Expert::PlanDelivery, arguments).await?;
        self.say_of(&called);
        match called.status {
            Status::Ask => {
                let most = usize::try_from(self.toolbox.policy.answer.max_questions).unwrap_or(1);
                let places: Vec<Slot> =
                    if called.missing.iter().any(|slot| slot == "items") { Vec::new() } else { places.to_vec() };
                let open = self.toolbox.ledger.missing(&me, &places, most);
                self.asks(&me, &open);
            }
            Status::NoBasis => self.hand_over(HandoffReason::NoEvidence),
            _ => {}
        }
        Ok(())
    }

    pub(super) async fn remedy(&mut self, wanted: &Intent, is_continued: bool) -> Result<()> {
        let problem = wanted.problem.clone().or_else(|| self.last_problem());
        let before = self.thread.as_ref().filter(|thread| thread.wanted.via == Via::Remedy);
        let whole = match before.filter(|_| is_continued || wanted.problem.is_none()) {
            Some(before) => format!("{}\n{}", before.text, self.heard.question),
            None => self.heard.question.to_owned(),
        };
        let (now, all) = (Details::of(self.heard.question), Details::of(&whole));
        let counts = matches!(problem.as_deref(), Some("spoiled" | "damaged"));
        let pieces = if counts { now.pieces().or(all.pieces()) } else { Pieces::default() };
        let order_id = self.which_order().await?;
        let asked = self.heard.before.last_answer.unwrap_or_default();
        let lift = now.lift().or_else(|| now.lift_in_answer_to(asked)).or_else(|| all.lift());
        let arguments = json!({
            "order_id": order_id,
            "problem": problem,
            "severity": now.severity().or_else(|| all.severity()),
            "bad_units": pieces.bad,
            "units": pieces.units,
            "floor": now.floor().or_else(|| all.floor()),
            "lift": lift,
        });
        let called = self.call(Expert::OfferRemedy, arguments).await?;
        if called.missing.iter().any(|slot| slot == "order_id") {
            return self.without_order(problem.as_deref(), &called.say).await;
        }
        self.say_of(&called);
        Ok(())
    }

    /// What can be said before it is known which order it is.
    async fn without_order(&mut self, problem: Option<&str>, ask: &str) -> Result<()> {
        // Of goods that came as they should not the store has its rules. A delivery is looked at by itself.
        if matches!(problem, Some("spoiled" | "damaged" | "quality") | None) && !self.says_passage() {
            let is_spoiled = problem == Some("spoiled") && self.has_line("spoiled");
            // The return is the buyer's right whatever the order.
            self.line(if is_spoiled { "spoiled" } else { "returns" });
        }
        if self.may(Expert::LookUpOrder) {
            self.orders().await?;
        }
        if self.toolbox.is_signed {
            self.say(ask);
            self.asks(&Whom::buyer(), &[Slot::OrderId]);
        }
        Ok(())
    }

    /// What was wrong by what was said before.
    fn last_problem(&self) -> Option<String> {
        let thread = self.thread.as_ref().filter(|thread| thread.wanted.via == Via::Remedy)?;
        thread.wanted.problem.clone()
    }

    /// The order that the words name, else the one on the page, else the buyer's only one.
    async fn which_order(&self) -> Result<Option<String>> {
        if let Some(id) = self.order_id().or_else(|| self.toolbox.context.order_id.clone()) {
            return Ok(Some(id));
        }
        let orders = self.toolbox.records.orders().await?;
        Ok(match orders.as_slice() {
            [only] if self.toolbox.is_signed => Some(only.order_id.clone()),
            _ => None,
        })
    }

    fn order_id(&self) -> Option<String> {
        let known = || Some(self.toolbox.ledger.known(&Whom::buyer(), Slot::OrderId)?.canonical.text()?.to_owned());
        let before = || Details::of(&self.thread.as_ref()?.text).order_id();
        Details::of(self.heard.question).order_id().or_else(known).or_else(before)
    }
}

/// "我买的裙子": what was ordered, and not what might be.
fn speaks_of_bought(text: &str) -> bool {
    const BOUGHT: [&str; 12] = [
        "我买的",
        "我拍的",
        "我订的",
        "买了",
        "拍了",
        "下了单",
        "下单了",
        "已经买",
        "已经拍",
        "i bought",
        "i ordered",
        "my order",
    ];
    let text = normalise(text);
    BOUGHT.iter().any(|word| text.contains(word)) || BOUGHT_WHEN.is_match(&text)
}

static BOUGHT_WHEN: LazyLock<Regex> =
    LazyLock::new(|| compile("(昨天|前天|上周|刚刚?|前几天|周[一二三四五六日]|号)(买|拍|订|下单)的?"));

impl Pieces {
    fn or(self, other: Self) -> Self {
        Self { bad: self.bad.or(other.bad), units: self.units.or(other.units) }
    }
}
