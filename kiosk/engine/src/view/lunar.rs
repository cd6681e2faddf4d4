// SPDX-License-Identifier: GPL-3.0-or-later
//! The lunar date, which seniors look for on the idle screen.
//!
//! A table rather than astronomy: the calendar is made in Beijing and printed years ahead, and integers cannot drift.

use jiff::civil::{Date, date};

/// A day of the lunar calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LunarDay {
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 30.
    pub day: u8,
    /// A leap month (闰).
    pub leap: bool,
}

/// First year of the table.
const FIRST_YEAR: i16 = 2020;

/// For each lunar year: bit n set when its (n+1)th month has 30 days; bits 13 to 16 the leap month (0: none);
/// bits 17 and up the days from 1 January to its first day.
#[rustfmt::skip]
const YEARS: [u32; 81] = [
    0x30952e, 0x540556, 0x3e0ab5, 0x2a55b2, 0x5006d2, 0x38cea5, 0x5e0725, 0x48064b,
    0x32ac97, 0x560cab, 0x42055a, 0x2c6ad6, 0x520b69, 0x3d7752, 0x620b52, 0x4c0b25,
    0x36da4b, 0x5a0a4b, 0x4404ab, 0x2ea55b, 0x5405ad, 0x3e0b6a, 0x2a5b52, 0x500d92,
    0x3afd25, 0x5e0d25, 0x480a55, 0x32b4ad, 0x5804b6, 0x4005b5, 0x2c6daa, 0x520ec9,
    0x3f1e92, 0x620e92, 0x4c0d26, 0x36ca56, 0x5a0a57, 0x4404d6, 0x2e86d5, 0x540755,
    0x400749, 0x286e93, 0x4e0693, 0x38f52b, 0x5e052b, 0x460a5b, 0x32b55a, 0x58056a,
    0x420b65, 0x2c974a, 0x520b4a, 0x3d1a95, 0x620a95, 0x4a052d, 0x34caad, 0x5a0ab5,
    0x4605aa, 0x2e8ba5, 0x540da5, 0x400d4a, 0x2a7c95, 0x4e0c96, 0x38f94e, 0x5e0556,
    0x480ab5, 0x32b5b2, 0x5806d2, 0x420ea5, 0x2e8e4a, 0x50068b, 0x3b0c97, 0x6004ab,
    0x4a055b, 0x34cad6, 0x5a0b6a, 0x460752, 0x309725, 0x540b45, 0x3e0a8b, 0x28549b,
    0x4e04ab,
];

/// The lunar day of a civil date; `None` outside the table.
pub(super) fn of(date: Date) -> Option<LunarDay> {
    in_year(date.year(), date).or_else(|| in_year(date.year() - 1, date))
}

fn in_year(year: i16, asked: Date) -> Option<LunarDay> {
    let index = usize::try_from(year.checked_sub(FIRST_YEAR)?).ok()?;
    let coded = *YEARS.get(index)?;
    let leap_month = (coded >> 13) & 0xf;
    let since_january = (asked - date(year, 1, 1)).get_days();
    let mut left = u32::try_from(since_january).ok()?.checked_sub(coded >> 17)?;
    let months = if leap_month == 0 { 12 } else { 13 };
    for index in 0..months {
        let length = if coded >> index & 1 == 1 { 30 } else { 29 };
        if left < length {
            let leap = leap_month != 0 && index == leap_month;
            let month = if leap_month != 0 && index >= leap_month { index } else { index + 1 };
            return Some(LunarDay { month: u8::try_from(month).ok()?, day: u8::try_from(left + 1).ok()?, leap });
        }
        left -= length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asked: Date, month: u8, day: u8, leap: bool) {
        assert_eq!(of(asked), Some(LunarDay { month, day, leap }), "{asked}");
    }

    #[test]
    fn days_that_every_almanac_prints() {
        check(date(2024, 2, 10), 1, 1, false);
        check(date(2025, 1, 29), 1, 1, false);
        check(date(2025, 7, 25), 6, 1, true);
        check(date(2025, 10, 6), 8, 15, false);
        check(date(2026, 2, 17), 1, 1, false);
        check(date(2026, 6, 19), 5, 5, false);
        check(date(2027, 2, 5), 12, 29, false);
        check(date(2033, 12, 22), 11, 1, true);
    }

    #[test]
    fn each_day_follows_the_one_before() {
        let mut day = date(2020, 1, 26);
        let mut before = of(date(2020, 1, 25));
        while day < date(2100, 12, 1) {
            let now = of(day);
            let (Some(last), Some(next)) = (before, now) else { panic!("no lunar day on {day}") };
            assert!(next.day == last.day + 1 || (next.day == 1 && last.day >= 29), "{day}: {last:?} {next:?}");
            before = now;
            day = day.tomorrow().expect("within jiff's years");
        }
    }

    #[test]
    fn outside_the_table_there_is_none() {
        assert_eq!(of(date(2019, 12, 31)), None);
        assert_eq!(of(date(2102, 3, 1)), None);
    }
}
