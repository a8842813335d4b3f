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
mod tests {
    use super::*;

    /// Plays `story` and checks whether the circuit is open after each step. The letters: `+` a success, `-` a failure,
    /// `?` an unknown outcome, a digit that many seconds gone by. Below each letter stands `o` for open, `.` for closed
    /// (or due for a probe).
    #[track_caller]
    fn check(story: &str, expected: &str) {
        let mut breaker = Breaker::default();
        let mut now = Instant::now();
        let mut seen = String::new();
        for step in story.chars() {
            let outcome = match step {
                '+' => Outcome::Succeeded,
                '-' => Outcome::Failed,
                '?' => Outcome::Unknown,
                seconds => {
                    now += Duration::from_secs(u64::from(seconds.to_digit(10).unwrap()));
                    seen.push(if breaker.is_open(now) { 'o' } else { '.' });
                    continue;
                }
            };
            if let Some(leave) = breaker.ask(now) {
                breaker.note(leave, outcome, now);
            }
            seen.push(if breaker.is_open(now) { 'o' } else { '.' });
        }
        assert_eq!(seen, expected, "{story}");
    }

    #[test]
    fn opens_after_five_failures_in_a_row() {
        check("-----", "....o");
        check("----+----", ".........");
        check("--?--?-", "......o");
    }

    #[test]
    fn opens_when_half_of_the_last_twenty_failed() {
        check("+-+-+-+-+-+-+-+-+-+-", "...................o");
        // The tenth failure among the last twenty comes as the twenty-first reply, when the first is forgotten.
        check("+---+---+---++++++++-", "....................o");
        check("-+--+---+---++++++++-", ".....................");
    }

    #[test]
    fn tries_again_every_ten_seconds() {
        check("-----9", "....oo");
        check("-----91+-", "....oo...");
        check("-----91-91-91+----", "....oo.oo.oo......");
    }

    #[test]
    fn a_probe_without_a_result_makes_room_for_another() {
        check("-----91?+", "....oo...");
    }

    #[test]
    fn one_probe_goes_at_a_time() {
        let mut breaker = Breaker::default();
        let now = Instant::now();
        for _ in 0..IN_A_ROW {
            breaker.note(Leave::Ordinary, Outcome::Failed, now);
        }
        let due = now + PROBE_EVERY;
        assert_eq!(breaker.ask(due), Some(Leave::Probe));
        assert_eq!(breaker.ask(due), None);
        // The probe got lost.
        assert_eq!(breaker.ask(due + PROBE_EVERY), Some(Leave::Probe));
    }

    #[test]
    fn old_requests_do_not_close_an_open_circuit() {
        let mut breaker = Breaker::default();
        let now = Instant::now();
        let opened = (0..IN_A_ROW).map(|_| breaker.note(Leave::Ordinary, Outcome::Failed, now)).last();
        assert_eq!(opened, Some(true));
        breaker.note(Leave::Ordinary, Outcome::Succeeded, now);
        assert!(breaker.is_open(now));
    }
}
