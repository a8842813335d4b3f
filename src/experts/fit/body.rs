//! A buyer's body: what was measured, and estimates of what was not, each with its uncertainty. cm and kg.
//!
//! Girths that are not known follow from k·√(kg/m) (domain facts, C.1 method 3); how far such estimates are off was
//! measured on 1,986 women (`body_regressions.csv`: ANSUR II, cleared for unlimited public release).

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A measure of a body that clothes are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Zone {
    #[serde(rename = "bust_cm")]
    Bust,
    #[serde(rename = "waist_cm")]
    Waist,
    #[serde(rename = "hip_cm")]
    Hip,
    #[serde(rename = "shoulder_cm")]
    Shoulder,
    /// The inside of the leg; `leg_cm` of a body.
    #[serde(rename = "inseam_cm")]
    Inseam,
}

impl Zone {
    pub const ALL: [Self; 5] = [Self::Bust, Self::Waist, Self::Hip, Self::Shoulder, Self::Inseam];

    /// The slot of the buyer's profile that holds it.
    pub fn slot(self) -> &'static str {
        match self {
            Self::Bust => "bust_cm",
            Self::Waist => "waist_cm",
            Self::Hip => "hip_cm",
            Self::Shoulder => "shoulder_cm",
            Self::Inseam => "leg_cm",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    #[default]
    Female,
    Male,
}

/// What is known of a body. `None` is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Measures {
    pub height_cm: Option<f64>,
    pub weight_kg: Option<f64>,
    pub bust_cm: Option<f64>,
    pub waist_cm: Option<f64>,
    pub hip_cm: Option<f64>,
    pub shoulder_cm: Option<f64>,
    pub leg_cm: Option<f64>,
}

/// A value with the standard deviation of its error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Value {
    pub cm: f64,
    pub sd: f64,
    pub is_measured: bool,
}

/// Bust, waist and hip as they follow from height and weight.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    pub bust_cm: f64,
    pub waist_cm: f64,
    pub hip_cm: f64,
}

/// How far a person's own measure with a tape is off; our own proposal.
const TAPE_SD: f64 = 1.0;
/// How far a man's estimated girth is off: C.1 says ±5 cm, and nothing was measured.
const MALE_SD: f64 = 5.0;
/// From the narrowest waist, which garments are cut for, to the one at the navel, which was measured (sd, 260 women).
const NATURAL_WAIST_SD: f64 = 3.6;

impl Measures {
    pub fn measured(&self, zone: Zone) -> Option<f64> {
        match zone {
            Zone::Bust => self.bust_cm,
            Zone::Waist => self.waist_cm,
            Zone::Hip => self.hip_cm,
            Zone::Shoulder => self.shoulder_cm,
            Zone::Inseam => self.leg_cm,
        }
    }

    /// Bust, waist and hip from height and weight alone; `None` where one of them is unknown.
    pub fn estimate(&self, sex: Sex) -> Option<Estimate> {
        let root = (self.weight_kg? / (self.height_cm? / 100.0)).sqrt();
        let [bust, waist, hip] = match sex {
            Sex::Female => [14.9, 11.8, 15.9],
            Sex::Male => [14.6, 12.4, 14.8],
        };
        Some(Estimate { bust_cm: bust * root, waist_cm: waist * root, hip_cm: hip * root })
    }

    /// A measure, or its estimate; `None` where there is neither.
    pub fn value(&self, zone: Zone, sex: Sex) -> Option<Value> {
        if let Some(cm) = self.measured(zone) {
            return Some(Value { cm, sd: TAPE_SD, is_measured: true });
        }
        let estimate = self.estimate(sex);
        let sd = |name| if sex == Sex::Female { regression(name).map(|r| r.rmse) } else { Some(MALE_SD) };
        let (cm, sd) = match zone {
            Zone::Bust => (estimate?.bust_cm, sd("chest_cm")?),
            Zone::Waist => (estimate?.waist_cm, sd("waist_cm")?.hypot(NATURAL_WAIST_SD)),
            Zone::Hip => (estimate?.hip_cm, sd("hip_cm")?),
            // Legs follow from the height; shoulders follow from nothing that is known. Women only were measured.
            Zone::Inseam if sex == Sex::Female => {
                let legs = regression("crotch_height_cm")?;
                (legs.at(self.height_cm?, self.weight_kg?), legs.rmse)
            }
            Zone::Inseam | Zone::Shoulder => return None,
        };
        Some(Value { cm, sd, is_measured: false })
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One line of `body_regressions.csv`.
struct Regression {
    target: String,
    /// Constant, height, weight, weight², height·weight; per 10 cm from 163 cm and per 10 kg from 65 kg.
    weights: [f64; 5],
    rmse: f64,
    /// The mean error on the 71 Asian women: few, and soldiers; to be estimated anew from the shop's own records.
    bias: f64,
}

impl Regression {
    fn at(&self, height_cm: f64, weight_kg: f64) -> f64 {
        let (h, w) = ((height_cm - 163.0) / 10.0, (weight_kg - 65.0) / 10.0);
        let terms = [1.0, h, w, w * w, h * w];
        self.bias + self.weights.iter().zip(terms).map(|(a, b)| a * b).sum::<f64>()
    }
}

fn regression(target: &str) -> Option<&'static Regression> {
    REGRESSIONS.iter().find(|regression| regression.target == target)
}

static REGRESSIONS: LazyLock<Vec<Regression>> = LazyLock::new(|| {
    let lines = include_str!("body_regressions.csv").lines().skip(1);
    let read = lines.filter_map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells.get(at)?.parse::<f64>().ok();
        Some(Regression {
            target: (*cells.first()?).to_owned(),
            weights: [number(9)?, number(10)?, number(11)?, number(12)?, number(13)?],
            rmse: number(3)?,
            bias: number(7)?,
        })
    });
    read.collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn of(height: f64, weight: f64) -> Measures {
        Measures { height_cm: Some(height), weight_kg: Some(weight), ..Measures::default() }
    }

    #[track_caller]
    fn check(height: f64, weight: f64, sex: Sex, expected: [f64; 3]) {
        let found = of(height, weight).estimate(sex).unwrap();
        for (found, expected) in [found.bust_cm, found.waist_cm, found.hip_cm].into_iter().zip(expected) {
            assert!((found - expected).abs() < 0.051, "{found} is not {expected}");
        }
    }

    #[test]
    fn girths_follow_from_height_and_weight() {
        check(160.0, 48.0, Sex::Female, [81.6, 64.6, 87.1]);
        check(165.0, 60.0, Sex::Female, [89.9, 71.2, 95.9]);
        check(175.0, 70.0, Sex::Male, [92.3, 78.4, 93.6]);
        assert_eq!(Measures { height_cm: Some(160.0), ..Measures::default() }.estimate(Sex::Female), None);
    }

    #[test]
    fn estimates_are_less_sure_than_measures() {
        let body = Measures { hip_cm: Some(90.0), ..of(160.0, 48.0) };
        let hip = body.value(Zone::Hip, Sex::Female).unwrap();
        assert_eq!((hip.cm, hip.is_measured), (90.0, true));
        let bust = body.value(Zone::Bust, Sex::Female).unwrap();
        assert!(!bust.is_measured && (bust.sd - 4.1243).abs() < 1e-9);
        assert_eq!(body.value(Zone::Shoulder, Sex::Female), None);
        // 77 cm by the regression, less what it is off for Asian women.
        let leg = body.value(Zone::Inseam, Sex::Female).unwrap();
        assert!((leg.cm - (77.2 - 1.72)).abs() < 0.3, "{leg:?}");
        assert_eq!(REGRESSIONS.len(), 17);
    }
}
