// SPDX-License-Identifier: GPL-3.0-or-later
//! Answers to the open question.

use crate::{
    decide::{
        event::{Answer, Effect, Now, Question},
        here::{LearnerHere, SessionHere},
        state::State,
        tap,
    },
    id::SessionId,
    record::Hand,
};

pub(super) fn answered(state: &mut State, answer: Answer, now: &Now) -> Vec<Effect> {
    let Some(open) = state.question.take() else {
        // The question went away while the finger was on its way: nothing changes, as was promised.
        return vec![Effect::QuestionGone];
    };
    let here = |session: SessionId| -> Option<(&LearnerHere, &SessionHere)> {
        let who = open.people.first()?;
        Some((who, who.sessions.iter().find(|s| s.session == session)?))
    };
    let effects = match (&open.question, answer) {
        (_, Answer::No) => None,
        (Question::LeaveEarly { session, .. }, Answer::Yes) => {
            here(*session).map(|(who, session)| tap::check_out(state, who, session, Hand::Card, true, None, now))
        }
        (Question::SitIn { session, .. } | Question::Back { session, .. }, Answer::Yes) => {
            here(*session).map(|(who, session)| tap::check_in(state, who, session, Hand::Card, None, now))
        }
        (Question::WhichSession { sessions, .. }, Answer::Session(chosen)) if sessions.contains(&chosen) => {
            open.people.first().map(|who| {
                let only = LearnerHere {
                    sessions: who.sessions.iter().filter(|s| s.session == chosen).cloned().collect(),
                    ..who.clone()
                };
                tap::learner(state, &only, None, now)
            })
        }
        (Question::WhichPerson { .. }, Answer::Person(chosen)) => {
            let who = open.people.iter().find(|p| p.learner == chosen);
            who.map(|who| tap::learner(state, who, None, now))
        }
        _ => Some(vec![Effect::Anomaly("an answer that its question does not have"), Effect::QuestionGone]),
    };
    effects.unwrap_or_else(|| vec![Effect::QuestionGone])
}
