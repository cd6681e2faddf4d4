// SPDX-License-Identifier: GPL-3.0-or-later
//! The standing: a line of JSON for each learner of whom a record is known. What the hub has settled, and what a kiosk needs to go on
//! from there. The manifest's `through` says which of the device's own records are in it.

use serde::{Deserialize, Serialize};
use xuedian_domain::id::{LearnerId, SessionId};

use super::Prefers;

/// A line of the standing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingLine {
    /// Who.
    #[serde(with = "crate::text")]
    pub learner: LearnerId,
    /// In a step only: the learner has no standing any more, and all else is empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// 已认证, 1/100 credit.
    pub certified: i64,
    /// 待认证: at the hub, not certified yet; 1/100 credit.
    pub waiting: i64,
    /// 积分, whole.
    pub points: i64,
    /// Certified credit that has not yet made a whole point: 1/100 credit.
    #[serde(default)]
    pub carried: i64,
    /// 志愿服务时长, minutes.
    pub service_minutes: i64,
    /// What of the caps is used up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<CapUsed>,
    /// How often a check-out was forgotten, by month; the newest two months.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forgotten: Vec<Forgot>,
    /// Lessons that were paid, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paid: Vec<PaidLesson>,
    /// What was watched of lessons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<Covered>,
    /// Sessions that are going on, into which the learner checked in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<OpenCheckIn>,
    /// Sessions of the last days that are settled: facts of them earn nothing again.
    #[serde(default, with = "crate::text::list", skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<SessionId>,
    /// The last few awards, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub latest: Vec<StandingEntry>,
    /// Preferences as records have set them; they count more than those of the roster.
    #[serde(default)]
    pub prefers: Prefers,
}

/// So much of a cap is used up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapUsed {
    /// `on_site`, `on_demand` …
    pub group: String,
    /// The local period of the learning: a day `2026-11-22`, a month `2026-11` or a year `2026`.
    pub period: String,
    /// In the unit of the cap: 1/100 credit, points or minutes.
    pub amount: i64,
}

/// A month in which check-outs were forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgot {
    /// `2026-11`, local.
    pub month: String,
    /// How often.
    pub times: u32,
}

/// A lesson that was paid; it is not paid again within the rule's months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidLesson {
    /// `institution/course/lesson`.
    pub lesson: String,
    /// When it was covered, milliseconds since 1970.
    pub at_ms: i64,
}

/// What was watched of a lesson since it was last paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// `institution/course/lesson`.
    pub lesson: String,
    /// Milliseconds from start, to end; sorted, disjoint.
    pub ranges: Vec<(u32, u32)>,
    /// The lesson's length, milliseconds.
    pub length_ms: u32,
    /// Where the person stopped: there it resumes.
    pub stopped_ms: u32,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// Signed in, and not out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCheckIn {
    /// Into what.
    #[serde(with = "crate::text")]
    pub session: SessionId,
    /// Since when, milliseconds since 1970.
    pub since_ms: i64,
    /// Sits in without being enrolled (旁听).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sits_in: bool,
    /// The time cannot be trusted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unmeasured: bool,
}

/// One award for the page "my credits".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingEntry {
    /// The local day of the learning.
    pub day: String,
    /// The session's id or the lesson's key.
    pub source: String,
    /// The rule that decided, `R01`; empty when none did.
    pub rule: String,
    /// The minutes that counted.
    pub minutes: u32,
    /// 1/100 credit.
    pub amount: i64,
    /// The reason as the domain names it, `normal`, `too_short`.
    pub reason: String,
    /// How far it has come.
    pub state: StandingState,
}

/// How far an award has come at the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StandingState {
    /// 待认证
    Waiting,
    /// 已认证
    Certified,
}
