// SPDX-License-Identifier: GPL-3.0-or-later
//! Amounts and codes in the form that the pages' words take.

use xuedian_engine::view::{Amount, CancelReason, Clock, Day, Less, SessionLine, SessionState, Weekday, Why};

use super::number;
use crate::ui::{Reason, SessionRow};

/// Hundredths as a person writes them: 1.5, 0.75, 2.
pub(super) fn credit(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    match rest {
        0 => format!("{sign}{whole}"),
        tenths if tenths % 10 == 0 => format!("{sign}{whole}.{}", tenths / 10),
        _ => format!("{sign}{whole}.{rest:02}"),
    }
}

/// An amount's number without its unit, and its account as the pages number them.
pub(super) fn amount(amount: Amount) -> (String, i32) {
    match amount {
        Amount::Credit(hundredths) => (credit(hundredths), 0),
        Amount::Points(points) => (points.to_string(), 1),
        Amount::ServiceMinutes(minutes) => (minutes.to_string(), 2),
    }
}

/// 1 Monday to 7 Sunday.
pub(super) fn weekday(day: Weekday) -> i32 {
    match day {
        Weekday::Monday => 1,
        Weekday::Tuesday => 2,
        Weekday::Wednesday => 3,
        Weekday::Thursday => 4,
        Weekday::Friday => 5,
        Weekday::Saturday => 6,
        Weekday::Sunday => 7,
    }
}

/// Why a session does not take place, as the pages number it.
pub(super) fn cancelled(reason: CancelReason) -> i32 {
    match reason {
        CancelReason::AirQuality => 1,
        CancelReason::Weather => 2,
        CancelReason::Teacher => 3,
        CancelReason::Power => 4,
        CancelReason::TooFew => 5,
        CancelReason::Other => 6,
    }
}

/// A line of an agenda.
pub(super) fn session(line: &SessionLine, today: Option<Day>) -> SessionRow {
    let (state, n, other) = match &line.state {
        SessionState::Planned => (0, 0, ""),
        SessionState::Running => (1, 0, ""),
        SessionState::Delayed(minutes) => (2, number(*minutes), ""),
        SessionState::Moved(room) => (3, 0, room.as_str()),
        SessionState::Cancelled(reason) => (4, cancelled(*reason), ""),
        SessionState::Ended => (5, 0, ""),
    };
    let short = if line.short.is_empty() { &line.name } else { &line.short };
    SessionRow {
        id: line.id.as_str().into(),
        name: line.name.as_str().into(),
        short: short.as_str().into(),
        room: line.room.as_str().into(),
        month: line.day.month.into(),
        day: line.day.day.into(),
        weekday: weekday(line.day.weekday),
        today: today
            .is_none_or(|today| (today.year, today.month, today.day) == (line.day.year, line.day.month, line.day.day)),
        hour: line.starts.hour.into(),
        minute: line.starts.minute.into(),
        end_hour: line.ends.hour.into(),
        end_minute: line.ends.minute.into(),
        state,
        n,
        other: other.into(),
        mine: line.mine,
    }
}

/// Hour and minute.
pub(super) fn clock(clock: Clock) -> (i32, i32) {
    (clock.hour.into(), clock.minute.into())
}

/// The code and numbers of a reason, for the words.
pub(super) fn reason(why: &Why, whole: &str, title: &str) -> Reason {
    let blank = Reason { amount: whole.into(), title: title.into(), ..Reason::default() };
    match why {
        Why::PerStep { minutes, step_minutes, each } => {
            Reason { code: 1, a: number(*minutes), b: number(*step_minutes), other: credit(*each).into(), ..blank }
        }
        Why::Lecture { scheduled } => Reason { code: 2, a: number(*scheduled), ..blank },
        Why::Watched { title, lesson, minutes } => {
            Reason { code: 3, a: number(*lesson), b: number(*minutes), title: title.as_str().into(), ..blank }
        }
        Why::Screening { minutes } => Reason { code: 4, a: number(*minutes), ..blank },
        Why::DropIn { minutes } => Reason { code: 5, a: number(*minutes), ..blank },
        Why::Converted { credit: converted } => Reason { code: 6, other: credit(*converted).into(), ..blank },
        Why::Brought => Reason { code: 7, ..blank },
        Why::Service { minutes } => Reason { code: 8, a: number(*minutes), ..blank },
        Why::Corrected { day, was, now } => Reason {
            code: 9,
            month: day.month.into(),
            day: day.day.into(),
            other: credit(*was).into(),
            amount: credit(*now).into(),
            ..blank
        },
        Why::Less(why) => less(*why, blank),
    }
}

fn less(why: Less, blank: Reason) -> Reason {
    match why {
        Less::TooLate => Reason { code: 20, ..blank },
        Less::TooShort { needed } => Reason { code: 21, a: number(needed), ..blank },
        Less::DayCap { most } => Reason { code: 22, other: credit(most).into(), ..blank },
        Less::YearCap { most } => Reason { code: 23, other: credit(most).into(), ..blank },
        Less::Once => Reason { code: 24, ..blank },
        Less::Overlap => Reason { code: 25, ..blank },
        Less::NotCertified => Reason { code: 26, ..blank },
        Less::SatIn => Reason { code: 27, ..blank },
        Less::Cancelled => Reason { code: 28, ..blank },
        Less::Half => Reason { code: 29, ..blank },
        Less::WaitsForHeadcount => Reason { code: 30, ..blank },
        Less::WaitsForStaff => Reason { code: 31, ..blank },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_have_two_places_only_where_needed() {
        for (hundredths, written) in
            [(0, "0"), (100, "1"), (150, "1.5"), (75, "0.75"), (5, "0.05"), (1250, "12.5"), (-150, "-1.5")]
        {
            assert_eq!(credit(hundredths), written);
        }
    }
}
