// SPDX-License-Identifier: GPL-3.0-or-later
//! Times as a person reads them.

use jiff::tz::TimeZone;
use xuedian_domain::time::Time;

use crate::view::{Clock, Day, Moment};

pub fn clock(at: Time, zone: &TimeZone) -> Clock {
    let local = at.zoned(zone);
    // jiff's hours and minutes are never negative.
    Clock::new(local.hour().unsigned_abs(), local.minute().unsigned_abs())
}

pub fn day(at: Time, zone: &TimeZone) -> Day {
    Day::of(at.local_day(zone))
}

pub fn moment(at: Time, zone: &TimeZone) -> Moment {
    Moment { day: day(at, zone), clock: clock(at, zone) }
}
