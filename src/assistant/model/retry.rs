//! Whether, and how long after, a request is sent a second time.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use jiff::fmt::rfc2822;

use crate::clock::Millis;

/// Without a word from the server, a second try comes so much later.
const PAUSE: Duration = Duration::from_millis(100);
/// Up to so much is added by chance, so that what failed together does not come back together.
const JITTER: Duration = Duration::from_millis(200);

/// How long a server asks to be left alone: the value of `Retry-After`, in seconds (a fraction is taken) or as a date.
pub(super) fn retry_after(value: &str, now: Millis) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        // NaN is no time; what overflows is longer than anybody waits.
        return (seconds >= 0.0).then(|| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    }
    let date = rfc2822::parse(value).ok()?;
    let wait = date.timestamp().as_millisecond().saturating_sub(now);
    Some(Duration::from_millis(u64::try_from(wait).unwrap_or(0)))
}

/// The pause before the second try; `None` when it would outlast what `remains`.
pub(super) fn pause(asked: Option<Duration>, remains: Duration) -> Option<Duration> {
    let pause = asked.unwrap_or(PAUSE).saturating_add(JITTER.mul_f64(chance()));
    (pause < remains).then_some(pause)
}

/// A number from 0 up to 1. It only spreads requests, so the hasher's own seed is random enough.
fn chance() -> f64 {
    (RandomState::new().hash_one(0) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: Option<u64>) {
        // Wed, 21 Oct 2026 07:28:00 GMT
        assert_eq!(retry_after(value, 1_792_567_680_000), expected.map(Duration::from_millis), "{value}");
    }

    #[test]
    fn reads_what_servers_ask() {
        check("3", Some(3_000));
        check(" 0 ", Some(0));
        check("0.5", Some(500));
        check("Wed, 21 Oct 2026 07:28:02 GMT", Some(2_000));
        check("Wed, 21 Oct 2026 07:27:00 GMT", Some(0));
        check("-1", None);
        check("NaN", None);
        check("soon", None);
        check("", None);
        assert_eq!(retry_after("1e99", 0), Some(Duration::MAX));
    }

    #[test]
    fn gives_up_when_the_wait_outlasts_the_deadline() {
        let second = Duration::from_secs(1);
        assert_eq!(pause(Some(Duration::MAX), second), None);
        assert_eq!(pause(Some(second), second), None);
        assert_eq!(pause(None, Duration::ZERO), None);
        let short = pause(None, second).unwrap();
        assert!(short >= PAUSE && short < PAUSE + JITTER);
    }
}
