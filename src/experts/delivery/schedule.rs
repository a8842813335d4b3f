//! When an order must leave so that it arrives, counted backwards; and when it can leave at the earliest.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::catalog::Lane;
use crate::clock::Millis;
use crate::policy::{self, Days, Zone};

/// How far a day is looked for, before or after.
const MOST_DAYS: usize = 400;

/// The days of one lane.
#[derive(Debug, Clone, Copy)]
pub struct Timetable<'a> {
    pub lane: &'a Lane,
    pub policy: &'a policy::Delivery,
    /// Days on which nobody works at the warehouse.
    pub holidays: &'a [Days],
    pub zone: &'a Zone,
}

/// One day's departure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    pub day: Date,
    /// When the carrier must have it.
    pub ship_by: Millis,
    /// When the order must be released to the warehouse.
    pub release_by: Millis,
}

impl Timetable<'_> {
    /// The last departure that arrives by the end of `promise`.
    pub fn before(&self, promise: Date) -> Option<Departure> {
        let mut day = promise.checked_sub(self.days_on_the_way().days()).ok()?;
        for _ in 0..MOST_DAYS {
            if self.works(day) {
                return self.departure(day);
            }
            day = day.yesterday().ok()?;
        }
        None
    }

    /// The first departure that can still be caught.
    pub fn after(&self, now: Millis) -> Option<Departure> {
        let mut day = self.zone.day(now)?;
        for _ in 0..MOST_DAYS {
            if self.works(day)
                && let Some(departure) = self.departure(day).filter(|departure| departure.release_by >= now)
            {
                return Some(departure);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    /// The first day that may be promised to who takes a departure: with the days in hand.
    pub fn promise(&self, departure: Departure) -> Option<Date> {
        departure.day.checked_add(self.days_on_the_way().days()).ok()
    }

    /// From the start of the first day on which it may arrive to the end of the last.
    pub fn window(&self, departure: Departure) -> Option<(Millis, Millis)> {
        let first = departure.day.checked_add(self.lane.transit_days.days()).ok()?;
        let last = self.promise(departure)?;
        Some((self.zone.instant(first, 0)?, self.zone.instant(last.tomorrow().ok()?, 0)? - 1))
    }

    fn days_on_the_way(&self) -> i64 {
        self.lane.transit_days + self.policy.buffer_days
    }

    fn departure(&self, day: Date) -> Option<Departure> {
        let ship_by = self.zone.instant(day, self.lane.cutoff_min)?;
        Some(Departure { day, ship_by, release_by: ship_by - self.policy.handling_h * 3_600_000 })
    }

    fn works(&self, day: Date) -> bool {
        let week_day = match day.weekday() {
            Weekday::Monday => "mon",
            Weekday::Tuesday => "tue",
            Weekday::Wednesday => "wed",
            Weekday::Thursday => "thu",
            Weekday::Friday => "fri",
            Weekday::Saturday => "sat",
            Weekday::Sunday => "sun",
        };
        let names = |closed: &String| closed == week_day || closed.parse::<Days>().is_ok_and(|days| days.contains(day));
        !self.lane.closed_days.iter().any(names) && !self.holidays.iter().any(|days| days.contains(day))
    }
}
