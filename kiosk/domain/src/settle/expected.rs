// SPDX-License-Identifier: GPL-3.0-or-later
//! What a check-in now will earn if the person stays to the end, and why: told at once, settled later.

use crate::{
    id::{DeviceId, EpochId, LearnerId, RecordId, SessionId},
    record::{Fact, Hand, Kind, Origin, Presence, Session},
    session::SessionPlan,
    settle::{Award, Input, State, Waiting, settle},
    time::Time,
};

/// The awards of a check-in at `at` that lasts to the planned end. Everything else is as in `input`: for an answer within
/// a blink give the facts of this person's day and of this session only.
#[must_use]
pub fn expected(input: &Input<'_>, learner: LearnerId, session: &SessionPlan, at: Time, sits_in: bool) -> Vec<Award> {
    let far = Time(i64::MAX);
    let person = input.opening.person(learner);
    let mut facts = input.facts.to_vec();
    let check_in = Presence::CheckIn { learner: person, session: session.id, how: Hand::Card, sits_in };
    facts.push(imagined(0xfe, at, Kind::Presence(check_in)));
    // Closed for all, long after its end: everyone stays.
    facts.push(imagined(0xff, far, Kind::Session(Session::Closed { session: session.id, for_all: true, by: None })));
    let mut plans = input.plans.to_vec();
    plans.push(session.clone());
    let settled = settle(&Input { plans: &plans, facts: &facts, now: far, ..*input });
    let mine = |award: &Award| award.learner == person && is_of(award, session.id);
    settled.awards.into_iter().filter(mine).map(without_end).collect()
}

fn is_of(award: &Award, session: SessionId) -> bool {
    award.source == crate::record::AwardSource::Session(session)
}

fn without_end(mut award: Award) -> Award {
    if award.state == State::Waiting(Waiting::Headcount) {
        award.state = State::Waiting(Waiting::SessionEnd);
    }
    award
}

fn imagined(n: u8, at: Time, kind: Kind) -> Fact {
    let origin = Origin { device: DeviceId([n; 16]), epoch: EpochId([n; 16]), seq: u64::MAX };
    Fact { id: RecordId([n; 16]), origin, at, measurable: true, kind }
}
