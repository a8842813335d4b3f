//! Size and look: what merchants bring in, what they see, and the program measuring itself.

use std::fmt::Write;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xiaoer::catalog::outcomes::{self, Basis};
use xiaoer::db::fit_model::FitModel;
use xiaoer::db::size_advice::{self, SizeAdvice};
use xiaoer::experts::Status;
use xiaoer::experts::fit::{Measures, Request, recommend_size};
use xiaoer::ids::BuyerId;
use xiaoer::locale::Locale;
use xiaoer::people::tokens::Scope;
use xiaoer::profiles::{Purpose, keeping};

use crate::support::database::Database;
use crate::support::house::{Answer, House};
use crate::support::program::{run, write};

pub(crate) async fn import(house: &House, token: &str, kind: &str, file: &str) -> Answer {
    let path = format!("/v1/stores/s/imports/{kind}");
    let request = house.request(Method::POST, &path).bearer_auth(token);
    Answer::of(request.header("content-type", "text/csv").body(file.to_owned())).await
}

pub(crate) async fn get(house: &House, token: &str, path: &str) -> Answer {
    Answer::of(house.request(Method::GET, &format!("/v1/stores/s{path}")).bearer_auth(token)).await
}

pub(crate) const PRODUCTS: &str = "sku,name,category,price_fen,attributes\nd,连衣裙,apparel,19900,\"{\"\"garment\"\":\"\"dress\"\"}\"\nc,杯子,general,990,\n";
pub(crate) const CHART: &str = "sku,size,bust_cm,waist_cm\nd,S,90,72\nd,M,94,76\nd,L,98,80\n";
pub(crate) const MODELS: &str = "model_id,sku,size,height_cm,weight_kg,verdict,effect\n\
    m1,d,S,158,46,fit,合身\nm2,d,S,160,50,fit,整体偏宽松\nm3,d,M,162,52,fit,\nm4,d,M,165,55,fit,\nm5,d,L,168,60,fit,\n";

#[tokio::test]
async fn charts_and_people_come_in_and_count_at_once() {
    let house = House::with(&[("no_demo", "true")]).await;
    house.store("s").await;
    let token = house.token("s", Scope::Admin).await;
    for (kind, file, rows) in [("products", PRODUCTS, 2), ("size_charts", CHART, 3), ("fit_models", MODELS, 5)] {
        for _ in 0..2 {
            let done = import(&house, &token, kind, file).await;
            assert_eq!((done.status, &done.body["accepted"]), (StatusCode::OK, &json!(rows)), "{kind} {}", done.text);
        }
    }
    let list = get(&house, &token, "/fit/products").await;
    let items = list.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "a product without sizes is not listed: {}", list.text);
    assert_eq!(items[0]["sizes"], json!(["S", "M", "L"]));
    assert_eq!((&items[0]["records"]["try_on"], &items[0]["return_rate"]), (&json!(5), &Value::Null));

    let store = house.app.stores.get(&"s".into()).await.unwrap();
    let wardrobe = house.app.wardrobes.of(&house.app.db, &store, 0).await.unwrap();
    let body = Measures { height_cm: Some(160.0), weight_kg: Some(48.0), ..Measures::default() };
    let request = Request { body, ..Request::default() };
    let answer = recommend_size(&request, wardrobe.garment("d").unwrap(), &store.policy.fit, Locale::Hans);
    assert_eq!((answer.status, answer.found.size.as_deref()), (Status::Ok, Some("S")), "{}", answer.say);
    assert!(answer.say.contains("宽松"), "{}", answer.say);

    let flat = import(&house, &token, "size_charts", "sku,size,bust_cm\nd,S,45\n").await;
    assert_eq!((&flat.body["rejected"], &flat.body["errors"][0]["field"]), (&json!(1), &json!("bust_cm")));
}

#[tokio::test]
async fn a_merchant_sees_what_is_covered_and_what_came_back() {
    let house = House::with(&[("no_demo", "true")]).await;
    house.store("s").await;
    let token = house.token("s", Scope::Admin).await;
    for (kind, file) in [("products", PRODUCTS), ("size_charts", CHART), ("fit_models", MODELS)] {
        import(&house, &token, kind, file).await;
    }
    let advice = |n: i64| SizeAdvice {
        id: format!("a{n}"),
        conversation: "c".into(),
        buyer: format!("b{n}"),
        sku: "d".into(),
        size: "S".into(),
        confidence: 0.7,
        evidence: vec!["fit:m2".into()],
        advised_at: 10 * n,
    };
    let change = house.app.db.write(move |conn| {
        Box::pin(async move {
            let store = "s".into();
            for n in [1, 2, 3, 4, 4] {
                size_advice::insert(conn, &store, &advice(n)).await?;
            }
            Ok(())
        })
    });
    change.await.unwrap();
    let back = |verdict: &str| FitModel {
        model_id: String::new(),
        sku: "d".into(),
        size: "S".into(),
        height_cm: 161.0,
        weight_kg: 51.0,
        bust_cm: None,
        waist_cm: None,
        hip_cm: None,
        shoulder_cm: None,
        leg_cm: None,
        shape: None,
        verdict: verdict.into(),
        effect: None,
        photo: None,
        source: "size_return".into(),
    };
    let (db, store) = (&house.app.db, "s".into());
    let agreed = db.write(|conn| {
        Box::pin(async move {
            for buyer in ["b1", "b2"].map(BuyerId::from) {
                xiaoer::db::buyer::upsert(conn, &"s".into(), &buyer, None, None, 0).await?;
                let consent = keeping::consent(Purpose::Body, 0, None);
                xiaoer::db::consent::give(conn, &"s".into(), &buyer, &consent).await?;
            }
            Ok(())
        })
    });
    agreed.await.unwrap();
    let (b1, b2) = (BuyerId::from("b1"), BuyerId::from("b2"));
    assert_eq!(outcomes::came_back(db, &store, &b1, (back("small"), Basis::Consent), 50).await.unwrap(), 1);
    assert_eq!(
        outcomes::came_back(db, &store, &b1, (back("small"), Basis::Consent), 60).await.unwrap(),
        0,
        "once is enough"
    );
    assert_eq!(
        outcomes::came_back(db, &store, &b2, (back("large"), Basis::Consent), 5).await.unwrap(),
        0,
        "not advised yet"
    );
    let one = get(&house, &token, "/fit/products/d").await;
    assert_eq!((&one.body["advised"], &one.body["returned"]), (&json!(4), &json!(1)), "{}", one.text);
    assert_eq!(one.body["return_rate"], json!(0.25));
    assert_eq!(one.body["by_size"][0]["returned_small"], json!(1));
    assert_eq!(one.body["records"], json!({"try_on": 5, "size_return": 2}), "returns are records too");
    assert!(one.body["cells"].as_array().unwrap().iter().any(|cell| cell["records"] == json!(0)));
    assert!(one.body["collect_next"].as_array().unwrap().iter().any(|next| next["kind"] == "several_sizes"));
    assert_eq!(get(&house, &token, "/fit/products/c").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/v1/stores/s/fit/products").await.status, StatusCode::UNAUTHORIZED);
    let erased = db.write(|conn| Box::pin(async move { outcomes::erase(conn, &"s".into(), &"b1".into()).await }));
    assert_eq!(erased.await.unwrap(), 2, "a record and an advice");
}

#[tokio::test]
async fn what_people_in_several_sizes_teach_is_kept_with_its_date() {
    let house = House::with(&[("no_demo", "true")]).await;
    house.store("s").await;
    let token = house.token("s", Scope::Admin).await;
    let mut models = "model_id,sku,size,height_cm,weight_kg,verdict\n".to_owned();
    for n in 0..8 {
        for (size, verdict) in [("S", "small"), ("M", "fit"), ("L", "large")] {
            writeln!(models, "p{n},d,{size},{},55,{verdict}", 163 + n % 3).unwrap();
        }
    }
    for (kind, file) in [("products", PRODUCTS), ("size_charts", CHART), ("fit_models", &models)] {
        import(&house, &token, kind, file).await;
    }
    let list = get(&house, &token, "/fit/products").await;
    assert_eq!(
        (&list.body["learned"]["version"], &list.body["learned"]["constants"]["records"]),
        (&json!(1), &json!(24))
    );
    let learned = list.body["learned"].clone();
    let again = get(&house, &token, "/fit/products").await;
    assert_eq!(again.body["learned"], learned, "the same records teach the same");
}

#[tokio::test]
async fn the_demo_shop_can_hold_the_missions_conversation() {
    let house = House::open().await;
    let store = house.app.stores.get(&"demo".into()).await.unwrap();
    let wardrobe = house.app.wardrobes.of(&house.app.db, &store, 0).await.unwrap();
    let ask = |sku: &str, height: f64, weight: f64, shape: Option<&str>, asked: Option<&str>| {
        let body = Measures { height_cm: Some(height), weight_kg: Some(weight), ..Measures::default() };
        let [shape, usual_size] = [shape, asked].map(|word| word.map(str::to_owned));
        let request = Request { body, shape, usual_size, ..Request::default() };
        recommend_size(&request, wardrobe.garment(sku).unwrap(), &store.policy.fit, Locale::Hans)
    };
    let loose = ask("AP-DRESS-01", 160.0, 48.0, None, Some("S"));
    assert_eq!((loose.status, loose.found.size.as_deref()), (Status::Ok, Some("S")), "{}", loose.say);
    assert!(loose.say.contains("偏宽松"), "{}", loose.say);
    let pear = ask("AP-PANTS-01", 160.0, 56.0, Some("梨形"), None);
    assert!(pear.status == Status::Ok && pear.say.contains("高腰线"), "{}", pear.say);
    let nobody = ask("AP-DRESS-01", 175.0, 80.0, None, None);
    assert_eq!((nobody.status, nobody.found.size), (Status::NoBasis, None));
    assert!(nobody.say.contains("没有相近身材的试穿数据"), "{}", nobody.say);
    let man = ask("AP-SHIRT-01", 175.0, 70.0, None, None);
    assert_eq!(man.status, Status::Ok, "{}", man.say);
}

/// A table in which small garments are small and large ones large.
fn table(from: usize, rows: usize, with_verdict: bool) -> String {
    let mut text = "row_id,user,garment,category,rented_for,size_code,size_base,size_length,height_cm,weight_kg,age,\
        bust_band_in,cup,bust_cm_est,body_type,reviewed,fit\n"
        .to_owned();
    for n in from..from + rows {
        let verdict = match (n % 3, n % 5) {
            (0, 0 | 1) => "small",
            (1, 2 | 3) => "large",
            _ => "fit",
        };
        let verdict = if with_verdict { verdict } else { "" };
        let (height, weight, size) = (155 + n % 20, 48 + n % 30, 4 * (1 + n % 4));
        writeln!(text, "r{n},u{n},g{},dress,party,{size},{size},R,{height},{weight},30,34,b,90,,,{verdict}", n % 3)
            .unwrap();
    }
    text
}

#[tokio::test]
async fn the_program_measures_itself_on_tables() {
    let database = Database::fresh().await;
    write(&database, "a.csv", &table(0, 900, true));
    write(&database, "b.csv", &table(900, 90, true));
    let learn = ["fit", "evaluate", "--train", "a.csv", "--test", "b.csv", "--out", "p.csv", "--advice", "s.csv"];
    let done = run(&database, &learn);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.out.contains("macro AUC ") && done.out.contains("advice: ") && done.out.contains("advice by confidence"),
        "{}",
        done.out
    );
    let read = |name: &str| std::fs::read_to_string(database.folder.path().join(name)).unwrap();
    let foretold = read("p.csv");
    assert_eq!(foretold.lines().next(), Some("row_id,p_small,p_fit,p_large"));
    assert_eq!(foretold.lines().count(), 91);
    let mut small_less_large = [0.0; 3];
    for line in foretold.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let p: Vec<f64> = cells[1..].iter().map(|cell| cell.parse().unwrap()).collect();
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-4, "{line}");
        let garment = cells[0][1..].parse::<usize>().unwrap() % 3;
        small_less_large[garment] += (p[0] - p[2]) / 30.0;
    }
    // The first garment runs small, the second large.
    assert!(small_less_large[0] > 0.2 && small_less_large[1] < -0.2, "{small_less_large:?}");
    run(&database, &learn);
    assert_eq!(read("p.csv"), foretold, "the same tables give the same figures");
    assert_eq!(read("s.csv").lines().count(), 91);

    write(&database, "blind.csv", &table(2_000, 9, false));
    let blind = run(&database, &["fit", "evaluate", "--train", "a.csv", "--test", "blind.csv", "--out", "p.csv"]);
    assert_eq!((blind.code, blind.out.contains("AUC")), (Some(0), false), "{blind:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_table_is_said_with_file_line_and_field() {
    let database = Database::fresh().await;
    let good = table(0, 3, true);
    write(&database, "good.csv", &table(10, 3, true));
    let header = good.lines().next().unwrap();
    let bad = format!("{header}\nx,u,g,dress,,8,8,R,tall,50,,,q,,,,ok\nx,u,,dress,,8,8,R,160,50,,,,,,,fit\n");
    write(&database, "bad.csv", &bad);
    let evaluate = |train: &str, test: &str| {
        run(&database, &["fit", "evaluate", "--train", train, "--test", test, "--out", "p.csv"])
    };
    let refused = evaluate("bad.csv", "good.csv");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    for line in [
        "bad.csv:2 height_cm: tall is not a number",
        "bad.csv:2 cup: q is no cup",
        "bad.csv:2 fit: ok is none of small, fit, large",
        "bad.csv:3 garment: is empty",
        "bad.csv:3 row_id: x stands in line 2 already",
    ] {
        assert!(refused.err.contains(line), "{line}: {}", refused.err);
    }
    write(&database, "short.csv", "row_id,garment\na,b\n");
    assert!(evaluate("short.csv", "good.csv").err.contains("short.csv:1 size_code: there is no column size_code"));
    assert!(evaluate("good.csv", "nowhere.csv").err.starts_with("nowhere.csv: "));
    assert!(evaluate("good.csv", "good.csv").err.contains("stands in good.csv too"));
    write(&database, "empty.csv", &format!("{header}\n"));
    assert!(evaluate("empty.csv", "good.csv").err.contains("empty.csv: holds no rows"));
}
