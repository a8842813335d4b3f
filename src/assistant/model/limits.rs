//! How many replies are written at a time: in all, and for one store. Who finds no place waits, in a queue of its own
//! store with an end; places that become free go round the stores, one each, so that a busy store cannot starve a quiet
//! one.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use crate::ids::StoreId;

/// How many replies may be written and waited for.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Replies written at a time.
    pub in_all: usize,
    /// Of these, for one store.
    pub per_store: usize,
    /// Requests of one store that may wait for a place.
    pub waiting_per_store: usize,
}

/// The places, shared by all models that are asked.
#[derive(Clone)]
pub(super) struct Limits {
    round: Arc<Mutex<Round>>,
}

/// A place among those that are served; dropping it lets the next one in.
pub(super) struct Place {
    limits: Limits,
    store: StoreId,
}

struct Round {
    caps: Caps,
    free: usize,
    /// The stores that have a place or wait for one.
    stores: HashMap<StoreId, Held>,
    /// Those that wait, in the order in which they get the next places.
    next: VecDeque<StoreId>,
}

#[derive(Default)]
struct Held {
    places: usize,
    /// Who waits, the longest first. Some may have gone meanwhile.
    waiting: VecDeque<oneshot::Sender<Place>>,
}

impl Limits {
    pub(super) fn new(caps: Caps) -> Self {
        let round = Round { caps, free: caps.in_all, stores: HashMap::new(), next: VecDeque::new() };
        Self { round: Arc::new(Mutex::new(round)) }
    }

    /// Waits for a place; `None` when there was none by `deadline`, or when too many of the store wait already.
    pub(super) async fn enter(&self, store: &StoreId, deadline: Instant) -> Option<Place> {
        let place = {
            let mut round = self.lock();
            if round.take(store) {
                return Some(self.place(store));
            }
            let (turn, place) = oneshot::channel();
            round.queue(store, turn)?;
            place
        };
        metrics::counter!("xiaoer_model_waits_total").increment(1);
        // A place that is handed over too late is dropped with the channel, and goes to the next one.
        timeout_at(deadline, place).await.ok()?.ok()
    }

    fn place(&self, store: &StoreId) -> Place {
        Place { limits: self.clone(), store: store.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, Round> {
        self.round.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let next = self.limits.lock().give_back(&self.store);
        // Outside the lock: whoever left just now drops the place again.
        if let Some((store, turn)) = next {
            let _ = turn.send(self.limits.place(&store));
        }
    }
}

impl Round {
    /// A place for a newcomer, if one is free. Where one is free all who wait are at their own store's limit, so nobody
    /// is overtaken.
    fn take(&mut self, store: &StoreId) -> bool {
        let places = self.stores.get(store).map_or(0, |held| held.places);
        if self.free == 0 || places >= self.caps.per_store {
            return false;
        }
        self.free -= 1;
        self.stores.entry(store.clone()).or_default().places += 1;
        true
    }

    /// Puts somebody at the end of the store's queue; `None` where it is full.
    fn queue(&mut self, store: &StoreId, turn: oneshot::Sender<Place>) -> Option<()> {
        let held = self.stores.entry(store.clone()).or_default();
        let is_in_the_round = !held.waiting.is_empty();
        if held.waiting.len() >= self.caps.waiting_per_store {
            held.waiting.retain(|turn| !turn.is_closed());
        }
        if held.waiting.len() >= self.caps.waiting_per_store {
            return None;
        }
        held.waiting.push_back(turn);
        if !is_in_the_round {
            self.next.push_back(store.clone());
        }
        Some(())
    }

    /// Takes back a store's place; who gets it next.
    fn give_back(&mut self, store: &StoreId) -> Option<(StoreId, oneshot::Sender<Place>)> {
        self.free += 1;
        if let Some(held) = self.stores.get_mut(store) {
            held.places = held.places.saturating_sub(1);
            if held.places == 0 && held.waiting.is_empty() {
                self.stores.remove(store);
            }
        }
        for _ in 0..self.next.len() {
            let store = self.next.pop_front()?;
            let Some(held) = self.stores.get_mut(&store) else { continue };
            while held.waiting.front().is_some_and(oneshot::Sender::is_closed) {
                held.waiting.pop_front();
            }
            let turn = if held.places < self.caps.per_store { held.waiting.pop_front() } else { None };
            if turn.is_some() {
                held.places += 1;
                self.free -= 1;
            }
            // A store that still waits goes to the end of the round.
            if !held.waiting.is_empty() {
                self.next.push_back(store.clone());
            } else if held.places == 0 {
                self.stores.remove(&store);
            }
            if let Some(turn) = turn {
                return Some((store, turn));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn limits(in_all: usize, per_store: usize, waiting_per_store: usize) -> Limits {
        Limits::new(Caps { in_all, per_store, waiting_per_store })
    }

    /// Plays requests of stores (a letter each) that all come while one of `a` has the only place; gives the order in
    /// which they are served.
    async fn order(asked: &str, per_store: usize) -> String {
        let limits = limits(1, per_store, 100);
        let store = |letter: char| StoreId::from(letter.to_string());
        let soon = Instant::now() + Duration::from_secs(60);
        let first = limits.enter(&store('a'), soon).await.unwrap();
        let served = Arc::new(Mutex::new(String::new()));
        let mut tasks = Vec::new();
        for letter in asked.chars() {
            let (limits, served) = (limits.clone(), Arc::clone(&served));
            tasks.push(tokio::spawn(async move {
                let place = limits.enter(&StoreId::from(letter.to_string()), soon).await.unwrap();
                served.lock().unwrap().push(letter);
                drop(place);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in tasks {
            task.await.unwrap();
        }
        assert!(limits.lock().stores.is_empty() && limits.lock().next.is_empty());
        assert_eq!(limits.lock().free, 1);
        served.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn places_go_round_the_stores() {
        for (asked, served) in [("aaaaab", "abaaaa"), ("aaabbbc", "abcabab"), ("b", "b"), ("cba", "cba")] {
            assert_eq!(order(asked, 1).await, served, "{asked}");
        }
    }

    #[tokio::test]
    async fn a_store_at_its_limit_lets_others_pass() {
        let limits = limits(2, 1, 10);
        let (a, b) = (StoreId::from("a"), StoreId::from("b"));
        let soon = Instant::now() + Duration::from_millis(20);
        let first = limits.enter(&a, soon).await.unwrap();
        assert!(limits.enter(&a, soon).await.is_none(), "its deadline passed");
        let other = limits.enter(&b, soon).await;
        assert!(other.is_some());
        drop((first, other));
        assert!(limits.lock().stores.is_empty());
    }

    #[tokio::test]
    async fn a_queue_has_an_end_and_who_leaves_makes_room() {
        let limits = limits(1, 1, 2);
        let a = StoreId::from("a");
        let late = Instant::now() + Duration::from_secs(60);
        let place = limits.enter(&a, late).await.unwrap();
        let wait = || {
            let (limits, a) = (limits.clone(), a.clone());
            tokio::spawn(async move { limits.enter(&a, late).await.is_some() })
        };
        let (one, two) = (wait(), wait());
        tokio::task::yield_now().await;
        assert!(limits.enter(&a, late).await.is_none(), "full: refused at once");
        one.abort();
        assert!(one.await.is_err());
        let three = wait();
        tokio::task::yield_now().await;
        drop(place);
        assert!(two.await.unwrap() && three.await.unwrap());
        assert_eq!(limits.lock().free, 1);
    }

    /// Among a thousand requests of one store another's twenty are served within the first forty-one places.
    #[tokio::test]
    async fn a_flood_does_not_starve_others() {
        let asked = format!("{}{}", "a".repeat(1_000), "b".repeat(20));
        let limits = limits(1, 1, 2_000);
        let late = Instant::now() + Duration::from_secs(60);
        let first = limits.enter(&StoreId::from("a"), late).await.unwrap();
        let served = Arc::new(Mutex::new(String::new()));
        let tasks: Vec<_> = asked
            .chars()
            .map(|letter| {
                let (limits, served) = (limits.clone(), Arc::clone(&served));
                tokio::spawn(async move {
                    let place = limits.enter(&StoreId::from(letter.to_string()), late).await;
                    served.lock().unwrap().push(letter);
                    drop(place);
                })
            })
            .collect();
        let waiting = || limits.lock().stores.values().map(|held| held.waiting.len()).sum::<usize>();
        while waiting() < asked.len() {
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in tasks {
            task.await.unwrap();
        }
        let served = served.lock().unwrap();
        assert_eq!(served.rfind('b'), Some(39), "{}", &served[..60]);
    }
}
