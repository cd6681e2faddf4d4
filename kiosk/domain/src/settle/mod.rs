// SPDX-License-Identifier: GPL-3.0-or-later
//! What records earn: one fold for both ends.
//!
//! Presence first, amount second: the session's policy settles taps into minutes ([`Stay`]), rules see only settled
//! stays and lessons ([`Award`]). The result depends on the set of facts alone: not on their order, their batches, or
//! how often each arrived. Nothing here panics, whatever the facts say.
//!
//! Deliberately absent: a clock (`now` comes in), what is told to people (reasons carry numbers), and any memory
//! between two calls.

mod account;
mod award;
mod candidate;
mod cap;
mod convert;
mod expected;
mod finding;
mod gather;
mod held;
mod lesson;
mod opening;
mod overlap;
mod part;
mod spans;
mod stay;

use jiff::tz::TimeZone;

pub use award::{Award, Reason, State, Waiting};
pub use cap::Period;
pub use convert::{Carried, Certified, Converted, convert};
pub use expected::expected;
pub use finding::Finding;
pub use held::Held;
pub use lesson::Watching;
pub use opening::{Before, OpenStay, Opening};
pub use spans::Spans;
pub use stay::{Count, End, Stay};

use crate::{record::Fact, rules::RuleSet, session::SessionPlan, time::Time};

/// All that settling looks at. What it is not given it does not count: to settle a session give all the facts that name
/// it (a headcount compares all its taps), to settle a person's day all the facts of that person's day.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Sessions of the agenda. Sessions made at a kiosk come with the facts.
    pub plans: &'a [SessionPlan],
    /// Records, re-timed; in any order, any number of times.
    pub facts: &'a [Fact],
    /// All versions that may apply.
    pub rules: &'a [RuleSet],
    /// The learning point's zone: a day is a local day.
    pub zone: &'a TimeZone,
    /// What is known from elsewhere.
    pub opening: &'a Opening,
    /// The present; sessions that are not over yet are settled as far as they can be.
    pub now: Time,
}

/// What came of it. Every list is sorted.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settlement {
    /// Sessions as they were held, by start.
    pub sessions: Vec<Held>,
    /// Each learner's presence in each session.
    pub stays: Vec<Stay>,
    /// What was earned, and what was not, each with its reason.
    pub awards: Vec<Award>,
    /// Lessons begun: what of them was really shown since they last earned.
    pub lessons: Vec<Watching>,
    /// What somebody should look at (疑点).
    pub findings: Vec<Finding>,
}

/// Settles facts into stays, awards and findings.
#[must_use]
pub fn settle(input: &Input<'_>) -> Settlement {
    let gathered = gather::gather(input);
    let mut out = Settlement { findings: gathered.findings.clone(), ..Settlement::default() };
    let held = held::all(input, &gathered, &mut out.findings);
    let stays = stay::all(&held, &gathered, &mut out.findings);
    account::settle(input, &gathered, &held, stays, &mut out);
    out.sessions = held.into_values().map(|session| session.held).collect();
    out.sessions.sort_by_key(|held| (held.start, held.session));
    out.findings.sort();
    out.findings.dedup();
    out
}
