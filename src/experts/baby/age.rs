//! How old a baby is, counted from birth and from the day on which it was due. Source: domain facts, C.3.

use jiff::civil::Date;

use super::rules::RULES;

/// The ages of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    pub days: i64,
    /// Completed months.
    pub months: i64,
    /// Days since the due day for a preterm baby until it is two years old, and the days since birth for one born at
    /// term. `None` where the pregnancy is unknown or correcting has ended.
    pub corrected_days: Option<i64>,
    pub is_preterm: bool,
}

/// `gestation` is the length of the pregnancy in days. `None` for a birth after `today`.
pub fn age(born: Date, gestation: Option<i64>, today: Date) -> Option<Age> {
    let days = i64::from(born.until(today).ok()?.get_days());
    if days < 0 {
        return None;
    }
    let years = i64::from(today.year()) - i64::from(born.year());
    let months = i64::from(today.month()) - i64::from(born.month());
    let months = 12 * years + months - i64::from(today.day() < born.day());
    let is_preterm = gestation.is_some_and(|days| days < RULES.preterm_before_days);
    let corrected_days = match gestation {
        _ if months >= RULES.correct_months => None,
        None => None,
        Some(gestation) if is_preterm => Some(days - (RULES.term_days - gestation)),
        Some(_) => Some(days),
    };
    Some(Age { days, months, corrected_days, is_preterm })
}

impl Age {
    /// The completed months that readiness goes by: the corrected ones where there are any, of 30.4375 days each.
    pub fn ready_months(&self) -> i64 {
        match self.corrected_days {
            Some(days) if self.is_preterm => days * 10_000 / 304_375,
            _ => self.months,
        }
    }

    /// Born before the due day, which has not come yet.
    pub fn is_before_due(&self) -> bool {
        self.corrected_days.is_some_and(|days| days < 0)
    }
}

/// Days of a pregnancy of so many weeks and days; `None` for what no pregnancy is.
pub fn gestation(weeks: i64, days: i64) -> Option<i64> {
    let [shortest, longest] = RULES.gestational_weeks;
    ((shortest..=longest).contains(&weeks) && (0..7).contains(&days)).then_some(weeks * 7 + days)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days, months and corrected days.
    fn ages(born: &str, weeks: Option<(i64, i64)>, today: &str) -> (i64, i64, Option<i64>) {
        let weeks = weeks.map(|(weeks, days)| gestation(weeks, days).unwrap());
        let age = age(born.parse().unwrap(), weeks, today.parse().unwrap()).unwrap();
        (age.days, age.months, age.corrected_days)
    }

    /// The table of the domain facts, C.3.
    #[test]
    fn the_published_ages() {
        assert_eq!(ages("2026-01-15", Some((32, 0)), "2026-07-15"), (181, 6, Some(125)));
        assert_eq!(ages("2026-01-15", Some((36, 6)), "2026-07-15"), (181, 6, Some(159)));
        assert_eq!(ages("2026-01-15", Some((39, 0)), "2026-07-15"), (181, 6, Some(181)));
        assert_eq!(ages("2026-06-01", Some((28, 0)), "2026-07-01"), (30, 1, Some(-54)));
        assert_eq!(ages("2024-01-10", Some((30, 0)), "2026-01-10"), (731, 24, None));
        assert_eq!(ages("2026-01-31", None, "2026-02-28").1, 0);
        assert_eq!(ages("2026-01-31", None, "2026-03-31").1, 2);
    }

    #[test]
    fn months_are_completed_months() {
        assert_eq!(ages("2026-05-20", None, "2026-11-19").1, 5);
        assert_eq!(ages("2026-05-20", None, "2026-11-20").1, 6);
        assert_eq!(ages("2025-12-01", None, "2026-01-01"), (31, 1, None));
        assert_eq!(age("2026-11-21".parse().unwrap(), None, "2026-11-20".parse().unwrap()), None);
        assert_eq!(ages("2026-11-20", None, "2026-11-20"), (0, 0, None));
    }

    #[test]
    fn readiness_goes_by_corrected_age() {
        let early = age("2026-01-15".parse().unwrap(), gestation(32, 0), "2026-07-15".parse().unwrap()).unwrap();
        assert_eq!((early.months, early.ready_months()), (6, 4));
        assert_eq!(
            [gestation(19, 0), gestation(45, 0), gestation(32, 7), gestation(37, 0)],
            [None, None, None, Some(259)]
        );
    }
}
