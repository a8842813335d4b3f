//! What those who tried a garment tell about people larger and smaller than they are: whom M was too small for speaks
//! for everybody larger, and whom L was not too large for does so too.
//!
//! The chances put all records into a few figures, so that close to the line between two sizes they may advise the one
//! that somebody built just like the buyer found too tight. There the records themselves decide. Nothing that is counted
//! here falls while a body grows, so that the advised size does not either.

use super::FittingZone;
use crate::experts::fit::body::{Measures, Sex};
use crate::experts::fit::garment::Garment;
use crate::experts::fit::verdict::Verdict;

/// How far, in chances, records may move the line between two sizes: a size loses against its neighbour only where its
/// own chance to fit is hardly the better one.
const MOST: f64 = 0.15;

/// What was said of each size, and by whom.
#[derive(Debug, Clone, Default)]
pub struct Told {
    words: Vec<Word>,
    sex: Sex,
}

#[derive(Debug, Clone)]
struct Word {
    size: usize,
    body: Measures,
    verdict: Verdict,
}

impl Told {
    pub fn of(garment: &Garment) -> Self {
        let words = garment.records.iter().filter_map(|record| {
            Some(Word { size: garment.size(&record.size)?, body: record.body, verdict: record.verdict })
        });
        Self { words: words.collect(), sex: garment.sex }
    }

    /// What speaks for `larger` against the size before it, in chances; negative where it speaks for the smaller one.
    pub fn for_larger(&self, larger: usize, body: &Measures, zones: &[FittingZone]) -> f64 {
        let words = self.words.iter().filter(|word| word.size == larger || word.size + 1 == larger);
        let count = words.filter_map(|word| {
            let order = order(&word.body, body, zones, self.sex)?;
            let is_for_larger =
                if word.size == larger { word.verdict != Verdict::Large } else { word.verdict == Verdict::Small };
            Some(if is_for_larger { i32::from(order.no_larger) } else { -i32::from(order.no_smaller) })
        });
        MOST * f64::from(count.sum::<i32>().clamp(-1, 1))
    }
}

/// How one body compares with another.
struct Order {
    no_larger: bool,
    no_smaller: bool,
}

/// By the girths that both had measured, else by what follows from height and weight; `None` where they share nothing.
fn order(one: &Measures, other: &Measures, zones: &[FittingZone], sex: Sex) -> Option<Order> {
    let measured = zones.iter().filter_map(|zone| Some((one.measured(zone.zone)?, other.measured(zone.zone)?)));
    let mut pairs: Vec<(f64, f64)> = measured.collect();
    if pairs.is_empty() {
        pairs.push((one.estimate(sex)?.bust_cm, other.estimate(sex)?.bust_cm));
    }
    Some(Order {
        no_larger: pairs.iter().all(|(one, other)| one <= other),
        no_smaller: pairs.iter().all(|(one, other)| one >= other),
    })
}
