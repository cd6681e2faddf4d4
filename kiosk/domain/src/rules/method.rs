// SPDX-License-Identifier: GPL-3.0-or-later
//! How an amount is computed. Frozen: a changed method is a new version beside the old one.

use jiff::civil::Date;

use crate::{
    rules::{AccountName, Fraction},
    session::{ActivityKind, SessionPlan},
};

/// How an amount is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// `hours/1`: so much for each full stretch of minutes present.
    Hours(Hours),
    /// `scheduled/1`: by the length of the session.
    Scheduled(Scheduled),
    /// `coverage/1`: by the length of a lesson that was really watched.
    Coverage(Coverage),
    /// `conversion/1`: certified credits into points.
    Conversion(Conversion),
    /// Known, and not computed by this release: the event it waits for.
    NotComputed {
        /// `series.closed`, `teaching.settled` …
        on: String,
    },
}

impl Method {
    /// Name and version, as awards carry it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Hours(_) => "hours/1",
            Self::Scheduled(_) => "scheduled/1",
            Self::Coverage(_) => "coverage/1",
            Self::Conversion(_) => "conversion/1",
            Self::NotComputed { .. } => "none/0",
        }
    }
}

/// Which sessions a rule is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Where {
    /// Kinds of activity.
    pub activities: Vec<ActivityKind>,
    /// Only at certified learning points.
    pub site_certified: bool,
}

impl Where {
    /// Whether the rule is for this kind of session, certified or not.
    #[must_use]
    pub fn fits(&self, plan: &SessionPlan) -> bool {
        self.activities.contains(&plan.kind)
    }
}

/// `hours/1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// For which sessions.
    pub at: Where,
    /// Length of a stretch, minutes, never 0.
    pub per_minutes: u32,
    /// Units of the account for each full stretch.
    pub each: u32,
    /// No more minutes than these count in one session.
    pub most_minutes: Option<u32>,
    /// The same minutes also go into another account.
    pub also: Option<Also>,
    /// The lessons shown count as watched.
    pub marks_lessons_covered: bool,
}

/// What the same minutes give in another account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Also {
    /// Which.
    pub account: AccountName,
    /// Length of a stretch, minutes, never 0.
    pub per_minutes: u32,
    /// Units of the account for each full stretch.
    pub each: u32,
    /// No more minutes than these count in one session.
    pub most_minutes: Option<u32>,
}

/// `scheduled/1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// For which sessions.
    pub at: Where,
    /// At least so many minutes: so many units. Sorted by minutes.
    pub steps: Vec<(u32, u32)>,
}

/// `coverage/1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Share of the lesson that must have been shown.
    pub minimum: Fraction,
    /// Percent of right answers where a lesson has a quiz. Kept; no quiz is recorded in version 1.
    pub quiz_if_any: Option<u32>,
    /// Minutes of lesson, never 0 …
    pub per_minutes: u32,
    /// … for so many units,
    pub each: u32,
    /// rounded down to a multiple of this, never 0.
    pub step: u32,
    /// A lesson earns once within so many months.
    pub once_within_months: Option<u32>,
}

/// `conversion/1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Credits of these rules turn into points.
    pub from_rules: Vec<String>,
    /// Points for one credit.
    pub per_credit: u32,
    /// Campaigns; the first that fits counts.
    pub factors: Vec<Factor>,
}

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// First local day.
    pub from: Date,
    /// Last local day.
    pub to: Date,
    /// How many times the points.
    pub times: u32,
    /// Its name.
    pub zh: String,
}

impl Hours {
    /// Units for so many minutes.
    #[must_use]
    pub fn amount(&self, minutes: u32) -> i64 {
        stretches(minutes, self.most_minutes, self.per_minutes, self.each)
    }

    /// Units of the other account for so many minutes.
    #[must_use]
    pub fn also(&self, minutes: u32) -> Option<(AccountName, i64)> {
        self.also
            .as_ref()
            .map(|also| (also.account, stretches(minutes, also.most_minutes, also.per_minutes, also.each)))
    }
}

impl Scheduled {
    /// Units for a session of so many minutes.
    #[must_use]
    pub fn amount(&self, minutes: u32) -> i64 {
        self.steps.iter().filter(|(least, _)| *least <= minutes).map(|(_, units)| i64::from(*units)).max().unwrap_or(0)
    }
}

impl Coverage {
    /// Units for a lesson of so many minutes.
    #[must_use]
    pub fn amount(&self, minutes: u32) -> i64 {
        let exact = i64::from(minutes) * i64::from(self.each) / i64::from(self.per_minutes.max(1));
        exact - exact % i64::from(self.step.max(1))
    }
}

fn stretches(minutes: u32, most: Option<u32>, per: u32, each: u32) -> i64 {
    let counted = most.map_or(minutes, |most| minutes.min(most));
    i64::from(counted / per.max(1)) * i64::from(each)
}
