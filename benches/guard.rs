//! What the code around the model costs: the red-flag gate on a message, the outgoing filter on a reply, the mood.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use xiaoer::experts::claims::{self, Backing, Sentences};
use xiaoer::experts::mood;
use xiaoer::experts::safety::{self, SafetyContext};

/// An ordinary message, one with a sign, one with many that are taken back.
const MESSAGES: [(&str, &str); 3] = [
    ("plain", "你好，这件连衣裙165厘米110斤穿什么码？大概什么时候能发货，我在上海"),
    ("flagged", "用了你們家的面霜第二天臉上就起紅疹了，又痒又刺痛，寶寶也有點發燒38.2，怎麼辦"),
    ("taken back", "没有过敏，没有红疹、刺痛，以前过敏过现在好了，会不会过敏？宝宝没有发烧，过敏体质可以用吗"),
];

fn gate(c: &mut Criterion) {
    let mut group = c.benchmark_group("gate");
    for (name, text) in MESSAGES {
        group.bench_function(name, |b| b.iter(|| black_box(safety::check(text, &SafetyContext::default()))));
    }
    let long = reply();
    group.bench_function("500 characters", |b| b.iter(|| black_box(safety::check(&long, &SafetyContext::default()))));
    group.finish();
}

/// The gate on a buyer's message and the filter on a reply of 500 characters, sentence by sentence as it streams.
fn gate_and_filter(c: &mut Criterion) {
    let reply = reply();
    assert_eq!(reply.chars().count(), 500);
    let backing = Backing::default()
        .buyer("我165，110斤，上海，订单100001")
        .evidence("{\"size\":\"M\",\"ease_cm\":{\"bust_cm\":8},\"say\":\"推荐M，胸围余量8cm\"}")
        .evidence("付款后48小时内发货，支持七天无理由退货，质量问题退货运费由商家承担");
    c.bench_function("filter/500 characters", |b| b.iter(|| black_box(filtered(&reply, &backing))));
    c.bench_function("gate and filter/500 characters", |b| {
        b.iter(|| {
            black_box(safety::check(MESSAGES[0].1, &SafetyContext::default()));
            black_box(filtered(&reply, &backing))
        });
    });
}

fn filtered(reply: &str, backing: &Backing) -> usize {
    let mut sentences = Sentences::default();
    let mut held = 0;
    let mut check = |sentence: String| held += claims::check(&sentence, backing).len();
    for line in reply.split_inclusive('，') {
        sentences.push(line).into_iter().for_each(&mut check);
    }
    sentences.finish().into_iter().for_each(&mut check);
    held
}

fn reply() -> String {
    let text = "亲，按您的身高165厘米和体重110斤，建议选M码，胸围宽松约8cm，穿起来比较舒服。这款的面料有一点弹性，颜色有三种，\
        可以按您的喜好来选。付款后48小时内发货，支持7天无理由退货，如果收到后不合适，可以在订单页面申请退货。洗的时候请用\
        温水手洗，不要暴晒，也不要和深色的衣服一起洗。如果您平时喜欢穿得宽松一些，也可以告诉我您的胸围和腰围，我再帮您看\
        一下哪个码更合适。";
    text.chars().cycle().take(500).collect()
}

fn mood_of_a_message(c: &mut Criterion) {
    let mut group = c.benchmark_group("mood");
    for (name, text) in MESSAGES {
        group.bench_function(BenchmarkId::from_parameter(name), |b| b.iter(|| black_box(mood::of(text))));
    }
    group.finish();
}

criterion_group!(benches, gate, gate_and_filter, mood_of_a_message);
criterion_main!(benches);
