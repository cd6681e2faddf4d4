// SPDX-License-Identifier: GPL-3.0-or-later
//! Why something was earned, or was not: a code and its numbers. The screen's words make the sentence.

use super::moment::Day;

/// An amount earned, by account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// 学分, in 1/100 credit.
    Credit(i64),
    /// 积分, whole reward points.
    Points(i64),
    /// 志愿服务时长, minutes.
    ServiceMinutes(i64),
}

/// The reason of one amount. Names are in the view's language, credits in 1/100.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// 每满 {step} 分钟得 {each}: a class, a workshop.
    PerStep {
        /// Minutes counted.
        minutes: u32,
        /// Minutes of a step.
        step_minutes: u32,
        /// Credit of a step, 1/100.
        each: i64,
    },
    /// One lecture of so many scheduled minutes.
    Lecture {
        /// Scheduled length, minutes.
        scheduled: u32,
    },
    /// A lesson watched.
    Watched {
        /// Title of the course.
        title: String,
        /// Number of the lesson, from 1.
        lesson: u32,
        /// Length of the lesson, minutes.
        minutes: u32,
    },
    /// A group screening.
    Screening {
        /// Minutes counted.
        minutes: u32,
    },
    /// Time in a reading room.
    DropIn {
        /// Minutes counted.
        minutes: u32,
    },
    /// Credits turned into reward points.
    Converted {
        /// Credits converted, 1/100.
        credit: i64,
    },
    /// Credits brought along from before this system.
    Brought,
    /// Voluntary service.
    Service {
        /// Minutes counted.
        minutes: u32,
    },
    /// An earlier amount was corrected.
    Corrected {
        /// The day of the learning.
        day: Day,
        /// What it was, 1/100.
        was: i64,
        /// What it is now, 1/100.
        now: i64,
    },
    /// Nothing, or less, and why.
    Less(Less),
}

/// Why an amount is zero or smaller than hoped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Less {
    /// In too late.
    TooLate,
    /// Under two thirds of the session.
    TooShort {
        /// Minutes needed.
        needed: u32,
    },
    /// The day's cap is reached.
    DayCap {
        /// The cap, 1/100 credit.
        most: i64,
    },
    /// The year's cap is reached.
    YearCap {
        /// The cap, 1/100 credit.
        most: i64,
    },
    /// This was earned once already.
    Once,
    /// The same minutes earned elsewhere.
    Overlap,
    /// The point may not award credit.
    NotCertified,
    /// Sitting in earns attendance only.
    SatIn,
    /// The session was cancelled.
    Cancelled,
    /// The check-out was forgotten again: counted by half.
    Half,
    /// Waits for the headcount.
    WaitsForHeadcount,
    /// Waits for staff.
    WaitsForStaff,
}
