// SPDX-License-Identifier: GPL-3.0-or-later
//! A person at the screen: it begins, is asked about, ends, and what was watched meanwhile.

use crate::{
    card::CardToken,
    decide::{
        event::{Effect, Now, Outcome, Sitting, VisitKey},
        reset, staff,
        state::{OpenVisit, Pending, State, Then},
        tap,
    },
    id::LearnerId,
    record::{AwardSource, Kind, Learning, Machine, Visit, VisitEnd},
};

/// Opens a visit, after closing the one that is open.
pub(super) fn open(state: &mut State, learner: Option<LearnerId>, token: Option<CardToken>, now: &Now) -> Vec<Effect> {
    let mut drafts = Vec::new();
    if let Some(before) = &state.visit {
        let closed = Visit::Closed { visit: before.record, why: VisitEnd::Another };
        drafts.push((now.ids[0], Kind::Visit(closed)));
    }
    let record = now.ids[1];
    drafts.push((record, Kind::Visit(Visit::Opened { learner })));
    let visit = OpenVisit { record, learner, touched_ms: now.mono_ms, asked_ms: None };
    let pending = Pending {
        tokens: token.into_iter().collect(),
        tell: Some(Outcome::VisitOpened { learner }),
        then: Then::VisitOpens(visit),
    };
    vec![state.record(drafts, pending)]
}

/// Closes the open visit.
pub(super) fn close(state: &mut State, why: VisitEnd, token: Option<CardToken>, now: &Now) -> Vec<Effect> {
    let Some(visit) = &state.visit else {
        return vec![Effect::VisitOver(why)];
    };
    let kind = Kind::Visit(Visit::Closed { visit: visit.record, why });
    let tell = visit.learner.filter(|_| why == VisitEnd::Tap).map(|learner| Outcome::VisitClosed { learner });
    let pending = Pending { tokens: token.into_iter().collect(), tell, then: Then::VisitCloses(why) };
    vec![state.record(vec![(now.ids[0], kind)], pending)]
}

pub(super) fn key(state: &mut State, key: VisitKey, now: &Now) -> Vec<Effect> {
    state.touched(now);
    match key {
        VisitKey::Guest if state.visit.is_some() => Vec::new(),
        VisitKey::Guest => open(state, None, None, now),
        VisitKey::Continue(learner) => match &state.visit {
            Some(visit) if visit.learner == Some(learner) => Vec::new(),
            _ => open(state, Some(learner), None, now),
        },
        VisitKey::Leave => close(state, VisitEnd::Left, None, now),
        VisitKey::StillHere => Vec::new(),
        VisitKey::Prefer { key, value } => prefer(state, key, value, now),
    }
}

/// A guest's choice holds for the visit; a learner's travels with the card.
fn prefer(state: &mut State, key: String, value: String, now: &Now) -> Vec<Effect> {
    let Some(learner) = state.visit.as_ref().and_then(|v| v.learner) else {
        return Vec::new();
    };
    let kind = Kind::Visit(Visit::Preference { learner, key, value });
    vec![state.record(vec![(now.ids[0], kind)], Pending { tokens: Vec::new(), tell: None, then: Then::Nothing })]
}

pub(super) fn watched(state: &mut State, sitting: Sitting, now: &Now) -> Vec<Effect> {
    let Some(visit) = &state.visit else {
        return vec![Effect::Anomaly("a lesson was watched by nobody")];
    };
    let (learner, record) = (visit.learner, visit.record);
    let Sitting { lesson, ranges, length_ms, stopped_ms, earned } = sitting;
    let kind = Learning::Watched { learner, visit: record, lesson: lesson.clone(), ranges, length_ms, stopped_ms };
    let mut drafts = vec![(now.ids[0], Kind::Learning(kind))];
    let earned = earned.filter(|_| !state.earned.contains(&lesson));
    if let Some(learner) = learner {
        let award = tap::award(learner, AwardSource::Lesson(lesson.clone()), earned.as_ref(), now.ids[1]);
        if award.is_some() {
            state.earned.push(lesson);
        }
        drafts.extend(award);
    }
    let tell = earned.filter(|e| learner.is_some() && e.amount > 0).map(|earning| Outcome::LessonEarned { earning });
    vec![state.record(drafts, Pending { tokens: Vec::new(), tell, then: Then::Nothing })]
}

/// What time alone brings about.
pub(super) fn tick(state: &mut State, now: &Now) -> Vec<Effect> {
    let timing = state.timing;
    let mut effects = Vec::new();
    if state.question.as_ref().is_some_and(|q| now.mono_ms - q.asked_ms >= timing.question_ms) {
        state.question = None;
        effects.push(Effect::QuestionGone);
    }
    effects.extend(reset::tick(state, now));
    if state.staff.as_ref().is_some_and(|s| now.mono_ms - s.touched_ms >= timing.staff_ms) {
        effects.extend(staff::over(state, now));
    }
    if let Some(n) = state.strangers.counted(now.mono_ms) {
        let detail = format!("{n} unknown cards in a minute were counted and not recorded one by one");
        let kind = Kind::Machine(Machine::Fault { part: "cards".into(), began: true, detail });
        let pending = Pending { tokens: Vec::new(), tell: None, then: Then::Nothing };
        effects.push(state.record(vec![(now.ids[1], kind)], pending));
    }
    if state.playing || state.staff.is_some() {
        return effects;
    }
    let closing = closing(state);
    let Some(visit) = &mut state.visit else {
        return effects;
    };
    match visit.asked_ms {
        None if now.mono_ms - visit.touched_ms >= timing.idle_ms => {
            visit.asked_ms = Some(now.mono_ms);
            effects.push(Effect::AreYouThere);
        }
        Some(asked) if now.mono_ms - asked >= timing.answer_ms && !closing => {
            effects.extend(close(state, VisitEnd::Timeout, None, now));
        }
        _ => {}
    }
    effects
}

/// Whether the end of the visit is already on its way to the disk.
fn closing(state: &State) -> bool {
    state.in_flight.values().any(|p| matches!(p.then, Then::VisitCloses(_)))
}
