// SPDX-License-Identifier: GPL-3.0-or-later
//! A new release of the system, as staff and technicians meet it.

/// What staff are asked or told about a stick's release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateStep {
    /// Install it?
    Ask {
        /// What the stick brings.
        version: String,
        /// What runs.
        running: String,
        /// It is older than what runs.
        older: bool,
    },
    /// It is being written.
    Writing {
        /// How much of it, percent.
        percent: u8,
        /// It is read from the stick, which must stay.
        stick: bool,
    },
    /// It is written and starts at the next power-on; the stick can be taken out.
    Done {
        /// What starts.
        version: String,
    },
    /// It could not be written.
    Failed(UpdateFailure),
    /// What the stick brings cannot be installed here.
    Refused(UpdateFailure),
    /// The stick brings nothing for this box.
    Nothing,
    /// The stick brings what runs already.
    Same {
        /// Both.
        version: String,
    },
}

/// Why a release cannot be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateFailure {
    /// The district has not signed it.
    NotSigned,
    /// It is for boxes of another kind.
    OtherBoard,
    /// It cannot be read to its end.
    Damaged,
    /// The stick itself cannot be read.
    Unreadable,
    /// The stick was taken out too early.
    Pulled,
    /// It does not fit.
    NoRoom,
    /// Anything else.
    Other,
}

/// The release that runs next, at the end of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextRelease {
    /// It is still being written.
    Writing,
    /// It starts at the next power-on; its name.
    Starts(String),
}
