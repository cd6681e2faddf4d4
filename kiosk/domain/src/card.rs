// SPDX-License-Identifier: GPL-3.0-or-later
//! Cards as the learning point knows them: a keyed hash and a class, never a UID.

use std::fmt;

/// The keyed hash of a card's UID: which card key was used, and the first 16 bytes of HMAC-SHA-256.
///
/// A pseudonym, not anonymity: whoever holds the key can enumerate four-byte UIDs. It is never printed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardToken {
    /// Which card key made it; two keys are valid while they are changed.
    pub key: u8,
    /// The first 16 bytes of the keyed hash.
    pub mac: [u8; 16],
}

impl fmt::Debug for CardToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardToken({}, ..)", self.key)
    }
}

/// What the reader can tell of a card beside its UID; it tells apart two people whose cards answer alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardClass {
    /// Length of the UID in bytes: 4, 7 or 10.
    pub uid_len: u8,
    /// The SAK byte of ISO 14443-3.
    pub sak: u8,
    /// The ATQA bytes of ISO 14443-3, big end first.
    pub atqa: u16,
}
