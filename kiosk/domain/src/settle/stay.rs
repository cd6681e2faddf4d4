// SPDX-License-Identifier: GPL-3.0-or-later
//! Taps into minutes, by the session's presence policy.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    id::{LearnerId, SessionId},
    rules::{Forgotten, ms},
    settle::{
        Finding, Reason, Spans,
        gather::{Gathered, Paper, Tap, What},
        held::Judged,
        part::{on_paper, parts},
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
