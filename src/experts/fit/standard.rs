//! The Chinese standard's mark of a body, GB/T 1335: height, girth, and a letter for bust less waist.
//! The ranges of the letters and the ladders of the grid: domain facts, C.1.

use serde::Serialize;

use super::body::Sex;

/// The mark, as `160/84A + 160/68A`: tops, then bottoms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standard {
    /// `Y`, `A`, `B` or `C`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Whether bust less waist is outside all letters, so that the nearest was taken.
    pub out_of_range: bool,
    pub nearest: String,
    /// One step up, for comfort.
    pub comfort: String,
}

/// The letters, from the largest difference down, each with its smallest difference in cm.
const WOMEN: [(&str, i64); 4] = [("Y", 19), ("A", 14), ("B", 9), ("C", 4)];
const MEN: [(&str, i64); 4] = [("Y", 17), ("A", 12), ("B", 7), ("C", 2)];
/// The largest difference of Y.
const WIDEST: [i64; 2] = [24, 22];

/// All in cm.
pub fn mark(sex: Sex, height: f64, bust: f64, waist: f64) -> Standard {
    let (letters, widest) = match sex {
        Sex::Female => (WOMEN, WIDEST[0]),
        Sex::Male => (MEN, WIDEST[1]),
    };
    let drop = (bust - waist + 0.5).floor() as i64;
    let kind = letters.iter().find(|(_, least)| drop >= *least).unwrap_or(&letters[3]).0;
    let written = |height: i64, bust: i64, waist: i64| format!("{height}/{bust}{kind} + {height}/{waist}{kind}");
    Standard {
        kind,
        out_of_range: drop > widest || drop < letters[3].1,
        nearest: written(nearest(height, 5), nearest(bust, 4), nearest(waist, 2)),
        comfort: written(5 * (height / 5.0).ceil() as i64, above(bust, 4), above(waist, 2)),
    }
}

fn nearest(cm: f64, step: i64) -> i64 {
    step * (cm / step as f64 + 0.5).floor() as i64
}

fn above(cm: f64, step: i64) -> i64 {
    step * ((cm / step as f64).floor() as i64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_the_standard() {
        use Sex::{Female, Male};
        for (sex, [height, bust, waist], kind, out_of_range, nearest, comfort) in [
            (Male, [173.0, 92.0, 76.0], "A", false, "175/92A + 175/76A", "175/96A + 175/78A"),
            (Female, [160.0, 84.0, 68.0], "A", false, "160/84A + 160/68A", "160/88A + 160/70A"),
            (Female, [158.0, 86.0, 70.0], "A", false, "160/88A + 160/70A", "160/88A + 160/72A"),
            (Female, [165.0, 90.0, 84.0], "C", false, "165/92C + 165/84C", "165/92C + 165/86C"),
            (Female, [168.0, 88.0, 86.0], "C", true, "170/88C + 170/86C", "170/92C + 170/88C"),
            (Female, [160.0, 90.0, 64.5], "Y", true, "160/92Y + 160/64Y", "160/92Y + 160/66Y"),
            (Female, [160.0, 84.0, 65.5], "Y", false, "160/84Y + 160/66Y", "160/88Y + 160/66Y"),
        ] {
            let found = mark(sex, height, bust, waist);
            assert_eq!((found.kind, found.out_of_range), (kind, out_of_range), "{height} {bust} {waist}");
            assert_eq!((found.nearest.as_str(), found.comfort.as_str()), (nearest, comfort));
        }
    }
}
