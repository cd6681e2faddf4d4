// SPDX-License-Identifier: GPL-3.0-or-later
//! What the kiosk keeps in mind between two events.

use std::collections::{BTreeMap, HashMap};

use crate::{
    card::CardToken,
    decide::event::{Commit, Effect, LinkNext, NotLinked, Now, Outcome, Question},
    decide::here::LearnerHere,
    decide::reset,
    id::{LearnerId, LessonKey, RecordId, SessionId, StaffId},
    record::Kind,
};

/// Windows of seconds, from the point's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// A second tap within this many milliseconds is "already signed in".
    pub double_tap_ms: i64,
    /// A question without an answer goes away after this many milliseconds.
    pub question_ms: i64,
    /// "Are you still there?" after so many milliseconds without a touch, never while something plays.
    pub idle_ms: i64,
    /// The visit ends so many milliseconds after that question.
    pub answer_ms: i64,
    /// The staff page closes after so many milliseconds without a touch or a card.
    pub staff_ms: i64,
    /// A second person of staff has so many milliseconds to confirm a factory reset.
    pub second_ms: i64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            double_tap_ms: 60_000,
            question_ms: 20_000,
            idle_ms: 90_000,
            answer_ms: 30_000,
            staff_ms: 60_000,
            second_ms: 60_000,
        }
    }
}

/// What the kiosk keeps in mind. Everything else is a fold of records.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Windows of seconds.
    pub timing: Timing,
    /// Who is at the screen.
    pub visit: Option<OpenVisit>,
    /// Staff at the screen.
    pub staff: Option<StaffMode>,
    /// The open question.
    pub question: Option<Open>,
    /// Whether a lesson plays.
    pub playing: bool,
    /// Two people of staff have decided on a factory reset: nothing else is taken any more.
    pub resetting: bool,
    /// Cards in the field that were taken: what stays of them is no new tap.
    pub(super) taken: Vec<CardToken>,
    pub(super) strangers: Strangers,
    pub(super) in_flight: BTreeMap<Commit, Pending>,
    pub(super) last_commit: u64,
    /// When each person last signed in here, so that a second tap at once is known as one. Milliseconds since boot.
    pub(super) signed_in_at: HashMap<(LearnerId, SessionId), i64>,
    /// Lessons whose award was written during this visit.
    pub(super) earned: Vec<LessonKey>,
}

/// A person at the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenVisit {
    /// The `visit-opened` record.
    pub record: RecordId,
    /// Who; none is a guest.
    pub learner: Option<LearnerId>,
    /// The last touch, milliseconds since boot.
    pub touched_ms: i64,
    /// When "are you still there?" was asked.
    pub asked_ms: Option<i64>,
}

/// Staff at the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMode {
    /// Who.
    pub staff: StaffId,
    /// The last touch or card, milliseconds since boot.
    pub touched_ms: i64,
    /// What the next unknown card becomes.
    pub link: Option<LinkNext>,
    /// The screen shows a session in progress.
    pub roll_call: bool,
    /// A factory reset waits for a second person.
    pub reset: Option<ResetAsked>,
}

/// A factory reset that somebody else has to confirm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResetAsked {
    /// When it was asked for, milliseconds since boot.
    pub asked_ms: i64,
    /// Records that the hub had not acknowledged then.
    pub unsent: u32,
}

/// Cards that nobody knows: a bounded number is recorded one by one, the rest is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Strangers {
    /// Since when they are counted, milliseconds since boot.
    pub since_ms: i64,
    pub recorded: u32,
    pub only_counted: u32,
}

impl Strangers {
    /// More than a hall taps in a minute at one second each, and far less than a machine that shows cards can.
    const RECORDED: u32 = 120;
    const WINDOW_MS: i64 = 60_000;

    /// Whether one more is recorded by itself.
    pub fn one_more(&mut self, now_ms: i64) -> bool {
        if self.only_counted == 0 && now_ms - self.since_ms >= Self::WINDOW_MS {
            *self = Self { since_ms: now_ms, ..Self::default() };
        }
        let room = self.recorded < Self::RECORDED;
        *(if room { &mut self.recorded } else { &mut self.only_counted }) += 1;
        room
    }

    /// How many were only counted, once the minute is over.
    pub fn counted(&mut self, now_ms: i64) -> Option<u32> {
        let over = self.only_counted > 0 && now_ms - self.since_ms >= Self::WINDOW_MS;
        over.then(|| std::mem::take(self).only_counted)
    }
}

/// An open question and what it needs for its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// The question.
    pub question: Question,
    /// Milliseconds since boot.
    pub asked_ms: i64,
    /// The people it is about.
    pub people: Vec<LearnerHere>,
}

/// What waits for the disk.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pending {
    pub tokens: Vec<CardToken>,
    pub tell: Option<Outcome>,
    pub then: Then,
}

/// What becomes true with the records.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Then {
    Nothing,
    SignedIn(LearnerId, SessionId, i64),
    VisitOpens(OpenVisit),
    VisitCloses(crate::record::VisitEnd),
    StaffOn(StaffId),
    StaffOff,
    Reset { by: (StaffId, StaffId), unsent: u32 },
}

impl State {
    /// Asks for records, and keeps what is to be told until they are on the disk.
    pub(super) fn record(&mut self, drafts: Vec<(RecordId, Kind)>, pending: Pending) -> Effect {
        self.last_commit += 1;
        let commit = Commit(self.last_commit);
        self.in_flight.insert(commit, pending);
        Effect::Record { commit, drafts }
    }

    /// Whether a card's records are on their way to the disk: its further taps are ignored.
    pub(super) fn is_in_flight(&self, token: &CardToken) -> bool {
        self.in_flight.values().any(|p| p.tokens.contains(token))
    }

    /// Whether anything is on its way to the disk.
    #[must_use]
    pub fn waits_for_disk(&self) -> bool {
        !self.in_flight.is_empty()
    }

    pub(super) fn touched(&mut self, now: &Now) {
        if let Some(visit) = &mut self.visit {
            visit.touched_ms = now.mono_ms;
            visit.asked_ms = None;
        }
        if let Some(staff) = &mut self.staff {
            staff.touched_ms = now.mono_ms;
        }
    }

    pub(super) fn recorded(&mut self, commit: Commit, now: &Now) -> Vec<Effect> {
        let Some(pending) = self.in_flight.remove(&commit) else {
            return vec![Effect::Anomaly("a commit was acknowledged that nobody asked for")];
        };
        let mut effects = Vec::new();
        match pending.then {
            Then::Nothing => {}
            Then::SignedIn(learner, session, mono_ms) => {
                self.signed_in_at.retain(|_, at| now.mono_ms - *at < self.timing.double_tap_ms);
                self.signed_in_at.insert((learner, session), mono_ms);
            }
            Then::VisitOpens(visit) => {
                self.earned.clear();
                self.visit = Some(visit);
            }
            Then::VisitCloses(why) => {
                self.visit = None;
                self.playing = false;
                effects.push(Effect::VisitOver(why));
            }
            Then::StaffOn(staff) => {
                self.staff =
                    Some(StaffMode { staff, touched_ms: now.mono_ms, link: None, roll_call: false, reset: None });
                if self.playing {
                    effects.push(Effect::PauseLesson);
                }
            }
            Then::StaffOff => {
                self.staff = None;
                effects.push(Effect::StaffOver);
            }
            Then::Reset { by, unsent } => effects.push(Effect::Reset { by, unsent }),
        }
        effects.extend(pending.tell.map(Effect::Tell));
        effects
    }

    pub(super) fn record_failed(&mut self, commit: Commit) -> Vec<Effect> {
        match self.in_flight.remove(&commit) {
            None => vec![Effect::Anomaly("a commit failed that nobody asked for")],
            Some(Pending { tell: Some(Outcome::Linked { .. }), .. }) => {
                vec![Effect::Tell(Outcome::NotLinked(NotLinked::NotKept))]
            }
            Some(Pending { then: Then::Reset { .. }, .. }) => reset::failed(self),
            Some(pending) if pending.tell.is_some() => vec![Effect::Tell(Outcome::NotKept)],
            Some(_) => Vec::new(),
        }
    }

    /// Puts a question on the screen.
    pub(super) fn ask(&mut self, question: Question, people: Vec<LearnerHere>, now: &Now) -> Vec<Effect> {
        self.question = Some(Open { question: question.clone(), asked_ms: now.mono_ms, people });
        vec![Effect::Tell(Outcome::Asked(question))]
    }
}
