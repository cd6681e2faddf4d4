// SPDX-License-Identifier: GPL-3.0-or-later
//! Sessions as they were really held: delayed, ended early, cancelled, counted, closed.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    id::{LearnerId, SessionId},
    rules::{PresenceRule, RuleSet, in_force, ms},
    session::SessionPlan,
    settle::{Finding, Input, gather::Changes, gather::Gathered},
    time::Time,
};

/// A session as it was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub session: SessionId,
    /// Its start after all delays.
    pub start: Time,
    /// To when minutes count: its planned end after all delays, or its real one when it ended before the tolerance.
    pub counted_end: Time,
    /// When it was really over, or is planned to be.
    pub real_end: Time,
    /// It did not take place.
    pub cancelled: bool,
    /// Whether it is over.
    pub over: bool,
    /// People who tapped or were signed in.
    pub taps: u32,
    /// Heads that staff counted last.
    pub heads: Option<u32>,
    /// Its policy asks for a headcount, and there is none that fits.
    pub waits_for_headcount: bool,
}

/// A session with what it is judged by.
pub(super) struct Judged<'a> {
    pub plan: &'a SessionPlan,
    pub rules: &'a RuleSet,
    pub policy: &'a PresenceRule,
    pub closed_for_all: Option<(Time, bool)>,
    pub now: Time,
    pub held: Held,
}

impl Held {
    /// Milliseconds that count as held.
    #[must_use]
    pub fn length_ms(&self) -> i64 {
        if self.cancelled { 0 } else { self.counted_end.0.saturating_sub(self.start.0).max(0) }
    }
}

pub(super) fn all<'a>(
    input: &Input<'a>,
    gathered: &Gathered<'a>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<SessionId, Judged<'a>> {
    let plans: BTreeMap<SessionId, &SessionPlan> = input.plans.iter().map(|plan| (plan.id, plan)).collect();
    let named: BTreeSet<SessionId> =
        gathered.taps.keys().chain(gathered.papers.keys()).chain(gathered.changes.keys()).copied().collect();
    let mut out = BTreeMap::new();
    for session in named {
        let taps = people(gathered, session);
        let plan = plans.get(&session).or_else(|| gathered.made_here.get(&session)).copied();
        let rules = plan.and_then(|plan| in_force(input.rules, plan.start.local_day(input.zone)));
        let (Some(plan), Some(rules)) = (plan, rules) else {
            if taps > 0 {
                findings.push(Finding::UnknownSession { session, taps });
            }
            continue;
        };
        let changes = gathered.changes.get(&session).cloned().unwrap_or_default();
        let judged = judge(session, plan, rules, &changes, taps, input.now);
        findings.extend(too_many(&judged));
        out.insert(session, judged);
    }
    out
}

fn judge<'a>(
    session: SessionId,
    plan: &'a SessionPlan,
    rules: &'a RuleSet,
    changes: &Changes,
    taps: u32,
    now: Time,
) -> Judged<'a> {
    let policy = rules.presence(plan.policy);
    let start = plan.start.plus_minutes(changes.delay_minutes);
    let planned_end = plan.end().plus_minutes(changes.delay_minutes);
    let closed_at = changes.closed.filter(|(_, known)| *known).map(|(at, _)| at);
    let over_at = [changes.ended_early, closed_at].into_iter().flatten().min();
    let real_end = over_at.map_or(planned_end, |at| at.clamp(start, planned_end.max(start)));
    let early = planned_end.0.saturating_sub(real_end.0);
    let counted_end = if early <= ms(policy.early_end_tolerance) { planned_end } else { real_end };
    let over = changes.closed.is_some() || over_at.is_some() || now >= real_end;
    let heads = changes.heads;
    let mut held = Held {
        session,
        start,
        counted_end,
        real_end,
        cancelled: changes.cancelled,
        over,
        taps,
        heads,
        waits_for_headcount: false,
    };
    if let Some(tolerance) = policy.headcount_tolerance {
        held.waits_for_headcount = heads.is_none_or(|heads| taps > most_taps(heads, tolerance.num, tolerance.den));
    }
    Judged { plan, rules, policy, closed_for_all: changes.closed_for_all, now, held }
}

fn too_many(judged: &Judged<'_>) -> Option<Finding> {
    let tolerance = judged.policy.headcount_tolerance?;
    let (taps, heads) = (judged.held.taps, judged.held.heads?);
    let most = most_taps(heads, tolerance.num, tolerance.den);
    (taps > most).then_some(Finding::MoreTapsThanHeads { session: judged.held.session, taps, heads, most })
}

/// So many taps are borne for so many heads, rounded down.
fn most_taps(heads: u32, num: u32, den: u32) -> u32 {
    let (heads, num, den) = (u64::from(heads), u64::from(num), u64::from(den.max(1)));
    u32::try_from(heads + heads.saturating_mul(num) / den).unwrap_or(u32::MAX)
}

/// Who was in: on paper counts as a head, not as a tap.
fn people(gathered: &Gathered<'_>, session: SessionId) -> u32 {
    let taps: BTreeSet<&LearnerId> = gathered.taps.get(&session).into_iter().flatten().map(|(who, _)| who).collect();
    u32::try_from(taps.len()).unwrap_or(u32::MAX)
}
