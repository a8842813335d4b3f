//! Measures the verdict head and the choice of sizes on a table with a column `split` (`train`, `val_cold`, `val_warm`):
//! `cargo run --release --example fit_measures -- TABLE.csv.gz`
//!
//! Then whole garments are kept aside, and some of their try-ons are handed over one by one, without learning anew.
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::io::Read;
use std::time::Instant;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use xiaoer::experts::fit::verdict::worn::SizeChooser;
use xiaoer::experts::fit::verdict::{Model, TryOn, measures, try_on};

/// Try-ons handed over of each garment.
const HANDED: [usize; 3] = [0, 20, 50];
/// Garments with fewer try-ons tell nothing, and more than this many of one are not handed over.
const FEWEST: usize = 30;
const MOST: usize = 200;
/// Every tenth garment is kept aside, each time others. Of its try-ons this share may be handed over, the rest is asked
/// about, but for buyers who are among both.
const SPLITS: std::ops::RangeInclusive<u64> = 1..=3;
const SHARE: f64 = 0.55;

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
    let chooser = SizeChooser::learn(&train);
    for (name, rows) in [("val_cold", &cold), ("val_warm", &warm)] {
        println!("advice, {name}: {:?}", chooser.measure(rows));
        chooser.reliability(rows).iter().for_each(|bin| println!("  {bin:.3?}"));
    }

    let all: Vec<TryOn> = [train, cold, warm].concat();
    for split in SPLITS {
        let is_aside = |row: &TryOn| lot(&row.garment, split) < 0.1;
        let known: Vec<TryOn> = all.iter().filter(|row| !is_aside(row)).cloned().collect();
        let mut garments: BTreeMap<&str, Vec<&TryOn>> = BTreeMap::new();
        for row in all.iter().filter(|row| is_aside(row)) {
            garments.entry(&row.garment).or_default().push(row);
        }
        garments.retain(|_, rows| rows.len() >= FEWEST);
        let (mut libraries, mut asked) = (Vec::new(), Vec::new());
        for mut rows in garments.into_values() {
            rows.sort_by(|a, b| lot(&a.id, split).total_cmp(&lot(&b.id, split)));
            let cut = ((rows.len() as f64 * SHARE) as usize).min(MOST);
            asked.extend_from_slice(&rows[cut..]);
            rows.truncate(cut);
            libraries.push(rows);
        }
        let buyers: HashSet<&str> = libraries.iter().flatten().map(|row| row.user.as_str()).collect();
        asked.retain(|row| !buyers.contains(row.user.as_str()));
        let learned = Model::learn(&known, &mut |_, _, _| {});
        for handed in HANDED {
            let mut model = learned.clone();
            libraries.iter().flat_map(|rows| rows.iter().take(handed)).for_each(|row| model.add(row));
            show(&format!("new garments ({split}) with {handed}"), &model, &asked);
        }
    }
    Ok(())
}

/// The same lot from 0 to 1 for the same name and split.
fn lot(name: &str, split: u64) -> f64 {
    let hash = Sha256::digest(format!("{split}/{name}"));
    let bytes: [u8; 4] = std::array::from_fn(|at| hash[at]);
    f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX)
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
