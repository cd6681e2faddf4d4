// SPDX-License-Identifier: GPL-3.0-or-later
//! Limits by group and calendar period of the learning. The earlier learning wins.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    rules::{Cap, Most, Per},
    settle::Reason,
};

/// A local calendar period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// A day.
    Day(Date),
    /// A month: year, month.
    Month(i16, i8),
    /// A year.
    Year(i16),
}

impl Period {
    /// The period around a day.
    #[must_use]
    pub fn around(day: Date, per: Per) -> Self {
        match per {
            Per::Day => Self::Day(day),
            Per::Month => Self::Month(day.year(), day.month()),
            Per::Year => Self::Year(day.year()),
        }
    }
}

/// What one person has used of the limits.
pub(super) struct Used(pub BTreeMap<(String, Period), i64>);

impl Used {
    /// How many of so many minutes are within the limits that count minutes; and the limit that cut them.
    pub fn minutes(&mut self, caps: &[Cap], day: Date, minutes: u32) -> (u32, Option<Reason>) {
        let (granted, reason) = self.take(caps, day, i64::from(minutes), |cap| match cap.most {
            Most::Minutes(most) => Some(most),
            Most::Amount(_) => None,
        });
        (u32::try_from(granted).unwrap_or(0), reason)
    }

    /// How much of an amount is within the limits; and the limit that cut it.
    pub fn amount(&mut self, caps: &[Cap], day: Date, amount: i64) -> (i64, Option<Reason>) {
        self.take(caps, day, amount, |cap| match cap.most {
            Most::Amount(most) => Some(most),
            Most::Minutes(_) => None,
        })
    }

    fn take(
        &mut self,
        caps: &[Cap],
        day: Date,
        wanted: i64,
        limit: impl Fn(&Cap) -> Option<i64>,
    ) -> (i64, Option<Reason>) {
        let mut granted = wanted.max(0);
        let mut reason = None;
        for cap in caps {
            let Some(most) = limit(cap) else { continue };
            let used = self.0.get(&(cap.group.clone(), Period::around(day, cap.per))).copied().unwrap_or(0);
            let room = most.saturating_sub(used).max(0);
            if room < granted {
                granted = room;
                reason = Some(Reason::Cap { per: cap.per, most, used, full: wanted });
            }
        }
        for cap in caps.iter().filter(|cap| limit(cap).is_some()) {
            let used = self.0.entry((cap.group.clone(), Period::around(day, cap.per))).or_insert(0);
            *used = used.saturating_add(granted);
        }
        (granted, reason)
    }
}
