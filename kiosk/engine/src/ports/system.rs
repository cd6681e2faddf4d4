// SPDX-License-Identifier: GPL-3.0-or-later
//! The system door: the network's state, the clock's state, switching off, and releases.

use std::path::PathBuf;

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
    },
}

/// What the system reports. Each state comes once at the start and whenever it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemEvent {
    /// How far the network reaches.
    Network(Network),
    /// Whether the clock is set from the network.
    Clock(ClockSource),
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
}
