// SPDX-License-Identifier: GPL-3.0-or-later
//! What staff ask for by keys.

use xuedian_domain::{
    decide::{Attendance, Event, LinkNext, SessionAct, StaffAct},
    id::SessionId,
};

use super::{
    Director,
    desk::{Handing, Task},
    show::agenda::cancel_words,
};
use crate::{
    command::{StaffCommand, StaffPage},
    view::{PaperState, UndoReason},
};

/// Candidates on one page of the search.
const FOUND: usize = 8;

impl Director {
    pub(super) fn staff_key(&mut self, command: StaffCommand) {
        if self.state.staff.is_none() {
            return;
        }
        self.decide(Event::Touched);
        match command {
            StaffCommand::Choose => {
                self.desk.task = Task::Choose;
                self.desk.session = None;
            }
            StaffCommand::Session(id) => self.choose_session(&id),
            StaffCommand::Task(page) => self.desk_page(page),
            StaffCommand::AskUndo(key) => self.desk.task = Task::Undo(usize::try_from(key).unwrap_or(usize::MAX)),
            StaffCommand::Undo(key, reason) => self.undo(usize::try_from(key).unwrap_or(usize::MAX), reason),
            StaffCommand::Delay(minutes) => self.delay(minutes),
            StaffCommand::Move(room) => self.move_to(&room),
            StaffCommand::Cancel(reason) => self.session_act(SessionAct::Cancel(cancel_words(reason).to_owned())),
            StaffCommand::EndEarly => self.session_act(SessionAct::EndEarly),
            StaffCommand::Headcount(heads) => self.session_act(SessionAct::Headcount(heads)),
            StaffCommand::CloseForAll => self.session_act(SessionAct::CloseForAll),
            StaffCommand::Search(typed) => {
                let found = self.people.search(&typed, FOUND).into_iter().map(|known| known.learner).collect();
                self.desk.search(typed, found);
            }
            StaffCommand::Pick(key) => self.pick(usize::try_from(key).unwrap_or(usize::MAX)),
            StaffCommand::HandOut => self.hand_out(),
            StaffCommand::Bind => {
                self.desk.search(String::new(), Vec::new());
                self.desk.task = Task::Card(Handing::BindSearch);
            }
            StaffCommand::MakePapers => self.make_papers(),
            StaffCommand::EndDay => self.end_day(),
            StaffCommand::Install => self.install_from_stick(),
            StaffCommand::UpdateRead => self.update_read(),
        }
    }

    fn choose_session(&mut self, id: &str) {
        let Ok(session) = id.parse::<SessionId>() else { return };
        if self.book.plan(session).is_none() {
            return;
        }
        self.desk.session = Some(session);
        if !matches!(self.desk.task, Task::Card(Handing::HandedOut(_))) {
            self.desk.task = Task::Roll;
        }
        if self.running_here().contains(&session)
            && let Some(learner) = self.desk.unplaced.take()
        {
            let act = StaffAct::SignIn { learner, session, sits_in: false, by_card: true };
            self.decide(Event::Staff(act));
        }
    }

    fn desk_page(&mut self, page: StaffPage) {
        self.desk.search(String::new(), Vec::new());
        self.desk.task = match page {
            StaffPage::Roll => Task::Roll,
            StaffPage::More => Task::More,
            StaffPage::Late => Task::Late,
            StaffPage::Moved => Task::Moved,
            StaffPage::Cancel => Task::Cancel,
            StaffPage::EndEarly => Task::EndEarly,
            StaffPage::Headcount => Task::Headcount,
            StaffPage::CloseForAll => Task::CloseForAll,
            StaffPage::Forgot => Task::Forgot(None),
            StaffPage::Card => Task::Card(Handing::Which),
            StaffPage::Papers => {
                self.desk.paper = Some(PaperState::Ready);
                Task::Papers
            }
            StaffPage::EndOfDay => {
                self.desk.safe = false;
                Task::EndOfDay
            }
        };
    }

    /// So many minutes more than what the screen shows.
    fn delay(&mut self, minutes: u32) {
        let Some(session) = self.desk.session else { return };
        let in_all = self.book.story(session).delay.saturating_add(minutes);
        self.session_act(SessionAct::Delay(in_all));
    }

    fn session_act(&mut self, act: SessionAct) {
        if let Some(session) = self.desk.session {
            self.decide(Event::Staff(StaffAct::Session { session, act }));
        }
    }

    fn move_to(&mut self, name: &str) {
        let language = self.preferences.language();
        let room = self.point.rooms().find(|(_, words)| super::point::entry(words, language) == name).map(|(id, _)| id);
        if let Some(room) = room {
            self.session_act(SessionAct::Move(room));
        }
    }

    fn undo(&mut self, line: usize, reason: UndoReason) {
        let Some(session) = self.desk.session else { return };
        let roll = self.book.roll(session);
        let Some(line) = roll.get(line).filter(|line| !line.undone) else { return };
        let reason = match reason {
            UndoReason::WrongClass => "走错班",
            UndoReason::WrongCard => "刷错卡",
            UndoReason::NotHere => "人没来",
            UndoReason::Other => "其他",
        };
        self.decide(Event::Staff(StaffAct::Undo { of: line.record, reason: reason.to_owned() }));
    }

    /// Whoever was found by a search: signed in, or about to have a card bound.
    fn pick(&mut self, key: usize) {
        let Some(learner) = self.desk.found.get(key).copied() else { return };
        match self.desk.task {
            Task::Card(_) => {
                self.desk.task = Task::Card(Handing::BindTap(learner));
                let not_in = |session: &SessionId| self.attendance(learner, *session) == Attendance::NotYet;
                let session = self.desk.session.filter(not_in);
                let link = LinkNext { learner: Some(learner), printed_no: None, session };
                self.decide(Event::Staff(StaffAct::Link(link)));
            }
            Task::Forgot(_) => self.sign_by_hand(learner),
            _ => {}
        }
    }

    fn sign_by_hand(&mut self, learner: xuedian_domain::id::LearnerId) {
        let Some(session) = self.desk.session else { return };
        let Some(plan) = self.book.plan(session).cloned() else { return };
        let act = match self.attendance(learner, session) {
            Attendance::In { .. } => StaffAct::SignOut { learner, session, earning: self.earned_now(&plan, learner) },
            _ => StaffAct::SignIn { learner, session, sits_in: plan.sits_in(learner), by_card: false },
        };
        self.decide(Event::Staff(act));
    }

    fn hand_out(&mut self) {
        let number = format!("{:04}", self.book.handed_out() + 1);
        self.desk.task = Task::Card(Handing::HandOut);
        self.desk.unplaced = None;
        let link = LinkNext { learner: None, printed_no: Some(number), session: self.session_of_card() };
        self.decide(Event::Staff(StaffAct::Link(link)));
    }

    /// Where whoever is given a card is signed in: the session that staff are at, else the only one that runs.
    fn session_of_card(&self) -> Option<SessionId> {
        self.desk.session.or_else(|| self.only_running_here())
    }

    /// A card was handed out or bound.
    pub(super) fn desk_linked(&mut self, learner: xuedian_domain::id::LearnerId, numbered: bool) {
        self.desk.unplaced = (numbered && self.session_of_card().is_none()).then_some(learner);
        self.desk.task = Task::Card(if numbered { Handing::HandedOut(learner) } else { Handing::Bound(learner) });
    }

    fn end_day(&mut self) {
        self.desk.safe = false;
        (self.rim.send_now)();
        let wakes = self.rim.wakes.clone();
        let asked = self.rim.journal.checkpoint(move |result| {
            let _ = wakes.blocking_send(super::Wake::Safe(result.is_ok()));
        });
        if asked.is_err() {
            tracing::warn!("the journal's queue is full: the log is not folded yet");
        }
    }
}
