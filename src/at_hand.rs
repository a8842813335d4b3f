//! Copies kept in memory, never more than there is room for.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

/// What was made or read once and is likely to be wanted again. When there is no more room it begins anew, which needs no
/// record of what was used when, and costs a while of making things again.
#[derive(Debug)]
pub struct AtHand<K, V> {
    room: usize,
    held: Mutex<HashMap<K, V, RandomState>>,
}

impl<K: Eq + Hash, V: Clone> AtHand<K, V> {
    /// `room`: how many are kept at most.
    pub fn new(room: usize) -> Self {
        Self { room, held: Mutex::default() }
    }

    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.lock().get(key).cloned()
    }

    pub fn put(&self, key: K, value: V) {
        let mut held = self.lock();
        if held.len() >= self.room && !held.contains_key(&key) {
            held.clear();
        }
        held.insert(key, value);
    }

    /// What is held for `key` if it `is_good`, else what `make` makes, which is then held: one for all who ask at once.
    pub fn get_or_put(&self, key: &K, is_good: impl Fn(&V) -> bool, make: impl FnOnce() -> V) -> V
    where
        K: Clone,
    {
        let mut held = self.lock();
        if let Some(value) = held.get(key).filter(|value| is_good(value)) {
            return value.clone();
        }
        if held.len() >= self.room && !held.contains_key(key) {
            held.clear();
        }
        let value = make();
        held.insert(key.clone(), value.clone());
        value
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, V, RandomState>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_holds_more_than_it_has_room_for() {
        let at_hand = AtHand::new(3);
        for n in 0..10 {
            at_hand.put(n, n * n);
            at_hand.put(n, n * n);
            assert_eq!(at_hand.get(&n), Some(n * n));
            assert!(at_hand.lock().len() <= 3);
        }
        assert_eq!(at_hand.get(&0), None);
    }
}
