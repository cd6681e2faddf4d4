// SPDX-License-Identifier: GPL-3.0-or-later
//! What of the machine does not work, since when, and what still does.

use xuedian_domain::record::{Kind, Machine};

use super::{
    Director,
    board::Board,
    latch::{Hold, Latch},
    place::Place,
};
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

/// A box without a clock of its own asks the network first: nobody needs to hear of half a minute.
const CLOCK: Hold = Hold { begins: 30_000, ends: 0 };
/// The loudspeaker is tried again and again, and may come a little later than the kiosk.
const SOUND: Hold = Hold { begins: 20_000, ends: 0 };

/// What does not work.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults {
    /// The reader takes no cards.
    pub reader: Option<ReaderLoss>,
    /// The disk does not write.
    pub disk_broken: bool,
    /// A record is on its way by which it is tried whether the disk writes again.
    probing: bool,
    /// Almost no room: attendance is still taken.
    pub disk_full: bool,
    /// A journal that was damaged lies aside, and nobody has saved its records yet.
    pub journal_aside: bool,
    /// What was wrong with it, while the journal that follows it is empty: nobody else has been told.
    pub journal_damage: Option<String>,
    /// Records of before a factory reset lay here at the start, and a technician has to take them to the hub.
    pub records_kept: bool,
    /// A record of the journal is not as it was written.
    pub journal_doubted: bool,
    /// What is wrong with the settings file; the first of several.
    pub settings: Option<SettingProblem>,
    /// A document of the hub was refused.
    pub document: bool,
    /// No sound.
    pub sound: Option<Silence>,
    /// That lasts, and nobody chose it.
    pub(super) silent: Latch,
    /// The time is not known.
    pub(super) no_time: Latch,
    /// What the board says of itself.
    pub(super) board: Board,
}

impl Faults {
    pub(super) fn journal_writes(&mut self) {
        (self.disk_broken, self.probing) = (false, false);
    }

    pub(super) fn journal_fails(&mut self) {
        (self.disk_broken, self.probing) = (true, false);
    }

    /// The worst of them, if any is worth a sign on the idle screen: first what keeps cards away, then what keeps fingers away,
    /// then what visitors miss, then what staff have to see to. What hides another has to be seen to before it.
    pub(super) fn worst(&self) -> Option<TroubleKind> {
        let settings = self.settings.as_ref().map(|problem| TroubleKind::Settings(problem.clone()));
        let when = |is: bool, kind: TroubleKind| is.then_some(kind);
        when(self.disk_broken, TroubleKind::DiskBroken)
            // The cause before what comes of it.
            .or_else(|| settings.clone().filter(|_| self.settings_keep_the_reader_away()))
            .or_else(|| when(self.reader.is_some(), TroubleKind::Reader))
            .or_else(|| when(self.board.lacks_touch(), TroubleKind::Touch))
            .or_else(|| when(self.disk_full, TroubleKind::DiskFull))
            .or_else(|| self.board.keeps_films_away())
            .or_else(|| when(self.journal_doubted, TroubleKind::JournalDoubted))
            // Nothing is missing yet; what too little power does comes without a warning.
            .or_else(|| when(self.board.lacks_power(), TroubleKind::Power))
            .or(settings)
            .or_else(|| when(self.document, TroubleKind::Document))
            .or_else(|| when(self.no_time.is_on(), TroubleKind::Clock))
            .or_else(|| when(self.silent.is_on(), TroubleKind::Sound))
            // It may lie there for weeks, and hides nothing that is new.
            .or_else(|| when(self.journal_aside, TroubleKind::Journal))
    }

    fn settings_keep_the_reader_away(&self) -> bool {
        self.settings.as_ref().is_some_and(SettingProblem::keeps_the_reader_away)
    }

    /// Whether cards are taken.
    pub(super) fn takes_cards(&self) -> bool {
        self.reader.is_none() && !self.disk_broken
    }

    /// Whether touches are answered.
    pub(super) fn takes_touches(&self) -> bool {
        !self.board.lacks_touch()
    }

    /// The page of the worst fault.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.worst().map(|kind| self.page_of(kind))
    }

    /// The page of a film that cannot be played, if that is the machine's fault.
    pub(super) fn no_films(&self) -> Option<Trouble> {
        self.board.keeps_films_away().map(|kind| self.page_of(kind))
    }

    /// A fault with what still works beside it.
    fn page_of(&self, kind: TroubleKind) -> Trouble {
        let touch = self.takes_touches();
        let still = StillWorks {
            courses: touch && self.board.keeps_films_away().is_none(),
            cards: self.takes_cards(),
            by_hand: touch && !self.disk_broken,
            touch,
        };
        Trouble { kind, still }
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

    /// Faults that are known by lasting.
    pub(super) fn faults_tick(&mut self) {
        let now_ms = self.clock.mono_ms();
        let unset = self.clock.stamp().clock == xuedian_domain::time::Clock::Unset;
        if let Some(began) = self.faults.no_time.look(unset, now_ms, CLOCK) {
            self.fault_record("clock", began, "the time is not known");
        }
        let silence = self.faults.sound.filter(|why| *why != Silence::ByChoice);
        if let Some(began) = self.faults.silent.look(silence.is_some(), now_ms, SOUND) {
            self.fault_record("sound", began, &silence.map_or_else(String::new, |why| format!("{why:?}")));
        }
    }

    pub(super) fn on_sound(&mut self, event: SoundEvent) {
        match event {
            SoundEvent::Ready => {
                self.faults.sound = None;
                self.say_volume();
            }
            SoundEvent::VoiceEnded => {}
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
        } else if self.faults.disk_broken && !self.faults.probing {
            // Nobody holds a card to a screen that says that it would not count: whether the disk writes again is tried out.
            self.faults.probing = self.fault_record("disk", full, "it writes again");
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

    /// False when it is not on its way to the journal.
    pub(super) fn fault_record(&mut self, part: &str, began: bool, detail: &str) -> bool {
        let fault = Machine::Fault { part: part.to_owned(), began, detail: detail.to_owned() };
        let taken = self.record_own(&Kind::Machine(fault));
        if !taken {
            tracing::warn!(part, began, "a fault could not be recorded");
        }
        taken
    }
}

#[cfg(test)]
#[path = "faults_tests.rs"]
mod tests;
