//! Leaves a failing server alone: pure, time is an argument.

use std::time::Duration;

use tokio::time::Instant;

/// So many failures one after the other open the circuit.
const IN_A_ROW: u32 = 5;
/// An open circuit lets one call try so often.
const PROBE_EVERY: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct Breaker {
    in_a_row: u32,
    /// Set while the circuit is open: when the next call may try.
    probe_at: Option<Instant>,
}

impl Breaker {
    /// Whether a call may go; the one that goes while the circuit is open keeps the others waiting.
    pub(super) fn ask(&mut self, now: Instant) -> bool {
        match self.probe_at {
            None => true,
            Some(at) if now < at => false,
            Some(_) => {
                self.probe_at = Some(now + PROBE_EVERY);
                true
            }
        }
    }

    pub(super) fn is_open(&self, now: Instant) -> bool {
        self.probe_at.is_some_and(|at| now < at)
    }

    pub(super) fn note(&mut self, worked: bool, now: Instant) {
        if worked {
            *self = Self::default();
            return;
        }
        self.in_a_row = self.in_a_row.saturating_add(1);
        if self.in_a_row >= IN_A_ROW {
            self.probe_at = Some(now + PROBE_EVERY);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_open_it_and_one_success_closes_it() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..4 {
            assert!(breaker.ask(now));
            breaker.note(false, now);
        }
        breaker.note(true, now);
        for _ in 0..5 {
            assert!(breaker.ask(now));
            breaker.note(false, now);
        }
        assert!(breaker.is_open(now) && !breaker.ask(now));
        let later = now + PROBE_EVERY;
        assert!(breaker.ask(later) && !breaker.ask(later), "one tries at a time");
        breaker.note(false, later);
        assert!(!breaker.ask(later));
        let much_later = later + PROBE_EVERY;
        assert!(breaker.ask(much_later));
        breaker.note(true, much_later);
        assert!(breaker.ask(much_later) && breaker.ask(much_later));
    }
}
