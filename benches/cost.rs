//! What counting and hiding cost a turn: marks in place of numbers, the way back while a reply streams, the bill.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use xiaoer::db::spending::Spent;
use xiaoer::masking::{Masks, Restoring, blank};
use xiaoer::policy::Budget;
use xiaoer::spending::{Bill, Price, Prices, Standing, Tokens};

const PLAIN: &str = "你好，这件连衣裙165厘米110斤穿什么码？大概什么时候能发货，我在上海";
const PERSONAL: &str = "我叫张小三，电话138 0013 8000，微信abc_12345，身份证11010519491231002X，寄到张江路88号5栋302室";

fn hiding(c: &mut Criterion) {
    c.bench_function("hide/a plain message", |b| b.iter(|| black_box(Masks::default().hide(PLAIN).len())));
    c.bench_function("hide/a message with numbers", |b| b.iter(|| black_box(Masks::default().hide(PERSONAL).len())));
    let history: Vec<&str> = (0..20).map(|n| if n % 10 == 0 { PERSONAL } else { PLAIN }).collect();
    c.bench_function("hide/the prompt of a talk of 20 messages", |b| {
        b.iter(|| {
            let mut masks = Masks::default();
            history.iter().map(|text| masks.hide(text).len()).sum::<usize>()
        });
    });
    let long: String = PERSONAL.chars().cycle().take(4_000).collect();
    c.bench_function("hide/4,000 characters", |b| b.iter(|| black_box(Masks::default().hide(&long).len())));
    c.bench_function("blank/a message with numbers", |b| b.iter(|| black_box(blank(PERSONAL, &["张小三"]).len())));
    let mut masks = Masks::default();
    masks.hide(PERSONAL);
    let pieces: Vec<String> = "好的，会打〔电话1〕，请放心。".chars().map(String::from).collect();
    c.bench_function("restore/a reply piece by piece", |b| {
        b.iter(|| {
            let mut restoring = Restoring::new(&masks);
            pieces.iter().map(|piece| restoring.push(piece).len()).sum::<usize>()
        });
    });
}

fn counting(c: &mut Criterion) {
    let price = Price { prompt: 2_000_000, cached: 200_000, completion: 8_000_000 };
    let prices = Prices(std::iter::once(("model".to_owned(), price)).collect());
    c.bench_function("count/a turn of two requests", |b| {
        b.iter(|| {
            let mut bill = Bill::of("2026-11-23".into());
            for _ in 0..2 {
                let tokens = Tokens { prompt: 2_400, cached: 2_000, completion: 120 };
                bill.add("model", tokens, prices.cost("model", tokens).unwrap_or(0), false);
            }
            let spent = Spent { tokens: 1_000_000, micros: 9_000_000 };
            black_box(Standing::of(&Budget::default(), spent, bill.spent()))
        });
    });
}

criterion_group!(benches, hiding, counting);
criterion_main!(benches);
