// SPDX-License-Identifier: GPL-3.0-or-later
//! From what the domain tells to what the screen shows of it.

use xuedian_domain::{
    decide::{Attendance, Forgot, Outcome, Question, Refusal},
    id::{LearnerId, SessionId},
    session::SessionPlan,
};

use super::super::{Director, point::words};
use super::{agenda, moment};
use crate::view::{self, Forgotten, Person, PersonChoice, SessionChoice};

impl Director {
    pub(in super::super) fn view_outcome(&self, outcome: &Outcome) -> view::Outcome {
        match outcome {
            Outcome::SignedIn { learner, session, place, forecast, moved, forgot } => view::Outcome::SignedIn {
                session: self.session_name(*session),
                place: *place,
                earns: forecast.as_ref().and_then(|e| self.amount_and_why(e, *session)),
                expected: self.rules.are_old(self.clock.now()),
                forgotten: forgot.map(|f| self.forgotten_view(f, *learner)),
                moved_to: self.book.plan(*session).filter(|_| *moved).map(|plan| self.place(plan)),
                delayed: Some(self.book.story(*session).delay).filter(|minutes| *minutes > 0),
                sits_in: self.sits_in(*learner, *session),
            },
            Outcome::Already { learner, session, no_checkout } => view::Outcome::Already {
                session: self.session_name(*session),
                since: self.since(*learner, *session),
                no_check_out: *no_checkout,
            },
            Outcome::SignedOut { session, earning, .. } => view::Outcome::SignedOut {
                session: self.session_name(*session),
                minutes: earning.as_ref().map_or(0, |e| e.minutes),
                earned: earning.as_ref().and_then(|e| self.amount_and_why(e, *session)),
                expected: self.rules.are_old(self.clock.now()),
            },
            Outcome::Asked(question) => self.view_question(question),
            Outcome::VisitClosed { learner } => {
                view::Outcome::VisitClosed { not_sent: self.records_not_sent(*learner) }
            }
            Outcome::InUse { .. } => view::Outcome::InUse,
            Outcome::Refused(refusal) => view::Outcome::Refused(self.view_refusal(*refusal)),
            Outcome::NotKept => view::Outcome::Refused(view::Refusal::NotRecorded),
            Outcome::VisitOpened { .. }
            | Outcome::StaffOn { .. }
            | Outcome::Linked { .. }
            | Outcome::NotLinked(_)
            | Outcome::SamePerson
            | Outcome::Done(_)
            | Outcome::LessonEarned { .. } => view::Outcome::VisitOpened,
        }
    }

    fn view_question(&self, question: &Question) -> view::Outcome {
        match question {
            Question::LeaveEarly { session, .. } => view::Outcome::MidClass {
                session: self.session_name(*session),
                ends: self.book.plan(*session).map_or_else(Default::default, |plan| {
                    moment::clock(agenda::end(plan, &self.book.story(*session)), &self.point.zone())
                }),
                seconds_left: self.seconds_left(),
            },
            Question::WhichSession { sessions, .. } => view::Outcome::WhichSession(
                sessions.iter().filter_map(|id| self.book.plan(*id)).map(|plan| self.session_choice(plan)).collect(),
            ),
            Question::WhichPerson { learners } => view::Outcome::WhichPerson(
                (0..).zip(learners).map(|(key, l)| PersonChoice { key, who: self.person_with_tail(*l) }).collect(),
            ),
            Question::SitIn { session, .. } => view::Outcome::NotEnrolled { session: self.session_name(*session) },
            Question::Back { session, out_at, .. } => view::Outcome::SignedOutBefore {
                session: self.session_name(*session),
                at: moment::clock(*out_at, &self.point.zone()),
            },
        }
    }

    fn view_refusal(&self, refusal: Refusal) -> view::Refusal {
        match refusal {
            Refusal::Unknown if self.point.settings.is_none() => view::Refusal::NotSetUp,
            Refusal::Unknown if !self.people.can_tell() => view::Refusal::NotNow,
            Refusal::Unknown | Refusal::Resting => view::Refusal::UnknownCard,
            Refusal::RandomUid => view::Refusal::RandomUid,
            Refusal::IdentityCard => view::Refusal::IdentityCard,
            Refusal::TwoCards => view::Refusal::TwoCards,
            Refusal::Unreadable => view::Refusal::TooQuick,
            Refusal::Lost => view::Refusal::LostCard,
            Refusal::Full(_) => view::Refusal::Full,
            Refusal::Cancelled(session) => view::Refusal::Cancelled {
                reason: agenda::cancel_reason(&self.book.story(session).cancelled.unwrap_or_default()),
                make_up: self.make_up(session),
            },
            Refusal::TooLate(session) => view::Refusal::TooLate { session: self.session_name(session) },
        }
    }

    /// The next session of the same activity.
    fn make_up(&self, session: SessionId) -> Option<(view::Day, view::Clock)> {
        let cancelled = self.book.plan(session)?;
        let next = self.book.plans().iter().find(|p| p.activity == cancelled.activity && p.start > cancelled.start)?;
        let zone = self.point.zone();
        Some((moment::day(next.start, &zone), moment::clock(next.start, &zone)))
    }

    fn session_choice(&self, plan: &SessionPlan) -> SessionChoice {
        SessionChoice {
            id: plan.id.to_string(),
            name: words(&plan.title, self.preferences.language()),
            short: words(&plan.short, self.preferences.language()),
            room: self.place(plan),
            picture: self.picture_of(plan),
            starts: moment::clock(plan.start, &self.point.zone()),
        }
    }

    pub(in super::super) fn session_name(&self, session: SessionId) -> String {
        self.book.plan(session).map_or_else(String::new, |plan| words(&plan.title, self.preferences.language()))
    }

    /// The name of the room in which a session takes place now.
    fn place(&self, plan: &SessionPlan) -> String {
        self.point.place(plan, self.book.story(plan.id).moved_to, self.preferences.language())
    }

    fn since(&self, learner: LearnerId, session: SessionId) -> view::Clock {
        match self.attendance(learner, session) {
            Attendance::In { since, .. } => moment::clock(since, &self.point.zone()),
            _ => self.shown_clock().unwrap_or_default(),
        }
    }

    fn sits_in(&self, learner: LearnerId, session: SessionId) -> bool {
        self.book.plan(session).is_some_and(|plan| plan.sits_in(learner))
    }

    fn forgotten_view(&self, forgot: Forgot, learner: LearnerId) -> Forgotten {
        match forgot {
            Forgot::Forgiven => Forgotten::Full { times: self.forgiven_this_month(learner) },
            Forgot::Half { amount } => Forgotten::Half { credit: amount },
        }
    }

    /// Mask, with the tail where somebody else on the same list has the same mask.
    pub(in super::super) fn person(&self, learner: LearnerId, session: Option<SessionId>) -> Person {
        let mut person = self.person_with_tail(learner);
        let plan = session.and_then(|id| self.book.plan(id));
        let mut others = plan.into_iter().flat_map(|plan| &plan.due).filter(|other| **other != learner);
        let twin = |other: &LearnerId| self.people.learner(*other).is_some_and(|known| known.mask == person.mask);
        if !others.any(twin) {
            person.tail.clear();
        }
        person
    }

    pub(in super::super) fn person_with_tail(&self, learner: LearnerId) -> Person {
        let known = self.known(learner);
        if known.mask.is_empty() {
            // A numbered card whose name is not known yet.
            return Person { mask: format!("№ {}", known.tail), tail: String::new() };
        }
        Person { mask: known.mask, tail: known.tail }
    }
}
