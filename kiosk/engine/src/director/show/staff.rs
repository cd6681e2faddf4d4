// SPDX-License-Identifier: GPL-3.0-or-later
//! The staff's pages.

use xuedian_domain::{
    decide::NotLinked,
    id::{LearnerId, SessionId},
};

use super::super::{
    Director,
    desk::{Handing, Task},
    point::entry,
};
use super::{agenda, moment};
use crate::{
    book::RollLine,
    view::{
        Candidate, CardFailure, CardStep, EndOfDay, ForgotStep, Light, LightColour, Paper, PaperState, RollCall,
        RollEntry, Staff, StaffTask,
    },
};

impl Director {
    pub(in super::super) fn staff_page(&self) -> Staff {
        self.staff_page_of(self.staff_task().unwrap_or_else(|| self.choose_task()))
    }

    pub(in super::super) fn staff_page_of(&self, task: StaffTask) -> Staff {
        Staff { task, light: self.light() }
    }

    fn choose_task(&self) -> StaffTask {
        StaffTask::Choose(self.lists(None).of_this_kiosk())
    }

    /// None when its session is gone: then staff choose again.
    fn staff_task(&self) -> Option<StaffTask> {
        let roll = || self.desk.session.and_then(|id| self.roll_call(id));
        Some(match self.desk.task {
            Task::Choose => self.choose_task(),
            Task::Roll => StaffTask::Roll(roll()?),
            Task::More => StaffTask::More(roll()?),
            Task::Undo(line) => StaffTask::Undo(self.roll_entry(line)?),
            Task::Late => StaffTask::Late(roll()?),
            Task::Moved => StaffTask::Moved(roll()?, self.room_names()),
            Task::Cancel => StaffTask::Cancel(roll()?),
            Task::EndEarly => StaffTask::EndEarly(roll()?),
            Task::Headcount => StaffTask::Headcount(roll()?),
            Task::CloseForAll => StaffTask::CloseForAll(roll()?),
            Task::Forgot(Some(learner)) => StaffTask::Forgot(ForgotStep::Done(self.person_with_tail(learner))),
            Task::Forgot(None) => {
                StaffTask::Forgot(ForgotStep::Search { typed: self.desk.typed.clone(), found: self.candidates() })
            }
            Task::Card(step) => StaffTask::Card(self.card_step(step)),
            Task::Papers => StaffTask::Papers(Paper {
                session: roll()?.session,
                state: self.desk.paper.clone().unwrap_or(PaperState::Ready),
            }),
            Task::EndOfDay => StaffTask::EndOfDay(self.end_of_day()),
            Task::Update => StaffTask::Update(self.updates.step()?),
        })
    }

    fn card_step(&self, step: Handing) -> CardStep {
        match step {
            Handing::Which => CardStep::Which,
            Handing::HandOut => CardStep::HandOut,
            Handing::HandedOut(learner) => {
                let link = self.book.linked_to(learner);
                CardStep::HandedOut {
                    number: link.and_then(|l| l.printed_no).unwrap_or_default(),
                    which: if self.desk.unplaced.is_some() { self.running_lines() } else { Vec::new() },
                }
            }
            Handing::BindSearch => CardStep::BindSearch { typed: self.desk.typed.clone(), found: self.candidates() },
            Handing::BindTap(learner) => CardStep::BindTap(self.person_with_tail(learner)),
            Handing::Bound(learner) => CardStep::Bound(self.person_with_tail(learner)),
            Handing::Failed(why) => CardStep::Failed(match why {
                NotLinked::Taken => CardFailure::Taken,
                NotLinked::RandomUid => CardFailure::RandomUid,
                NotLinked::IdentityCard => CardFailure::IdentityCard,
                NotLinked::NotKept => CardFailure::NotRecorded,
            }),
        }
    }

    fn candidates(&self) -> Vec<Candidate> {
        let found = (0..).zip(&self.desk.found);
        found
            .map(|(key, learner)| Candidate {
                key,
                who: self.person_with_tail(*learner),
                born: self.known(*learner).born,
            })
            .collect()
    }

    fn room_names(&self) -> Vec<String> {
        self.point.rooms().map(|(_, name)| entry(name, self.preferences.language())).collect()
    }

    pub(in super::super) fn roll_call(&self, session: SessionId) -> Option<RollCall> {
        let plan = self.book.plan(session)?;
        let roll = self.book.roll(session);
        let still_in = roll.iter().filter(|l| !l.undone && l.left.is_none()).count();
        let policy = self.policy(plan);
        let mut entries: Vec<_> = (0..).zip(roll.iter()).map(|(key, line)| self.entry(key, line, session)).collect();
        entries.reverse();
        Some(RollCall {
            session: self.lists(None).line(plan),
            signed_in: self.book.present(session),
            still_in: u32::try_from(still_in).unwrap_or(u32::MAX),
            due: u32::try_from(plan.due.len()).unwrap_or(u32::MAX),
            headcount: self.book.story(session).heads,
            check_out: policy.checkout == xuedian_domain::rules::Checkout::Required,
            entries,
        })
    }

    fn roll_entry(&self, line: usize) -> Option<RollEntry> {
        let session = self.desk.session?;
        let roll = self.book.roll(session);
        Some(self.entry(u64::try_from(line).ok()?, roll.get(line)?, session))
    }

    fn entry(&self, key: u64, line: &RollLine, session: SessionId) -> RollEntry {
        let zone = self.point.zone();
        RollEntry {
            key,
            who: self.person(line.learner, Some(session)),
            came: Some(moment::clock(line.came, &zone)),
            left: line.left.map(|at| moment::clock(at, &zone)),
            undone: line.undone,
            by_hand: line.by_hand,
            sits_in: line.sits_in,
        }
    }

    /// Sessions that run in this kiosk's rooms now, or are about to.
    pub(in super::super) fn running_here(&self) -> Vec<SessionId> {
        let now = self.clock.now();
        let runs = |id: &SessionId| {
            self.book.plan(*id).is_some_and(|plan| {
                let story = self.book.story(*id);
                let window = self.window(plan, &story);
                story.cancelled.is_none() && !story.is_over() && window.opens <= now && now <= window.checkout_until
            })
        };
        let lines = self.lists(None).of_this_kiosk();
        lines.iter().filter_map(|line| line.id.parse().ok()).filter(runs).collect()
    }

    /// The session that runs here, when it is the only one.
    pub(in super::super) fn only_running_here(&self) -> Option<SessionId> {
        match self.running_here().as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    fn running_lines(&self) -> Vec<crate::view::SessionLine> {
        let lists = self.lists(None);
        self.running_here().iter().filter_map(|id| self.book.plan(*id)).map(|plan| lists.line(plan)).collect()
    }

    fn end_of_day(&self) -> EndOfDay {
        let zone = self.point.zone();
        let today = self.clock.now().local_day(&zone);
        let district = self.rim.district.borrow();
        let came = |f: &xuedian_domain::record::Fact| {
            agenda::is_attendance(&f.kind) && f.at.local_day(&zone) == today && !self.book.is_reversed(f.id)
        };
        let attendances = self.book.latest().filter(came).count();
        EndOfDay {
            attendances: u32::try_from(attendances).unwrap_or(u32::MAX),
            open_sessions: u32::try_from(self.running_here().len()).unwrap_or(u32::MAX),
            not_sent: u32::try_from(district.unsent).unwrap_or(u32::MAX),
            sending: district.online && district.unsent > 0,
            safe: self.desk.safe,
            release: self.updates.next(),
        }
    }

    fn light(&self) -> Light {
        let district = self.rim.district.borrow();
        let colour = match (self.faults.takes_cards(), district.online) {
            (false, _) => LightColour::NoCards,
            (true, true) => LightColour::Good,
            (true, false) => LightColour::NoNetwork,
        };
        let telephone = self.point.settings.as_ref().and_then(|s| s.telephone.as_ref());
        Light {
            colour,
            not_sent: u32::try_from(district.unsent).unwrap_or(u32::MAX),
            telephone: telephone.map_or_else(String::new, |t| format!("{} {}", t.name, t.number)),
        }
    }

    /// Records about a person that the hub has not acknowledged.
    pub(in super::super) fn records_not_sent(&self, learner: LearnerId) -> u32 {
        u32::try_from(self.book.records_after(learner, self.acked())).unwrap_or(u32::MAX)
    }
}
