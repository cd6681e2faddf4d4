// SPDX-License-Identifier: GPL-3.0-or-later
//! Everything that can wake the director.

use xuedian_domain::decide::Commit;
use xuedian_journal::{AppendError, Stored};

use crate::{
    command::UiCommand,
    ports::{media::MediaEvent, reader::ReaderEvent, signals::SignalEvent, sound::SoundEvent, system::SystemEvent},
};

/// Everything that can wake the director; there is nothing else.
#[derive(Debug)]
pub enum Wake {
    /// The card reader.
    Reader(ReaderEvent),
    /// A finger.
    Ui(UiCommand),
    /// The player.
    Media(MediaEvent),
    /// The loudspeaker.
    Sound(SoundEvent),
    /// Light and buzzer.
    Signals(SignalEvent),
    /// Network and clock of the machine.
    System(SystemEvent),
    /// The journal has kept records, or has not.
    Kept(Kept),
    /// The district's side changed: pairing, documents, what is sent.
    District,
    /// A paper was written, or was not: file names, or why not.
    Paper(Result<Vec<String>, String>),
    /// The log was folded into the database: the wall switch is safe.
    Safe(bool),
    /// Whether the disk is almost full.
    Space {
        /// Attendance is taken into the reserve, everything else waits.
        full: bool,
    },
    /// A quarter of a second went by.
    Tick,
}

/// What became of a commit.
#[derive(Debug)]
pub struct Kept {
    /// Which; none for the director's own records about the machine.
    pub commit: Option<Commit>,
    /// The records as they are on the disk, or why they are not.
    pub result: Result<Vec<Stored>, AppendError>,
}
