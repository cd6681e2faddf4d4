// SPDX-License-Identifier: GPL-3.0-or-later
//! The door to the hub's storage. SQLite stands behind it; one contract suite holds whatever else will.

#[cfg(test)]
mod contract;
mod rows;
pub mod sqlite;

use thiserror::Error;
use xuedian_domain::id::DeviceId;
use xuedian_protocol::{
    documents::{DocumentKind, FileRef},
    wire::{HubEpoch, Position, status::DeviceStatus},
};

pub use rows::{
    Attempt, AttemptState, Device, DocumentVersion, Ingest, Person, PersonCard, PersonId, StoredLine, Window,
};

/// The storage failed. What was asked for did not happen.
#[derive(Debug, Error)]
pub enum StoreError {
    /// SQLite says no.
    #[error("the hub's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A row cannot be read back.
    #[error("the hub's database holds a {what} that cannot be read: {why}")]
    Row {
        /// What.
        what: &'static str,
        /// Why.
        why: String,
    },
}

/// What every storage keeps.
pub trait Store: Records + Devices + Pairings + People + Documents + Certifications + Send + Sync {}

impl<T: Records + Devices + Pairings + People + Documents + Certifications + Send + Sync> Store for T {}

/// Records of devices: append-only.
pub trait Records {
    /// Takes a batch, unpacked; durable before it returns. Nothing of it is kept when it hangs on nothing held.
    ///
    /// # Errors
    /// When the storage fails; nothing of the batch is kept then.
    fn ingest(&self, device: DeviceId, text: &str, now_ms: i64) -> Result<Ingest, StoreError>;
    /// The last record of each of a device's newest epochs, newest first, at most `most`.
    ///
    /// # Errors
    /// When the storage fails.
    fn held(&self, device: DeviceId, most: usize) -> Result<Vec<Position>, StoreError>;
    /// Records in the order in which they came, after the `after`th.
    ///
    /// # Errors
    /// When the storage fails.
    fn lines_after(&self, after: u64, most: usize) -> Result<Vec<StoredLine>, StoreError>;
    /// What the hub thinks of records: why one is invalid, or none when it is not.
    ///
    /// # Errors
    /// When the storage fails.
    fn put_opinions(&self, opinions: &[(u64, Option<String>)]) -> Result<(), StoreError>;
    /// Forgets what was thought of records, before all are judged again.
    ///
    /// # Errors
    /// When the storage fails.
    fn clear_opinions(&self) -> Result<(), StoreError>;
    /// All that is to be told of every device.
    ///
    /// # Errors
    /// When the storage fails.
    fn statuses(&self) -> Result<Vec<DeviceStatus>, StoreError>;
}

/// Devices of the district.
pub trait Devices {
    /// Adds a device or changes it.
    ///
    /// # Errors
    /// When the storage fails.
    fn put_device(&self, device: &Device) -> Result<(), StoreError>;
    /// One device.
    ///
    /// # Errors
    /// When the storage fails.
    fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError>;
    /// All devices, in the order in which they came.
    ///
    /// # Errors
    /// When the storage fails.
    fn devices(&self) -> Result<Vec<Device>, StoreError>;
    /// Remembers which counters of signed requests were seen.
    ///
    /// # Errors
    /// When the storage fails.
    fn put_windows(&self, windows: &[Window]) -> Result<(), StoreError>;
    /// What was remembered of a device.
    ///
    /// # Errors
    /// When the storage fails.
    fn windows(&self, id: DeviceId) -> Result<Vec<Window>, StoreError>;
}

/// Attempts at pairing.
pub trait Pairings {
    /// Adds an attempt or changes it.
    ///
    /// # Errors
    /// When the storage fails.
    fn put_attempt(&self, attempt: &Attempt) -> Result<(), StoreError>;
    /// By the hash of its device code.
    ///
    /// # Errors
    /// When the storage fails.
    fn attempt(&self, secret_hash: &str) -> Result<Option<Attempt>, StoreError>;
    /// Those that have not lapsed at `now_ms`, oldest first.
    ///
    /// # Errors
    /// When the storage fails.
    fn attempts(&self, now_ms: i64) -> Result<Vec<Attempt>, StoreError>;
    /// Forgets those that lapsed before `before_ms`.
    ///
    /// # Errors
    /// When the storage fails.
    fn forget_attempts(&self, before_ms: i64) -> Result<(), StoreError>;
}

/// Learners, staff and their cards.
pub trait People {
    /// Adds or changes people: all of them or none.
    ///
    /// # Errors
    /// When the storage fails.
    fn put_people(&self, people: &[Person]) -> Result<(), StoreError>;
    /// Everybody, in the order in which they came.
    ///
    /// # Errors
    /// When the storage fails.
    fn people(&self) -> Result<Vec<Person>, StoreError>;
}

/// The district's own texts, and the versions of what is published.
pub trait Documents {
    /// A text of the district: `agenda`, `catalogue`, `rules` …
    ///
    /// # Errors
    /// When the storage fails.
    fn text(&self, name: &str) -> Result<Option<String>, StoreError>;
    /// Puts a text.
    ///
    /// # Errors
    /// When the storage fails.
    fn put_text(&self, name: &str, text: &str) -> Result<(), StoreError>;
    /// The hub's epoch and the highest counter given in it.
    ///
    /// # Errors
    /// When the storage fails.
    fn epoch(&self) -> Result<Option<(HubEpoch, u64)>, StoreError>;
    /// Begins a new epoch; its counter is 0.
    ///
    /// # Errors
    /// When the storage fails.
    fn begin_epoch(&self, epoch: &HubEpoch) -> Result<(), StoreError>;
    /// The next counter is given to this version, which is then in force; only the newest `keep` of its scope stay. Gives the files
    /// that no version names any more.
    ///
    /// # Errors
    /// When the storage fails.
    fn publish(&self, version: &DocumentVersion, keep: usize) -> Result<Vec<FileRef>, StoreError>;
    /// The versions of the present epoch for one scope, newest first, at most `most`.
    ///
    /// # Errors
    /// When the storage fails.
    fn versions(&self, kind: DocumentKind, scope: &str, most: usize) -> Result<Vec<DocumentVersion>, StoreError>;
}

/// On which day each award was certified.
pub trait Certifications {
    /// All of them: the award's name and the local day, `2026-11-22`.
    ///
    /// # Errors
    /// When the storage fails.
    fn certifications(&self) -> Result<Vec<(String, String)>, StoreError>;
    /// These awards are certified on that day; one that was before keeps its own.
    ///
    /// # Errors
    /// When the storage fails.
    fn put_certifications(&self, awards: &[String], day: &str) -> Result<(), StoreError>;
}
