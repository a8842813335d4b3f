//! How much one address may hold, so that nobody takes everybody's place.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::callers::{Caller, household};
use crate::error::{Error, Result};

/// Plain connections that one address may hold, for each socket that it may hold: browsers open several.
const CONNECTIONS_A_SOCKET: usize = 4;

/// Whenever so many more addresses are counted, those that were quiet are forgotten.
const FORGET_EVERY: usize = 1_000;

pub(super) struct Caps {
    connections: Arc<Counts>,
    sockets: Arc<Counts>,
    visitors: DefaultKeyedRateLimiter<IpAddr>,
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
}

impl Caps {
    pub fn new(sockets_per_ip: usize, visitors_per_minute: u32) -> Self {
        let a_minute = |count| RateLimiter::keyed(Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)));
        Self {
            connections: Arc::new(Counts::new(sockets_per_ip.saturating_mul(CONNECTIONS_A_SOCKET))),
            sockets: Arc::new(Counts::new(sockets_per_ip)),
            visitors: a_minute(visitors_per_minute),
            // Whatever the account: who tries many accounts with one password is as unwelcome.
            sign_ins: a_minute(60),
        }
    }

    /// A place for a connection from `peer`; `None` when it has enough.
    pub fn connection(&self, peer: IpAddr) -> Option<Place> {
        self.connections.take(household(peer))
    }

    /// A place for a socket.
    ///
    /// Errors: `rate_limited`.
    pub fn socket(&self, caller: Caller) -> Result<Option<Place>> {
        if caller.is_this_machine {
            return Ok(None);
        }
        self.sockets.take(caller.ip).map(Some).ok_or(Error::TooMany { retry_after_ms: 10_000 })
    }

    /// Errors: `rate_limited`.
    pub fn visitor(&self, caller: Caller) -> Result<()> {
        may(&self.visitors, caller)
    }

    /// Errors: `rate_limited`.
    pub fn sign_in(&self, caller: Caller) -> Result<()> {
        may(&self.sign_ins, caller)
    }
}

fn may(limiter: &DefaultKeyedRateLimiter<IpAddr>, caller: Caller) -> Result<()> {
    if caller.is_this_machine {
        return Ok(());
    }
    if limiter.len() % FORGET_EVERY == FORGET_EVERY - 1 {
        limiter.retain_recent();
    }
    limiter.check_key(&caller.ip).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        Error::TooMany { retry_after_ms: wait.as_millis().max(1) as u64 }
    })
}

/// How many an address holds.
struct Counts {
    most: usize,
    held: Mutex<HashMap<IpAddr, usize>>,
}

impl Counts {
    fn new(most: usize) -> Self {
        Self { most, held: Mutex::default() }
    }

    fn take(self: &Arc<Self>, ip: IpAddr) -> Option<Place> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(ip).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place { counts: Arc::clone(self), ip })
    }
}

/// Is given back when it is dropped.
pub(super) struct Place {
    counts: Arc<Counts>,
    ip: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.counts.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.ip) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.ip);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_dropped_is_free_again() {
        let caps = Caps::new(2, 3);
        let caller = |n| Caller { ip: IpAddr::from([203, 0, 113, n]), is_this_machine: false };
        let first = caps.socket(caller(1)).unwrap();
        let _second = caps.socket(caller(1)).unwrap();
        assert!(caps.socket(caller(1)).is_err());
        assert!(caps.socket(caller(2)).is_ok(), "others are not affected");
        drop(first);
        assert!(caps.socket(caller(1)).is_ok());
    }

    #[test]
    fn visitors_of_one_address_are_limited_and_the_machine_itself_is_not() {
        let caps = Caps::new(2, 3);
        let ip = IpAddr::from([127, 0, 0, 1]);
        let allowed =
            |is_this_machine| (0..10).filter(|_| caps.visitor(Caller { ip, is_this_machine }).is_ok()).count();
        assert_eq!(allowed(false), 3);
        assert_eq!(allowed(true), 10);
    }
}
