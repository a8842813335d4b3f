//! When people answer.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::hours::{Hours, Schedule, TimeOfDay, Zone, text};

/// `[service]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    pub open: TimeOfDay,
    pub close: TimeOfDay,
    /// Several spans a day; they replace `open` and `close`.
    pub spans: Vec<Hours>,
    pub holidays: Vec<Days>,
    pub timezone: Zone,
}

impl Default for Service {
    /// 08:00 to 23:00 is the window in which platforms measure answers (domain facts, A.5).
    fn default() -> Self {
        Self {
            open: TimeOfDay::new(8, 0),
            close: TimeOfDay::new(23, 0),
            spans: Vec::new(),
            holidays: Vec::new(),
            timezone: Zone::default(),
        }
    }
}

impl Service {
    pub fn schedule(&self) -> Schedule<'_> {
        let whole = || vec![Hours { from: self.open, to: self.close }];
        self.schedule_with(if self.spans.is_empty() { whole() } else { self.spans.clone() })
    }

    /// Other hours on the same days.
    pub fn schedule_with(&self, hours: Vec<Hours>) -> Schedule<'_> {
        Schedule { hours, closed: &self.holidays, zone: &self.timezone }
    }
}

/// A day of the calendar.
pub type Day = Date;

/// A day, `2027-02-06`, or a row of days, `2027-02-06..2027-02-12`, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Days {
    pub first: Day,
    pub last: Day,
}

impl Days {
    pub fn contains(&self, day: Day) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = |part: &str| {
            part.trim()
                .parse::<Day>()
                .map_err(|_| format!("{text:?} is not a day, as 2027-02-06 or 2027-02-06..2027-02-12"))
        };
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let days = Self { first: day(first)?, last: day(last)? };
        if days.last < days.first { Err(format!("{text:?} ends before it starts")) } else { Ok(days) }
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}", self.first),
            false => write!(f, "{}..{}", self.first, self.last),
        }
    }
}

text!(Days);
