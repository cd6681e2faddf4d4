// SPDX-License-Identifier: GPL-3.0-or-later
//! The reader door: cards read through the system's libnfc, told to the director as tokens.
//!
//! One named thread (`reader`) owns libnfc's context and the device, and nothing else touches them. It looks for type A
//! cards, 20 ms after the last look ended or 50 ms while a card lies there, and for type B after every third look at an
//! empty field. It opens the reader by its connection string, heals by itself when the reader comes back, and beats so that
//! others can see it hang.
//!
//! # What cannot be told
//! The chip says nothing of a card that was taken away half-way: it answers as if there were none. A selection that was
//! finished has the whole UID, checked, so it counts as a tap however short it was. [`ReaderRefusal::Unreadable`] is told
//! only when something answers that is no card: a UID of impossible length, or a failure of the radio.
//!
//! # What `main` owes it
//! libnfc prints errors to standard error unless `LIBNFC_LOG_LEVEL=0`, and each UID from level 2 on. The door refuses to
//! start above 1; `main` sets 0 before its first thread, or the unit does.
//!
//! [`ReaderRefusal::Unreadable`]: xuedian_engine::ports::reader::ReaderRefusal::Unreadable

use std::io;

mod connection;
mod device;
mod door;
mod outbox;
mod patrol;
mod presence;

pub use door::{ReaderConfig, ReaderDoor, ReaderHandle};

/// Why the reader door does not open at all. A reader that is absent is no such reason: it is told as lost.
#[derive(Debug, thiserror::Error)]
pub enum ReaderDoorError {
    /// This libnfc can wait for a card for ever.
    #[error("libnfc {0} is too old: 1.8 or later is needed, since a select of older ones may never return")]
    LibnfcTooOld(String),
    /// libnfc would print UIDs.
    #[error("LIBNFC_LOG_LEVEL={0} would print the UID of each card: set it to 0 or 1")]
    PrintsUids(String),
    /// The connection string names no driver or no port.
    #[error("{0:?} is no connection of libnfc: driver:port[:speed], for example pn532_uart:/dev/ttyUSB0")]
    Connection(String),
    /// libnfc could not be initialised.
    #[error("libnfc does not start: {0}")]
    Libnfc(#[source] nfc1::Error),
    /// The thread could not be started.
    #[error("cannot start the reader's thread: {0}")]
    Thread(#[source] io::Error),
}
