// SPDX-License-Identifier: GPL-3.0-or-later
//! What of the machine does not work, since when, and what still does.

use xuedian_domain::record::{Kind, Machine};

use super::{Director, place::Place};
use crate::{
    clock::Jump,
    ports::{
        reader::ReaderLoss,
        sound::{Silence, SoundEvent},
        system::{ClockSource, SystemCommand, SystemEvent},
    },
    settings::SettingProblem,
    upkeep::Room,
    view::{StillWorks, Trouble, TroubleKind},
};

/// What does not work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// The reader takes no cards.
    pub reader: Option<ReaderLoss>,
    /// The disk does not write.
    pub disk_broken: bool,
    /// Almost no room: attendance is still taken.
    pub disk_full: bool,
    /// A journal that was damaged lies aside, and nobody has saved its records yet.
    pub journal_aside: bool,
    /// What was wrong with it, while the journal that follows it is empty: nobody else has been told.
    pub journal_damage: Option<String>,
    /// A record of the journal is not as it was written.
    pub journal_doubted: bool,
    /// What is wrong with the settings file; the first of several.
    pub settings: Option<SettingProblem>,
    /// A document of the hub was refused.
    pub document: bool,
    /// No sound, and not by choice.
    pub sound: Option<Silence>,
}

impl Faults {
    pub(super) fn journal_writes(&mut self) {
        self.disk_broken = false;
    }

    pub(super) fn journal_fails(&mut self) {
        self.disk_broken = true;
    }

    /// The worst of them, if any is worth a sign on the idle screen.
    pub(super) fn worst(&self) -> Option<TroubleKind> {
        let settings = self.settings.as_ref().map(|problem| TroubleKind::Settings(problem.clone()));
        if self.disk_broken {
            Some(TroubleKind::DiskBroken)
        } else if self.settings.as_ref().is_some_and(SettingProblem::keeps_the_reader_away) {
            // The cause before what comes of it.
            settings
        } else if self.reader.is_some() {
            Some(TroubleKind::Reader)
        } else if self.disk_full {
            Some(TroubleKind::DiskFull)
        } else if self.journal_doubted {
            Some(TroubleKind::JournalDoubted)
        } else if settings.is_some() {
            settings
        } else if self.document {
            Some(TroubleKind::Document)
        } else if self.journal_aside {
            // It may lie there for weeks, and hides nothing that is new.
            Some(TroubleKind::Journal)
        } else {
            None
        }
    }

    /// Whether cards are taken.
    pub(super) fn takes_cards(&self) -> bool {
        self.reader.is_none() && !self.disk_broken
    }

    /// The page of a fault.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        let still = StillWorks { courses: true, cards: self.takes_cards(), by_hand: !self.disk_broken };
        self.worst().map(|kind| Trouble { kind, still })
    }
}

impl Director {
    pub(super) fn reader_is_back(&mut self) {
        if self.faults.reader.take().is_some() {
            self.fault_record("reader", false, "");
            if self.way.here() == &Place::Trouble {
                self.way.back(Place::Idle);
            }
        }
    }

    pub(super) fn reader_is_lost(&mut self, loss: ReaderLoss) {
        if self.faults.reader.replace(loss).is_none() {
            self.fault_record("reader", true, &loss.to_string());
            self.say(crate::ports::sound::Saying::ReaderGone);
            // Whoever stands here should not wait with a card in the hand. A film, a question and the staff's page go on.
            if !self.state.playing
                && matches!(self.way.here(), Place::Home | Place::Courses(_) | Place::WhatsOn | Place::MyCredits)
            {
                self.way.go(Place::Trouble);
            }
        }
    }

    pub(super) fn on_sound(&mut self, event: SoundEvent) {
        match event {
            SoundEvent::Ready => {
                self.faults.sound = None;
                self.say_volume();
            }
            SoundEvent::Silent(Silence::ByChoice) | SoundEvent::VoiceEnded => {}
            SoundEvent::Silent(why) => self.faults.sound = Some(why),
        }
    }

    pub(super) fn on_system(&mut self, event: SystemEvent) {
        match event {
            SystemEvent::Clock(ClockSource::Synchronised) => self.clock.system_is_synchronised(),
            SystemEvent::Stick(stick) => self.stick_is(stick),
            SystemEvent::Writing(percent) => self.release_writing(percent),
            SystemEvent::Done(SystemCommand::Install { version, .. }) => self.release_written(version),
            SystemEvent::Declined(SystemCommand::Install { version, .. }, why) => self.release_failed(&version, why),
            SystemEvent::Network(_) | SystemEvent::Clock(_) | SystemEvent::Done(_) | SystemEvent::Declined(..) => {}
        }
        if let Some(jump) = self.clock.take_jump() {
            self.clock_jumped(&jump);
        }
    }

    pub(super) fn on_space(&mut self, room: Room, freed: u64, journal_aside: bool) {
        self.room = Some(room);
        self.faults.journal_aside = journal_aside;
        let full = room.is_full();
        if std::mem::replace(&mut self.faults.disk_full, full) != full {
            self.fault_record("disk", full, &format!("{} bytes are free", room.free_bytes));
        }
        if freed > 0 {
            let detail =
                format!("{} % of the disk are taken; films of {freed} bytes were thrown out", room.taken_percent());
            self.fault_record("media", true, &detail);
        }
    }

    pub(super) fn on_chain(&mut self, result: Result<u64, String>) {
        match result {
            Ok(records) => self.verified = Some(records),
            Err(why) => {
                self.verified = None;
                if !std::mem::replace(&mut self.faults.journal_doubted, true) {
                    self.fault_record("journal", true, &why);
                }
            }
        }
    }

    fn clock_jumped(&mut self, jump: &Jump) {
        self.fault_record("clock", true, &format!("{jump:?}"));
    }

    pub(super) fn fault_record(&mut self, part: &str, began: bool, detail: &str) {
        let fault = Machine::Fault { part: part.to_owned(), began, detail: detail.to_owned() };
        if !self.record_own(&Kind::Machine(fault)) {
            tracing::warn!(part, began, "a fault could not be recorded");
        }
    }
}
