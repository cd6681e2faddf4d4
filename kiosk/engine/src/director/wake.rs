// SPDX-License-Identifier: GPL-3.0-or-later
//! Everything that can wake the director.

use std::path::PathBuf;

use xuedian_domain::decide::Commit;
use xuedian_journal::{AppendError, Stored};

use crate::{
    command::UiCommand,
    ports::{
        board::BoardSigns, media::MediaEvent, reader::ReaderEvent, signals::SignalEvent, sound::SoundEvent,
        system::SystemEvent,
    },
    upkeep::Room,
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
    /// Network and clock of the machine, sticks and releases.
    System(SystemEvent),
    /// What the board says of itself, every two seconds.
    Board(BoardSigns),
    /// A release that the district offers is here, whole. It comes again and again until it is written.
    Offer {
        /// The signed bundle.
        bundle: PathBuf,
        /// The name of the release in it.
        version: String,
    },
    /// The journal has kept records, or has not.
    Kept(Kept),
    /// The district's side changed: pairing, documents, what is sent.
    District,
    /// A paper was written, or was not: file names, or why not.
    Paper(Result<Vec<String>, String>),
    /// The log was folded into the database: the wall switch is safe.
    Safe(bool),
    /// Older records were put on the shelf of the book.
    Shelved,
    /// The room on the disk, looked at from time to time.
    Space {
        /// How much of it is taken.
        room: Room,
        /// Bytes of films that were thrown out to make some.
        freed: u64,
        /// A journal that was damaged still lies aside.
        journal_aside: bool,
    },
    /// The whole chain of the journal was read: how many records hold, or which one does not.
    Chain(Result<u64, String>),
    /// A factory reset is left for the next start, or why not.
    Marked(Result<(), String>),
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
