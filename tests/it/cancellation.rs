//! Clients that vanish at any moment leave nothing behind (guarantee G27).

use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use xiaoer::db::Db;

use crate::support::buyer::Buyer;
use crate::support::chance::Chance;
use crate::support::house::House;
use crate::support::scaled;
use crate::support::shop::at_once;
use crate::support::wire::{PATIENCE, Wire};

const TASKS: usize = 20;
/// Of each task.
const CLIENTS: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_vanish_leave_nothing_behind() {
    let house = House::answering(at_once()).await;
    let token = house.token("demo", xiaoer::people::tokens::Scope::Read).await;
    let mut vanishing = JoinSet::new();
    for number in 0..TASKS {
        let (mut chance, address, token) = (Chance::seeded(number as u64), house.address().to_owned(), token.clone());
        let visitor = house.visitor().await;
        vanishing.spawn(async move {
            for _ in 0..scaled(CLIENTS) {
                let moment = Duration::from_micros(chance.below(20_000) as u64);
                // Dropped wherever it is by then, with its connection.
                drop(timeout(moment, client(&mut chance, &address, &token, &visitor)).await);
            }
        });
    }
    vanishing.join_all().await;
    nothing_is_held(&house).await;
    let mut buyer = house.buyer().await;
    buyer.say("你好").await;
    buyer.answer().await;
}

/// One of the things that clients do.
async fn client(chance: &mut Chance, address: &str, token: &str, visitor: &crate::support::house::Visitor) {
    match chance.below(4) {
        0 => {
            let mut buyer = Buyer::come(address, "demo", visitor.clone(), json!({})).await;
            buyer.say("下单后多久发货？").await;
            buyer.answer().await;
        }
        1 => {
            let mut buyer = Buyer::arrive(address).await;
            buyer.command(json!({"type": "human"})).await.expect("it is stored");
        }
        2 => {
            let mut wire = Wire::open(address, "/v1/chat").await;
            let _ = wire.tell(&json!({"type": "hello", "store": "demo", "token": visitor.token})).await;
            wire.cut();
        }
        _ => {
            let list = format!("http://{address}/v1/stores/demo/conversations");
            drop(reqwest::Client::new().get(list).bearer_auth(token).send().await);
        }
    }
}

/// Every connection to the database is back in its pool and in no transaction.
async fn nothing_is_held(house: &House) {
    let until = Instant::now() + PATIENCE;
    loop {
        let held = match &house.app.db {
            Db::Sqlite { write, read } => {
                (write.size() as usize - write.num_idle()) + (read.size() as usize - read.num_idle())
            }
            Db::Postgres(pool) => pool.size() as usize - pool.num_idle(),
        };
        if held == 0 {
            break;
        }
        assert!(Instant::now() < until, "{held} connections are still held");
        // What runs for the house itself holds one for a moment now and then.
        sleep(Duration::from_millis(20)).await;
    }
    if let Db::Postgres(pool) = &house.app.db {
        let sql = "select count(*) from pg_stat_activity where datname = current_database() \
                   and state like 'idle in transaction%' and state_change < now() - interval '1 second'";
        let stuck: i64 = sqlx::query_scalar(sql).fetch_one(pool).await.expect("the database answers");
        assert_eq!(stuck, 0, "connections that hang in a transaction");
    }
}
