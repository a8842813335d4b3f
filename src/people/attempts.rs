//! Slows down whoever guesses passwords: one account from one place. The same account from elsewhere is not touched,
//! so nobody can lock an owner out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::clock::Millis;
use crate::error::{Error, Result};

/// So many may fail before the first wait.
const FREE: u32 = 10;
const FIRST_WAIT_MS: Millis = 30_000;
const LONGEST_WAIT_MS: Millis = 15 * 60_000;
/// What failed this long ago no longer counts.
const FORGET_MS: Millis = 60 * 60_000;
/// How many pairs are remembered; beyond them those that failed longest ago are forgotten.
const REMEMBERED: usize = 20_000;

#[derive(Default)]
pub struct Attempts(Mutex<HashMap<(String, IpAddr), Failures>>);

#[derive(Clone, Copy, Default)]
struct Failures {
    count: u32,
    last: Millis,
    wait_until: Millis,
}

impl Attempts {
    /// Errors: `rate_limited`, with the time to wait.
    pub fn may_try(&self, account: &str, from: IpAddr, now: Millis) -> Result<()> {
        let failures = self.lock();
        match failures.get(&key(account, from)) {
            Some(f) if f.wait_until > now => {
                Err(Error::TooMany { retry_after_ms: (f.wait_until - now).unsigned_abs() })
            }
            _ => Ok(()),
        }
    }

    pub fn failed(&self, account: &str, from: IpAddr, now: Millis) {
        let mut failures = self.lock();
        if failures.len() >= REMEMBERED {
            failures.retain(|_, f| now - f.last < FORGET_MS);
            let oldest = failures.iter().min_by_key(|(_, f)| f.last).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest.filter(|_| failures.len() >= REMEMBERED) {
                failures.remove(&oldest);
            }
        }
        let f = failures.entry(key(account, from)).or_default();
        if now - f.last >= FORGET_MS {
            *f = Failures::default();
        }
        f.count += 1;
        f.last = now;
        if let Some(beyond) = f.count.checked_sub(FREE) {
            f.wait_until = now + FIRST_WAIT_MS.saturating_mul(1 << beyond.min(10)).min(LONGEST_WAIT_MS);
        }
    }

    pub fn succeeded(&self, account: &str, from: IpAddr) {
        self.lock().remove(&key(account, from));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(String, IpAddr), Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(account: &str, from: IpAddr) -> (String, IpAddr) {
    (account.to_owned(), from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_make_one_place_wait_longer_and_longer() {
        let attempts = Attempts::default();
        let (here, there) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        for _ in 0..9 {
            attempts.failed("a", here, 0);
            assert!(attempts.may_try("a", here, 0).is_ok());
        }
        attempts.failed("a", here, 0);
        assert!(matches!(attempts.may_try("a", here, 0), Err(Error::TooMany { retry_after_ms: 30_000 })));
        assert!(attempts.may_try("a", there, 0).is_ok(), "the owner is somewhere else");
        assert!(attempts.may_try("b", here, 0).is_ok());
        assert!(attempts.may_try("a", here, 30_000).is_ok());
        attempts.failed("a", here, 30_000);
        assert!(matches!(attempts.may_try("a", here, 30_000), Err(Error::TooMany { retry_after_ms: 60_000 })));
        attempts.succeeded("a", here);
        assert!(attempts.may_try("a", here, 30_000).is_ok());
    }
}
