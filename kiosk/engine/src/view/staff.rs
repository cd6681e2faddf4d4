// SPDX-License-Identifier: GPL-3.0-or-later
//! The staff's pages.

use super::{CancelReason, Clock, NextRelease, Person, SessionLine, UpdateStep};

/// The staff's page: one task at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Staff {
    /// What is being done.
    pub task: StaffTask,
    /// The traffic light.
    pub light: Light,
}

/// What is being done. The session's own tasks carry the roll call they return to.
#[derive(Clone, Debug, PartialEq)]
pub enum StaffTask {
    /// Which session? Those of today in this kiosk's rooms.
    Choose(Vec<SessionLine>),
    /// The roll call.
    Roll(RollCall),
    /// Everything else that can be done with this session.
    More(RollCall),
    /// Which entry is undone, and why.
    Undo(RollEntry),
    /// The teacher is late: by how much?
    Late(RollCall),
    /// Which room instead? The names of the rooms here.
    Moved(RollCall, Vec<String>),
    /// Cancelled: why?
    Cancel(RollCall),
    /// End now?
    EndEarly(RollCall),
    /// How many are really here?
    Headcount(RollCall),
    /// Close for all: so many are still signed in.
    CloseForAll(RollCall),
    /// A person without a card.
    Forgot(ForgotStep),
    /// A numbered card for a new person, or a person's own card bound.
    Card(CardStep),
    /// The papers.
    Papers(Paper),
    /// 今日结束.
    EndOfDay(EndOfDay),
    /// 恢复出厂.
    Reset(ResetStep),
    /// A new release of the system.
    Update(UpdateStep),
}

/// A factory reset, step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetStep {
    /// Shall everything go?
    Ask {
        /// Records not yet sent: they are kept.
        unsent: u32,
    },
    /// Another person of staff is to hold a card.
    Second {
        /// Whole seconds left.
        seconds_left: u32,
        /// The card that came is the same person's.
        same: bool,
    },
    /// It is decided; the box starts anew.
    Decided,
}

/// A session in progress.
#[derive(Clone, Debug, PartialEq)]
pub struct RollCall {
    /// The session.
    pub session: SessionLine,
    /// Signed in now or before.
    pub signed_in: u32,
    /// Still signed in (not out again).
    pub still_in: u32,
    /// Due; 0 when there is no list.
    pub due: u32,
    /// 实到人数 as typed, when it was.
    pub headcount: Option<u32>,
    /// People leave by tapping again.
    pub check_out: bool,
    /// The roll, newest first.
    pub entries: Vec<RollEntry>,
}

/// One line of the roll.
#[derive(Clone, Debug, PartialEq)]
pub struct RollEntry {
    /// Given back when it is undone.
    pub key: u64,
    /// Who.
    pub who: Person,
    /// Signed in, when the clock was known.
    pub came: Option<Clock>,
    /// Signed out.
    pub left: Option<Clock>,
    /// Undone; it stays in the list, struck through.
    pub undone: bool,
    /// Signed in by staff.
    pub by_hand: bool,
    /// Not on the list.
    pub sits_in: bool,
}

/// Why an entry is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoReason {
    /// 走错班.
    WrongClass,
    /// 刷错卡.
    WrongCard,
    /// 人没来.
    NotHere,
    /// 其他.
    Other,
}

/// A person without a card.
#[derive(Clone, Debug, PartialEq)]
pub enum ForgotStep {
    /// Initials or the card's last digits, as typed, and whom they fit.
    Search {
        /// As typed: letters and digits.
        typed: String,
        /// Whom they fit, at most eight.
        found: Vec<Candidate>,
    },
    /// Signed in by hand.
    Done(Person),
}

/// Somebody whom a search fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Given back when chosen.
    pub key: u64,
    /// Mask and tail.
    pub who: Person,
    /// Year of birth, when the roster has it.
    pub born: Option<u16>,
}

/// A card is handed out or bound.
#[derive(Clone, Debug, PartialEq)]
pub enum CardStep {
    /// A numbered card or a person's own?
    Which,
    /// Put the numbered card on the reader.
    HandOut,
    /// It counts from now.
    HandedOut {
        /// 卡面编号.
        number: String,
        /// Several sessions run: which one is this person signed in to? Empty once that is known, or when none runs.
        which: Vec<SessionLine>,
    },
    /// Whose own card? By initials or last digits.
    BindSearch {
        /// As typed.
        typed: String,
        /// Whom they fit, at most eight.
        found: Vec<Candidate>,
    },
    /// Put that person's card on the reader.
    BindTap(Person),
    /// Bound.
    Bound(Person),
    /// It cannot be bound.
    Failed(CardFailure),
}

/// Why a card cannot be handed out or bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardFailure {
    /// It is somebody's already.
    Taken,
    /// Its number is drawn anew each time.
    RandomUid,
    /// An identity card.
    IdentityCard,
    /// The record could not be written.
    NotRecorded,
}

/// The papers of the office.
#[derive(Clone, Debug, PartialEq)]
pub struct Paper {
    /// The session.
    pub session: SessionLine,
    /// How it stands.
    pub state: PaperState,
}

/// How a paper stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaperState {
    /// Not asked for yet.
    Ready,
    /// Being made.
    Making,
    /// Written; the names of the files.
    Written(Vec<String>),
    /// Sent to the printer.
    Printed,
    /// Could not be written.
    Failed,
}

/// 今日结束.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndOfDay {
    /// 人次 today.
    pub attendances: u32,
    /// Sessions that are still open.
    pub open_sessions: u32,
    /// Records not yet sent.
    pub not_sent: u32,
    /// Sending now.
    pub sending: bool,
    /// Everything is written down to the disk: the wall switch is safe.
    pub safe: bool,
    /// The release of the system that runs next, when it is another one.
    pub release: Option<NextRelease>,
}

/// 能刷, 能刷但没网, 不能刷.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LightColour {
    /// Cards are taken and sent.
    Good,
    /// Cards are taken, and wait here.
    NoNetwork,
    /// Cards are not taken.
    NoCards,
}

/// The traffic light, with the one thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Light {
    /// Its colour.
    pub colour: LightColour,
    /// Records not yet sent.
    pub not_sent: u32,
    /// Whom to telephone; empty when nobody is named.
    pub telephone: String,
}

/// Reasons staff choose from when a session is cancelled.
pub const CANCEL_REASONS: [CancelReason; 6] = [
    CancelReason::AirQuality,
    CancelReason::Weather,
    CancelReason::Teacher,
    CancelReason::Power,
    CancelReason::TooFew,
    CancelReason::Other,
];
