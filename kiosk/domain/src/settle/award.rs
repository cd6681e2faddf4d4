// SPDX-License-Identifier: GPL-3.0-or-later
//! What was earned, and why so much.

use jiff::civil::Date;

use crate::{
    id::LearnerId,
    record::AwardSource,
    rules::{AccountName, Per},
    time::Time,
};

/// What was earned, or not, by one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Award {
    /// Who.
    pub learner: LearnerId,
    /// For what.
    pub source: AwardSource,
    /// The rule.
    pub rule: String,
    /// Version of the rule set.
    pub version: u32,
    /// The rule's method and its version: `hours/1`.
    pub method: &'static str,
    /// Into which account.
    pub account: AccountName,
    /// In units of the account: 1/100 credit, points, minutes.
    pub amount: i64,
    /// The minutes that were looked at.
    pub minutes: u32,
    /// Why it is so much, or nothing.
    pub reason: Reason,
    /// Whether it is certain.
    pub state: State,
    /// When it was learned: the session's start, the moment a lesson was covered.
    pub at: Time,
    /// The local day of that: whose caps it uses, whose year it counts for.
    pub day: Date,
}

/// Whether an award is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// It may be certified.
    Certain,
    /// It waits.
    Waiting(Waiting),
}

/// What an award waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Waiting {
    /// The end of the session: until then it is expected.
    SessionEnd,
    /// A headcount that fits.
    Headcount,
    /// 服务评价
    Rating,
    /// Somebody to look at a finding.
    Review,
    /// Something that this release does not record.
    Other,
}

/// Why it is so much, or nothing: with the numbers of the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// As the rule says.
    Earned,
    /// The check-out was forgotten, and forgiven.
    Forgiven {
        /// The how manyth this month.
        nth: u32,
    },
    /// The check-out was forgotten again.
    ForgottenHalf {
        /// The how manyth this month.
        nth: u32,
        /// What it would have been.
        full: i64,
    },
    /// The check-out was forgotten: the least minutes count.
    ForgottenMinimum {
        /// These.
        minutes: u32,
    },
    /// The check-out was forgotten: staff say what it was.
    WaitsForStaff,
    /// Came after the hour.
    TooLate {
        /// Minutes after the start until which people are let in with credit.
        after_minutes: u32,
    },
    /// Stayed too short.
    TooShort {
        /// So long.
        minutes: u32,
        /// So long was needed.
        needed: u32,
    },
    /// It did not take place.
    Cancelled,
    /// Sat in without being enrolled.
    NotEnrolled,
    /// The learning point may not award credits.
    NotCertifiedSite,
    /// The limit of a group of rules.
    Cap {
        /// Of which period.
        per: Per,
        /// The limit.
        most: i64,
        /// Used before.
        used: i64,
        /// What it would have been.
        full: i64,
    },
    /// The lesson earned before.
    Once {
        /// When.
        last: Time,
    },
    /// Minutes that earned elsewhere.
    Overlap {
        /// So many.
        minutes: u32,
    },
    /// Not enough of the lesson was shown yet.
    NotYetCovered {
        /// So much more is needed, milliseconds.
        more_ms: i64,
    },
    /// Less than the least that the rule counts.
    RoundedDown {
        /// So many minutes.
        minutes: u32,
        /// The least.
        least: u32,
    },
    /// 服务评价不合格
    RatedPoor,
}

impl Reason {
    /// Its name in documents and in the catalogue of sentences.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Earned => "earned",
            Self::Forgiven { .. } => "forgiven",
            Self::ForgottenHalf { .. } => "forgotten_half",
            Self::ForgottenMinimum { .. } => "forgotten_minimum",
            Self::WaitsForStaff => "waits_for_staff",
            Self::TooLate { .. } => "too_late",
            Self::TooShort { .. } => "too_short",
            Self::Cancelled => "cancelled",
            Self::NotEnrolled => "not_enrolled",
            Self::NotCertifiedSite => "not_certified_site",
            Self::Cap { per: Per::Day, .. } => "cap_day",
            Self::Cap { per: Per::Month, .. } => "cap_month",
            Self::Cap { per: Per::Year, .. } => "cap_year",
            Self::Once { .. } => "once",
            Self::Overlap { .. } => "overlap",
            Self::NotYetCovered { .. } => "not_yet_covered",
            Self::RoundedDown { .. } => "rounded_down",
            Self::RatedPoor => "rated_poor",
        }
    }
}
