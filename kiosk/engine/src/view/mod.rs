// SPDX-License-Identifier: GPL-3.0-or-later
//! What the screen shows: plain, comparable, printable values.
//!
//! A [`View`] holds codes and numbers; the sentences are made by the screen's words, so nothing here is a sentence.
//! Names are already masked, names from the catalogue are already in the view's language.
//! It holds whole (bounded) lists: how many lines fit on a page depends on the type size, so the screen turns pages
//! by itself. Video frames, sounds and lights do not pass through here.

mod agenda;
mod courses;
mod credits;
mod lunar;
mod moment;
mod preferences;
mod result;
mod solar_term;
mod staff;
mod technician;
mod trouble;
mod update;
mod visitor;
mod why;

pub use agenda::{Idle, Notice, SessionLine, SessionState, WhatsOn};
pub use courses::{
    Course, CourseCard, Courses, Earning, Home, Keypad, Lesson, LessonEnd, LessonState, Player, Playing, Topic,
};
pub use credits::{Entry, EntryState, MyCredits};
pub use lunar::LunarDay;
pub use moment::{Clock, Day, Moment, Weekday};
pub use preferences::{Language, Preferences, Theme, TypeSize};
pub use result::{
    CancelReason, Forgotten, Outcome, PersonChoice, RecentResults, Refusal, SessionChoice, ShownAs, TapResult,
};
pub use staff::{
    CANCEL_REASONS, Candidate, CardFailure, CardStep, EndOfDay, ForgotStep, Light, LightColour, Paper, PaperState,
    ResetStep, RollCall, RollEntry, Staff, StaffTask, UndoReason,
};
pub use technician::{Check, CheckKind, CheckState, Help, Pairing, PairingState, SelfTest};
pub use trouble::{StillWorks, Trouble, TroubleKind};
pub use update::{NextRelease, UpdateFailure, UpdateStep};
pub use visitor::{Person, Title, Visitor};
pub use why::{Amount, Less, Why};

/// Everything the screen shows at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Local date and time of day; `None` while the clock is not known.
    pub now: Option<Moment>,
    /// The learning point's name in the view's language; empty before set-up.
    pub site: String,
    /// Type size, language and theme now in force.
    pub preferences: Preferences,
    /// Who is at the screen.
    pub visitor: Visitor,
    /// The page.
    pub page: Page,
    /// A tap result over a playing film or over somebody else's visit; the page stays below it.
    pub band: Option<TapResult>,
    /// "Are you there?", with the whole seconds left to answer.
    pub still_there: Option<u32>,
    /// A card is being read and its record is not yet on the disk: a silent, neutral sign.
    pub reading: bool,
    /// The reader is away, the disk is full …: a small sign beside the idle invitation. The page [`Page::Trouble`]
    /// tells it in full.
    pub trouble: Option<TroubleKind>,
    /// The last eight results, newest first.
    pub results: RecentResults,
}

/// One page of the screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Page {
    /// Nobody is here.
    Idle(Idle),
    /// What a tap did.
    Result(TapResult),
    /// Signed in or a guest.
    Home(Home),
    /// Topics or courses as pictures.
    Courses(Courses),
    /// A course by its number.
    Keypad(Keypad),
    /// One course.
    Course(Course),
    /// A lesson playing.
    Player(Player),
    /// Certified, waiting, on this machine.
    MyCredits(MyCredits),
    /// Today and the next days.
    WhatsOn(WhatsOn),
    /// The staff's pages.
    Staff(Staff),
    /// A fault with its picture.
    Trouble(Trouble),
    /// The technician's self-test.
    SelfTest(SelfTest),
    /// The code that makes the box a learning point's.
    Pairing(Pairing),
    /// Help.
    Help(Help),
}

impl View {
    /// A view of `page` with nobody at the screen, no clock and standard preferences.
    pub fn of(page: Page) -> Self {
        Self {
            now: None,
            site: String::new(),
            preferences: Preferences::default(),
            visitor: Visitor::Nobody,
            page,
            band: None,
            still_there: None,
            reading: false,
            trouble: None,
            results: RecentResults::default(),
        }
    }
}
