// SPDX-License-Identifier: GPL-3.0-or-later
//! What was told to whom: the last results, the open question, the band over a film.

use std::collections::{BTreeSet, VecDeque};

use xuedian_domain::{
    decide::{Answer, Event, Outcome, Question},
    id::LearnerId,
};

use super::{Director, Rim, place::Place, place::Way};
use crate::{
    command,
    ports::media::MediaCommand,
    view::{RecentResults, ShownAs, TapResult},
};

/// A result stays for so many milliseconds, unless a touch or the next card is earlier.
const RESULT_MS: i64 = 8_000;
/// Three people within so many milliseconds are a queue.
const QUEUE_MS: i64 = 10_000;

/// What was told.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub results: RecentResults,
    pub reading: bool,
    /// A key of a result leads to a page, and the visit that it opens must not lead elsewhere.
    pub entering: bool,
    last_key: u64,
    /// Whose cards came when, milliseconds since boot.
    taps: VecDeque<(LearnerId, i64)>,
    /// The result that is a question, until answered.
    question: Option<u64>,
    /// Over a film, or over somebody else's visit: which, and until when, milliseconds since boot.
    band: Option<(u64, i64)>,
    /// Whom the results are about, newest first, beside `results`.
    learners: VecDeque<(u64, Option<LearnerId>)>,
}

impl Told {
    /// Whether others are waiting behind somebody who has just come: two other people in ten seconds. Whoever taps twice, or answers
    /// a question, wants to read.
    fn is_queue(&self, learner: Option<LearnerId>, now_ms: i64) -> bool {
        let recent = self.taps.iter().filter(|(_, at)| now_ms - at < QUEUE_MS).map(|(who, _)| *who);
        let others: BTreeSet<LearnerId> = recent.collect();
        others.len() >= 2 && learner.is_some_and(|learner| !others.contains(&learner))
    }

    pub(super) fn result(&self, key: u64) -> Option<&TapResult> {
        self.results.iter().find(|r| r.key == key)
    }

    pub(super) fn learner_of(&self, key: u64) -> Option<LearnerId> {
        self.learners.iter().find(|(k, _)| *k == key).and_then(|(_, learner)| *learner)
    }

    pub(super) fn band(&self) -> Option<&TapResult> {
        self.band.and_then(|(key, _)| self.result(key))
    }

    /// What is shown over a page goes at once.
    pub(super) fn clear_band(&mut self) {
        self.band = None;
    }

    /// The question went away: so does its result.
    pub(super) fn question_gone(&mut self, way: &mut Way) {
        let Some(key) = self.question.take() else { return };
        if matches!(way.here(), Place::Result { key: shown, .. } if *shown == key) {
            way.back(Place::Idle);
        }
        if self.band.is_some_and(|(shown, _)| shown == key) {
            self.band = None;
        }
    }
}

impl Director {
    /// Whether a result is one of a queue: nobody has time to listen then.
    pub(super) fn is_in_queue(&self, outcome: &Outcome) -> bool {
        self.told.is_queue(learner_of(outcome), self.clock.mono_ms())
    }

    pub(super) fn show_result(&mut self, outcome: Outcome) {
        let now_ms = self.clock.mono_ms();
        let learner = learner_of(&outcome);
        let question = matches!(outcome, Outcome::Asked(_));
        self.told.entering = false;
        let queue = self.told.is_queue(learner, now_ms) && !question;
        self.told.taps.extend(learner.map(|learner| (learner, now_ms)));
        if self.told.taps.len() > RecentResults::KEPT {
            self.told.taps.pop_front();
        }
        self.told.last_key += 1;
        let key = self.told.last_key;
        let result = TapResult {
            key,
            who: learner.map(|l| self.person(l, session_of(&outcome))),
            at: self.shown_clock(),
            shown_as: if queue { ShownAs::Queue } else { ShownAs::Full },
            outcome: self.view_outcome(&outcome),
        };
        self.told.results.push(result);
        self.told.learners.push_front((key, learner));
        self.told.learners.truncate(RecentResults::KEPT);
        self.told.question = question.then_some(key);
        let stays_ms = if question { self.state.timing.question_ms } else { RESULT_MS };
        self.place_result(key, now_ms + stays_ms, learner, &outcome);
    }

    /// The whole screen, a band, or, in a roll call, only a new name in the list.
    fn place_result(&mut self, key: u64, until_ms: i64, learner: Option<LearnerId>, outcome: &Outcome) {
        let in_list = matches!(outcome, Outcome::SignedIn { .. } | Outcome::SignedOut { .. });
        let visit_of_another = self.state.visit.as_ref().is_some_and(|v| v.learner.is_some() && v.learner != learner);
        // A question needs its answers: it covers the staff page, and a film, until then.
        let question = matches!(outcome, Outcome::Asked(_));
        let staff_page = matches!(self.way.here(), Place::Staff | Place::Reset(_));
        if self.state.staff.is_some() && staff_page && !question {
            self.told.band = (!in_list || !self.desk.shows_roll_of(session_of(outcome))).then_some((key, until_ms));
        } else if !question && (self.state.playing || visit_of_another && !self.way.is_resting()) {
            self.told.band = Some((key, until_ms));
        } else {
            if self.state.playing {
                // What nobody can see is not shown, nor counted as seen.
                Rim::tell(&self.rim.media, MediaCommand::Pause);
            }
            self.told.band = None;
            self.way.go(Place::Result { key, until_ms });
        }
    }

    pub(super) fn told_tick(&mut self) {
        let now_ms = self.clock.mono_ms();
        if self.told.band.is_some_and(|(_, until)| until <= now_ms) {
            self.told.band = None;
        }
        if matches!(self.way.here(), Place::Result { until_ms, .. } if *until_ms <= now_ms) {
            self.way.back(Place::Idle);
        }
    }

    /// An answer, if its question is still open.
    pub(super) fn answer(&mut self, key: u64, answer: &command::Answer) {
        if self.told.question != Some(key) {
            return;
        }
        let answer = match answer {
            command::Answer::Stay | command::Answer::AskTeacher => Answer::No,
            command::Answer::LeaveEarly | command::Answer::IamBack | command::Answer::SitIn => Answer::Yes,
            command::Answer::Session(id) => match id.parse() {
                Ok(session) => Answer::Session(session),
                Err(_) => return,
            },
            command::Answer::Person(at) => match self.asked_people().get(usize::try_from(*at).unwrap_or(usize::MAX)) {
                Some(learner) => Answer::Person(*learner),
                None => return,
            },
        };
        self.decide(Event::Answered(answer));
    }

    fn asked_people(&self) -> Vec<LearnerId> {
        match self.state.question.as_ref().map(|open| &open.question) {
            Some(Question::WhichPerson { learners }) => learners.clone(),
            _ => Vec::new(),
        }
    }
}

fn learner_of(outcome: &Outcome) -> Option<LearnerId> {
    match outcome {
        Outcome::SignedIn { learner, .. }
        | Outcome::Already { learner, .. }
        | Outcome::SignedOut { learner, .. }
        | Outcome::VisitClosed { learner }
        | Outcome::InUse { learner }
        | Outcome::Linked { learner, .. } => Some(*learner),
        Outcome::Asked(
            Question::LeaveEarly { learner, .. }
            | Question::WhichSession { learner, .. }
            | Question::SitIn { learner, .. }
            | Question::Back { learner, .. },
        ) => Some(*learner),
        Outcome::VisitOpened { learner } => *learner,
        _ => None,
    }
}

fn session_of(outcome: &Outcome) -> Option<xuedian_domain::id::SessionId> {
    match outcome {
        Outcome::SignedIn { session, .. } | Outcome::Already { session, .. } | Outcome::SignedOut { session, .. } => {
            Some(*session)
        }
        Outcome::Asked(
            Question::LeaveEarly { session, .. } | Question::SitIn { session, .. } | Question::Back { session, .. },
        ) => Some(*session),
        _ => None,
    }
}
