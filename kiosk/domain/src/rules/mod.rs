// SPDX-License-Identifier: GPL-3.0-or-later
//! The rules of a district as data: how taps become minutes, and what minutes and lessons earn.
//!
//! A session is judged by the rules in force when it began. Methods are frozen like migrations: a rule names its
//! method and version (`hours/1`), and a changed method is a new version beside the old one.

mod method;
mod presence;

use jiff::civil::Date;

pub use method::{Also, Conversion, Coverage, Factor, Hours, Method, Scheduled, Where};
pub use presence::{Checkout, Forgotten, PresenceRule, PresenceRules, Weight};

use crate::{
    session::{PresencePolicy, Words},
    time::{MINUTE_MS, Time},
};

/// A fraction. No floats anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fraction {
    /// Above the line.
    pub num: u32,
    /// Below the line, never 0.
    pub den: u32,
}

impl Fraction {
    /// Whether `part` is at least this fraction of `whole`.
    #[must_use]
    pub fn reached(self, part: i64, whole: i64) -> bool {
        i128::from(part) * i128::from(self.den) >= i128::from(whole) * i128::from(self.num)
    }

    /// The least part of `whole` that reaches it, rounded up.
    #[must_use]
    pub fn needed(self, whole: i64) -> i64 {
        let (num, den) = (i128::from(self.num), i128::from(self.den.max(1)));
        i64::try_from((i128::from(whole) * num + den - 1).div_euclid(den)).unwrap_or(i64::MAX)
    }
}

/// One version of a district's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// Which rules.
    pub id: String,
    /// Only ever grows.
    pub version: u32,
    /// First local day.
    pub effective: Date,
    /// What it stands on, in words for people.
    pub basis: String,
    /// Minutes of one class hour or credit, for words only.
    pub minutes_per_credit: u32,
    /// Days after which a kiosk that has heard nothing newer says 预计 (expected).
    pub stale_after_days: u32,
    /// Days within which paper may be entered late (补录).
    pub supplement_within_days: u32,
    /// How presence is settled.
    pub presence: PresenceRules,
    /// What earns.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `R01` …
    pub id: String,
    /// Its name.
    pub name: Words,
    /// Into which account.
    pub account: AccountName,
    /// How the amount is computed.
    pub method: Method,
    /// What it waits for.
    pub needs: Needs,
    /// Limits of a group of rules.
    pub caps: Vec<Cap>,
    /// The sentence that explains it, with `{minutes}`, `{amount}`, `{scheduled}`, `{title}`.
    pub explain: Words,
}

/// The three accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountName {
    /// 学分, 1/100 credit: never spent.
    Credit,
    /// 积分, whole reward points: spent, expire.
    Point,
    /// 志愿服务时长, minutes: never spent.
    Service,
}

/// What an award waits for beside the session's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// 服务评价: staff say that the service was good.
    StaffRating,
    /// Something that this release does not compute.
    Other(String),
}

/// A limit, by group and calendar period of the learning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cap {
    /// Rules of one group share the limit.
    pub group: String,
    /// How long it lasts.
    pub per: Per,
    /// How much.
    pub most: Most,
}

/// How long a limit lasts, in local calendar periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Per {
    Day,
    Month,
    Year,
}

/// How much may be earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Most {
    /// In units of the rule's account.
    Amount(i64),
    /// Minutes that count.
    Minutes(i64),
}

impl RuleSet {
    /// How taps of a policy become minutes.
    #[must_use]
    pub fn presence(&self, policy: PresencePolicy) -> &PresenceRule {
        self.presence.of(policy)
    }

    /// Rules that are known here and not computed by this release.
    #[must_use]
    pub fn not_computed(&self) -> Vec<&Rule> {
        self.rules.iter().filter(|rule| matches!(rule.method, Method::NotComputed { .. })).collect()
    }

    /// How certified credits turn into points, and under which caps.
    #[must_use]
    pub fn conversion(&self) -> Option<(&Rule, &Conversion)> {
        self.rules.iter().find_map(|rule| match &rule.method {
            Method::Conversion(it) => Some((rule, it)),
            _ => None,
        })
    }

    /// Whether rules that were last confirmed at `heard` are too old to promise anything.
    #[must_use]
    pub fn is_stale(&self, heard: Time, now: Time) -> bool {
        now.minutes_since(heard) > i64::from(self.stale_after_days) * 24 * 60
    }
}

/// The rules in force on a day: the latest that is effective, of two alike the greater version. Before all of them the
/// oldest, so that a box whose clock is not set still has hours to go by.
#[must_use]
pub fn in_force(rules: &[RuleSet], day: Date) -> Option<&RuleSet> {
    let order = |rules: &&RuleSet| (rules.effective, rules.version);
    let effective = rules.iter().filter(|rules| rules.effective <= day).max_by_key(order);
    effective.or_else(|| rules.iter().min_by_key(order))
}

/// Minutes as milliseconds.
pub(crate) fn ms(minutes: u32) -> i64 {
    i64::from(minutes) * MINUTE_MS
}
