//! The only place that asks what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Milliseconds since 1970 UTC.
pub type Millis = i64;

/// Gives the time. A clock made by [`Clock::at`] stands still until it is moved.
#[derive(Clone, Default)]
pub struct Clock {
    held: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self { held: None }
    }

    /// A clock that stands at `now`.
    pub fn at(now: Millis) -> Self {
        Self { held: Some(Arc::new(AtomicI64::new(now))) }
    }

    /// Moves a held clock; the system's cannot be moved.
    pub fn advance(&self, by: Millis) {
        if let Some(held) = &self.held {
            held.fetch_add(by, Ordering::Relaxed);
        }
    }

    pub fn now(&self) -> Millis {
        match &self.held {
            Some(held) => held.load(Ordering::Relaxed),
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
            None => jiff::Timestamp::now().as_millisecond(),
        }
    }
}
