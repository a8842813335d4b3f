//! How the servers are: what the last look at each gave, and whether calls go through. Of this process alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::breaker::Breaker;
use crate::ids::StoreId;

/// A list that could not be read is tried again after so long, so that a server that is back is soon noticed.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// Everything about one connection that no row keeps.
#[derive(Default)]
struct Health {
    /// When its list was read last, or that was tried.
    looked: Option<Instant>,
    /// Somebody is reading its list.
    is_looking: bool,
    /// Why the list could not be read, the last time.
    problem: Option<String>,
    breaker: Breaker,
}

#[derive(Default)]
pub(super) struct Healths {
    of: Mutex<HashMap<(StoreId, String), Health>>,
    slots: Mutex<HashMap<StoreId, Arc<Semaphore>>>,
}

impl Healths {
    /// Whether its tools are there: its list could be read, if anybody tried, and calls go through.
    pub(super) fn is_well(&self, store: &StoreId, connection: &str) -> bool {
        self.with(store, connection, |health| health.problem.is_none() && !health.breaker.is_open(Instant::now()))
    }

    pub(super) fn problem(&self, store: &StoreId, connection: &str) -> Option<String> {
        self.with(store, connection, |health| health.problem.clone())
    }

    /// Whether its list should be read now, by the caller, because the last time is longer ago than `fresh`.
    pub(super) fn take_look(&self, store: &StoreId, connection: &str, fresh: Duration) -> bool {
        self.with(store, connection, |health| {
            let rest = if health.problem.is_some() { fresh.min(TRY_AGAIN) } else { fresh };
            let due = !health.is_looking && health.looked.is_none_or(|looked| looked.elapsed() >= rest);
            health.is_looking |= due;
            due
        })
    }

    pub(super) fn is_looking(&self, store: &StoreId, connection: &str) -> bool {
        self.with(store, connection, |health| health.is_looking)
    }

    pub(super) fn was_looked_at(&self, store: &StoreId, connection: &str) -> bool {
        self.with(store, connection, |health| health.looked.is_some())
    }

    /// A look has ended.
    pub(super) fn looked(&self, store: &StoreId, connection: &str, problem: Option<String>) {
        self.with(store, connection, |health| {
            health.looked = Some(Instant::now());
            health.is_looking = false;
            health.problem = problem;
        });
    }

    /// It was imported again, or is gone.
    pub(super) fn forget(&self, store: &StoreId, connection: &str) {
        let mut all = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&(store.clone(), connection.to_owned()));
    }

    /// Whether a call may go.
    pub(super) fn may_call(&self, store: &StoreId, connection: &str) -> bool {
        self.with(store, connection, |health| health.breaker.ask(Instant::now()))
    }

    pub(super) fn called(&self, store: &StoreId, connection: &str, worked: bool) {
        self.with(store, connection, |health| health.breaker.note(worked, Instant::now()));
    }

    /// The places for a store's calls.
    pub(super) fn slots(&self, store: &StoreId, most: usize) -> Arc<Semaphore> {
        let mut all = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(store.clone()).or_insert_with(|| Arc::new(Semaphore::new(most))))
    }

    fn with<T>(&self, store: &StoreId, connection: &str, f: impl FnOnce(&mut Health) -> T) -> T {
        let mut all = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        f(all.entry((store.clone(), connection.to_owned())).or_default())
    }
}
