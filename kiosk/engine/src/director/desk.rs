// SPDX-License-Identifier: GPL-3.0-or-later
//! The staff's desk: which session, which task, what was typed.

use xuedian_domain::{
    decide::{Event, NotLinked, SessionAct, StaffAct},
    id::{LearnerId, SessionId},
};

use super::{Director, place::Place};
use crate::view::PaperState;

/// Where staff are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Desk {
    pub session: Option<SessionId>,
    pub task: Task,
    pub typed: String,
    pub found: Vec<LearnerId>,
    /// Who was just given a numbered card while several sessions ran: signed in to the one that staff choose next.
    pub unplaced: Option<LearnerId>,
    pub paper: Option<PaperState>,
    /// Everything is on the disk: the wall switch is safe.
    pub safe: bool,
}

/// What staff are doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Task {
    #[default]
    Choose,
    Roll,
    More,
    /// The line of the roll, counted from the oldest.
    Undo(usize),
    Late,
    Moved,
    Cancel,
    EndEarly,
    Headcount,
    CloseForAll,
    Forgot(Option<LearnerId>),
    Card(Handing),
    Papers,
    EndOfDay,
    /// A new release of the system.
    Update,
}

/// A card is handed out or bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handing {
    Which,
    HandOut,
    HandedOut(LearnerId),
    BindSearch,
    BindTap(LearnerId),
    Bound(LearnerId),
    Failed(NotLinked),
}

impl Desk {
    /// New taps of this session appear as names in the list.
    pub(super) fn shows_roll_of(&self, session: Option<SessionId>) -> bool {
        matches!(self.task, Task::Roll | Task::More) && self.session == session
    }

    /// A session in progress is on the screen.
    fn is_roll_call(&self) -> bool {
        use Task::{Cancel, CloseForAll, EndEarly, Headcount, Late, More, Moved, Roll, Undo};
        matches!(self.task, Roll | More | Undo(_) | Late | Moved | Cancel | EndEarly | Headcount | CloseForAll)
    }

    /// Staff are in the middle of nothing.
    pub(super) fn is_at_rest(&self) -> bool {
        matches!(self.task, Task::Choose | Task::Roll | Task::More | Task::EndOfDay)
    }

    /// Back to the roll call, or to the choice among sessions.
    pub(super) fn rest(&mut self) {
        self.task = if self.session.is_some() { Task::Roll } else { Task::Choose };
    }

    /// The next card is to be handed out or bound.
    fn awaits_card(&self) -> bool {
        matches!(self.task, Task::Card(Handing::HandOut | Handing::BindTap(_)))
    }

    /// One step back; false at the beginning.
    pub(super) fn back(&mut self) -> bool {
        let before = match self.task {
            Task::Choose => return false,
            Task::Roll | Task::EndOfDay => Task::Choose,
            Task::More | Task::Forgot(_) | Task::Undo(_) => Task::Roll,
            Task::Card(Handing::Which) if self.session.is_none() => Task::Choose,
            Task::Card(Handing::Which) => Task::More,
            Task::Card(_) => Task::Card(Handing::Which),
            _ => Task::More,
        };
        self.task = before;
        true
    }

    pub(super) fn paper_is(&mut self, result: Result<Vec<String>, String>) {
        self.paper = Some(match result {
            Ok(files) => PaperState::Written(files),
            Err(error) => {
                tracing::error!(error, "a paper could not be written");
                PaperState::Failed
            }
        });
    }

    pub(super) fn search(&mut self, typed: String, found: Vec<LearnerId>) {
        self.typed = typed;
        self.found = found;
    }
}

impl Director {
    /// The staff page opens on the session that runs here, if there is just one.
    pub(super) fn staff_are_here(&mut self) {
        let running = self.running_here();
        self.desk = Desk { session: None, task: Task::Choose, ..Desk::default() };
        if let [only] = running.as_slice() {
            self.desk.session = Some(*only);
            self.desk.task = Task::Roll;
        }
        if self.stick_is_being_written() {
            self.desk.task = Task::Update;
        }
        self.way.go(Place::Staff);
    }

    pub(super) fn staff_are_gone(&mut self) {
        self.desk = Desk::default();
        let beginning = if self.state.visit.is_some() { Place::Home } else { Place::Idle };
        self.way.leave_staff(beginning);
    }

    /// Tells the domain what of the desk decides about the next card.
    pub(super) fn desk_follows(&mut self) {
        let Some(staff) = &self.state.staff else { return };
        let roll_call = self.desk.is_roll_call() && !matches!(self.way.here(), Place::Reset(_));
        let link_is_off = staff.link.is_some() && !self.desk.awaits_card();
        if staff.roll_call != roll_call {
            self.decide(Event::Staff(StaffAct::RollCall(roll_call)));
        }
        if link_is_off {
            self.decide(Event::Staff(StaffAct::LinkNot));
        }
    }

    /// What staff did is on the disk.
    pub(super) fn desk_done(&mut self, act: &StaffAct) {
        self.ring(crate::ports::sound::Earcon::Accepted);
        match act {
            StaffAct::SignIn { by_card: true, .. } => {}
            StaffAct::SignIn { learner, .. } => self.desk.task = Task::Forgot(Some(*learner)),
            StaffAct::Session {
                act: SessionAct::Headcount(_) | SessionAct::Delay(_) | SessionAct::Move(_), ..
            }
            | StaffAct::Undo { .. }
            | StaffAct::SignOut { .. } => self.desk.task = Task::Roll,
            StaffAct::Session { act: SessionAct::Open, .. } => self.desk.task = Task::Roll,
            StaffAct::Session { act: SessionAct::CloseForAll | SessionAct::EndEarly, .. } => {
                self.desk.task = Task::Roll
            }
            StaffAct::Session { act: SessionAct::Cancel(_), .. } => self.desk.task = Task::Choose,
            StaffAct::Off
            | StaffAct::Link(_)
            | StaffAct::LinkNot
            | StaffAct::RollCall(_)
            | StaffAct::Reset { .. }
            | StaffAct::ResetNot => {}
        }
    }
}
