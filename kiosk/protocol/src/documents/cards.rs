// SPDX-License-Identifier: GPL-3.0-or-later
//! Cards in the roster.

use serde::{Deserialize, Serialize};
use xuedian_domain::card::{CardClass, CardToken};

/// One card of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardEntry {
    /// The keyed hash of its UID.
    #[serde(with = "crate::text::token")]
    pub token: CardToken,
    /// What the reader could tell beside; it tells apart two people whose cards answer alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<ClassEntry>,
    /// Whether it may be used.
    pub state: CardState,
    /// The number printed on it (卡面编号), if it is one of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed_no: Option<String>,
}

/// Whether a card may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CardState {
    /// It may.
    Active,
    /// Reported lost (挂失).
    Lost,
}

/// What a reader tells of a card beside its UID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassEntry {
    /// Length of the UID in bytes.
    pub uid_len: u8,
    /// The SAK byte.
    pub sak: u8,
    /// The ATQA bytes, big end first.
    pub atqa: u16,
}

impl From<ClassEntry> for CardClass {
    fn from(entry: ClassEntry) -> Self {
        Self { uid_len: entry.uid_len, sak: entry.sak, atqa: entry.atqa }
    }
}

impl From<CardClass> for ClassEntry {
    fn from(class: CardClass) -> Self {
        Self { uid_len: class.uid_len, sak: class.sak, atqa: class.atqa }
    }
}
