//! What one buyer, one garment and all its sizes cost, and making a library of 1,000 garments with 50 records each.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use serde_json::json;
use xiaoer::assistant::wardrobe::{Wardrobe, garments};
use xiaoer::db::fit_model::FitModel;
use xiaoer::db::product::Product;
use xiaoer::db::size_chart::SizeChart;
use xiaoer::experts::fit::{Measures, Request, recommend_size};
use xiaoer::locale::Locale;
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
