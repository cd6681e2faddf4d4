// SPDX-License-Identifier: GPL-3.0-or-later
//! The standing as the settling fold takes it.

use jiff::civil::Date;
use xuedian_domain::{
    id::LessonKey,
    rules::Per,
    settle::{Before, OpenStay, Period},
    time::Time,
};

use super::{CapUsed, Covered, Forgot, OpenCheckIn, PaidLesson, StandingLine};

impl StandingLine {
    /// What a learner brings along to what is settled here. What cannot be read (a period of later software) is left out.
    #[must_use]
    pub fn before(&self) -> Before {
        let used = |it: &CapUsed| Some(((it.group.clone(), period(&it.period)?), it.amount));
        let forgotten = |it: &Forgot| {
            let (year, month) = it.month.split_once('-')?;
            Some(((year.parse().ok()?, month.parse().ok()?), it.times))
        };
        let shown = |it: &Covered| {
            let spans = it.ranges.iter().map(|(from, to)| (i64::from(*from), i64::from(*to))).collect();
            (LessonKey(it.lesson.clone()), spans)
        };
        let open = |it: &OpenCheckIn| OpenStay {
            session: it.session,
            since: Time(it.since_ms),
            sits_in: it.sits_in,
            measurable: !it.unmeasured,
        };
        Before {
            used: self.used.iter().filter_map(used).collect(),
            forgotten: self.forgotten.iter().filter_map(forgotten).collect(),
            paid: self.paid.iter().map(|it: &PaidLesson| (LessonKey(it.lesson.clone()), Time(it.at_ms))).collect(),
            shown: self.coverage.iter().map(shown).collect(),
            open: self.open.iter().map(open).collect(),
            settled: self.settled.iter().copied().collect(),
        }
    }
}

/// Reads `2026-11-22`, `2026-11` or `2026`.
fn period(text: &str) -> Option<Period> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next().map(str::parse).transpose().ok()?;
    let day = parts.next().map(str::parse).transpose().ok()?;
    let date = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
    let per = match (month, day) {
        (_, Some(_)) => Per::Day,
        (Some(_), None) => Per::Month,
        (None, None) => Per::Year,
    };
    Some(Period::around(date, per))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read() {
        let day = jiff::civil::date(2026, 11, 22);
        assert_eq!(period("2026-11-22"), Some(Period::around(day, Per::Day)));
        assert_eq!(period("2026-11"), Some(Period::around(day, Per::Month)));
        assert_eq!(period("2026"), Some(Period::around(day, Per::Year)));
        assert_eq!(period("2026-13"), None);
        assert_eq!(period("the week of 22 November"), None);
    }
}
