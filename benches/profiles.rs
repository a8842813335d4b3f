//! What reading a buyer's message costs: short ones, one of 100 characters, and one that says nothing of a body.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use xiaoer::profiles::reading::{Context, read};

fn reading(c: &mut Criterion) {
    let context = Context::default();
    let hundred = "亲，我想给我妈妈买一件，她身高一米五八，体重一百二十斤左右，腰围二尺四，平时穿XL，有点苹果型身材；\
                   我自己165，体重52公斤，三围84-62-88，平时穿M，想买同款亲子装，请问我们分别穿什么码合适呀？谢谢";
    assert!(hundred.chars().count() >= 100);
    let messages = [
        ("short", "163 110斤"),
        ("hundred", hundred),
        ("nothing", "这款面霜什么时候能发货呀，我等得有点着急了，另外想问一下满两百减三十的券还能不能叠加使用，谢谢"),
    ];
    for (name, text) in messages {
        c.bench_function(&format!("read/{name}"), |b| b.iter(|| read(black_box(text), &context)));
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);
