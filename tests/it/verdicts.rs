//! Buyers' own verdicts: heard in words or by a card, kept with consent, and counted at once. No model is set.

use serde_json::{Value, json};
use xiaoer::db::{self, fit_model::FitModel};
use xiaoer::ids::BuyerId;
use xiaoer::profiles::{Purpose, keeping};

use crate::support::buyer::Buyer;
use crate::support::house::House;
use crate::support::shop;

const DRESS: &str = "AP-DRESS-01";

async fn on_the_dress(house: &House) -> Buyer {
    Buyer::come(house.address(), "demo", house.visitor().await, json!({"context": {"sku": DRESS}})).await
}

async fn said(buyer: &mut Buyer, text: &str) -> Value {
    buyer.say(text).await;
    buyer.answer().await["body"].clone()
}

async fn chose(buyer: &mut Buyer, card: &Value, choice: &str) -> Value {
    let frame = json!({"type": "choose", "card": card["id"], "choice": choice});
    buyer.command(frame).await.expect("the card is there");
    buyer.answer().await["body"].clone()
}

/// Buyers' own records of the dress, without those that the demo shop brings along.
async fn records(house: &House) -> Vec<FitModel> {
    let mut conn = house.app.db.read().await.unwrap();
    let all = db::fit_model::of_store(&mut conn, &"demo".into()).await.unwrap();
    all.into_iter()
        .filter(|model| model.source != "try_on" && model.sku == DRESS && !model.model_id.starts_with("demo-"))
        .collect()
}

async fn house() -> House {
    House::answering(shop::at_once()).await
}

#[tokio::test]
async fn a_verdict_becomes_a_record_after_the_buyers_consent() {
    let house = house().await;
    let mut other = on_the_dress(&house).await;
    let before = said(&mut other, "163cm 53kg 穿多大").await["cards"][0]["size"]["records_of_buyers"].as_i64().unwrap();
    let mut buyer = on_the_dress(&house).await;
    let answer = said(&mut buyer, "买了S，腰紧").await;
    assert!(answer["text"].as_str().unwrap().contains("身高"), "{answer}");
    let answer = said(&mut buyer, "163cm 106斤").await;
    let card = answer["cards"][0].clone();
    assert_eq!(card["kind"], "consent", "{answer}");
    assert_eq!(records(&house).await, [], "nothing is kept before the yes");

    let answer = chose(&mut buyer, &card, "yes").await;
    assert!(answer["text"].as_str().unwrap().contains("记下"), "{answer}");
    let kept = records(&house).await;
    let [one] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!((one.size.as_str(), one.verdict.as_str(), one.source.as_str()), ("S", "small", "buyer"));
    assert_eq!((one.height_cm, one.weight_kg, one.effect.as_deref()), (163.0, 53.0, Some("腰部偏紧")));
    assert!(!one.model_id.contains(&buyer.visitor.buyer), "evidence is shown to others");
    let statuses: Vec<Value> = house
        .log(buyer.conversation())
        .await
        .iter()
        .filter(|event| event["body"]["name"] == "keep_verdict")
        .map(|event| event["body"]["result"]["status"].clone())
        .collect();
    assert_eq!(statuses, ["ask", "ask", "ok"]);

    // The same again is the same record; another word replaces it.
    said(&mut buyer, "S其实合身").await;
    let kept = records(&house).await;
    assert_eq!((kept.len(), kept[0].verdict.as_str()), (1, "fit"));

    // It counts at once, in an answer to somebody else.
    house.reads_anew("demo");
    let mut other = on_the_dress(&house).await;
    let advice = said(&mut other, "163cm 53kg 穿多大").await;
    let table = &advice["cards"][0]["size"];
    assert_eq!(table["records_of_buyers"], before + 1, "{advice}");

    // Whoever takes the consent back takes the record along.
    let id = BuyerId::from(buyer.visitor.buyer.as_str());
    keeping::withdraw(&house.app.db, &"demo".into(), &id, Purpose::Body, house.app.clock.now()).await.unwrap();
    assert_eq!(records(&house).await, []);
}

#[tokio::test]
async fn a_small_card_asks_how_it_fits() {
    let house = house().await;
    let mut buyer = on_the_dress(&house).await;
    said(&mut buyer, "163cm 53kg 穿多大").await;
    let answer = said(&mut buyer, "衣服收到了").await;
    let card = answer["cards"][0].clone();
    assert_eq!(card["kind"], "verdict", "{answer}");
    let labels: Vec<_> = card["choices"].as_array().unwrap().iter().map(|choice| choice["label"].clone()).collect();
    assert_eq!(labels, ["偏小", "合身", "偏大"]);
    let answer = chose(&mut buyer, &card, "large").await;
    // The size is the one that was advised, the body was said: only the consent is missing.
    assert_eq!(answer["cards"][0]["kind"], "consent", "{answer}");
    let answer = chose(&mut buyer, &answer["cards"][0], "no").await;
    assert!(answer["text"].as_str().unwrap().contains("不会留存"), "{answer}");
    assert_eq!(records(&house).await, []);
    let mut conn = house.app.db.read().await.unwrap();
    let id = BuyerId::from(buyer.visitor.buyer.as_str());
    assert_eq!(db::slot::of_buyer(&mut conn, &"demo".into(), &id).await.unwrap(), []);
}

#[tokio::test]
async fn questions_and_other_peoples_clothes_are_no_verdicts() {
    let house = house().await;
    let mut buyer = on_the_dress(&house).await;
    for text in ["160cm 48kg 穿 S 会不会大", "我妈买了S，腰紧", "怕买S会紧"] {
        buyer.say(text).await;
        buyer.until(|frame| frame["kind"] == "message" && frame["author"]["kind"] != "buyer").await;
    }
    let log = house.log(buyer.conversation()).await;
    assert!(log.iter().all(|event| event["body"]["name"] != "keep_verdict"));
}

#[tokio::test]
async fn the_advice_comes_with_the_sizes_side_by_side() {
    let house = house().await;
    let mut buyer = on_the_dress(&house).await;
    let answer = said(&mut buyer, "我160 48kg 穿什么码").await;
    let card = &answer["cards"][0];
    assert_eq!(card["kind"], "size", "{answer}");
    let table = &card["size"];
    let sizes = table["sizes"].as_array().unwrap();
    assert_eq!(sizes.iter().filter(|size| size["advised"] == true).count(), 1, "{table}");
    for size in sizes {
        let sum: f64 = ["p_small", "p_fit", "p_large"].iter().map(|p| size[p].as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 0.001, "{size}");
        assert!(!size["zones"].as_array().unwrap().is_empty());
    }
    assert!(table["records"].as_u64().unwrap() > 0 && !table["shown"].as_array().unwrap().is_empty());
    assert_eq!(table["evidence"], answer["evidence"]);
    assert!(
        answer["text"]
            .as_str()
            .unwrap()
            .contains(sizes.iter().find(|s| s["advised"] == true).unwrap()["size"].as_str().unwrap())
    );
}

#[tokio::test]
async fn a_caution_is_said_and_flagged() {
    let house = house().await;
    let mut buyer =
        Buyer::come(house.address(), "demo", house.visitor().await, json!({"context": {"sku": "BE-SERUM-01"}})).await;
    buyer.say("孕妇能用A醇吗").await;
    let told = buyer.until(|f| f["kind"] == "message" && f["author"]["kind"] != "buyer").await;
    assert!(told["body"]["text"].as_str().unwrap().contains("医生"), "{told}");
    let log = house.log(buyer.conversation()).await;
    let flag = log.iter().find(|event| event["kind"] == "flag").expect("the desk sees it");
    assert_eq!((&flag["body"]["kind"], &flag["body"]["level"]), (&json!("safety"), &json!("E3")));
}
