// SPDX-License-Identifier: GPL-3.0-or-later
//! Taps into minutes, by the session's presence policy.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    id::{LearnerId, SessionId},
    rules::{Checkout, Forgotten, ms},
    settle::{
        Finding, Reason, Spans,
        gather::{Gathered, Paper, Tap, What},
        held::Judged,
    },
    time::{MINUTE_MS, Time},
};

/// One person's presence in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Who.
    pub learner: LearnerId,
    /// Where.
    pub session: SessionId,
    /// When the person came first; none: only on paper.
    pub arrived: Option<Time>,
    /// When the person tapped out last.
    pub left: Option<Time>,
    /// How the last part of it ended.
    pub end: End,
    /// The stretches that count, milliseconds since 1970.
    pub counted: Spans,
    /// Whole minutes of them.
    pub minutes: u32,
    /// Whether they count.
    pub count: Count,
    /// Sat in without being enrolled (旁听).
    pub sits_in: bool,
    /// Staff had a hand in it (人工).
    pub by_staff: bool,
    /// From paper (补录).
    pub on_paper: bool,
    /// It spans a boot whose clock never became known: settled as forgotten, and marked.
    pub unmeasured: bool,
}

/// How a stay ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// The person is still in.
    Open,
    /// By a check-out.
    Tapped,
    /// By the answer "leave early".
    LeftEarly,
    /// Staff closed for all.
    ClosedForAll,
    /// With the session: nobody taps out.
    WithSession,
    /// The check-out was forgotten.
    Forgotten,
    /// As the paper says.
    Paper,
}

/// Whether minutes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// They do.
    Yes,
    /// They do not, and why.
    No(Reason),
    /// The stay is not over.
    NotYet,
}

/// A stretch between two taps.
struct Part {
    span: (Time, Time),
    end: End,
    unmeasured: bool,
}

pub(super) fn all(
    held: &BTreeMap<SessionId, Judged<'_>>,
    gathered: &Gathered<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Stay> {
    let mut out = Vec::new();
    for (session, judged) in held {
        let (taps, papers) = (gathered.taps.get(session), gathered.papers.get(session));
        let people: BTreeSet<LearnerId> = taps
            .into_iter()
            .flatten()
            .map(|(who, _)| *who)
            .chain(papers.into_iter().flatten().map(|(who, _)| *who))
            .collect();
        for learner in people {
            let taps = taps.and_then(|taps| taps.get(&learner)).map_or(&[][..], Vec::as_slice);
            let papers = papers.and_then(|papers| papers.get(&learner)).map_or(&[][..], Vec::as_slice);
            out.extend(settle(judged, learner, taps, papers, findings));
        }
    }
    out
}

fn settle(
    judged: &Judged<'_>,
    learner: LearnerId,
    taps: &[Tap],
    papers: &[Paper],
    findings: &mut Vec<Finding>,
) -> Option<Stay> {
    let mut parts = parts(judged, taps);
    parts.extend(papers.iter().filter_map(|paper| on_paper(judged, paper, findings)));
    let last = parts.iter().rev().find(|part| part.end != End::Paper).or(parts.last())?;
    let end = if parts.iter().any(|part| part.end == End::Forgotten) && last.end != End::Open {
        End::Forgotten
    } else {
        last.end
    };
    let counted: Spans = parts.iter().map(|part| (part.span.0.0, part.span.1.0)).collect();
    let ins = || taps.iter().filter(|tap| matches!(tap.what, What::In { .. }));
    let left = taps.iter().rev().find(|tap| matches!(tap.what, What::Out { .. }));
    let mut stay = Stay {
        learner,
        session: judged.held.session,
        arrived: ins().next().map(|tap| tap.at),
        left: left.map(|tap| tap.at),
        end,
        minutes: u32::try_from(counted.total() / MINUTE_MS).unwrap_or(u32::MAX),
        counted,
        count: Count::Yes,
        sits_in: ins().next().is_some() && ins().all(|tap| tap.what == What::In { sits_in: true }),
        by_staff: taps.iter().any(|tap| tap.by_staff),
        on_paper: parts.iter().any(|part| part.end == End::Paper),
        unmeasured: parts.iter().any(|part| part.unmeasured),
    };
    stay.count = count(judged, &stay);
    if matches!(stay.count, Count::No(Reason::Cancelled | Reason::TooLate { .. })) {
        stay.counted = Spans::default();
        stay.minutes = 0;
    }
    Some(stay)
}

/// From each check-in to the next check-out. Two kiosks that both took a tap took one tap.
fn parts(judged: &Judged<'_>, taps: &[Tap]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut open: Option<&Tap> = None;
    for tap in taps {
        match (tap.what, open) {
            (What::In { .. }, None) => open = Some(tap),
            (What::Out { early }, Some(came)) => {
                parts.push(tapped(judged, came, tap, early));
                open = None;
            }
            (What::In { .. }, Some(_)) | (What::Out { .. }, None) => {}
        }
    }
    parts.extend(open.map(|came| not_tapped(judged, came)));
    parts
}

fn tapped(judged: &Judged<'_>, came: &Tap, left: &Tap, early: bool) -> Part {
    if !came.measurable || !left.measurable {
        return forgotten(judged, came, true);
    }
    let until =
        judged.policy.checkout_until_after_end.map(|minutes| judged.held.real_end.plus_minutes(i64::from(minutes)));
    if until.is_some_and(|until| left.at > until) {
        return forgotten(judged, came, false);
    }
    let end = if early { End::LeftEarly } else { End::Tapped };
    Part { span: (from(judged, came.at), to(judged, left.at)), end, unmeasured: false }
}

fn not_tapped(judged: &Judged<'_>, came: &Tap) -> Part {
    let held = &judged.held;
    let whole = |end| Part { span: (arrival(judged, came), held.counted_end), end, unmeasured: !came.measurable };
    let closed = judged.closed_for_all.is_some_and(|(at, known)| !known || !came.measurable || came.at <= at);
    if closed {
        return whole(End::ClosedForAll);
    }
    let patience = i64::from(judged.policy.checkout_until_after_end.unwrap_or(0));
    match judged.policy.checkout {
        Checkout::None | Checkout::OnClose if held.over => whole(End::WithSession),
        Checkout::Required if held.over && judged.now > held.real_end.plus_minutes(patience) => {
            forgotten(judged, came, !came.measurable)
        }
        _ => Part { span: (held.start, held.start), end: End::Open, unmeasured: false },
    }
}

fn forgotten(judged: &Judged<'_>, came: &Tap, unmeasured: bool) -> Part {
    let from = arrival(judged, came);
    let end = judged.held.counted_end;
    let to = match judged.policy.forgotten {
        Forgotten::Whole | Forgotten::Monthly { .. } => end,
        Forgotten::Minimum => end.min(from.plus_minutes(i64::from(judged.policy.minimum_minutes))),
        Forgotten::WaitForStaff => from,
    };
    Part { span: (from, to), end: End::Forgotten, unmeasured }
}

fn on_paper(judged: &Judged<'_>, paper: &Paper, findings: &mut Vec<Finding>) -> Option<Part> {
    let days = paper.made.minutes_since(judged.held.real_end) / (24 * 60);
    if days > i64::from(judged.rules.supplement_within_days) {
        let days = u32::try_from(days).unwrap_or(u32::MAX);
        findings.push(Finding::LateEntryTooLate { record: paper.record, days });
        return None;
    }
    Some(Part { span: (from(judged, paper.from), to(judged, paper.to)), end: End::Paper, unmeasured: false })
}

/// When a check-in begins to count; where its time is not known, with the session.
fn arrival(judged: &Judged<'_>, came: &Tap) -> Time {
    if came.measurable { from(judged, came.at) } else { judged.held.start }
}

fn from(judged: &Judged<'_>, at: Time) -> Time {
    let held = &judged.held;
    let in_time = held.start.plus_minutes(i64::from(judged.policy.late_tolerance));
    if at <= in_time { held.start } else { at.min(held.counted_end) }
}

fn to(judged: &Judged<'_>, at: Time) -> Time {
    let held = &judged.held;
    let whole = held.real_end.0.saturating_sub(ms(judged.policy.early_end_tolerance));
    if at.0 >= whole { held.counted_end } else { at.max(held.start) }
}

fn count(judged: &Judged<'_>, stay: &Stay) -> Count {
    let (held, policy) = (&judged.held, judged.policy);
    if held.cancelled {
        return Count::No(Reason::Cancelled);
    }
    if let (Some(most), Some(arrived), false) =
        (policy.accept_until_after_start, stay.arrived, stay.unmeasured || stay.on_paper)
        && arrived > held.start.plus_minutes(i64::from(most))
    {
        return Count::No(Reason::TooLate { after_minutes: most });
    }
    if stay.end == End::Open {
        return Count::NotYet;
    }
    if stay.sits_in {
        return Count::No(Reason::NotEnrolled);
    }
    if stay.end == End::Forgotten && policy.forgotten == Forgotten::WaitForStaff {
        return Count::No(Reason::WaitsForStaff);
    }
    let share = policy.minimum_share.map_or(0, |share| share.needed(held.length_ms()));
    let needed_ms = share.max(ms(policy.minimum_minutes));
    // A drop-in that was forgotten near closing time counts what there was.
    let forgiven = stay.end == End::Forgotten && policy.forgotten == Forgotten::Minimum;
    if stay.counted.total() < needed_ms && !forgiven || stay.minutes == 0 {
        let needed = u32::try_from((needed_ms + MINUTE_MS - 1) / MINUTE_MS).unwrap_or(u32::MAX);
        return Count::No(Reason::TooShort { minutes: stay.minutes, needed });
    }
    Count::Yes
}
