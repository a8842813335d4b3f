//! The slots of a conversation: what is known of whom, from which message, and what took its place. Pure.

use serde::{Deserialize, Serialize};

use super::reading::{Context, Fact, Reading, Sureness, Unit, Value, still_plausible};
use super::slot::Slot;
use super::whom::Whom;
use crate::ids::ConversationId;
use crate::locale::Locale;

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub conversation: ConversationId,
    pub seq: i64,
}

/// One fact as the ledger holds it. Entries are never taken out; a newer one supersedes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub whom: Whom,
    pub slot: Slot,
    pub value: Value,
    pub unit: Option<Unit>,
    pub canonical: Value,
    pub sureness: Sureness,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
    pub source: Source,
    /// The entry that took its place, by number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<usize>,
}

/// What is known in a conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    entries: Vec<Entry>,
    /// What was asked for, in order.
    asked: Vec<(Whom, Slot)>,
    about: Whom,
}

impl Ledger {
    /// A ledger of stored entries.
    pub fn of(entries: Vec<Entry>) -> Self {
        let about = entries.last().map(|e| e.whom.clone()).unwrap_or_default();
        Self { entries, asked: Vec::new(), about }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Takes in what a message says; gives the numbers of the entries that are new or changed, so that they can be
    /// stored.
    pub fn apply(&mut self, facts: &[Fact], source: &Source) -> Vec<usize> {
        let mut changed = Vec::new();
        for fact in facts {
            if let Some(n) = self.take(fact, source) {
                changed.extend(
                    self.entries.iter().enumerate().filter(|(_, e)| e.superseded_by == Some(n)).map(|(i, _)| i),
                );
                changed.push(n);
            }
            self.about = fact.whom.clone();
        }
        let heights: Vec<(Whom, f64)> = self.heights();
        for (whom, cm) in heights {
            changed.extend(self.settle_weight(&whom, cm));
        }
        changed.sort_unstable();
        changed.dedup();
        changed
    }

    fn take(&mut self, fact: &Fact, source: &Source) -> Option<usize> {
        let n = self.entries.len();
        let is_many = fact.slot.is_many();
        let current = self.entries.iter().rposition(|e| {
            e.superseded_by.is_none()
                && e.whom == fact.whom
                && e.slot == fact.slot
                && (!is_many || e.canonical == fact.canonical)
        });
        if let Some(old) = current {
            let held = &self.entries[old];
            // The same again; an estimate, or a figure in doubt of which one reading is known, against what was said.
            let same = held.canonical == fact.canonical && !held.sureness.asks();
            let weaker = fact.sureness == Sureness::Estimated && !matches!(held.sureness, Sureness::Estimated)
                || fact.sureness == Sureness::Ambiguous
                    && fact.readings.iter().any(|r| is_near(&held.canonical, r.canonical));
            if !fact.sureness.asks() && same || weaker && !held.sureness.asks() {
                return None;
            }
            self.entries[old].superseded_by = Some(n);
        }
        self.entries.push(Entry {
            whom: fact.whom.clone(),
            slot: fact.slot,
            value: fact.value.clone(),
            unit: fact.unit,
            canonical: fact.canonical.clone(),
            sureness: fact.sureness,
            readings: fact.readings.clone(),
            source: source.clone(),
            superseded_by: None,
        });
        Some(n)
    }

    /// A weight in doubt may be none once the height is known.
    fn settle_weight(&mut self, whom: &Whom, height_cm: f64) -> Option<usize> {
        let n = self.entries.iter().rposition(|e| {
            e.superseded_by.is_none()
                && e.whom == *whom
                && e.slot == Slot::WeightKg
                && e.sureness == Sureness::Ambiguous
        })?;
        let left = still_plausible(&self.entries[n].readings, height_cm, whom);
        let [only] = left.as_slice() else { return None };
        let entry = &mut self.entries[n];
        (entry.canonical, entry.unit) = (Value::Number(only.canonical), Some(only.unit));
        (entry.sureness, entry.readings) = (Sureness::Inferred, Vec::new());
        Some(n)
    }

    /// What is known; nothing while it must still be asked about.
    pub fn known(&self, whom: &Whom, slot: Slot) -> Option<&Entry> {
        self.current(whom, slot).filter(|e| !e.sureness.asks())
    }

    /// All that is known of a slot that may have several values.
    pub fn all(&self, whom: &Whom, slot: Slot) -> Vec<&Entry> {
        let is_it = |e: &&Entry| e.superseded_by.is_none() && e.whom == *whom && e.slot == slot && !e.sureness.asks();
        self.entries.iter().filter(is_it).collect()
    }

    /// What must be asked about, the newest first: two readings, or none that can be.
    pub fn doubts(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().rev().filter(|e| e.superseded_by.is_none() && e.sureness.asks())
    }

    /// Those of `needed` that are not known of a person and have not been asked for, at most `max` (the policy's
    /// `answer.max_questions`): nothing is asked twice.
    pub fn missing(&self, whom: &Whom, needed: &[Slot], max: usize) -> Vec<Slot> {
        let open = |slot: &Slot| {
            let asked = self.asked.iter().any(|(w, s)| w == whom && s == slot);
            self.known(whom, *slot).is_none() && (!asked || self.current(whom, *slot).is_some())
        };
        needed.iter().copied().filter(open).take(max).collect()
    }

    /// The same where the buyer answers: of two that were asked for together one came, so the other is asked for once
    /// more.
    pub fn still_missing(&self, whom: &Whom, needed: &[Slot], max: usize) -> Vec<Slot> {
        let times = |slot: &Slot| self.asked.iter().filter(|(w, s)| w == whom && s == slot).count();
        let open =
            |slot: &Slot| self.known(whom, *slot).is_none() && (times(slot) < 2 || self.current(whom, *slot).is_some());
        needed.iter().copied().filter(open).take(max).collect()
    }

    /// Notes that a slot was asked for.
    pub fn ask(&mut self, whom: &Whom, slot: Slot) {
        self.asked.push((whom.clone(), slot));
    }

    pub fn was_asked(&self, whom: &Whom, slot: Slot) -> bool {
        self.asked.iter().any(|(w, s)| w == whom && *s == slot)
    }

    /// What stands around the buyer's next message.
    pub fn context(&self, locale: Locale) -> Context {
        let doubt = self.doubts().next();
        let open = self.asked.last().filter(|(whom, slot)| self.known(whom, *slot).is_none());
        let asked = doubt.map(|e| (e.whom.clone(), e.slot)).or_else(|| open.cloned());
        Context {
            locale,
            asked,
            said: doubt.and_then(|e| e.value.number()),
            about: self.about.clone(),
            heights: self.heights(),
        }
    }

    fn heights(&self) -> Vec<(Whom, f64)> {
        let known = self.entries.iter().filter(|e| e.slot == Slot::HeightCm && e.superseded_by.is_none());
        let sure = known.filter(|e| !e.sureness.asks());
        sure.filter_map(|e| Some((e.whom.clone(), e.canonical.number()?))).collect()
    }

    fn current(&self, whom: &Whom, slot: Slot) -> Option<&Entry> {
        self.entries.iter().rev().find(|e| e.superseded_by.is_none() && e.whom == *whom && e.slot == slot)
    }
}

/// One and the same on a scale.
fn is_near(value: &Value, other: f64) -> bool {
    value.number().is_some_and(|number| (number - other).abs() <= 0.5)
}

#[cfg(test)]
mod tests {
    use super::super::reading::read;
    use super::*;

    fn hear(ledger: &mut Ledger, seq: i64, text: &str) -> Vec<usize> {
        let facts = read(text, &ledger.context(Locale::Hans));
        ledger.apply(&facts, &Source { conversation: "c".into(), seq })
    }

    fn weight(ledger: &Ledger, whom: &str) -> Option<f64> {
        ledger.known(&Whom::of(whom).unwrap(), Slot::WeightKg)?.canonical.number()
    }

    #[test]
    fn a_correction_supersedes_and_touches_nobody_else() {
        let mut ledger = Ledger::default();
        hear(&mut ledger, 1, "我165 110斤，我妈158 125斤");
        assert_eq!(
            hear(&mut ledger, 3, "说错了，我是52公斤"),
            [1, 4],
            "the old entry and the new one are to be stored"
        );
        assert_eq!((weight(&ledger, "self"), weight(&ledger, "mother")), (Some(52.0), Some(62.5)));
        assert_eq!((ledger.entries()[1].superseded_by, ledger.entries()[4].source.seq), (Some(4), 3));
        assert_eq!(hear(&mut ledger, 5, "我52公斤"), Vec::<usize>::new(), "the same again is nothing new");
    }

    #[test]
    fn two_readings_are_asked_about_and_settled_by_the_next_answer() {
        let mut ledger = Ledger::default();
        hear(&mut ledger, 1, "身高165体重105");
        assert_eq!(weight(&ledger, "self"), None);
        let doubt: Vec<f64> = ledger.doubts().next().unwrap().readings.iter().map(|r| r.canonical).collect();
        assert_eq!(doubt, [52.5, 105.0]);
        hear(&mut ledger, 3, "斤");
        assert_eq!((weight(&ledger, "self"), ledger.doubts().count()), (Some(52.5), 0));
        hear(&mut ledger, 5, "体重105");
        assert_eq!(weight(&ledger, "self"), Some(52.5), "one of the readings is known");
    }

    #[test]
    fn a_height_that_comes_later_settles_the_weight() {
        let mut ledger = Ledger::default();
        hear(&mut ledger, 1, "体重120");
        assert_eq!(weight(&ledger, "self"), None);
        assert_eq!(hear(&mut ledger, 2, "身高160"), [0, 1]);
        assert_eq!(weight(&ledger, "self"), Some(60.0));
    }

    #[test]
    fn nothing_is_asked_twice() {
        let mut ledger = Ledger::default();
        let (me, needed) = (Whom::buyer(), [Slot::HeightCm, Slot::WeightKg, Slot::WaistCm]);
        hear(&mut ledger, 1, "我160");
        assert_eq!(ledger.missing(&me, &needed, 2), [Slot::WeightKg, Slot::WaistCm]);
        assert_eq!(ledger.missing(&me, &needed, 1), [Slot::WeightKg]);
        ledger.ask(&me, Slot::WeightKg);
        hear(&mut ledger, 3, "不知道");
        assert_eq!(ledger.missing(&me, &needed, 2), [Slot::WaistCm]);
        assert!(ledger.was_asked(&me, Slot::WeightKg));
        assert_eq!(ledger.still_missing(&me, &needed, 1), [Slot::WeightKg], "once more, with what else came");
        ledger.ask(&me, Slot::WeightKg);
        assert_eq!(ledger.still_missing(&me, &needed, 1), [Slot::WaistCm], "and never a third time");
        let mother = Whom::of("mother").unwrap();
        assert_eq!(ledger.missing(&mother, &needed, 9).len(), 3, "of her nothing was asked");
        hear(&mut ledger, 5, "体重480kg");
        assert_eq!(ledger.missing(&me, &needed, 1), [Slot::WeightKg], "what cannot be is asked again");
    }

    #[test]
    fn an_estimate_gives_way_to_a_measure_and_never_replaces_one() {
        let mut ledger = Ledger::default();
        hear(&mut ledger, 1, "胸围90");
        hear(&mut ledger, 2, "75B");
        let bust = |ledger: &Ledger| ledger.known(&Whom::buyer(), Slot::BustCm).unwrap().canonical.number();
        assert_eq!(bust(&ledger), Some(90.0));
        let mut ledger = Ledger::default();
        hear(&mut ledger, 1, "75B");
        assert_eq!(bust(&ledger), Some(87.5));
        hear(&mut ledger, 2, "胸围90");
        assert_eq!(bust(&ledger), Some(90.0));
    }
}
