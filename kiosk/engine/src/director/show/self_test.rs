// SPDX-License-Identifier: GPL-3.0-or-later
//! The self-test: each part with how it stands and its one number, as far as they are known.

use xuedian_domain::time::Time;

use super::super::Director;
use crate::{
    ports::sound::Silence,
    view::{Check, CheckKind, CheckState, SelfTest},
};

impl Director {
    pub(in super::super) fn self_test(&self) -> SelfTest {
        let mut checks = self.checks_of_the_kiosk();
        checks.extend(self.checks_of_the_board());
        checks.extend(self.updates.check());
        if self.faults.records_kept {
            checks.push(check(CheckKind::Kept, CheckState::Bad, String::new()));
        }
        SelfTest { checks }
    }

    fn checks_of_the_kiosk(&self) -> Vec<Check> {
        let district = self.rim.district.borrow();
        let clock = self.clock.stamp().clock;
        let at = |time: Option<Time>| time.map_or_else(String::new, |time| self.clock_figure(time));
        let disk = self.room.map_or_else(String::new, |room| format!("{} %", room.taken_percent()));
        let sound = match self.faults.sound {
            None => CheckState::Good,
            Some(Silence::ByChoice) => CheckState::Absent,
            Some(_) => CheckState::Bad,
        };
        let chain = match self.verified {
            Some(_) => CheckState::Good,
            None if self.faults.journal_doubted => CheckState::Bad,
            None => CheckState::Running,
        };
        vec![
            check(CheckKind::Reader, good(self.faults.reader.is_none()), at(self.last_card)),
            check(CheckKind::Sound, sound, format!("{} %", self.volume * 10)),
            check(CheckKind::Hub, good(district.online), at(district.last_contact)),
            check(CheckKind::Queue, CheckState::Good, district.unsent.to_string()),
            check(CheckKind::Clock, good(clock > xuedian_domain::time::Clock::Estimated), String::new()),
            check(CheckKind::Disk, good(!self.faults.disk_broken && !self.faults.disk_full), disk),
            check(CheckKind::Journal, chain, self.verified.map_or_else(String::new, |n| n.to_string())),
        ]
    }

    fn checks_of_the_board(&self) -> Vec<Check> {
        let board = &self.faults.board;
        let signs = board.signs;
        let there = |known: bool, is_good| if known { good(is_good) } else { CheckState::Absent };
        let celsius = signs.celsius.map_or_else(String::new, |celsius| format!("{celsius} °C"));
        let touch = there(signs.touch.is_some(), !board.lacks_touch());
        let display = there(signs.display.is_some(), !board.lacks_display());
        let power = there(signs.under_voltage.is_some(), !board.lacks_power());
        vec![
            check(CheckKind::Touch, touch, String::new()),
            check(CheckKind::Screen, display, String::new()),
            check(CheckKind::Temperature, there(signs.celsius.is_some(), !board.is_hot()), celsius),
            check(CheckKind::Power, power, String::new()),
        ]
    }
}

fn check(kind: CheckKind, state: CheckState, figure: String) -> Check {
    Check { kind, state, figure }
}

fn good(is: bool) -> CheckState {
    if is { CheckState::Good } else { CheckState::Bad }
}
