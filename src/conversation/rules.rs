//! The store's numbers, as the commands take them.

use super::{Duty, TurnRules};
use crate::clock::Millis;
use crate::policy::Policy;

impl TurnRules {
    pub fn of(policy: &Policy) -> Self {
        Self {
            burst_ms: policy.answer.burst_ms,
            burst_max_ms: policy.answer.burst_max_ms,
            deadline_ms: policy.answer.turn_deadline_s * 1_000,
        }
    }
}

impl Duty {
    pub fn of(policy: &Policy, now: Millis) -> Self {
        let opens_at = if policy.is_open(now) { None } else { policy.next_open(now) };
        Self { opens_at, zone: policy.service.timezone.to_string() }
    }
}
