// SPDX-License-Identifier: GPL-3.0-or-later
//! Which rules fit a stay, how much of it counts, and what it waits for: before overlaps and limits.

use std::collections::BTreeMap;

use crate::{
    id::SessionId,
    rules::{Forgotten, Method, Needs, Rule, Weight, Where},
    settle::{Before, Count, End, Input, Reason, Spans, State, Stay, Waiting, held::Judged},
    time::Time,
};

/// A rule that fits a stay.
pub(super) struct Candidate<'a> {
    pub session: SessionId,
    pub rule: &'a Rule,
    pub judged: &'a Judged<'a>,
    pub minutes: u32,
    pub weight: Weight,
    pub reason: Reason,
    pub state: State,
    pub counted: Spans,
    /// When the person was seen there, by taps.
    pub seen: Spans,
    pub at: Time,
}

impl Candidate<'_> {
    /// Units of the rule's account, before limits.
    pub fn units(&self) -> i64 {
        self.weigh(amount(self.rule, self.minutes))
    }

    pub fn weigh(&self, amount: i64) -> i64 {
        match self.weight {
            Weight::Full => amount,
            Weight::Half => amount / 2,
            Weight::Nothing => 0,
        }
    }
}

pub(super) fn amount(rule: &Rule, minutes: u32) -> i64 {
    match &rule.method {
        Method::Hours(hours) => hours.amount(minutes),
        Method::Scheduled(scheduled) => scheduled.amount(minutes),
        _ => 0,
    }
}

fn sessions_of(rule: &Rule) -> Option<&Where> {
    match &rule.method {
        Method::Hours(hours) => Some(&hours.at),
        Method::Scheduled(scheduled) => Some(&scheduled.at),
        _ => None,
    }
}

/// One for each rule that fits each settled stay, in the order of the sessions.
pub(super) fn candidates<'a>(
    input: &Input<'_>,
    held: &'a BTreeMap<SessionId, Judged<'a>>,
    before: &Before,
    stays: &[&Stay],
) -> Vec<Candidate<'a>> {
    let mut forgotten = before.forgotten.clone();
    let mut out = Vec::new();
    for stay in stays {
        let Some(judged) = held.get(&stay.session) else { continue };
        if stay.count == Count::NotYet || before.settled.contains(&stay.session) {
            continue;
        }
        let (weight, reason) = weight(input, judged, stay, &mut forgotten);
        for rule in &judged.rules.rules {
            let Some(at) = sessions_of(rule).filter(|at| at.fits(judged.plan)) else { continue };
            let uncertified = at.site_certified && !judged.plan.site_certified && nothing_against(&reason);
            let (weight, reason) =
                if uncertified { (Weight::Nothing, Reason::NotCertifiedSite) } else { (weight, reason) };
            out.push(Candidate {
                session: stay.session,
                rule,
                judged,
                minutes: stay.minutes,
                weight,
                reason,
                state: state(input, judged, rule, stay),
                counted: stay.counted.clone(),
                seen: seen(judged, stay),
                at: judged.held.start,
            });
        }
    }
    out
}

/// Whether a reason lets the minutes count.
pub(super) fn nothing_against(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::Earned | Reason::Forgiven { .. } | Reason::ForgottenHalf { .. } | Reason::ForgottenMinimum { .. }
    )
}

/// How much of a stay counts; a forgotten check-out is counted by the month of the session.
fn weight(
    input: &Input<'_>,
    judged: &Judged<'_>,
    stay: &Stay,
    forgotten: &mut BTreeMap<(i16, i8), u32>,
) -> (Weight, Reason) {
    if let Count::No(reason) = stay.count {
        return (Weight::Nothing, reason);
    }
    if let Some(false) = input.opening.ratings.get(&(stay.learner, stay.session)) {
        return (Weight::Nothing, Reason::RatedPoor);
    }
    match judged.policy.forgotten {
        Forgotten::Monthly { first, later } if stay.end == End::Forgotten => {
            let day = judged.held.start.local_day(input.zone);
            let nth = forgotten.entry((day.year(), day.month())).or_insert(0);
            *nth = nth.saturating_add(1);
            match if *nth == 1 { first } else { later } {
                Weight::Full => (Weight::Full, Reason::Forgiven { nth: *nth }),
                other => (other, Reason::ForgottenHalf { nth: *nth, full: 0 }),
            }
        }
        Forgotten::Minimum if stay.end == End::Forgotten => {
            (Weight::Full, Reason::ForgottenMinimum { minutes: stay.minutes })
        }
        _ => (Weight::Full, Reason::Earned),
    }
}

fn state(input: &Input<'_>, judged: &Judged<'_>, rule: &Rule, stay: &Stay) -> State {
    if !judged.held.over && !judged.held.cancelled {
        return State::Waiting(Waiting::SessionEnd);
    }
    if judged.held.waits_for_headcount && stay.count == Count::Yes {
        return State::Waiting(Waiting::Headcount);
    }
    let rated = input.opening.ratings.contains_key(&(stay.learner, stay.session));
    match rule.needs {
        Needs::StaffRating if !rated => State::Waiting(Waiting::Rating),
        Needs::Other(_) => State::Waiting(Waiting::Other),
        _ => State::Certain,
    }
}

fn seen(judged: &Judged<'_>, stay: &Stay) -> Spans {
    let Some(arrived) = stay.arrived.filter(|_| !stay.unmeasured) else { return stay.counted.clone() };
    let left = stay.left.filter(|left| *left > arrived).unwrap_or(judged.held.real_end).min(judged.held.real_end);
    Spans::from_iter([(arrived.max(judged.held.start).0, left.0)])
}

/// The minutes that a rule looks at.
pub(super) fn most(rule: &Rule, minutes: u32) -> u32 {
    match &rule.method {
        Method::Hours(hours) => hours.most_minutes.map_or(minutes, |most| most.min(minutes)),
        _ => minutes,
    }
}

/// The least minutes that earn anything.
pub(super) fn least(rule: &Rule) -> u32 {
    match &rule.method {
        Method::Hours(hours) => hours.per_minutes,
        Method::Scheduled(scheduled) => scheduled.steps.iter().map(|(minutes, _)| *minutes).min().unwrap_or(0),
        _ => 0,
    }
}
