// SPDX-License-Identifier: GPL-3.0-or-later
//! The folder of whole files, its budget, and who goes when it is full.

use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use thiserror::Error;
use xuedian_protocol::documents::kept::WHOLE;

use super::{
    hash::ContentHash,
    incoming::{Incoming, IncomingError},
    index::{Entry, Index},
};
use crate::whole_file;

/// What is pinned leaves no room for another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{need} bytes do not fit into the {budget} that media may take")]
pub struct NoRoom {
    /// Bytes that were asked for.
    pub need: u64,
    /// Bytes that all files may take together.
    pub budget: u64,
}

/// The cache. Clones are the same cache.
#[derive(Clone, Debug)]
pub struct MediaCache {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    budget: u64,
    /// What of the budget the disk has room for, bytes.
    limit: AtomicU64,
    index: Mutex<Index>,
}

impl MediaCache {
    /// Opens `folder`, which may be empty or not there yet. `budget` is in bytes, for all whole files together.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(folder: &Path, budget: u64) -> io::Result<Self> {
        whole_file::make_folder(&folder.join(WHOLE))?;
        whole_file::make_folder(&folder.join("partial"))?;
        let mut index = Index::default();
        for file in fs::read_dir(folder.join(WHOLE))? {
            let file = file?;
            let Some(hash) = file.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let about = file.metadata()?;
            index.insert(hash, Entry { bytes: about.len(), used: kept_use(&about) });
        }
        Ok(Self {
            shared: Arc::new(Shared {
                folder: folder.to_owned(),
                budget,
                limit: AtomicU64::new(budget),
                index: Mutex::new(index),
            }),
        })
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.shared.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn whole(&self, hash: &ContentHash) -> PathBuf {
        self.shared.folder.join(WHOLE).join(hash.to_string())
    }

    fn partial(&self, hash: &ContentHash) -> PathBuf {
        self.shared.folder.join("partial").join(hash.to_string())
    }

    /// Whether the whole file is here. Not a use.
    #[must_use]
    pub fn has(&self, hash: &ContentHash) -> bool {
        self.index().contains(hash)
    }

    /// The whole file, and a note that it was used. None when it is not here.
    #[must_use]
    pub fn path(&self, hash: &ContentHash) -> Option<PathBuf> {
        let path = self.whole(hash);
        let kept = {
            let mut index = self.index();
            if !index.contains(hash) {
                return None;
            }
            index.touch(hash)
        };
        // The order of use only decides what goes first: losing one entry of it does no harm.
        if let Some(used) = kept {
            let _ = keep_use(&path, used);
        }
        Some(path)
    }

    /// These stay, whatever else must go; all others are loose.
    pub fn pin(&self, hashes: impl IntoIterator<Item = ContentHash>) {
        self.index().pin(hashes.into_iter().collect());
    }

    /// Bytes of all whole files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.index().bytes()
    }

    /// Throws out least recently used files until `bytes` more would fit.
    ///
    /// # Errors
    /// When the pinned ones alone leave too little room; then nothing is thrown out.
    pub fn make_room(&self, bytes: u64) -> Result<(), NoRoom> {
        let budget = self.shared.limit.load(Ordering::Relaxed);
        let no_room = NoRoom { need: bytes, budget };
        let limit = budget.checked_sub(bytes).ok_or(no_room)?;
        let out = self.index().to_evict(limit).ok_or(no_room)?;
        for hash in &out {
            self.discard(hash);
        }
        Ok(())
    }

    /// The disk has room for so many bytes more than there are, or for fewer: until this is said anew, all files together
    /// take no more, within the budget. Throws out what is over it, least recently used first, pinned never. Gives the bytes
    /// that this freed.
    pub fn fit(&self, allowance: i64) -> u64 {
        let before = self.bytes();
        let limit = before.saturating_add_signed(allowance).min(self.shared.budget);
        self.shared.limit.store(limit, Ordering::Relaxed);
        let out = {
            let index = self.index();
            index.to_evict(limit).unwrap_or_else(|| index.loose())
        };
        for hash in &out {
            self.discard(hash);
        }
        before.saturating_sub(self.bytes())
    }

    /// Throws out everything that is not pinned.
    pub fn discard_loose(&self) {
        let loose = self.index().loose();
        for hash in &loose {
            self.discard(hash);
        }
    }

    /// Throws a file out: it turned out damaged, or was withdrawn. Whoever has it open reads on.
    pub fn discard(&self, hash: &ContentHash) {
        self.index().remove(hash);
        match fs::remove_file(self.whole(hash)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%hash, %error, "a file of the media cache cannot be removed");
            }
            _ => {}
        }
    }

    /// Throws out beginnings of files that nobody wants any more.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn drop_partials_except(&self, wanted: &HashSet<ContentHash>) -> io::Result<()> {
        for file in fs::read_dir(self.shared.folder.join("partial"))? {
            let file = file?;
            let hash = file.file_name().to_str().and_then(|name| name.parse().ok());
            if hash.is_none_or(|hash| !wanted.contains(&hash)) {
                fs::remove_file(file.path())?;
            }
        }
        Ok(())
    }

    /// Begins to take in a file of `bytes` bytes, or goes on where it was left. Makes room first.
    ///
    /// # Errors
    /// When there is no room or the disk refuses.
    pub async fn take_in(&self, hash: ContentHash, bytes: u64) -> Result<Incoming, IncomingError> {
        self.make_room(bytes)?;
        Incoming::begin(self.clone(), hash, bytes, self.partial(&hash)).await
    }

    /// Gives a checked and synced file its name.
    pub(super) fn publish(&self, draft: &Path, hash: ContentHash, bytes: u64) -> io::Result<PathBuf> {
        let path = self.whole(&hash);
        let used = self.index().next_use();
        keep_use(draft, used)?;
        whole_file::publish(draft, &path)?;
        self.index().insert(hash, Entry { bytes, used });
        Ok(path)
    }
}

/// The order of use is kept as the file's time of change, seconds after 1970: no clock is asked, since it may jump.
fn keep_use(path: &Path, used: u64) -> io::Result<()> {
    File::open(path)?.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(used))
}

fn kept_use(about: &fs::Metadata) -> u64 {
    let since = about.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.map_or(0, |since| since.as_secs())
}
