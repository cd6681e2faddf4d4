// SPDX-License-Identifier: GPL-3.0-or-later
//! Factory reset, from the question to the restart. What two people decided is recorded, sent if the hub can be reached, and
//! left for the next start: see [`crate::reset`].

use xuedian_domain::{
    decide::{Event, StaffAct},
    id::StaffId,
};

use super::{Director, Wake, place::Place};
use crate::{ports::sound::Earcon, reset, view::ResetStep};

/// So long the screen says what happens, at least, milliseconds: long enough to be read.
const SHOWN_MS: i64 = 3_000;
/// So long the hub is waited for, at most, milliseconds.
const SENDING_MS: i64 = 10_000;

/// How far the question has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Shall everything go?
    Whether,
    /// Somebody else's card is awaited; whether the same person's came.
    Second { same: bool },
    /// It is decided.
    Decided,
}

/// A reset that was decided and is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reset {
    by: (StaffId, StaffId),
    unsent: u32,
    /// Milliseconds since boot.
    since_ms: i64,
    /// It is being left for the next start.
    marking: bool,
}

impl Director {
    /// 恢复出厂.
    pub(super) fn ask_reset(&mut self) {
        if self.state.staff.is_some() {
            self.decide(Event::Touched);
            self.way.go(Place::Reset(Asked::Whether));
        }
    }

    /// 是的: a second person is needed.
    pub(super) fn reset_wanted(&mut self) {
        if self.way.here() != &Place::Reset(Asked::Whether) || self.state.staff.is_none() {
            return;
        }
        self.decide(Event::Staff(StaffAct::Reset { unsent: self.unsent() }));
        self.reset_page_is(Asked::Second { same: false });
    }

    /// The page was left: no card confirms any more.
    pub(super) fn reset_follows(&mut self) {
        let awaited = self.state.staff.as_ref().is_some_and(|staff| staff.reset.is_some());
        if awaited && !matches!(self.way.here(), Place::Reset(Asked::Second { .. })) {
            self.decide(Event::Staff(StaffAct::ResetNot));
        } else if !awaited && !self.state.resetting && matches!(self.way.here(), Place::Reset(Asked::Second { .. })) {
            // Come back to by a way round: no card would be taken there any more.
            self.way.back(Place::Idle);
        }
    }

    pub(super) fn same_person(&mut self) {
        self.reset_page_is(Asked::Second { same: true });
    }

    /// The record is on the disk.
    pub(super) fn reset_is_decided(&mut self, by: (StaffId, StaffId), unsent: u32) {
        self.ring(Earcon::Accepted);
        self.end_lesson();
        self.told.clear_band();
        self.reset = Some(Reset { by, unsent, since_ms: self.clock.mono_ms(), marking: false });
        if !self.reset_page_is(Asked::Decided) {
            self.way.begin(Place::Reset(Asked::Decided));
        }
        (self.rim.send_now)();
    }

    /// The box stays as it is.
    pub(super) fn reset_is_off(&mut self) {
        self.reset = None;
        if matches!(self.way.here(), Place::Reset(_)) {
            self.way.back(Place::Idle);
        }
    }

    /// Leaves it for the next start once everything is sent, or the hub was waited for long enough.
    pub(super) fn reset_tick(&mut self) {
        let now_ms = self.clock.mono_ms();
        let (unsent, writing) = (self.unsent(), self.updates.is_writing());
        let Some(reset) = self.reset.as_mut().filter(|reset| !reset.marking) else { return };
        let waited_ms = now_ms - reset.since_ms;
        // A release that is being written is not cut short: the updater ends within its own time.
        if waited_ms < SHOWN_MS || unsent > 0 && waited_ms < SENDING_MS || writing {
            return;
        }
        reset.marking = true;
        let (at, by, unsent) = (self.clock.now(), reset.by, reset.unsent);
        let (data, wakes) = (self.rim.reset.data.clone(), self.rim.wakes.clone());
        let mark = move || {
            let result = reset::mark(&data, at, by, unsent).map_err(|error| error.to_string());
            let _ = wakes.blocking_send(Wake::Marked(result));
        };
        if let Err(error) = std::thread::Builder::new().name("reset".into()).spawn(mark) {
            self.on_marked(Err(error.to_string()));
        }
    }

    /// It is left for the next start, or could not be.
    pub(super) fn on_marked(&mut self, result: Result<(), String>) {
        match result {
            Ok(()) => (self.rim.reset.restart)(),
            Err(error) => {
                tracing::error!(error, "the factory reset could not be left for the next start");
                self.decide(Event::ResetFailed);
            }
        }
    }

    pub(super) fn reset_step(&self, asked: Asked) -> ResetStep {
        match asked {
            Asked::Whether => ResetStep::Ask { unsent: self.unsent() },
            Asked::Second { same } => ResetStep::Second { seconds_left: self.seconds_to_confirm(), same },
            Asked::Decided => ResetStep::Decided,
        }
    }

    /// Whole seconds left for the second person.
    fn seconds_to_confirm(&self) -> u32 {
        let asked = self.state.staff.as_ref().and_then(|staff| staff.reset);
        let until_ms = asked.map_or(0, |asked| asked.asked_ms + self.state.timing.second_ms);
        super::publish::seconds(until_ms - self.clock.mono_ms())
    }

    fn unsent(&self) -> u32 {
        u32::try_from(self.rim.district.borrow().unsent).unwrap_or(u32::MAX)
    }

    /// Changes what the page says, when it is still there.
    fn reset_page_is(&mut self, asked: Asked) -> bool {
        match self.way.here_mut() {
            Some(here @ Place::Reset(_)) => {
                *here = Place::Reset(asked);
                true
            }
            _ => false,
        }
    }
}
