//! Who of those that wait for a person is taken first.

use super::Handover;
use crate::protocol::event::Flag;
use crate::protocol::{DeskBody, HandoffReason};

/// What a conversation weighs in the queue: the heavier is taken first, and of two alike whoever waits longer.
///
/// Its tens say how dangerous it is (3: E0, 2: E1, 1: E2 or another matter of safety, 0: nothing is), its ones are the
/// buyer's VIP level, so that no VIP is ahead of an emergency.
pub fn priority(handover: &Handover, vip_level: i64) -> i64 {
    danger(handover) * 10 + vip_level.clamp(0, 9)
}

fn danger(handover: &Handover) -> i64 {
    match gravest(&handover.notes).and_then(|flag| flag.level.as_deref()) {
        Some("E0") => 3,
        Some("E1") => 2,
        Some("E2") => 1,
        _ => i64::from(is_of_safety(handover.reason)),
    }
}

/// The red flag of the highest level among notes: E0 is higher than E1.
pub fn gravest(notes: &[DeskBody]) -> Option<&Flag> {
    let flags = notes.iter().filter_map(|note| if let DeskBody::Flag(flag) = note { Some(flag) } else { None });
    flags.filter(|flag| flag.kind == "safety" && flag.level.is_some()).min_by_key(|flag| flag.level.as_deref())
}

fn is_of_safety(reason: HandoffReason) -> bool {
    use HandoffReason::{SafetyAllergy, SafetyInfant, SafetyPet};
    matches!(reason, SafetyAllergy | SafetyInfant | SafetyPet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::Duty;
    use crate::protocol::event::Brief;

    #[test]
    fn danger_comes_before_vip() {
        use HandoffReason::{Angry, HumanRequested, Policy, SafetyAllergy, SafetyInfant, SafetyPet};
        for (reason, flags, vip, expected) in [
            (SafetyInfant, &[("safety", "E0")][..], 0, 30),
            (SafetyAllergy, &[("safety", "E1")], 0, 20),
            (SafetyAllergy, &[("safety", "E1")], 9, 29),
            (SafetyAllergy, &[("safety", "E2")], 4, 14),
            (SafetyPet, &[], 0, 10),
            (SafetyPet, &[("safety", "E3")], 0, 10),
            (Policy, &[("safety", "E3"), ("safety", "E0")], 2, 32),
            (HumanRequested, &[("safety", "E3")], 0, 0),
            (Angry, &[("claim", "E0")], 9, 9),
            (HumanRequested, &[], 0, 0),
            (HumanRequested, &[], 70, 9),
        ] {
            let flag = |&(kind, level): &(&str, &str)| {
                DeskBody::Flag(Flag { kind: kind.into(), level: Some(level.into()), text: None })
            };
            let handover = Handover {
                reason,
                skill: None,
                words: None,
                notes: flags.iter().map(flag).collect(),
                stamp: None,
                brief: Brief::default(),
                duty: Duty { opens_at: None, zone: String::new() },
            };
            assert_eq!(priority(&handover, vip), expected, "{reason:?} {flags:?} {vip}");
        }
    }
}
