// SPDX-License-Identifier: GPL-3.0-or-later
//! Time as a learning point knows it: what a clock said, how far it is trusted, and the local day.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::id::BootId;

/// Milliseconds since 1970 in UTC, after all that is known of clocks has been applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Time(pub i64);

/// One minute in milliseconds.
pub const MINUTE_MS: i64 = 60_000;

impl Time {
    /// This time and so many minutes more (or fewer).
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes.saturating_mul(MINUTE_MS)))
    }

    /// Whole minutes from `earlier` to this, rounded down; negative when it is the other way round.
    #[must_use]
    pub const fn minutes_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(MINUTE_MS)
    }

    /// The calendar day at the learning point. A time beyond the calendar is its nearest end.
    #[must_use]
    pub fn local_day(self, zone: &TimeZone) -> Date {
        self.zoned(zone).date()
    }

    /// The civil date and time at the learning point.
    #[must_use]
    pub fn zoned(self, zone: &TimeZone) -> jiff::Zoned {
        let stamp =
            Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX });
        stamp.to_zoned(zone.clone())
    }
}

/// How far the wall clock can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Clock {
    /// Nothing is known: the box was off and has no clock of its own.
    Unset,
    /// Carried on from the last known time.
    Estimated,
    /// From a battery-backed clock.
    Rtc,
    /// From the network, or from the hub's signed time.
    Synced,
}

/// What the clocks said when something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The kernel's boot id: monotonic times compare only within one boot.
    pub boot: BootId,
    /// Milliseconds since boot, suspended time included (CLOCK_BOOTTIME).
    pub mono_ms: i64,
    /// Milliseconds since 1970 as the wall clock had it.
    pub wall_ms: i64,
    /// How far to trust the wall clock.
    pub clock: Clock,
}
