//! The arithmetic of remedies: whole fen, shares as ten-thousandths. Source: domain facts, C.4 and C.5.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::policy::{Compensation, Ladder};
use crate::said;

/// Shares are counted in parts of this.
const WHOLE: i64 = 10_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formula {
    /// Stored with each offer.
    pub version: String,
    max_share_of_paid: f64,
    least_fen: i64,
    least_share_of_fair: f64,
    step_fen: i64,
    only_shows_to: f64,
    pub severity: Severities,
    pub spoiled: Spoiled,
    pub late: Late,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Severities {
    pub cosmetic: f64,
    pub minor: f64,
    pub major: f64,
    pub unusable: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spoiled {
    step_fen: i64,
    full_from: f64,
    pub claim_h: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Late {
    pub pick_up_h: i64,
}

/// The formula in force.
pub static FORMULA: LazyLock<Formula> = LazyLock::new(|| said::parse(include_str!("formula.toml")));

/// What a flaw is judged by, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Flaw {
    /// What would be refunded for the goods concerned.
    pub paid_fen: i64,
    /// What a return costs the shop: the way back and the handling.
    pub ship_fen: i64,
    pub process_fen: i64,
    /// What the returned goods would still be worth.
    pub salvage_fen: i64,
    /// 0 to 1.
    pub severity: f64,
    /// What was given for the same goods before.
    pub given_fen: i64,
}

/// What may be paid so that the buyer keeps the goods; `None` when only the return is fair.
///
/// `c* = paid + ship + process − salvage` is what a return costs; `hi = min(share·c*, half of paid, cap)`;
/// `fair = max(severity·paid, 2 yuan)`; the offer is `min(round(fair), floor(hi))`, if it is at least 2 yuan and 0.6 of
/// what is fair.
pub fn goodwill(flaw: &Flaw, policy: &Compensation) -> Option<i64> {
    let formula = &*FORMULA;
    let cost = flaw.paid_fen + flaw.ship_fen + flaw.process_fen - flaw.salvage_fen;
    let mut hi = of(policy.share, cost)
        .min(of(formula.max_share_of_paid, flaw.paid_fen) - flaw.given_fen)
        .min(policy.abs_cap_fen);
    if flaw.severity <= formula.only_shows_to {
        hi = hi.min(policy.minor_max_fen).min(of(policy.minor_max_share, flaw.paid_fen));
    }
    let fair = of(flaw.severity, flaw.paid_fen).max(formula.least_fen);
    let offer = near(fair, formula.step_fen).min(hi.div_euclid(formula.step_fen) * formula.step_fen);
    (offer >= formula.least_fen && offer * WHOLE >= parts(formula.least_share_of_fair) * fair).then_some(offer)
}

/// What spoiled pieces are worth, and whether that is all that was paid.
pub fn spoiled(paid_fen: i64, bad: i64, units: i64) -> (i64, bool) {
    let rule = &FORMULA.spoiled;
    let (units, bad) = (units.max(1), bad.clamp(0, units.max(1)));
    if bad * WHOLE >= parts(rule.full_from) * units {
        return (paid_fen, true);
    }
    let exact = paid_fen * bad;
    let step = rule.step_fen * units;
    let up = exact.div_euclid(step) + i64::from(exact.rem_euclid(step) > 0);
    ((up * rule.step_fen).min(paid_fen), false)
}

/// The red packet for goods of this weight that were left `floors` floors below the door, without a lift.
pub fn red_packet(weight_g: i64, floors: i64, ladder: &Ladder) -> i64 {
    // Grams times fen a kilogram: thousandths of a fen.
    let exact = (ladder.base_fen + ladder.per_floor_fen * floors) * 1_000 + ladder.per_kg_fen * weight_g;
    let step = FORMULA.step_fen;
    let rounded = near(exact, step * 1_000) / 1_000;
    rounded.min(ladder.max_fen).max(ladder.min_fen)
}

/// A share of an amount, in whole fen, down.
pub fn of(share: f64, fen: i64) -> i64 {
    (i128::from(parts(share)) * i128::from(fen)).div_euclid(i128::from(WHOLE)) as i64
}

/// A share in ten-thousandths.
fn parts(share: f64) -> i64 {
    (share * WHOLE as f64).round() as i64
}

/// The nearest multiple of `step`, halves up.
fn near(fen: i64, step: i64) -> i64 {
    (2 * fen + step).div_euclid(2 * step) * step
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Yuan as they stand in the table.
    fn offered(paid: f64, ship: f64, process: f64, salvage: f64, severity: f64) -> Option<i64> {
        let fen = |yuan: f64| (yuan * 100.0).round() as i64;
        let flaw = Flaw {
            paid_fen: fen(paid),
            ship_fen: fen(ship),
            process_fen: fen(process),
            salvage_fen: fen(salvage),
            severity,
            given_fen: 0,
        };
        goodwill(&flaw, &Compensation::default())
    }

    /// The table of the domain facts, C.5.
    #[test]
    fn the_published_offers() {
        assert_eq!(offered(60.0, 8.0, 4.0, 30.0, 0.15), Some(900));
        assert_eq!(offered(60.0, 8.0, 4.0, 30.0, 0.50), Some(2_100));
        assert_eq!(offered(199.0, 12.0, 6.0, 150.0, 0.15), Some(3_000));
        assert_eq!(offered(25.0, 10.0, 3.0, 5.0, 0.30), Some(800));
        assert_eq!(offered(9.9, 8.0, 3.0, 0.0, 0.30), Some(300));
        assert_eq!(offered(60.0, 0.0, 2.0, 55.0, 0.15), None);
        assert_eq!(offered(300.0, 12.0, 8.0, 330.0, 0.10), None);
    }

    #[test]
    fn the_bounds_hold() {
        assert_eq!(offered(2_000.0, 8.0, 4.0, 0.0, 0.04), None, "the cap of 30 yuan is less than 0.6 of what is fair");
        assert_eq!(offered(200.0, 8.0, 4.0, 0.0, 1.0), None, "what cannot be used goes back");
        assert_eq!(offered(100.0, 8.0, 4.0, 0.0, 0.5), Some(5_000));
        assert_eq!(offered(3.0, 8.0, 4.0, 0.0, 0.5), None, "half of it is less than two yuan");
        let again =
            Flaw { paid_fen: 6_000, ship_fen: 800, process_fen: 400, salvage_fen: 0, severity: 0.5, given_fen: 2_900 };
        assert_eq!(goodwill(&again, &Compensation::default()), None, "half of what was paid, all offers together");
    }

    #[test]
    fn spoiled_pieces_are_paid_by_their_share() {
        for (paid, bad, units, expected) in [
            (3_990, 3, 12, (1_000, false)),
            (3_990, 1, 12, (340, false)),
            (3_990, 6, 12, (3_990, true)),
            (3_990, 13, 12, (3_990, true)),
            (4_590, 12, 25, (2_210, false)),
            (1_000, 1, 10, (100, false)),
            (1_000, 0, 10, (0, false)),
            (1_000, 1, 0, (1_000, true)),
        ] {
            assert_eq!(spoiled(paid, bad, units), expected, "{paid} {bad}/{units}");
        }
    }

    /// The vectors of the domain facts, C.4.
    #[test]
    fn the_published_red_packets() {
        let packet = |kg: i64, floor: i64, lift: bool| {
            red_packet(kg * 1_000, if lift { 0 } else { floor - 1 }, &Ladder::default())
        };
        assert_eq!(packet(10, 6, false), 1_100);
        assert_eq!(packet(20, 6, false), 1_400);
        assert_eq!(packet(20, 6, true), 900);
        assert_eq!(packet(5, 1, true), 500);
        assert_eq!(packet(40, 7, false), 2_100);
        assert_eq!(packet(200, 30, false), 3_000, "never above the top of the ladder");
    }
}
