//! What becomes of sizes: verdicts and returns of buyers as further records, records that mislead, and workbooks.

use std::fmt::Write;
use std::io::Write as _;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xiaoer::db::size_advice::{self, SizeAdvice};
use xiaoer::people::tokens::Scope;

use crate::fit::{CHART, MODELS, PRODUCTS, get, import};
use crate::support::house::{Answer, House};

fn advice(n: i64, buyer: &str, evidence: &[&str]) -> SizeAdvice {
    SizeAdvice {
        id: format!("{buyer}-{n}"),
        conversation: "c".into(),
        buyer: buyer.into(),
        sku: "d".into(),
        size: "S".into(),
        confidence: 0.7,
        evidence: evidence.iter().map(|id| (*id).to_owned()).collect(),
        advised_at: 10 * n,
    }
}

#[tokio::test]
async fn what_became_of_a_size_comes_back_through_the_front_door() {
    let house = House::with(&[("no_demo", "true")]).await;
    house.store("s").await;
    let token = house.token("s", Scope::Admin).await;
    for (kind, file) in [("products", PRODUCTS), ("size_charts", CHART), ("fit_models", MODELS)] {
        import(&house, &token, kind, file).await;
    }
    let advised = [("b1", "fit:m1"), ("b2", "fit:m1"), ("b3", "fit:m2"), ("b4", "fit:m2")];
    let change = house.app.db.write(move |conn| {
        Box::pin(async move {
            for (buyer, evidence) in advised {
                size_advice::insert(conn, &"s".into(), &advice(1, buyer, &[evidence, "chart:d"])).await?;
            }
            Ok(())
        })
    });
    change.await.unwrap();
    let outcome = |body: Value| {
        let request = house.request(Method::POST, "/v1/stores/s/fit/outcomes").bearer_auth(&token);
        Answer::of(request.json(&body))
    };
    let worn = json!({"buyer": "b4", "sku": "d", "size": "S", "verdict": "fit", "height_cm": 160, "weight_kg": 49});
    let done = outcome(worn).await;
    assert_eq!((done.status, &done.body["advices"]), (StatusCode::OK, &json!(0)), "{}", done.text);
    let back = json!({"buyer": "b1", "sku": "d", "size": "S", "verdict": "small", "returned": true,
        "height_cm": 161, "weight_kg": 53, "bust_cm": 88});
    for expected in [1, 0] {
        assert_eq!(outcome(back.clone()).await.body["advices"], json!(expected), "once is enough");
    }
    for (field, value) in [("weight_kg", json!(480)), ("verdict", json!("fit")), ("verdict", json!("tight"))] {
        let mut wrong = back.clone();
        wrong[field] = value;
        let refused = outcome(wrong).await;
        assert_eq!((refused.status, &refused.body["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)));
    }

    // An order's refund, whose reason says why, tells it too; that of another buyer, or for another reason, does not.
    let order = |id: &str, buyer: &str, reason: &str| {
        json!({"order_id": id, "buyer": buyer, "status": "delivered", "paid_at": 1_794_000_000_000_i64,
            "address": {"province": "浙江", "city": "杭州"},
            "lines": [{"sku": "d", "qty": 1, "price_fen": 19_900}],
            "refunds": [{"reason": reason, "quality": false, "applied_at": 1_794_100_000_000_i64, "amount_fen": 19_900}]})
    };
    let orders = [order("o1", "b2", "尺码偏小"), order("o2", "b3", "七天无理由"), order("o3", "b9", "太大了")];
    let orders: Vec<String> = orders.iter().map(Value::to_string).collect();
    for _ in 0..2 {
        let request = house.request(Method::POST, "/v1/stores/s/imports/orders").bearer_auth(&token);
        let done = Answer::of(request.header("content-type", "application/x-ndjson").body(orders.join("\n"))).await;
        assert_eq!(done.body["accepted"], json!(3), "{}", done.text);
    }
    let one = get(&house, &token, "/fit/products/d").await;
    assert_eq!((&one.body["advised"], &one.body["returned"]), (&json!(4), &json!(2)), "{}", one.text);
    assert_eq!(one.body["records"], json!({"try_on": 5, "buyer": 1, "size_return": 1}));
    let records = [("fit:m1", 2, 2), ("chart:d", 4, 2)];
    let expected = records.map(|(id, advised, back)| json!({"id": id, "advised": advised, "returned": back}));
    assert_eq!(one.body["by_record"], json!(expected), "the record that misled most is first");
}

#[tokio::test]
async fn a_record_that_the_others_contradict_is_shown() {
    let house = House::with(&[("no_demo", "true")]).await;
    house.store("s").await;
    let token = house.token("s", Scope::Admin).await;
    let mut models = "model_id,sku,size,height_cm,weight_kg,verdict\n".to_owned();
    for n in 0..12 {
        writeln!(models, "p{n},d,S,{},{},fit", 158 + n % 5, 47 + n % 4).unwrap();
    }
    models += "liar,d,L,160,48,small\n";
    for (kind, file) in [("products", PRODUCTS), ("size_charts", CHART), ("fit_models", &models)] {
        import(&house, &token, kind, file).await;
    }
    let one = get(&house, &token, "/fit/products/d").await;
    let misleading = one.body["misleading"].as_array().unwrap();
    assert_eq!(misleading.len(), 1, "{}", one.text);
    assert_eq!((&misleading[0]["model_id"], &misleading[0]["size"]), (&json!("liar"), &json!("L")));
    assert!(misleading[0]["chance"].as_f64().unwrap() < 0.05);
}

#[tokio::test]
async fn charts_and_people_come_in_as_workbooks() {
    let house = House::with(&[("no_demo", "true")]).await;
    house.store("s").await;
    let token = house.token("s", Scope::Admin).await;
    import(&house, &token, "products", PRODUCTS).await;
    for (kind, rows, text) in [("size_charts", 3, CHART), ("fit_models", 5, MODELS)] {
        let request = house.request(Method::POST, &format!("/v1/stores/s/imports/{kind}")).bearer_auth(&token);
        let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let done = Answer::of(request.header("content-type", sheet).body(workbook(text))).await;
        assert_eq!((done.status, &done.body["accepted"]), (StatusCode::OK, &json!(rows)), "{kind} {}", done.text);
    }
    let one = get(&house, &token, "/fit/products/d").await;
    assert_eq!((&one.body["sizes"], &one.body["has_chart"]), (&json!(["S", "M", "L"]), &json!(true)), "{}", one.text);
    assert_eq!(one.body["records"], json!({"try_on": 5}));
}

/// A table as a workbook of one sheet: figures as numbers, everything else as text.
fn workbook(table: &str) -> Vec<u8> {
    let cell = |line: usize, at: usize, text: &str| {
        let place = format!("{}{}", char::from(b'A' + at as u8), line + 1);
        match text.parse::<f64>() {
            Ok(_) => format!("<c r=\"{place}\"><v>{text}</v></c>"),
            Err(_) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        }
    };
    let row = |(line, text): (usize, &str)| {
        let cells: String = text.split(',').enumerate().map(|(at, text)| cell(line, at, text)).collect();
        format!("<row r=\"{}\">{cells}</row>", line + 1)
    };
    let rows: String = table.lines().enumerate().map(row).collect();
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let links = "http://schemas.openxmlformats.org/package/2006/relationships";
    let types = "http://schemas.openxmlformats.org/package/2006/content-types";
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", format!("<Types xmlns=\"{types}\"/>")),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{links}\"><Relationship Id=\"r\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{links}\"><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
