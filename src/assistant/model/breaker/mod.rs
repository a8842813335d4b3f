//! Leaves a failing model alone: pure, time is an argument.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many failures one after the other open the circuit,
const IN_A_ROW: u32 = 5;
/// as does a half of the last so many replies.
const LAST: usize = 20;
/// An open circuit lets one request try so often.
const PROBE_EVERY: Duration = Duration::from_secs(10);

/// Whether the model may be asked, judged by how the last requests went.
#[derive(Default)]
pub(super) struct Breaker {
    /// Whether each of the last replies failed, oldest first.
    last: VecDeque<bool>,
    in_a_row: u32,
    /// Set while the circuit is open: when the next request may try.
    probe_at: Option<Instant>,
}

/// Leave to ask the model. It must be given back with what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    Ordinary,
    /// The one request that finds out whether the model is well again.
    Probe,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Succeeded,
    Failed,
    /// It tells nothing about the model: the caller went away, or it was the request that was wrong.
    Unknown,
}

impl Breaker {
    /// Leave for one request; `None` while the circuit is open.
    pub(super) fn ask(&mut self, now: Instant) -> Option<Leave> {
        match self.probe_at {
            None => Some(Leave::Ordinary),
            Some(at) if now < at => None,
            Some(_) => {
                // Should this probe get lost, another one may go when its time comes.
                self.probe_at = Some(now + PROBE_EVERY);
                Some(Leave::Probe)
            }
        }
    }

    /// Whether [`Breaker::ask`] would refuse.
    pub(super) fn is_open(&self, now: Instant) -> bool {
        self.probe_at.is_some_and(|at| now < at)
    }

    /// Takes note of how a request ended; true when that opened the circuit.
    pub(super) fn note(&mut self, leave: Leave, outcome: Outcome, now: Instant) -> bool {
        match (leave, outcome) {
            (Leave::Probe, Outcome::Succeeded) => *self = Self::default(),
            (Leave::Probe, Outcome::Failed) => self.probe_at = Some(now + PROBE_EVERY),
            // A probe without a result makes room for another at once.
            (Leave::Probe, Outcome::Unknown) => self.probe_at = Some(now),
            (Leave::Ordinary, Outcome::Unknown) => {}
            // Requests from before the circuit opened are old news.
            (Leave::Ordinary, _) if self.probe_at.is_some() => {}
            (Leave::Ordinary, Outcome::Succeeded) => self.remember(false),
            (Leave::Ordinary, Outcome::Failed) => {
                self.remember(true);
                let failures = self.last.iter().filter(|failed| **failed).count();
                if self.in_a_row >= IN_A_ROW || (self.last.len() == LAST && failures * 2 >= LAST) {
                    self.probe_at = Some(now + PROBE_EVERY);
                    return true;
                }
            }
        }
        false
    }

    fn remember(&mut self, failed: bool) {
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(failed);
        self.in_a_row = if failed { self.in_a_row + 1 } else { 0 };
    }
}

/// A panic while it was held leaves nothing half done.
pub(super) fn lock(breaker: &Mutex<Breaker>) -> MutexGuard<'_, Breaker> {
    breaker.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
