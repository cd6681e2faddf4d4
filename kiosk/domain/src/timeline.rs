// SPDX-License-Identifier: GPL-3.0-or-later
//! The times of one device's records, taken one after the other: what [`retime`](crate::retime::retime) makes of all of
//! them at once.

use std::collections::BTreeMap;

use crate::{
    id::BootId,
    record::{Fact, Kind, Machine, Record},
    retime::{fact, known_time},
    time::{Clock, Time},
};

/// What is known of the clocks of a device, boot by boot, up to some record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    boots: BTreeMap<BootId, BootClock>,
    last: Option<Time>,
}

/// What is known of the clock of one boot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BootClock {
    /// Wall minus monotonic time as `clock-known` told it last, milliseconds.
    pub told_ms: Option<i64>,
    /// The same by the last record that was stamped `synced`, milliseconds.
    pub synced_ms: Option<i64>,
    /// Where the count of records of unknown time began: the time, and milliseconds since boot.
    pub adrift: Option<(Time, i64)>,
    /// A record of it did not trust the clock.
    pub doubtful: bool,
}

/// What a record did to the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it came, by the pace of the monotonic clock; for a record of which nothing better was known.
    pub adrift: Option<Time>,
    /// The times of records before it may have changed.
    pub moved: bool,
}

impl Timeline {
    /// Goes on where another one stopped.
    #[must_use]
    pub fn resume(boots: impl IntoIterator<Item = (BootId, BootClock)>, last: Option<Time>) -> Self {
        Self { boots: boots.into_iter().collect(), last }
    }

    /// What is known of a boot.
    #[must_use]
    pub fn boot(&self, boot: BootId) -> BootClock {
        self.boots.get(&boot).copied().unwrap_or_default()
    }

    /// The time of the last record.
    #[must_use]
    pub fn last(&self) -> Option<Time> {
        self.last
    }

    /// Takes the next record of the device.
    pub fn step(&mut self, record: &Record) -> Step {
        let stamp = &record.stamp;
        let clock = self.boots.entry(stamp.boot).or_default();
        let before = *clock;
        clock.doubtful |= !matches!(stamp.clock, Clock::Synced | Clock::Rtc);
        match record.kind {
            Kind::Machine(Machine::ClockKnown { offset_ms }) => clock.told_ms = Some(offset_ms),
            _ if stamp.clock == Clock::Synced => {
                clock.synced_ms = Some(stamp.wall_ms.saturating_sub(stamp.mono_ms));
            }
            _ => {}
        }
        let moved = clock.told_ms != before.told_ms
            || before.doubtful && clock.told_ms.is_none() && clock.synced_ms != before.synced_ms;
        let known = known_time(stamp, clock.told_ms, clock.synced_ms);
        let last = self.last;
        let adrift = known.is_none().then(|| {
            let (base, mono_ms) =
                *clock.adrift.get_or_insert_with(|| (crate::retime::first_of_boot(record, last), stamp.mono_ms));
            let guess = Time(base.0.saturating_add(stamp.mono_ms.saturating_sub(mono_ms)));
            last.map_or(guess, |last| last.max(guess))
        });
        self.last = known.or(adrift);
        Step { adrift, moved }
    }

    /// Whether the time of a record is known, and not only reckoned.
    #[must_use]
    pub fn knows(&self, record: &Record) -> bool {
        let clock = self.boot(record.stamp.boot);
        known_time(&record.stamp, clock.told_ms, clock.synced_ms).is_some()
    }

    /// The fact that a record is by all that is known by now; `adrift` is what its [`Step`] said.
    #[must_use]
    pub fn fact(&self, record: &Record, adrift: Option<Time>) -> Fact {
        let clock = self.boot(record.stamp.boot);
        let known = known_time(&record.stamp, clock.told_ms, clock.synced_ms);
        let at = known.or(adrift).unwrap_or(Time(record.stamp.wall_ms));
        fact(record, at, known.is_some())
    }
}
