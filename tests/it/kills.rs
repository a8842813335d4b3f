//! The process dies at any moment, and nothing that was acknowledged is lost, changed or stored twice (G1, G3).

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use crate::support::chance::Chance;
use crate::support::desk::log;
use crate::support::ledger::{author, seq, words};
use crate::support::revived::Revived;
use crate::support::scaled;
use crate::support::stubborn::Stubborn;

const BUYERS: usize = 50;
/// Between two messages of one buyer, while fewer than [`AT_ONCE`] wait for their acknowledgement.
const PACE: Duration = Duration::from_millis(40);
const AT_ONCE: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_keeps_what_it_acknowledged_through_kills() {
    let kills = scaled(10);
    let mut shop = Revived::open(json!({}), &[]).await;
    let mut chance = Chance::seeded(1);
    let enough = CancellationToken::new();
    let buyers: Vec<_> = (0..BUYERS).map(|n| tokio::spawn(write_on(shop.address.clone(), n, enough.clone()))).collect();
    let mut slowest = Duration::ZERO;
    for _ in 0..kills {
        sleep(Duration::from_millis(200 + chance.below(1_800) as u64)).await;
        shop.server.kill();
        assert!(shop.is_sound().await, "the database is broken");
        let begun = Instant::now();
        shop.revive();
        slowest = slowest.max(begun.elapsed());
    }
    enough.cancel();
    let mut all = Vec::new();
    for buyer in buyers {
        all.push(buyer.await.expect("a buyer whom nothing surprised"));
    }
    for buyer in &all {
        check(&shop, buyer).await;
    }
    shop.has_not_panicked();
    let sum = |count: fn(&Stubborn) -> usize| all.iter().map(count).sum::<usize>();
    let (acked, lost_acks, lost_connections) = (sum(|b| b.acked.len()), sum(|b| b.duplicates), sum(|b| b.ends.len()));
    eprintln!(
        "{kills} kills, {acked} messages acknowledged and kept, {lost_acks} acknowledgements lost on the way, \
         {lost_connections} connections lost, listening again after at most {slowest:?}"
    );
    assert!(acked >= kills * BUYERS, "hardly anything was written: {acked}");
}

/// One buyer, who writes until it is enough and goes when everything is acknowledged.
async fn write_on(address: String, number: usize, enough: CancellationToken) -> Stubborn {
    let mut buyer = Stubborn::come(&address).await;
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sent = 0;
    while !enough.is_cancelled() || buyer.owed() > 0 {
        let may_send = !enough.is_cancelled() && buyer.is_connected() && buyer.owed() < AT_ONCE;
        tokio::select! {
            _ = buyer.hear() => {}
            _ = pace.tick(), if may_send => {
                sent += 1;
                let text = format!("{number}号顾客的第{sent}句：{}", "还有货吗？".repeat(sent % 40));
                buyer.send(format!("{number}-{sent}"), text).await;
            }
            () = enough.cancelled(), if !enough.is_cancelled() => {}
        }
    }
    buyer
}

/// What the buyer was promised and told is what the log holds, over REST and for another device.
async fn check(shop: &Revived, buyer: &Stubborn) {
    let log = log(&shop.address, &shop.token, buyer.conversation()).await;
    for (at, event) in log.iter().enumerate() {
        assert_eq!(seq(event), at as i64 + 1, "numbers without a hole: {event}");
    }
    for acked in &buyer.acked {
        let event = usize::try_from(acked.seq - 1).ok().and_then(|at| log.get(at));
        let event = event.unwrap_or_else(|| panic!("lost: {} under {}", acked.id, acked.seq));
        assert_eq!((author(event), words(event)), ("buyer", acked.text.as_str()), "altered: {event}");
    }
    // Each text is sent under one id alone, so what is stored twice shows.
    let stored: Vec<&str> = log.iter().filter(|event| author(event) == "buyer").map(words).collect();
    let promised: HashSet<&str> = buyer.acked.iter().map(|acked| acked.text.as_str()).collect();
    assert_eq!((stored.len(), promised.len()), (buyer.acked.len(), buyer.acked.len()), "stored twice");

    let public: Vec<&Value> = log.iter().filter(|event| event["kind"] != "brief").collect();
    let mut elsewhere = buyer.elsewhere();
    elsewhere.read_up_to(public.last().map_or(0, |event| seq(event))).await;
    for (told, logged) in elsewhere.ledger.events.iter().zip(&public) {
        for field in ["seq", "at", "author", "kind", "body"] {
            assert_eq!(told[field], logged[field], "{field} of {told}");
        }
    }
    let told = &buyer.ledger.events;
    assert_eq!(told[..], elsewhere.ledger.events[..told.len()], "told once is told for ever");
}
