// SPDX-License-Identifier: GPL-3.0-or-later
//! What is kept, as it passes through the door.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use xuedian_domain::{
    card::CardToken,
    id::{DeviceId, EpochId, LearnerId, RoomId, SiteId, StaffId},
};
use xuedian_protocol::{
    documents::{CardState, ClassEntry, DocumentKind, FileRef, PointSettings, Prefers, StaffRole, Step},
    pairing::Nonce,
    signing::PublicKey,
    wire::{Position, Refused},
};

/// What became of a batch.
#[derive(Debug, PartialEq, Eq)]
pub enum Ingest {
    /// All of it is kept.
    Kept {
        /// The last record that it brought.
        through: Option<Position>,
        /// New here.
        stored: u64,
        /// Here already.
        known: u64,
        /// Set aside.
        refused: Vec<Refused>,
    },
    /// It hangs on nothing held here; nothing of it is kept.
    Gap,
}

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLine {
    /// The how-many-th it is at this hub, from 1.
    pub no: u64,
    /// The device.
    pub device: DeviceId,
    /// Its epoch.
    pub epoch: EpochId,
    /// Its number.
    pub seq: u64,
    /// Its line.
    pub line: String,
}

/// A device of the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its key.
    pub key: PublicKey,
    /// Its name.
    pub name: String,
    /// Its learning point.
    pub site: SiteId,
    /// Rooms that it serves.
    pub rooms: Vec<RoomId>,
    /// Its point keys.
    pub settings: PointSettings,
    /// Struck: its key is not believed any more.
    pub struck: bool,
    /// When its last request came, milliseconds since 1970.
    pub last_seen_ms: Option<i64>,
}

/// Which counters of one stretch of a device's requests were seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The device.
    pub device: DeviceId,
    /// The stretch.
    pub epoch: String,
    /// The highest counter seen.
    pub highest: u64,
    /// Bit n: `highest - n` was seen.
    pub seen: u64,
    /// When the last one came.
    pub at_ms: i64,
}

/// An attempt at pairing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// SHA-256 of the device code.
    pub secret_hash: String,
    /// What the box shows.
    pub user_code: String,
    /// Its key.
    #[serde(with = "xuedian_protocol::text")]
    pub device_key: PublicKey,
    /// The key to seal to, as text.
    pub seal_key: String,
    /// The hash of its number.
    pub commitment: String,
    /// Its number, once it was told.
    pub device_nonce: Option<Nonce>,
    /// Ours.
    pub hub_nonce: Nonce,
    /// Its software.
    pub software: String,
    /// When the code lapses, milliseconds since 1970.
    pub expires_ms: i64,
    /// What came of it.
    pub state: AttemptState,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttemptState {
    /// Nothing yet.
    Pending,
    /// The operator said no.
    Denied,
    /// The operator said yes.
    Approved,
}

/// Who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonId {
    /// A learner.
    Learner(#[serde(with = "xuedian_protocol::text")] LearnerId),
    /// A member of staff.
    Staff(#[serde(with = "xuedian_protocol::text")] StaffId),
}

/// A person as the hub knows them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Ids that meant the same person before.
    #[serde(default, with = "xuedian_protocol::text::list")]
    pub also: Vec<LearnerId>,
    /// The number of the district's own list, by which an import finds the person again.
    #[serde(default)]
    pub number: String,
    /// The whole name; empty when it is not known yet.
    pub name: String,
    /// 尾号
    pub tail: String,
    /// Year of birth.
    #[serde(default)]
    pub born: Option<u16>,
    /// 学员类别
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Never leaves the hub.
    #[serde(default)]
    pub telephone: String,
    /// Cards.
    pub cards: Vec<PersonCard>,
    /// What travels with the card.
    #[serde(default)]
    pub prefers: Prefers,
    /// The account rests.
    #[serde(default)]
    pub passed_away: bool,
    /// For staff: what they may do.
    #[serde(default)]
    pub role: Option<StaffRole>,
    /// For staff: where.
    #[serde(default, with = "xuedian_protocol::text::list")]
    pub sites: Vec<SiteId>,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({:?}, ..)", self.id)
    }
}

/// A card of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonCard {
    /// The keyed hash of its UID.
    #[serde(with = "xuedian_protocol::text::token")]
    pub token: CardToken,
    /// What a reader tells beside.
    #[serde(default)]
    pub class: Option<ClassEntry>,
    /// Whether it may be used.
    pub state: CardState,
    /// The number printed on it.
    #[serde(default)]
    pub printed_no: Option<String>,
}

/// A version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentVersion {
    /// Which document.
    pub kind: DocumentKind,
    /// For whom: `district` or a device's id.
    pub scope: String,
    /// Its counter; 0 until it is published.
    pub counter: u64,
    /// When it was made.
    pub issued_ms: i64,
    /// The whole.
    pub full: FileRef,
    /// Short ways to it.
    pub steps: Vec<Step>,
    /// Media that it names.
    pub files: Vec<FileRef>,
    /// With the standing: the last record of each device that it contains.
    pub through: BTreeMap<String, Position>,
}
