// SPDX-License-Identifier: GPL-3.0-or-later
//! The system door: the network's state, the clock's state, switching off, sticks, and releases.

use std::{fmt, path::PathBuf};

/// What the director asks of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemCommand {
    /// Offers the hub's signed time to the system's clock.
    OfferTime {
        /// Milliseconds since 1970, UTC.
        wall_ms: i64,
    },
    /// Switches the machine off.
    PowerOff,
    /// Starts the machine again.
    Restart,
    /// Tells the updater that the running release is good.
    MarkGood,
    /// Has the updater write a release into the slot that does not run; it starts at the next power-on. Takes minutes.
    Install {
        /// The signed bundle.
        bundle: PathBuf,
        /// The name of the release in it.
        version: String,
    },
    /// Lets go of the stick that this bundle lies on.
    LetGo {
        /// The bundle.
        bundle: PathBuf,
    },
}

/// What the system reports. Each state comes once at the start and whenever it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemEvent {
    /// How far the network reaches.
    Network(Network),
    /// Whether the clock is set from the network.
    Clock(ClockSource),
    /// What the sticks bring that are in.
    Stick(Stick),
    /// How much of a release is written, percent.
    Writing(u8),
    /// What became of a command.
    Done(SystemCommand),
    /// A command that could not be carried out.
    Declined(SystemCommand, Decline),
}

/// How far the network reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// Nobody can say: no service answers.
    Unknown,
    /// No connection.
    None,
    /// A page of the place wants to be answered first.
    Portal,
    /// A local network, and nothing beyond it.
    Local,
    /// The world.
    Full,
}

/// What sets the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClockSource {
    /// Nobody can say: no service answers.
    Unknown,
    /// Not synchronised.
    Unsynchronised,
    /// Synchronised with a time server.
    Synchronised,
}

/// Why a command was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decline {
    /// The service is not there.
    NoService,
    /// It does not allow it.
    NotAllowed,
    /// It failed.
    Failed,
    /// The bundle cannot be installed.
    Bundle(BundleFault),
}

/// What a stick brings for this box.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stick {
    /// None is in.
    #[default]
    Out,
    /// No bundle is on it.
    Empty,
    /// Bundles, none of which can be installed; why not the first of them.
    Refused(BundleFault),
    /// A release that can be installed; of several the latest.
    Release {
        /// The signed bundle.
        bundle: PathBuf,
        /// The name of the release in it.
        version: String,
    },
}

/// Why a bundle cannot be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BundleFault {
    /// The district has not signed it.
    NotSigned,
    /// It is for boxes of another kind.
    OtherBoard,
    /// It cannot be read to its end.
    Damaged,
    /// The stick itself cannot be read.
    Unreadable,
    /// It does not fit.
    NoRoom,
}

impl fmt::Display for BundleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSigned => "not signed by the district",
            Self::OtherBoard => "for another board",
            Self::Damaged => "damaged",
            Self::Unreadable => "a stick that cannot be read",
            Self::NoRoom => "no room for it",
        })
    }
}
