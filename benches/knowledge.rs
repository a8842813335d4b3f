//! What a search over a store's FAQ costs, and what it costs to build the index anew when the FAQ changes.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use xiaoer::catalog::{Faq, imports};
use xiaoer::demo;
use xiaoer::experts::knowledge::{Entry, Index};

const ASKED: [&str; 6] = [
    "啥时候发货",
    "幾天能到上海",
    "能不能退货，运费谁出",
    "尺码偏大吗",
    "坏果怎么赔",
    "我想问一下你们会员有什么优惠呀",
];

fn search(c: &mut Criterion) {
    let mut group = c.benchmark_group("knowledge");
    for size in [100, 1_000, 5_000] {
        let entries = entries(size);
        let index = Index::build(&entries);
        group.throughput(Throughput::Elements(ASKED.len() as u64));
        group.bench_function(BenchmarkId::new("search", size), |b| {
            b.iter(|| ASKED.map(|question| black_box(index.search(question, 3).len())));
        });
        group.throughput(Throughput::Elements(size as u64));
        group.sample_size(10).bench_function(BenchmarkId::new("build", size), |b| {
            b.iter_batched(|| &entries, |entries| Index::build(entries), BatchSize::LargeInput);
        });
    }
    group.finish();
}

/// The demo shop's FAQ, repeated under other questions until it is as large as asked for.
fn entries(size: usize) -> Vec<Entry> {
    let (name, text) = demo::FAQ;
    let faq = imports::read::<Faq>(name, text.as_bytes()).rows;
    (0..size)
        .map(|n| {
            let (_, faq) = &faq[n % faq.len()];
            Entry {
                id: n.to_string(),
                question: format!("{}{n}", faq.question),
                answer: faq.answer.clone(),
                tags: faq.tags.clone(),
                category: faq.category.clone(),
            }
        })
        .collect()
}

criterion_group!(benches, search);
criterion_main!(benches);
