//! Makes `src/experts/mood/weights.bin.gz`: `cargo run --release --example train_mood -- REVIEWS.csv.gz [OUT]`.
//!
//! The file holds rows `category,positive,text`. A fifth of the texts is held out and judges the very bytes that are
//! written; texts that begin alike fall on the same side of the split, so that near duplicates cannot leak across. Rare
//! choices (cost, weights of runs) were made on a tenth of the rest, never on what is held out. The same file gives the
//! same model, bit by bit.

#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use xiaoer::experts::mood::Model;
use xiaoer::experts::mood::grams::{BITS, buckets};

/// The cost of a mistake in training, chosen on the tenth.
const COST: f32 = 0.8;
const EPOCHS: usize = 14;
/// Weights below this share of the largest say nothing and make the file larger.
const SMALLEST: f32 = 0.004;

struct Review {
    category: String,
    positive: bool,
    text: String,
    buckets: Vec<u32>,
}

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else { anyhow::bail!("which reviews? REVIEWS.csv.gz [OUT]") };
    let (mut learned, mut chosen_on, mut held_out) = (Vec::new(), Vec::new(), Vec::new());
    for row in csv::Reader::from_reader(GzDecoder::new(File::open(path)?)).into_records() {
        let row = row?;
        let text = row[2].to_owned();
        let review = Review { category: row[0].to_owned(), positive: &row[1] == "1", buckets: buckets(&text), text };
        match side(&review.text) {
            0 | 1 => held_out.push(review),
            2 => chosen_on.push(review),
            _ => learned.push(review),
        }
    }
    println!("learns from {}, chooses on {}, holds out {}", learned.len(), chosen_on.len(), held_out.len());
    let first = train(&learned);
    let slope = slope(&first, &chosen_on);
    println!("chosen on: accuracy {:.4}, slope {slope:.2}", accuracy(&chosen_on, |review| first.margin(review) > 0.0));

    learned.append(&mut chosen_on);
    let last = train(&learned);
    let least = SMALLEST * last.weights.iter().fold(0.0f32, |most, weight| most.max(weight.abs()));
    let kept = |weight: &f32| if weight.abs() < least { 0.0 } else { weight * slope };
    let weights: Vec<f32> = last.weights.iter().map(kept).collect();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&Model::bytes(&weights, last.bias * slope))?;
    let packed = packed.finish()?;

    let model = Model::read(&packed)?;
    println!("held out: accuracy {:.4}", accuracy(&held_out, |review| model.positive(&review.text) > 0.5));
    let mut categories: BTreeMap<&str, Vec<&Review>> = BTreeMap::new();
    for review in &held_out {
        categories.entry(&review.category).or_default().push(review);
    }
    for (category, reviews) in categories {
        let right = reviews.iter().filter(|review| (model.positive(&review.text) > 0.5) == review.positive).count();
        println!("  {category}: {right} of {}", reviews.len());
    }
    println!("{} bytes", packed.len());
    if let Some(out) = arguments.next() {
        std::fs::write(out, packed)?;
    }
    Ok(())
}

/// 0 to 9, by the first twenty letters.
fn side(text: &str) -> u64 {
    let begins: String = text.chars().filter(|c| c.is_alphanumeric()).take(20).collect();
    let hash = begins
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    (hash >> 20) % 10
}

struct Linear {
    weights: Vec<f32>,
    bias: f32,
}

impl Linear {
    fn margin(&self, review: &Review) -> f32 {
        let sum: f32 = review.buckets.iter().map(|bucket| self.weights[*bucket as usize]).sum();
        self.bias + sum / (review.buckets.len() as f32).sqrt()
    }
}

/// A support vector machine with squared loss, by dual coordinate descent (Hsieh and others, 2008). A bucket's share of
/// a text grows with how one-sided the bucket is, which lets telling runs speak before many indifferent ones.
fn train(reviews: &[Review]) -> Linear {
    let shares = shares(reviews);
    let mut model = Linear { weights: vec![0.0; 1 << BITS], bias: 0.0 };
    let length = |review: &Review| 1.0 / (review.buckets.len().max(1) as f32).sqrt();
    let norms: Vec<f32> = reviews
        .iter()
        .map(|review| review.buckets.iter().map(|b| (shares[*b as usize] * length(review)).powi(2)).sum::<f32>() + 1.0)
        .collect();
    let mut alphas = vec![0.0f32; reviews.len()];
    let mut order: Vec<usize> = (0..reviews.len()).collect();
    let mut random = 1u64;
    for _ in 0..EPOCHS {
        for at in (1..order.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(at, (random >> 33) as usize % (at + 1));
        }
        for &at in &order {
            let review = &reviews[at];
            let (length, sign) = (length(review), if review.positive { 1.0 } else { -1.0 });
            let sum: f32 = review.buckets.iter().map(|b| model.weights[*b as usize] * shares[*b as usize]).sum();
            let gradient = sign * (model.bias + length * sum) - 1.0 + alphas[at] * 0.5 / COST;
            let alpha = (alphas[at] - gradient / (norms[at] + 0.5 / COST)).max(0.0);
            let step = (alpha - alphas[at]) * sign;
            alphas[at] = alpha;
            if step != 0.0 {
                for bucket in &review.buckets {
                    model.weights[*bucket as usize] += step * length * shares[*bucket as usize];
                }
                model.bias += step;
            }
        }
    }
    for (weight, share) in model.weights.iter_mut().zip(&shares) {
        *weight *= share;
    }
    model
}

/// What a bucket counts: by how much more often it stands in one kind of review, nothing where it stands but once.
fn shares(reviews: &[Review]) -> Vec<f32> {
    let mut counts = vec![[0.0f32; 2]; 1 << BITS];
    for review in reviews {
        for bucket in &review.buckets {
            counts[*bucket as usize][usize::from(review.positive)] += 1.0;
        }
    }
    let share = |[negative, positive]: &[f32; 2]| {
        let ratio = ((positive + 1.0) / (negative + 1.0)).ln().abs();
        if negative + positive < 2.0 { 0.0 } else { 0.3 + 0.7 * ratio.min(4.0) }
    };
    counts.iter().map(share).collect()
}

/// The factor that makes probabilities of margins: the likeliest of a grid.
fn slope(model: &Linear, reviews: &[Review]) -> f32 {
    let loss = |slope: f32| -> f32 {
        let signed = |review: &Review| if review.positive { model.margin(review) } else { -model.margin(review) };
        reviews.iter().map(|review| (1.0 + (-slope * signed(review)).exp()).ln()).sum()
    };
    let grid = (2..=60).map(|step| step as f32 * 0.1);
    grid.min_by(|one, other| loss(*one).total_cmp(&loss(*other))).unwrap_or(1.0)
}

fn accuracy(reviews: &[Review], is_positive: impl Fn(&Review) -> bool) -> f32 {
    let right = reviews.iter().filter(|review| is_positive(review) == review.positive).count();
    right as f32 / reviews.len() as f32
}
