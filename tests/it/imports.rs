//! Merchants' files.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xiaoer::db::{faq, product, store};
use xiaoer::people::tokens::Scope;

use crate::support::house::{Answer, House};

struct Shop {
    house: House,
    token: String,
}

impl Shop {
    async fn open() -> Self {
        let house = House::with(&[("no_demo", "true")]).await;
        house.store("s").await;
        let token = house.token("s", Scope::Admin).await;
        Self { house, token }
    }

    async fn import(&self, kind_and_query: &str, file: impl Into<String>) -> Answer {
        let path = format!("/v1/stores/s/imports/{kind_and_query}");
        let request = self.house.request(Method::POST, &path).bearer_auth(&self.token);
        Answer::of(request.header("content-type", "text/csv").body(file.into())).await
    }

    /// SKUs and names.
    async fn products(&self) -> Vec<(String, String)> {
        let mut conn = self.house.app.db.read().await.unwrap();
        let products = product::of_store(&mut conn, &"s".into()).await.unwrap();
        products.into_iter().map(|p| (p.sku, p.name)).collect()
    }

    async fn version(&self) -> i64 {
        let mut conn = self.house.app.db.read().await.unwrap();
        store::version(&mut conn, &"s".into()).await.unwrap().unwrap()
    }
}

const GOOD: &str = "sku,name,category,price_fen,ingredients,attributes\n\
    a,连衣裙,apparel,19900,,\"{\"\"garment\"\":\"\"dress\"\"}\"\nb,面霜,beauty,8800,水;甘油,\n";
const BAD: &str = "sku,name,category,price_fen\na,新名字,apparel,100\nc,,pet,1.5\nd,猫粮,pet,100\n";

#[tokio::test]
async fn a_file_is_stored_whole_or_not_at_all() {
    let shop = Shop::open().await;
    let done = shop.import("products", GOOD).await;
    assert_eq!((done.status, &done.body), (StatusCode::OK, &json!({"accepted": 2, "rejected": 0, "errors": []})));
    let before = shop.products().await;
    assert_eq!(before, [("a".into(), "连衣裙".into()), ("b".into(), "面霜".into())]);

    let refused = shop.import("products", BAD).await;
    assert_eq!((&refused.body["accepted"], &refused.body["rejected"]), (&json!(2), &json!(1)));
    let errors: Vec<(&Value, &Value)> =
        refused.body["errors"].as_array().unwrap().iter().map(|e| (&e["line"], &e["field"])).collect();
    assert_eq!(errors, [(&json!(3), &json!("name")), (&json!(3), &json!("price_fen"))]);
    assert_eq!(shop.products().await, before, "nothing is written");

    shop.import("products?dry_run=true&keep_good=true", BAD).await;
    assert_eq!(shop.products().await, before);
    shop.import("products?keep_good=true", BAD).await;
    let names: Vec<String> = shop.products().await.into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["新名字", "面霜", "猫粮"]);
}

#[tokio::test]
async fn a_quotation_mark_that_is_left_open_swallows_no_rows() {
    let shop = Shop::open().await;
    let open = "sku,name,category,price_fen\na,连衣裙,apparel,100\nb,\"面霜,beauty,100\nc,猫粮,pet,100\n";
    for (query, accepted) in [("products?dry_run=true", 0), ("products", 0), ("products?keep_good=true", 1)] {
        let refused = shop.import(query, open).await;
        assert_eq!((&refused.body["accepted"], &refused.body["rejected"]), (&json!(1), &json!(2)), "{query}");
        let errors = refused.body["errors"].as_array().unwrap();
        assert_eq!(errors.iter().map(|error| &error["line"]).collect::<Vec<_>>(), [&json!(3), &json!(4)]);
        assert!(errors[0]["why"].as_str().unwrap().contains("a quotation mark opens here"), "{}", refused.text);
        assert_eq!(shop.products().await.len(), accepted, "{query}");
    }
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let shop = Shop::open().await;
    let questions = "question,answer,category,tags\n怎么退货,七天内可以退,,退货;退款\n";
    shop.import("products", GOOD).await;
    shop.import("faq", questions).await;
    let version = shop.version().await;
    assert_eq!(shop.import("products", GOOD).await.body["accepted"], 2);
    assert_eq!(shop.import("faq", questions).await.body["accepted"], 1);
    assert_eq!(shop.version().await, version, "copies in memory stay good");

    shop.import("faq", questions.replace("七天", "十天")).await;
    assert!(shop.version().await > version);
    let mut conn = shop.house.app.db.read().await.unwrap();
    let entries = faq::of_store(&mut conn, &"s".into()).await.unwrap();
    assert_eq!(entries.len(), 1, "the same question is the same entry");
    assert_eq!((entries[0].answer.as_str(), entries[0].tags.len()), ("十天内可以退", 2));
}

#[tokio::test]
async fn a_long_file_goes_in_at_once() {
    let shop = Shop::open().await;
    let rows: String = (0..3_000).map(|n| format!("p{n:05},商品 {n},general,{n}\n")).collect();
    let done = shop.import("products", format!("sku,name,category,price_fen\n{rows}")).await;
    assert_eq!(done.body["accepted"], 3_000);
    assert_eq!(shop.products().await.len(), 3_000);
}

#[tokio::test]
async fn a_policy_is_taken_as_a_whole() {
    let shop = Shop::open().await;
    let deadline = || async { shop.house.app.stores.get(&"s".into()).await.unwrap().policy.answer.turn_deadline_s };
    assert_eq!(deadline().await, 15);
    let unknown = shop.import("policy?name=p.toml", "[answer]\nturn_deadline_s = 30\nturn_deadlin = 3\n").await;
    assert_eq!((&unknown.body["rejected"], &unknown.body["errors"][0]["line"]), (&json!(1), &json!(3)));
    let wrong = "[answer]\nmax_questions = \"two\"\nburst_ms = true\nburst = 1\n";
    let errors = shop.import("policy?name=p.toml", wrong).await.body["errors"].take();
    let named: Vec<_> = errors.as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(named, ["answer.max_questions", "answer.burst_ms", "answer.burst"], "{errors}");
    shop.import("policy?name=p.toml&dry_run=true", "[answer]\nturn_deadline_s = 30\n").await;
    let version = shop.version().await;
    for _ in 0..2 {
        let done = shop.import("policy?name=p.toml", "[answer]\nturn_deadline_s = 30\n").await;
        assert_eq!(done.body["accepted"], 1, "{}", done.text);
    }
    assert_eq!(shop.version().await, version + 1, "the second time changes nothing");
    tokio::time::sleep(std::time::Duration::from_millis(1_050)).await; // A copy in memory may be a second old.
    assert_eq!(deadline().await, 30);
}

#[tokio::test]
async fn what_is_no_import_is_refused() {
    let shop = Shop::open().await;
    assert_eq!(shop.import("dreams", GOOD).await.status, StatusCode::NOT_FOUND);
    let unreadable = shop.import("products?name=a.csv", "no heading here").await;
    assert!(unreadable.body["rejected"].as_u64().unwrap() > 0, "{}", unreadable.text);
    let untyped = shop.house.request(Method::POST, "/v1/stores/s/imports/faq").bearer_auth(&shop.token).body("x");
    let untyped = Answer::of(untyped).await;
    assert_eq!((untyped.status, &untyped.body["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("name")));
}

#[tokio::test]
async fn an_empty_database_gets_the_demo_store() {
    let house = House::open().await;
    let shown = house.get("/v1/stores/demo/products").await;
    assert_eq!(shown.body["items"].as_array().unwrap().len(), 24);
    house.store("other").await;
    assert_eq!(house.get("/v1/stores/other/products").await.status, StatusCode::NOT_FOUND);
}
