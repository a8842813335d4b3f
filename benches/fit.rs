//! What one buyer, one garment and all its sizes cost, and a library of 1,000 garments with 50 records each: making it,
//! and reading it from the database as well, with the memory that this takes.

#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use serde_json::json;
use tokio::runtime::Runtime;
use xiaoer::assistant::wardrobe::{Wardrobe, Wardrobes, garments};
use xiaoer::db::fit_model::FitModel;
use xiaoer::db::product::Product;
use xiaoer::db::size_chart::SizeChart;
use xiaoer::db::store::Store;
use xiaoer::db::{self, Db};
use xiaoer::experts::fit::{Measures, Request, recommend_size};
use xiaoer::ids::StoreId;
use xiaoer::locale::Locale;
use xiaoer::people::stores::{Settings, Stores};
use xiaoer::policy::Fit;

const SIZES: [&str; 5] = ["XS", "S", "M", "L", "XL"];

fn fit(c: &mut Criterion) {
    let policy = Fit::default();
    let mut group = c.benchmark_group("fit");
    let (products, charts, models) = library(1_000, 50);
    let made = garments(products.clone(), charts.clone(), models.clone());
    let wardrobe = Wardrobe::new(1, made, None, &policy);
    let fitted = wardrobe.garment("g7").expect("it was made");
    let body = Measures { height_cm: Some(160.0), weight_kg: Some(48.0), waist_cm: Some(64.0), ..Measures::default() };
    let request = Request { body, ..Request::default() };
    let fitting = fitted.fitting.as_ref().expect("it has a chart");
    group.bench_function("chances_of_all_sizes", |b| {
        b.iter(|| black_box(fitting.sizes(black_box(&body), Default::default())));
    });
    group.bench_function("recommend_size", |b| {
        b.iter(|| black_box(recommend_size(black_box(&request), fitted, &policy, Locale::Hans).say.len()));
    });
    group.sample_size(10).bench_function("library_of_1000_garments", |b| {
        b.iter_batched(
            || (products.clone(), charts.clone(), models.clone()),
            |(products, charts, models)| Wardrobe::new(1, garments(products, charts, models), None, &policy),
            BatchSize::LargeInput,
        );
    });
    group.finish();
    from_the_database(c, products, charts, models);
}

/// As a server does it when a store's version has moved.
fn from_the_database(c: &mut Criterion, products: Vec<Product>, charts: Vec<SizeChart>, models: Vec<FitModel>) {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let (db, store) =
        runtime.block_on(filled(&folder.path().join("bench.db").display().to_string(), products, charts, models));
    let mut version = 0;
    let mut read = || {
        version += 1;
        let settings = Settings { store: Store { version, ..store.store.clone() }, policy: store.policy.clone() };
        let wardrobe = runtime.block_on(Wardrobes::default().of(&db, &settings, 0)).expect("it is read");
        assert_eq!(wardrobe.garments().count(), 1_000);
        wardrobe
    };
    let before = resident_mb();
    let held = read();
    println!("library_of_1000_garments_from_sqlite: {:.0} MB more in memory", resident_mb() - before);
    drop(held);
    c.benchmark_group("fit").sample_size(10).bench_function("library_from_sqlite", |b| b.iter(&mut read));
}

async fn filled(
    path: &str,
    products: Vec<Product>,
    charts: Vec<SizeChart>,
    models: Vec<FitModel>,
) -> (Db, Arc<Settings>) {
    let db = Db::open(path).await.expect("the database opens");
    let stores = Stores::new(db.clone());
    let id = StoreId::from("bench");
    let row = Store {
        id: id.clone(),
        name: "bench".into(),
        industry: "apparel".into(),
        identity_secret: "none".into(),
        origins: Vec::new(),
        policy: "{}".into(),
        version: 1,
        created_at: 0,
    };
    let written = db.write(move |conn| {
        Box::pin(async move {
            db::store::insert(conn, &row).await?;
            for rows in products.chunks(500) {
                db::product::upsert(conn, &id, rows).await?;
            }
            for rows in charts.chunks(500) {
                db::size_chart::upsert(conn, &id, rows).await?;
            }
            for rows in models.chunks(500) {
                db::fit_model::upsert(conn, &id, rows).await?;
            }
            Ok(())
        })
    });
    written.await.expect("it is written");
    let settings = stores.get(&"bench".into()).await.expect("the store is there");
    (db, settings)
}

/// What this process has in memory; 0 where the system does not say.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1_024.0
}

/// Garments of five sizes, each record of another body.
fn library(count: usize, records: usize) -> (Vec<Product>, Vec<SizeChart>, Vec<FitModel>) {
    let (mut products, mut charts, mut models) = (Vec::new(), Vec::new(), Vec::new());
    for g in 0..count {
        let sku = format!("g{g}");
        for (at, size) in SIZES.into_iter().enumerate() {
            let bust = 84.0 + 4.0 * at as f64;
            charts.push(SizeChart {
                sku: sku.clone(),
                size: size.into(),
                bust_cm: Some(bust),
                waist_cm: Some(bust - 18.0),
                hip_cm: Some(bust + 5.0),
                shoulder_cm: None,
                length_cm: None,
                sleeve_cm: None,
                inseam_cm: None,
            });
        }
        for r in 0..records {
            let height = 150.0 + ((g * 7 + r * 13) % 28) as f64;
            let weight = 42.0 + ((g * 5 + r * 11) % 34) as f64;
            models.push(FitModel {
                model_id: format!("m{r}"),
                sku: sku.clone(),
                size: SIZES[(weight as usize - 42) / 7].into(),
                height_cm: height,
                weight_kg: weight,
                bust_cm: None,
                waist_cm: None,
                hip_cm: None,
                shoulder_cm: None,
                leg_cm: None,
                shape: None,
                verdict: ["small", "fit", "fit", "fit", "large"][(g + r) % 5].into(),
                effect: Some("合身".into()),
                photo: None,
                source: "try_on".into(),
            });
        }
        let about = json!({"garment": "dress", "stretch": "none"});
        products.push(Product {
            sku,
            name: "连衣裙".into(),
            category: "apparel".into(),
            price_fen: 19_900,
            weight_g: None,
            stock: None,
            ingredients: Vec::new(),
            attributes: about.as_object().expect("an object").clone(),
        });
    }
    (products, charts, models)
}

criterion_group!(benches, fit);
criterion_main!(benches);
