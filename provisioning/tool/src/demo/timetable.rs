// SPDX-License-Identifier: GPL-3.0-or-later
//! When things take place, arranged around the moment at which the demo is written.
//!
//! The table says `D0 09:00`. A visitor comes at any hour, so the demo's own day is moved: the beginners' calligraphy (a01)
//! began ten minutes ago, and everything of the day keeps its distance from it as far as midnight allows. One more is moved by
//! itself: the phone class (a02) ends in twelve minutes, so that a visitor can see somebody sign out. Titles stay.

use anyhow::{Context, Result};
use jiff::civil::Time;
use jiff::{SignedDuration, ToSpan, Zoned};

use super::table::ActivityRow;

/// Where the district lies.
pub const TIME_ZONE: &str = "Asia/Shanghai";
/// What is running when a visitor comes, minutes since its start.
const RUNNING_SINCE: i64 = 10;
/// The activity that is running.
const RUNNING: &str = "a01";
/// The activity that is about to end, and in how many minutes.
const ENDING: (&str, i64) = ("a02", 12);
/// Starts are on these minutes, but for the two that a visitor meets at once.
const STEP: i64 = 5;

/// One occurrence with its time.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// What.
    pub activity: ActivityRow,
    /// When it begins.
    pub start: Zoned,
}

/// Gives each activity its time around `now`.
pub fn arrange(activities: Vec<ActivityRow>, now: &Zoned) -> Result<Vec<Occurrence>> {
    let now = now.with_time_zone(jiff::tz::TimeZone::get(TIME_ZONE)?).with().second(0).subsec_nanosecond(0).build()?;
    let running = activities.iter().find(|row| row.id == RUNNING).context("the running class")?;
    let planned = at(running, &now)?;
    let moved = now.checked_sub(RUNNING_SINCE.minutes())?.duration_since(&planned);
    activities.into_iter().map(|row| occurrence(row, &now, moved)).collect()
}

fn occurrence(mut activity: ActivityRow, now: &Zoned, moved: SignedDuration) -> Result<Occurrence> {
    let planned = at(&activity, now)?;
    // A visitor in the first hours of a day meets both classes, too: neither began the day before.
    let midnight = now.start_of_day()?;
    let start = match activity.id.as_str() {
        RUNNING => planned.checked_add(moved)?.max(midnight),
        id if id == ENDING.0 => {
            let end = now.checked_add(ENDING.1.minutes())?;
            let start = end.checked_sub(i64::from(activity.minutes).minutes())?.max(midnight);
            activity.minutes = end.duration_since(&start).as_mins().try_into()?;
            start
        }
        _ if activity.day == "D0" => within_the_day(&on_a_step(planned.checked_add(moved)?)?, planned),
        _ => planned,
    };
    Ok(Occurrence { activity, start })
}

/// A time of the table as of today.
fn at(row: &ActivityRow, now: &Zoned) -> Result<Zoned> {
    let days: i64 = row.day.strip_prefix('D').and_then(|days| days.parse().ok()).context("a day of the table")?;
    let time: Time = row.at.parse().context("a time of the table")?;
    Ok(now.checked_add(days.days())?.date().to_zoned(now.time_zone().clone())?.with().time(time).build()?)
}

fn on_a_step(time: Zoned) -> Result<Zoned> {
    let over = i64::from(time.minute()) % STEP;
    Ok(time.checked_sub(over.minutes())?)
}

/// What the move would push into another day keeps the time of the table.
fn within_the_day(moved: &Zoned, planned: Zoned) -> Zoned {
    if moved.date() == planned.date() { moved.clone() } else { planned }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;
    use crate::demo::table;

    fn arranged(now: &str) -> (Zoned, Vec<Occurrence>) {
        let now: Zoned = now.parse().unwrap();
        let occurrences = arrange(table::activities().unwrap(), &now).unwrap();
        (now, occurrences)
    }

    fn end(occurrence: &Occurrence) -> Zoned {
        occurrence.start.checked_add(i64::from(occurrence.activity.minutes).minutes()).unwrap()
    }

    #[test]
    fn at_any_hour_two_classes_of_this_day_are_running_and_others_are_today() {
        for (hour, minute) in (0..24).flat_map(|hour| [(hour, 4), (hour, 37)]) {
            let (now, occurrences) = arranged(&format!("2026-11-22T{hour:02}:{minute:02}:11+08:00[Asia/Shanghai]"));
            let running = |o: &&Occurrence| o.start <= now && now < end(o) && o.start.date() == now.date();
            let mut names: Vec<_> = occurrences.iter().filter(running).map(|o| o.activity.id.as_str()).collect();
            names.retain(|id| occurrences.iter().any(|o| o.activity.id == *id && o.activity.site == "p01"));
            assert!(names.contains(&"a01") && names.contains(&"a02"), "{hour}: {names:?}");
            let today = occurrences.iter().filter(|o| o.start.date() == now.date()).count();
            assert!(today >= 13, "{hour}: {today}");
        }
    }

    #[test]
    fn the_class_that_ends_can_be_signed_out_of() {
        let (now, occurrences) = arranged("2026-11-22T10:03:00+08:00[Asia/Shanghai]");
        let ending = occurrences.iter().find(|o| o.activity.id == "a02").unwrap();
        let left = end(ending).duration_since(&now).as_mins();
        assert_eq!(left, 12, "a check-out is one from 15 minutes before the end");
    }

    #[test]
    fn other_days_keep_the_times_of_the_table() {
        let (_, occurrences) = arranged("2026-11-22T03:00:00Z[UTC]");
        let show = occurrences.iter().find(|o| o.activity.id == "a15").unwrap();
        assert_eq!(show.start.to_string(), "2026-11-23T15:00:00+08:00[Asia/Shanghai]");
    }
}
