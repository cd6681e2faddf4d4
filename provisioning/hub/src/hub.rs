// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub without its network: what it keeps and what it can do.

use std::{os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

use jiff::tz::TimeZone;
use thiserror::Error;
use xuedian_domain::id::DeviceId;
use xuedian_protocol::{
    documents::DocumentKind,
    signing::{Signed, SignedRequest},
    text::hex,
    wire::{HubEpoch, HubTime, status::Status},
};

use crate::{
    clock::Clock,
    documents::PublishError,
    files::{FileError, Files},
    keys::{KeyError, Keys},
    requests::Seen,
    standing::Folded,
    store::{Store, StoreError, sqlite::SqliteStore},
};

/// A hub: its storage, files and keys.
pub struct Hub {
    /// Storage.
    pub store: Arc<dyn Store>,
    /// Content-addressed files.
    pub files: Files,
    /// Secrets.
    pub keys: Keys,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Whose days the rules count.
    pub zone: TimeZone,
    /// Which signed requests were seen.
    pub seen: Seen,
    /// All records, read and settled.
    pub(crate) folded: std::sync::Mutex<Folded>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hub({:?}, ..)", self.keys.authority)
    }
}

/// The hub could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Its folder.
    #[error("the hub's folder {0}: {1}")]
    Folder(std::path::PathBuf, std::io::Error),
    /// Its database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its files.
    #[error(transparent)]
    Files(#[from] FileError),
    /// Its keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The database knows kiosks that would not believe new keys.
    #[error(
        "{0} lacks keys, and {1} kiosks trust only those: bring them back from the backup; new ones would be believed by no kiosk"
    )]
    KeysGone(std::path::PathBuf, usize),
    /// Its documents.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Its time zone.
    #[error("no time zone is called {0:?}")]
    Zone(String),
}

impl Hub {
    /// Opens the hub in a folder, or makes one there. Two processes may do so at once on one machine: the database is shared.
    ///
    /// # Errors
    /// When something in the folder cannot be used.
    pub fn open(folder: &Path, time_zone: &str, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let of_folder = |why| OpenError::Folder(folder.to_owned(), why);
        std::fs::create_dir_all(folder).map_err(of_folder)?;
        // Names and keys are in it: nobody else on the machine looks in.
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(of_folder)?;
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.join("hub.db"))?);
        let devices = store.devices()?.len();
        let keys = folder.join("keys");
        if devices > 0 && !Keys::are_in(&keys) {
            return Err(OpenError::KeysGone(keys, devices));
        }
        let zone = TimeZone::get(time_zone).map_err(|_| OpenError::Zone(time_zone.to_owned()))?;
        let hub = Self {
            store,
            files: Files::open(&folder.join("files"))?,
            keys: Keys::open(&keys)?,
            clock,
            zone,
            seen: Seen::default(),
            folded: std::sync::Mutex::default(),
        };
        if hub.store.epoch()?.is_none() {
            hub.begin_epoch()?;
        }
        Ok(hub)
    }

    /// Begins a new epoch: at the first start, and after the hub was restored from a backup. All documents are published anew,
    /// since their counters begin anew.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn begin_epoch(&self) -> Result<HubEpoch, StoreError> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|why| StoreError::Row { what: "random number", why: why.to_string() })?;
        // Later than the last, even on a clock that was put back.
        let last = self.store.epoch()?.map_or(0, |(epoch, _)| epoch.began_ms);
        let epoch = HubEpoch { began_ms: self.clock.now_ms().max(last + 1), id: hex(&id) };
        self.store.begin_epoch(&epoch)?;
        Ok(epoch)
    }

    /// The hub's epoch and the highest counter given in it.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn epoch(&self) -> Result<(HubEpoch, u64), StoreError> {
        self.store.epoch()?.ok_or_else(|| StoreError::Row { what: "database", why: "without an epoch".into() })
    }

    /// The hub's time, signed for one request.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn time_for(&self, request: &SignedRequest) -> Result<Signed, StoreError> {
        let time = HubTime {
            hub_epoch: self.epoch()?.0,
            time_ms: self.clock.now_ms(),
            device: request.device,
            request_epoch: request.epoch.clone(),
            counter: request.counter,
        };
        Ok(Signed::new(&self.keys.document, &time))
    }

    /// What is to be told of every device.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn status(&self) -> Result<Status, StoreError> {
        self.store.put_windows(&self.seen.changed())?;
        let standing = self.store.versions(DocumentKind::Standing, "district", 1)?;
        let mut devices = self.store.statuses()?;
        for device in &mut devices {
            device.through = standing.first().and_then(|version| version.through.get(&device.device).cloned());
        }
        Ok(Status { hub_epoch: self.epoch()?.0, time_ms: self.clock.now_ms(), devices })
    }

    /// Strikes a device: its key is not believed from now on.
    ///
    /// # Errors
    /// When the storage fails. False when there is no such device.
    pub fn strike(&self, device: DeviceId) -> Result<bool, StoreError> {
        let Some(mut known) = self.store.device(device)? else { return Ok(false) };
        known.struck = true;
        self.store.put_device(&known)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use xuedian_protocol::signing::DeviceKey;

    use super::*;
    use crate::{clock::SystemClock, test_journal::device};

    #[test]
    fn keys_that_kiosks_trust_are_never_drawn_anew() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Hub::open(folder.path(), "Asia/Shanghai", Arc::new(SystemClock));
        std::fs::create_dir(folder.path().join("keys")).unwrap();
        let hub = open().unwrap();
        std::fs::remove_file(folder.path().join("keys/document.key")).unwrap();
        drop(open().unwrap());
        hub.store.put_device(&device(&DeviceKey::draw())).unwrap();
        drop(open().unwrap());
        std::fs::remove_file(folder.path().join("keys/document.key")).unwrap();
        assert!(matches!(open(), Err(OpenError::KeysGone(_, 1))));
        assert!(!folder.path().join("keys/document.key").exists());
    }
}
