//! Opening hours: pure arithmetic with local days.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::service::Days;
use crate::clock::Millis;

/// A time of the day in whole minutes, `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    minutes: i16,
}

/// From a time to another, `09:00-21:00`; an end before the start is on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

/// A time zone by its name in the IANA database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// Hours on all days but some. A span belongs to the day on which it starts.
#[derive(Debug, Clone)]
pub struct Schedule<'a> {
    pub(super) hours: Vec<Hours>,
    pub(super) closed: &'a [Days],
    pub(super) zone: &'a Zone,
}

impl Schedule<'_> {
    pub fn is_open(&self, at: Millis) -> bool {
        let Some(today) = self.day(at) else { return false };
        // Yesterday's last span may run past midnight.
        let days = [today.yesterday().ok(), Some(today)];
        days.into_iter().flatten().flat_map(|day| self.spans(day)).any(|(from, to)| (from..to).contains(&at))
    }

    /// `at` itself while open; `None` when not within a year.
    pub fn next_open(&self, at: Millis) -> Option<Millis> {
        if self.is_open(at) {
            return Some(at);
        }
        let mut day = self.day(at)?;
        for _ in 0..=366 {
            let starts = self.spans(day).map(|(from, _)| from).filter(|from| *from > at);
            if let Some(start) = starts.min() {
                return Some(start);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn day(&self, at: Millis) -> Option<Date> {
        self.zone.day(at)
    }

    /// The spans that start on a day, as times.
    fn spans(&self, day: Date) -> impl Iterator<Item = (Millis, Millis)> {
        let is_closed = self.closed.iter().any(|days| days.contains(day));
        let hours = if is_closed { &[] } else { self.hours.as_slice() };
        hours.iter().filter_map(move |hours| {
            let end = if hours.to > hours.from { day } else { day.tomorrow().ok()? };
            Some((self.at(day, hours.from)?, self.at(end, hours.to)?))
        })
    }

    fn at(&self, day: Date, time: TimeOfDay) -> Option<Millis> {
        self.zone.instant(day, i64::from(time.minutes))
    }
}

impl TimeOfDay {
    pub const fn new(hour: i16, minute: i16) -> Self {
        Self { minutes: hour * 60 + minute }
    }

    /// The time of the day in a zone; midnight outside the calendar.
    pub fn of(zone: &Zone, at: Millis) -> Self {
        let local = Timestamp::from_millisecond(at).map(|at| at.to_zoned(zone.zone.clone()));
        local.map_or(Self { minutes: 0 }, |local| Self::new(i16::from(local.hour()), i16::from(local.minute())))
    }

    /// Minutes after midnight.
    pub fn minutes(self) -> i64 {
        i64::from(self.minutes)
    }
}

impl Zone {
    /// When it is this many minutes after midnight on a day here; `None` for days outside the calendar.
    pub fn instant(&self, day: Date, minutes: i64) -> Option<Millis> {
        let local = day.to_datetime(jiff::civil::Time::midnight()).checked_add(minutes.minutes()).ok()?;
        Some(self.zone.to_timestamp(local).ok()?.as_millisecond())
    }

    /// The day here at a time; `None` outside the calendar.
    pub fn day(&self, at: Millis) -> Option<Date> {
        Some(Timestamp::from_millisecond(at).ok()?.to_zoned(self.zone.clone()).date())
    }

    /// The time here in words, by `strftime`'s signs; empty outside the calendar.
    pub fn words(&self, at: Millis, format: &str) -> String {
        let local = Timestamp::from_millisecond(at).map(|at| at.to_zoned(self.zone.clone()));
        local.map_or_else(|_| String::new(), |local| local.strftime(format).to_string())
    }
}

impl FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || format!("{text:?} is not a time of the day, as 09:00");
        let (hour, minute) = text.trim().split_once(':').ok_or_else(refuse)?;
        let number = |part: &str| {
            let is_plain = matches!(part.len(), 1 | 2) && part.bytes().all(|digit| digit.is_ascii_digit());
            part.parse::<i16>().ok().filter(|_| is_plain)
        };
        match (number(hour), number(minute)) {
            (Some(hour @ 0..=23), Some(minute @ 0..=59)) if minute_is_written(text) => Ok(Self::new(hour, minute)),
            (Some(24), Some(0)) => Ok(Self::new(24, 0)),
            _ => Err(refuse()),
        }
    }
}

/// `9:5` is more often a mistake for 9:50 than five past nine.
fn minute_is_written(text: &str) -> bool {
    text.trim().rsplit(':').next().is_some_and(|minute| minute.len() == 2)
}

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once('-').ok_or_else(|| format!("{text:?} is not a span, as 09:00-21:00"))?;
        let hours = Self { from: from.parse()?, to: to.parse()? };
        if hours.from == hours.to || hours.from == TimeOfDay::new(24, 0) {
            return Err(format!("{text:?} is empty; the whole day is 00:00-24:00"));
        }
        Ok(hours)
    }
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let zone = TimeZone::get(name).map_err(|_| format!("{name:?} is not a time zone, as Asia/Shanghai"))?;
        Ok(Self { name: name.into(), zone })
    }
}

impl Default for Zone {
    /// Chinese platforms and most shops: +08:00 all year.
    fn default() -> Self {
        let name = "Asia/Shanghai";
        let fixed = || TimeZone::fixed(jiff::tz::offset(8));
        Self { name: name.into(), zone: TimeZone::get(name).unwrap_or_else(|_| fixed()) }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

macro_rules! text {
    ($($name:ident)*) => {$(
        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )*};
}
pub(super) use text;

text!(TimeOfDay Hours Zone);
