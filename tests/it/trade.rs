//! Orders, lanes and remedies.

use reqwest::Method;
use serde_json::{Value, json};
use xiaoer::db::offer::{self, Limits, NewOffer, Proposed, State};
use xiaoer::db::{lane, order, store};
use xiaoer::ids::{BuyerId, OfferId, StoreId};
use xiaoer::people::tokens::Scope;

use crate::support::buyer::Buyer;
use crate::support::house::{Answer, House};

const ORDERS: &str = r#"{"order_id":"A1","buyer":"u-1","status":"delivered","paid_at":1794000000000,"delivered_at":1794200000000,"doorstep":false,"address":{"province":"浙江","city":"杭州"},"lines":[{"sku":"PE-DOG-15","qty":1,"price_fen":32900,"batch":"B7"}]}
{"order_id":"A2","buyer":"u-1","status":"paid","paid_at":1794300000000,"address":{"province":"浙江","city":"杭州"},"lines":[{"sku":"FR-APPLE-05","qty":2,"price_fen":3990}],"refunds":[{"reason":"坏果","quality":true,"applied_at":1794310000000,"amount_fen":500}],"rating":4}
{"order_id":"B1","buyer":"u-2","status":"paid","paid_at":1794300000000,"address":{"province":"广东","city":"深圳"},"lines":[{"sku":"PE-DOG-15","qty":1,"price_fen":32900}]}
"#;
const LANES: &str = "warehouse,carrier,province,city,transit_days,cutoff,closed_days,max_parcel_g,doorstep,price_fen\n\
    W1,稳到家,浙江,,2,16:00,sun,30000,true,1200\nW1,稳到家,浙江,杭州,1,20:00,,30000,true,900\n";

struct Shop {
    house: House,
    token: String,
    id: StoreId,
}

impl Shop {
    async fn open() -> Self {
        let house = House::with(&[("no_demo", "true")]).await;
        house.store("s").await;
        let token = house.token("s", Scope::Admin).await;
        Self { house, token, id: "s".into() }
    }

    async fn import(&self, kind: &str, ending: &str, file: impl Into<String>) -> Value {
        let path = format!("/v1/stores/s/imports/{kind}?name=f.{ending}");
        let request = self.house.request(Method::POST, &path).bearer_auth(&self.token);
        Answer::of(request.body(file.into())).await.body
    }

    /// A buyer whom the merchant vouches for, in a conversation.
    async fn buyer(&self, name: &str) -> Buyer {
        let visitor = self.house.signed("s", name, None).await;
        Buyer::come(self.house.address(), "s", visitor, json!({})).await
    }

    /// The ids of all orders that a buyer may see.
    async fn orders_of(&self, buyer: &str) -> Vec<String> {
        let mut conn = self.house.app.db.read().await.unwrap();
        let orders = order::of_buyer(&mut conn, &self.id, &buyer.into(), 10).await.unwrap();
        orders.into_iter().map(|order| order.order_id).collect()
    }

    async fn version(&self) -> i64 {
        let mut conn = self.house.app.db.read().await.unwrap();
        store::version(&mut conn, &self.id).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn orders_are_their_buyers_alone() {
    let shop = Shop::open().await;
    assert_eq!(shop.import("orders", "jsonl", ORDERS).await["accepted"], 3);
    assert_eq!(shop.orders_of("u-1").await, Vec::<String>::new(), "nobody has vouched for this buyer yet");
    shop.buyer("u-1").await;
    assert_eq!(shop.orders_of("u-1").await, ["A2", "A1"], "the newest first");

    let mut conn = shop.house.app.db.read().await.unwrap();
    let (mine, me) = (BuyerId::from("u-1"), &shop.id);
    let found = order::find(&mut conn, me, &mine, "A1").await.unwrap().unwrap();
    assert_eq!((found.doorstep, found.lines[0].batch.as_deref()), (Some(false), Some("B7")));
    assert_eq!(order::find(&mut conn, me, &mine, "B1").await.unwrap(), None, "another buyer's");
    assert_eq!(order::find(&mut conn, me, &mine, "Z9").await.unwrap(), None, "nobody's");
    assert_eq!(order::find(&mut conn, &"other".into(), &mine, "A1").await.unwrap(), None, "another store's");
    drop(conn);

    // An import cannot give orders to who is no more than a visitor.
    let visitor = shop.house.visitor_of("s", json!({})).await;
    let stranger = Buyer::come(shop.house.address(), "s", visitor, json!({})).await;
    shop.import("orders", "jsonl", ORDERS.replace("u-2", &stranger.visitor.buyer)).await;
    assert_eq!(shop.orders_of(&stranger.visitor.buyer).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_same_orders_and_lanes_again_change_nothing() {
    let shop = Shop::open().await;
    shop.buyer("u-1").await;
    for _ in 0..2 {
        assert_eq!(shop.import("orders", "jsonl", ORDERS).await["accepted"], 3);
        assert_eq!(shop.import("lanes", "csv", LANES).await["accepted"], 2);
    }
    let version = shop.version().await;
    shop.import("lanes", "csv", LANES).await;
    assert_eq!(shop.version().await, version);
    shop.import("lanes", "csv", LANES.replace("16:00", "17:30")).await;
    assert!(shop.version().await > version, "copies in memory must hear of it");
    shop.import("orders", "jsonl", ORDERS.replace("\"status\":\"paid\"", "\"status\":\"shipped\"")).await;

    let mut conn = shop.house.app.db.read().await.unwrap();
    let lanes = lane::of_store(&mut conn, &shop.id).await.unwrap();
    assert_eq!(lanes.len(), 2, "the same way is the same lane");
    assert_eq!((lanes[0].id.as_str(), lanes[0].cutoff_min), ("W1/稳到家/浙江/*", 17 * 60 + 30));
    assert_eq!(lanes[1].city.as_deref(), Some("杭州"));
    let orders = order::of_buyer(&mut conn, &shop.id, &"u-1".into(), 10).await.unwrap();
    assert_eq!((orders[0].status.as_str(), orders.len()), ("shipped", 2));
    assert_eq!((orders[0].refunds.len(), orders[0].rating), (1, Some(4)));
}

#[tokio::test]
async fn mistakes_are_named_and_nothing_is_stored() {
    let shop = Shop::open().await;
    shop.buyer("u-1").await;
    let bad = ORDERS.replace("\"qty\":2", "\"qty\":0").replace("\"A1\"", "\"\"");
    let refused = shop.import("orders", "jsonl", bad).await;
    assert_eq!(refused["rejected"], 2);
    let places: Vec<(i64, &str)> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["line"].as_i64().unwrap(), error["field"].as_str().unwrap()))
        .collect();
    assert_eq!(places, [(1, "order_id"), (2, "lines[0].qty")]);
    assert_eq!(shop.orders_of("u-1").await, Vec::<String>::new());
    let lanes = shop.import("lanes", "csv", LANES.replace("true,900", "perhaps,900")).await;
    assert_eq!((&lanes["errors"][0]["line"], &lanes["errors"][0]["field"]), (&json!(3), &json!("doorstep")));
}

const LIMITS: Limits = Limits { per_line: 1, per_buyer: 3, per_buyer_fen: 10_000, since: 0 };

fn new_offer(buyer: &Buyer, order_id: &str, problem: &str, amount_fen: i64) -> NewOffer {
    NewOffer {
        buyer: buyer.visitor.buyer.as_str().into(),
        conversation: buyer.conversation().into(),
        order_id: order_id.into(),
        sku: "x".into(),
        problem: problem.into(),
        day: "2026-11-11".into(),
        amount_fen,
        formula: "goodwill-1".into(),
        inputs: json!({"paid_fen": 6_000}),
        choices: json!(["keep", "return"]),
        needs_approval: false,
    }
}

impl Shop {
    async fn propose(&self, new: NewOffer, limits: Limits) -> Proposed {
        let store = self.id.clone();
        let made = self
            .house
            .app
            .db
            .write(move |conn| Box::pin(async move { offer::propose(conn, &store, 1_000, new, limits).await }));
        made.await.unwrap()
    }

    async fn answer(&self, buyer: &str, id: OfferId, to: State) -> Option<offer::Offer> {
        let (store, buyer) = (self.id.clone(), BuyerId::from(buyer));
        let answered = self.house.app.db.write(move |conn| {
            Box::pin(async move { offer::answer(conn, &store, &buyer, &id, (to, "keep"), 2_000).await })
        });
        answered.await.unwrap()
    }

    async fn approve(&self, id: OfferId, agent: &xiaoer::ids::AgentId, yes: bool) -> Option<offer::Offer> {
        let (store, agent) = (self.id.clone(), agent.clone());
        let approved =
            self.house.app.db.write(move |conn| {
                Box::pin(async move { offer::approve(conn, &store, &id, &agent, yes, 2_000).await })
            });
        approved.await.unwrap()
    }
}

fn made(proposed: Proposed) -> offer::Offer {
    match proposed {
        Proposed::Made(offer) => offer,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_offer_is_made_once_and_answered_once() {
    let shop = Shop::open().await;
    let buyer = shop.buyer("u-1").await;
    let proposals = (0..8).map(|_| shop.propose(new_offer(&buyer, "A1", "quality", 900), LIMITS));
    let proposals = futures_util::future::join_all(proposals).await;
    let (first, again): (Vec<_>, Vec<_>) = proposals.into_iter().partition(|made| matches!(made, Proposed::Made(_)));
    assert_eq!((first.len(), again.len()), (1, 7));
    let offer = made(first.into_iter().next().unwrap());
    for proposal in again {
        assert_eq!(proposal, Proposed::Already(offer.clone()), "the same one, whole");
    }

    let accepts = (0..8).map(|n| {
        let to = if n % 2 == 0 { State::Accepted } else { State::Returned };
        shop.answer("u-1", offer.id.clone(), to)
    });
    let answered: Vec<_> = futures_util::future::join_all(accepts).await.into_iter().flatten().collect();
    assert_eq!(answered.len(), 1, "two accepts at once are one");
    assert_eq!(answered[0].answered_at, Some(2_000));
    let mut conn = shop.house.app.db.read().await.unwrap();
    let stored = offer::find(&mut conn, &shop.id, &offer.id).await.unwrap().unwrap();
    assert_eq!(stored, answered[0]);
    assert_eq!((stored.new.inputs, stored.new.choices), (json!({"paid_fen": 6_000}), json!(["keep", "return"])));
}

#[tokio::test]
async fn offers_side_by_side_keep_the_limits() {
    let shop = Shop::open().await;
    let buyer = shop.buyer("u-1").await;
    // One line, many complaints: it gets one offer.
    let problems = ["quality", "spoiled", "damaged", "not_to_door", "late"];
    let proposals = problems.map(|problem| shop.propose(new_offer(&buyer, "A1", problem, 900), LIMITS));
    let proposals = futures_util::future::join_all(proposals).await;
    assert_eq!(proposals.iter().filter(|made| matches!(made, Proposed::Made(_))).count(), 1);
    assert_eq!(proposals.iter().filter(|made| **made == Proposed::OverLimit).count(), 4);
    // Many lines: from the fourth offer on a person decides.
    let proposals = ["A2", "A3", "A4", "A5"].map(|id| shop.propose(new_offer(&buyer, id, "quality", 900), LIMITS));
    let states: Vec<State> =
        futures_util::future::join_all(proposals).await.into_iter().map(|proposed| made(proposed).state).collect();
    assert_eq!(states.iter().filter(|state| **state == State::Proposed).count(), 2);
    assert_eq!(states.iter().filter(|state| **state == State::NeedsApproval).count(), 2);
    // The return alone is no money.
    assert_eq!(made(shop.propose(new_offer(&buyer, "A6", "quality", 0), LIMITS).await).state, State::Proposed);
}

#[tokio::test]
async fn what_was_given_is_counted_by_line_buyer_and_time() {
    let shop = Shop::open().await;
    let buyer = shop.buyer("u-1").await;
    let other = shop.buyer("u-2").await;
    let limits = Limits { per_buyer_fen: 2_000, ..LIMITS };
    let first = made(shop.propose(new_offer(&buyer, "A1", "quality", 900), limits).await);
    let second = made(shop.propose(new_offer(&buyer, "A2", "quality", 1_200), limits).await);
    assert_eq!(second.state, State::NeedsApproval, "more than 20 yuan in all");
    assert_eq!(made(shop.propose(new_offer(&other, "B1", "quality", 1_200), limits).await).state, State::Proposed);

    let given = async |since| {
        let mut conn = shop.house.app.db.read().await.unwrap();
        let given = offer::given(&mut conn, &shop.id, &"u-1".into(), "A1", "x", since).await.unwrap();
        (given.line_offers, given.line_fen, given.buyer_offers, given.buyer_fen)
    };
    assert_eq!(given(0).await, (1, 900, 2, 2_100));
    assert_eq!(given(1_001).await, (1, 900, 0, 0), "a line counts at any time");
    shop.answer("u-1", first.id, State::Returned).await.unwrap();
    assert_eq!(given(0).await, (1, 0, 2, 1_200), "offered, and not taken");
}

#[tokio::test]
async fn a_person_approves_before_the_buyer_may_accept() {
    let shop = Shop::open().await;
    let buyer = shop.buyer("u-1").await;
    let boss = shop.house.agent("s", "boss@s.example", xiaoer::protocol::desk::Role::Supervisor).await.id;
    let held = NewOffer { needs_approval: true, ..new_offer(&buyer, "A1", "quality", 2_100) };
    let held = made(shop.propose(held, LIMITS).await);
    assert_eq!(held.state, State::NeedsApproval);
    assert_eq!(shop.answer("u-1", held.id.clone(), State::Accepted).await, None, "nobody has approved it");
    let yes = shop.approve(held.id.clone(), &boss, true).await.unwrap();
    assert_eq!((yes.state, yes.approved_by.as_ref(), yes.answered_at), (State::Proposed, Some(&boss), None));
    assert_eq!(shop.approve(held.id.clone(), &boss, false).await, None, "it waits for nobody any more");
    assert_eq!(shop.answer("u-2", held.id.clone(), State::Accepted).await, None, "another buyer's");
    assert_eq!(shop.answer("u-1", held.id, State::Accepted).await.unwrap().state, State::Accepted);

    let refused = NewOffer { needs_approval: true, ..new_offer(&buyer, "A2", "quality", 2_100) };
    let refused = made(shop.propose(refused, LIMITS).await);
    assert_eq!(shop.approve(refused.id.clone(), &boss, false).await.unwrap().state, State::Refused);
    assert_eq!(shop.answer("u-1", refused.id, State::Accepted).await, None);
}

#[tokio::test]
async fn the_demo_store_has_orders_and_lanes() {
    let house = House::open().await;
    let mut conn = house.app.db.read().await.unwrap();
    assert!(lane::of_store(&mut conn, &"demo".into()).await.unwrap().len() >= 31);
}
