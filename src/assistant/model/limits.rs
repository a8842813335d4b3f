//! How many replies are written at a time: in all, and for one store, so that a busy store leaves room for the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::ids::StoreId;

pub(super) struct Limits {
    all: Arc<Semaphore>,
    per_store: usize,
    /// The stores that have or wait for a place now.
    stores: Mutex<HashMap<StoreId, Weak<Semaphore>>>,
}

/// A place among those that are served; dropping it lets the next one in.
pub(super) struct Place {
    _store: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Limits {
    pub(super) fn new(all: usize, per_store: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), per_store, stores: Mutex::default() }
    }

    /// Waits for a place, first come first served; `None` when there was none by `deadline`.
    pub(super) async fn enter(&self, store: &StoreId, deadline: Instant) -> Option<Place> {
        // The store's own queue comes first: who waits in it must not hold one of the places of all.
        let own = self.of(store);
        let entered = timeout_at(deadline, async {
            let store = own.acquire_owned().await.ok()?;
            let all = Arc::clone(&self.all).acquire_owned().await.ok()?;
            Some(Place { _store: store, _all: all })
        });
        entered.await.ok().flatten()
    }

    fn of(&self, store: &StoreId) -> Arc<Semaphore> {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = stores.get(store).and_then(Weak::upgrade) {
            return own;
        }
        stores.retain(|_, own| own.strong_count() > 0);
        let own = Arc::new(Semaphore::new(self.per_store));
        stores.insert(store.clone(), Arc::downgrade(&own));
        own
    }
}
