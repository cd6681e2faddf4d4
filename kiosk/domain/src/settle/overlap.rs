// SPDX-License-Identifier: GPL-3.0-or-later
//! The same minutes earn once. Of two sessions at once the larger award counts, and waits for somebody to look at it
//! when the person was tapped in at both; the other loses the minutes that they share.

use std::cmp::Reverse;

use crate::{
    id::{LearnerId, SessionId},
    rules::{AccountName, Weight},
    settle::{Finding, Reason, Spans, State, Waiting, candidate::Candidate},
    time::MINUTE_MS,
};

pub(super) fn apply(learner: LearnerId, candidates: &mut [Candidate<'_>], findings: &mut Vec<Finding>) {
    let mut order: Vec<usize> = (0..candidates.len()).filter(|n| candidates[*n].units() > 0).collect();
    // Credits before points: they are what is never spent.
    order.sort_by_key(|n| {
        let it = &candidates[*n];
        (it.rule.account != AccountName::Credit, Reverse(it.units()), it.at, it.session, it.rule.id.clone())
    });
    let mut paid: Vec<usize> = Vec::new();
    for n in order {
        let larger: Vec<usize> =
            paid.iter().copied().filter(|m| candidates[*m].session != candidates[n].session).collect();
        let taken: Spans = larger.iter().flat_map(|m| candidates[*m].counted.as_slice().iter().copied()).collect();
        let shared = candidates[n].counted.shared(&taken);
        for m in larger {
            let together = minutes(candidates[n].seen.shared(&candidates[m].seen));
            if together > 0 && candidates[n].counted.shared(&candidates[m].counted) > 0 {
                let sessions: (SessionId, SessionId) = (candidates[m].session, candidates[n].session);
                findings.push(Finding::TwoPlaces {
                    learner,
                    session: sessions.0,
                    other: sessions.1,
                    minutes: together,
                });
                candidates[m].state = State::Waiting(Waiting::Review);
            }
        }
        if shared > 0 {
            lose(&mut candidates[n], shared);
        }
        if candidates[n].units() > 0 {
            paid.push(n);
        }
    }
}

fn lose(it: &mut Candidate<'_>, shared: i64) {
    it.minutes = minutes(it.counted.total().saturating_sub(shared));
    it.reason = Reason::Overlap { minutes: minutes(shared.saturating_add(MINUTE_MS - 1)) };
    if it.minutes == 0 {
        it.weight = Weight::Nothing;
    }
}

fn minutes(ms: i64) -> u32 {
    u32::try_from(ms / MINUTE_MS).unwrap_or(u32::MAX)
}
