// SPDX-License-Identifier: GPL-3.0-or-later
//! A fault has its own picture, one sentence, and what still works.

use crate::settings::SettingProblem;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    /// The reader is away or hangs; it is looked for again and again.
    Reader,
    /// The disk is nearly full: attendance is taken, credits wait.
    DiskFull,
    /// The disk does not write: nothing is acknowledged.
    DiskBroken,
    /// The clock is not known.
    Clock,
    /// A lesson's media is damaged.
    Media,
    /// The journal was damaged, was kept aside, and a new one begun.
    Journal,
    /// A record of the journal is not as it was written; all of it is kept as it is.
    JournalDoubted,
    /// A document of the hub was refused; the old one stays.
    Document,
    /// The settings are wrong: which key, where, and what is allowed.
    Settings(SettingProblem),
    /// No sound.
    Sound,
    /// The board is too hot: no film plays until it has cooled down.
    Heat,
    /// The supply gives too little; everything goes on.
    Power,
    /// The touch panel is gone: cards alone go on.
    Touch,
    /// Memory ran short: no film plays until there is some again.
    Memory,
}

/// What still works; each becomes a word under the sentence or an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StillWorks {
    /// Courses can be watched.
    pub courses: bool,
    /// Cards are taken.
    pub cards: bool,
    /// Staff can sign people in by hand.
    pub by_hand: bool,
    /// Touches are answered: without, nothing asks for one.
    pub touch: bool,
}

/// A fault on the whole screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What is wrong.
    pub kind: TroubleKind,
    /// What still works.
    pub still: StillWorks,
}
