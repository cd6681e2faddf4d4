// SPDX-License-Identifier: GPL-3.0-or-later
//! The director: one loop that owns the state of the kiosk.
//!
//! A wake comes in, `domain::decide` says what it means, effects go out, and a new view is published if it differs. The
//! director never waits: not for the disk (the journal answers with a wake), not for a door (a full channel is a fault
//! of that door), not for the network (the district's side runs by itself).

mod board;
mod cards;
mod desk;
mod district;
pub mod earnings;
mod effects;
mod faults;
mod heard;
mod keys;
mod latch;
mod lesson;
mod papers;
pub mod people;
mod place;
pub mod point;
mod preferences;
mod publish;
mod reset;
mod rim;
mod run;
mod show;
mod staff_keys;
mod stored_people;
mod told;
mod updates;
mod wake;

use std::sync::Arc;

use xuedian_domain::decide::{Event, Now, State, decide};
use xuedian_protocol::records::encode;

use crate::{book::Book, clock::Clock, command::UiCommand};

pub use faults::Faults;
pub use people::People;
pub use point::Point;
pub use rim::Rim;
pub use run::{Ears, NewDocument, run};
pub use stored_people::StoredPeople;
pub use updates::Updates;
pub use wake::{Kept, Wake};

/// Everything the director was given at its start.
pub struct Parts {
    /// What time it is.
    pub clock: Clock,
    /// People and what the hub has settled about them.
    pub people: Box<dyn People>,
    /// The documents in force.
    pub point: Point,
    /// Rules in force.
    pub rules: earnings::Rules,
    /// What this kiosk's own records come to.
    pub book: Book,
    /// The way out.
    pub rim: Rim,
    /// What was wrong at the start.
    pub faults: Faults,
    /// Where the releases of the system stand.
    pub updates: Updates,
}

/// The one loop that owns the state.
pub struct Director {
    clock: Clock,
    people: Box<dyn People>,
    point: Point,
    rules: earnings::Rules,
    book: Book,
    rim: Rim,
    faults: Faults,
    updates: Updates,
    state: State,
    way: place::Way,
    told: told::Told,
    desk: desk::Desk,
    lesson: Option<lesson::Lesson>,
    preferences: preferences::Chosen,
    volume: u8,
    last_view: Option<Arc<crate::view::View>>,
    last_play: u64,
    /// The room on the disk; none before it was looked at.
    room: Option<crate::upkeep::Room>,
    /// Records of the chain that were found to hold; none before it was read.
    verified: Option<u64>,
    /// When a finger touched the screen last, milliseconds since boot.
    touched_ms: i64,
    /// When a card was read last.
    last_card: Option<xuedian_domain::time::Time>,
    /// A factory reset that was decided.
    reset: Option<reset::Reset>,
}

impl Director {
    /// Puts the parts together and shows the first view.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { clock, people, point, rules, book, rim, faults, updates } = parts;
        let mut director = Self {
            clock,
            people,
            point: Point::default(),
            rules,
            book,
            rim,
            faults,
            updates,
            state: State::default(),
            way: place::Way::default(),
            told: told::Told::default(),
            desk: desk::Desk::default(),
            lesson: None,
            preferences: preferences::Chosen::default(),
            volume: 7,
            last_view: None,
            last_play: 0,
            room: None,
            verified: None,
            touched_ms: 0,
            last_card: None,
            reset: None,
        };
        director.set_point(point);
        if let Some(damage) = director.faults.journal_damage.take() {
            director.fault_record("journal", true, &damage);
        }
        if let Some(given_up) = director.updates.given_up() {
            director.fault_record("release", true, &given_up);
        }
        if director.faults.settings.is_some() {
            // Whoever set this box up stands before it now.
            director.way.go(place::Place::Trouble);
        }
        director.publish();
        director
    }

    /// One wake, whole: what it means, what comes of it, what is shown.
    pub fn step(&mut self, wake: Wake) {
        match wake {
            Wake::Reader(event) => self.on_reader(event),
            Wake::Ui(command) => self.on_key(command),
            Wake::Media(event) => self.on_media(event),
            Wake::Sound(event) => self.on_sound(event),
            Wake::Signals(_) => {}
            Wake::System(event) => self.on_system(event),
            Wake::Board(signs) => self.on_board(signs),
            Wake::Offer { bundle, version } => self.release_offered(bundle, version),
            Wake::Kept(kept) => self.on_kept(kept),
            Wake::District => self.on_district(),
            Wake::Paper(result) => self.desk.paper_is(result),
            Wake::Shelved => self.book.look_at_shelf(),
            Wake::Safe(safe) => self.desk.safe = safe,
            Wake::Space { room, freed, journal_aside } => self.on_space(room, freed, journal_aside),
            Wake::Chain(result) => self.on_chain(result),
            Wake::Marked(result) => self.on_marked(result),
            Wake::Tick => self.on_tick(),
        }
        self.desk_reads_updates();
        self.desk_follows();
        self.reset_follows();
        self.publish();
    }

    /// The screen is gone: what was watched is recorded, and the journal ends when its last handle does.
    pub(crate) fn leave(mut self) {
        self.record_watched();
    }

    /// A new document is in force: only what hangs on it is done anew.
    pub(crate) fn take_document(&mut self, new: NewDocument) {
        match new {
            NewDocument::Settings(settings) => {
                self.point.settings = *settings;
                self.follow_settings();
                self.book.set_plans(self.point.plans());
            }
            NewDocument::Agenda(agenda) => {
                self.point.agenda = agenda;
                self.book.set_plans(self.point.plans());
            }
            NewDocument::Catalogue(catalogue) => self.point.catalogue = catalogue,
            NewDocument::Rules(rules) => self.rules = rules,
            NewDocument::People => {}
        }
    }

    /// The documents in force, all of them.
    pub fn set_point(&mut self, point: Point) {
        self.point = point;
        self.follow_settings();
        self.book.set_plans(self.point.plans());
    }

    fn follow_settings(&mut self) {
        if let Some(settings) = &self.point.settings {
            self.state.timing.double_tap_ms = i64::from(settings.double_tap_s) * 1000;
            self.state.timing.idle_ms = i64::from(settings.visit_s) * 1000;
            self.volume = settings.volume.min(100) / 10;
            self.preferences.set_home(&settings.language);
        }
        self.say_volume();
    }

    /// Asks the domain, and carries out what it says.
    fn decide(&mut self, event: Event) {
        let now = self.now();
        let effects = decide(&mut self.state, event, &now);
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn now(&self) -> Now {
        let at = self.clock.now();
        Now { at, mono_ms: self.clock.mono_ms(), ids: std::array::from_fn(|_| rim::new_id(at)) }
    }

    fn on_tick(&mut self) {
        self.decide(Event::Tick);
        self.told_tick();
        self.lesson_tick();
        self.faults_tick();
        self.reset_tick();
        self.left_alone();
        if let Some(offset_ms) = self.clock.known_due() {
            let kind = xuedian_domain::record::Kind::Machine(xuedian_domain::record::Machine::ClockKnown { offset_ms });
            if self.record_own(&kind) {
                self.clock.known_recorded(offset_ms);
            }
        }
    }

    /// A record of the director's own, about the machine. False when the journal's queue is full.
    fn record_own(&mut self, kind: &xuedian_domain::record::Kind) -> bool {
        let at = self.clock.now();
        let (name, body) = encode(kind);
        let draft = xuedian_journal::Draft { id: rim::new_id(at).to_string(), kind: name.to_owned(), body };
        self.rim.append(&self.clock, None, vec![draft])
    }

    fn on_key(&mut self, command: UiCommand) {
        self.touch_is_felt();
        self.touched_ms = self.clock.mono_ms();
        if command == UiCommand::Touched {
            self.decide(Event::Touched);
        }
        self.key(command);
    }
}
