//! Measures the verdict head and the choice of sizes on a table with a column `split` (`train`, `val_cold`, `val_warm`):
//! `cargo run --release --example fit_measures -- TABLE.csv.gz`
//!
//! Then whole garments are kept aside, and some of their try-ons are handed over one by one, without learning anew.
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Read;
use std::time::Instant;

use flate2::read::GzDecoder;
use xiaoer::experts::fit::verdict::worn::SizeChooser;
use xiaoer::experts::fit::verdict::{Model, TryOn, measures, try_on};

/// Try-ons handed over, and how many each garment keeps back at least.
const HANDED: [usize; 4] = [0, 5, 20, 50];
const KEPT_BACK: usize = 10;
/// Every tenth garment is kept aside, three times anew.
const PARTS: [usize; 3] = [3, 5, 8];

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which table?")?;
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path)?).read_to_string(&mut text)?;
    let [train, cold, warm] = ["train", "val_cold", "val_warm"].map(|split| part(&text, split));
    let (train, cold, warm) = (train?, cold?, warm?);

    let start = Instant::now();
    let model = Model::learn(&train, &mut |_, _, _| {});
    println!("learned from {} rows in {:.1?}", train.len(), start.elapsed());
    show("val_cold", &model, &cold.iter().collect::<Vec<_>>());
    show("val_warm", &model, &warm.iter().collect::<Vec<_>>());
    println!("advice, val_cold: {:?}", SizeChooser::learn(&train).measure(&cold));

    let all: Vec<TryOn> = [train, cold, warm].concat();
    for aside in PARTS {
        let is_aside = |row: &TryOn| row.garment.parse::<usize>().is_ok_and(|garment| garment % 10 == aside);
        let known: Vec<TryOn> = all.iter().filter(|row| !is_aside(row)).cloned().collect();
        let mut garments: BTreeMap<&str, Vec<&TryOn>> = BTreeMap::new();
        for row in all.iter().filter(|row| is_aside(row)) {
            garments.entry(&row.garment).or_default().push(row);
        }
        let learned = Model::learn(&known, &mut |_, _, _| {});
        for handed in HANDED {
            let mut model = learned.clone();
            let mut asked = Vec::new();
            for rows in garments.values().filter(|rows| rows.len() >= handed.max(20) + KEPT_BACK) {
                rows[..handed].iter().for_each(|row| model.add(row));
                asked.extend_from_slice(&rows[handed.max(20)..]);
            }
            show(&format!("new garments ({aside}) with {handed}"), &model, &asked);
        }
    }
    Ok(())
}

fn part(text: &str, split: &str) -> Result<Vec<TryOn>, Box<dyn Error>> {
    let mut lines = text.lines();
    let heading = lines.next().unwrap_or_default();
    let place = heading.split(',').position(|name| name == "split").ok_or("there is no column split")?;
    let own = lines.filter(|line| line.split(',').nth(place) == Some(split));
    let text = [heading].into_iter().chain(own).collect::<Vec<_>>().join("\n");
    try_on::read(text.as_bytes(), true).map_err(|wrong| wrong[0].to_string().into())
}

fn show(name: &str, model: &Model, rows: &[&TryOn]) {
    let said: Vec<_> = rows.iter().filter_map(|row| row.verdict).collect();
    for (head, foretold) in [
        ("terms alone", rows.iter().map(|row| model.foretell_without_trees(row)).collect::<Vec<_>>()),
        ("with trees ", rows.iter().map(|row| model.foretell(row)).collect::<Vec<_>>()),
    ] {
        if let Some(m) = measures::measure(&foretold, &said) {
            println!(
                "{name}, {head}: {} rows, AUC {:.4}, log-loss {:.4}, accuracy {:.4}, calibration error {:.4}",
                m.rows, m.auc, m.log_loss, m.accuracy, m.calibration_error
            );
        }
    }
}
