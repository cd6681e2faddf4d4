// SPDX-License-Identifier: GPL-3.0-or-later
//! Local dates and times of day, as a person reads them.

use super::lunar::{self, LunarDay};
use super::solar_term;

/// A time of day: local civil hour 0 to 23 and minute 0 to 59.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock {
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
}

impl Clock {
    /// Hour and minute.
    pub fn new(hour: u8, minute: u8) -> Self {
        Self { hour, minute }
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weekday {
    /// 星期一.
    Monday,
    /// 星期二.
    Tuesday,
    /// 星期三.
    Wednesday,
    /// 星期四.
    Thursday,
    /// 星期五.
    Friday,
    /// 星期六.
    Saturday,
    /// 星期日.
    Sunday,
}

/// A local day with what the idle screen says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Year of the common era.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Day of the week.
    pub weekday: Weekday,
    /// The same day in the lunar calendar; `None` outside the table's years.
    pub lunar: Option<LunarDay>,
    /// The solar term of this very day, 1 (小寒) to 24 (冬至).
    pub term: Option<u8>,
}

impl Day {
    /// A civil day with weekday, lunar date and solar term computed.
    pub fn of(date: jiff::civil::Date) -> Self {
        use jiff::civil::Weekday as W;
        Self {
            year: date.year(),
            month: date.month().unsigned_abs(),
            day: date.day().unsigned_abs(),
            weekday: match date.weekday() {
                W::Monday => Weekday::Monday,
                W::Tuesday => Weekday::Tuesday,
                W::Wednesday => Weekday::Wednesday,
                W::Thursday => Weekday::Thursday,
                W::Friday => Weekday::Friday,
                W::Saturday => Weekday::Saturday,
                W::Sunday => Weekday::Sunday,
            },
            lunar: lunar::of(date),
            term: solar_term::of(date),
        }
    }
}

/// A day and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub day: Day,
    /// The time of day.
    pub clock: Clock,
}
