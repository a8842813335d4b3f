//! What the log costs: durable messages a second, alone and when many buyers write at once, on SQLite and, where
//! `TEST_POSTGRES_URL` names a server, on PostgreSQL.
//!
//! Figures of one run compare with each other; figures of two machines do not.

use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::Runtime;
use xiaoer::clock::Clock;
use xiaoer::conversation::{BuyerCommand, Log, TurnRules};
use xiaoer::db::conversation::Opening;
use xiaoer::db::{self, Db};
use xiaoer::ids::{BuyerId, ConversationId, NodeId, StoreId};
use xiaoer::live::Live;
use xiaoer::locale::Locale;
use xiaoer::protocol::buyer::Context;

const RULES: TurnRules = TurnRules { burst_ms: 1_200, burst_max_ms: 4_000, deadline_ms: 15_000 };

/// Buyers who write at the same time.
const BUYERS: [usize; 3] = [1, 32, 200];

fn durable_messages(c: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let mut engines = vec![("sqlite", folder.path().join("bench.db").display().to_string())];
    #[expect(clippy::disallowed_methods, reason = "a benchmark is no part of the program, and has one switch")]
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        engines.push(("postgres", url));
    }
    let mut group = c.benchmark_group("durable_messages");
    group.sample_size(20);
    for (engine, url) in engines {
        let bench = runtime.block_on(Bench::open(&url));
        for buyers in BUYERS {
            group.throughput(Throughput::Elements(buyers as u64));
            group.bench_function(BenchmarkId::new(engine, buyers), |b| {
                b.to_async(&runtime).iter(|| bench.everybody_writes_once(buyers));
            });
        }
    }
    group.finish();
}

struct Bench {
    log: Log,
    store: StoreId,
    buyers: Vec<(BuyerId, ConversationId)>,
    _live: Live,
}

impl Bench {
    async fn open(url: &str) -> Arc<Self> {
        let db = Db::open(url).await.expect("the database opens");
        let store = StoreId::from(format!("bench-{}", uuid::Uuid::new_v4().simple()).as_str());
        let row = db::store::Store {
            id: store.clone(),
            name: "bench".into(),
            industry: "general".into(),
            identity_secret: "none".into(),
            origins: vec![],
            policy: "{}".into(),
            version: 1,
            created_at: 0,
        };
        db.write(move |conn| Box::pin(async move { db::store::insert(conn, &row).await })).await.expect("a store");
        let (live, _rings) = Live::new();
        let log = Log::start(&db, &live, &Clock::system(), &NodeId::fresh());
        let mut buyers = Vec::new();
        for _ in 0..*BUYERS.iter().max().expect("some") {
            let buyer = BuyerId::fresh();
            let opening = Opening {
                id: ConversationId::fresh(),
                store: store.clone(),
                buyer: buyer.clone(),
                signed: false,
                name: None,
                vip_level: 0,
                locale: Locale::Hans,
                context: Context::default(),
                at: 0,
            };
            let conversation = log.open(opening).await.expect("a conversation");
            buyers.push((buyer, conversation.id.clone()));
        }
        Arc::new(Self { log, store, buyers, _live: live })
    }

    async fn everybody_writes_once(self: &Arc<Self>, buyers: usize) {
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..buyers {
            let bench = Arc::clone(self);
            tasks.spawn(async move {
                let (buyer, conversation) = &bench.buyers[n];
                let send = BuyerCommand::Send {
                    client_id: uuid::Uuid::new_v4().simple().to_string(),
                    text: "您好，请问这款还有现货吗？什么时候可以发货？".into(),
                    attachments: vec![],
                    chose: None,
                    locale: None,
                    rules: RULES,
                };
                bench.log.buyer(&bench.store, conversation, buyer, send).await.expect("stored");
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("written");
        }
    }
}

criterion_group!(benches, durable_messages);
criterion_main!(benches);
