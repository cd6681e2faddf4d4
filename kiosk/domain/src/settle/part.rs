// SPDX-License-Identifier: GPL-3.0-or-later
//! The parts of a stay: from a check-in to its check-out, to the session's end, or as paper says.

use crate::{
    rules::{Checkout, Forgotten, ms},
    settle::{
        End, Finding,
        gather::{Paper, Tap, What},
        held::Judged,
    },
    time::Time,
};

/// A stretch between two taps.
pub(super) struct Part {
    pub span: (Time, Time),
    pub end: End,
    pub unmeasured: bool,
}

/// From each check-in to the next check-out. Two kiosks that both took a tap took one tap.
pub(super) fn parts(judged: &Judged<'_>, taps: &[Tap]) -> Vec<Part> {
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

pub(super) fn on_paper(judged: &Judged<'_>, paper: &Paper, findings: &mut Vec<Finding>) -> Option<Part> {
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
