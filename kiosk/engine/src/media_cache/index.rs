// SPDX-License-Identifier: GPL-3.0-or-later
//! What is in the cache, and what would go first. Pure.

use std::collections::{HashMap, HashSet};

use super::hash::ContentHash;

/// One whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) bytes: u64,
    /// Grows with each use of any file: an order, not a time.
    pub(super) used: u64,
}

#[derive(Debug, Default)]
pub(super) struct Index {
    entries: HashMap<ContentHash, Entry>,
    pinned: HashSet<ContentHash>,
    last_use: u64,
}

impl Index {
    pub(super) fn insert(&mut self, hash: ContentHash, entry: Entry) {
        self.last_use = self.last_use.max(entry.used);
        self.entries.insert(hash, entry);
    }

    pub(super) fn remove(&mut self, hash: &ContentHash) {
        self.entries.remove(hash);
    }

    pub(super) fn contains(&self, hash: &ContentHash) -> bool {
        self.entries.contains_key(hash)
    }

    /// The next number of use.
    pub(super) fn next_use(&mut self) -> u64 {
        self.last_use += 1;
        self.last_use
    }

    /// Notes a use. Gives its number when it should be kept on the disk: not for a file that was used last anyway.
    pub(super) fn touch(&mut self, hash: &ContentHash) -> Option<u64> {
        let newest = self.last_use;
        let entry = self.entries.get_mut(hash)?;
        if entry.used == newest {
            return None;
        }
        self.last_use += 1;
        entry.used = self.last_use;
        Some(entry.used)
    }

    pub(super) fn pin(&mut self, pinned: HashSet<ContentHash>) {
        self.pinned = pinned;
    }

    pub(super) fn loose(&self) -> Vec<ContentHash> {
        self.entries.keys().filter(|hash| !self.pinned.contains(*hash)).copied().collect()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.entries.values().map(|entry| entry.bytes).sum()
    }

    /// What must go so that at most `limit` bytes remain: least recently used first, pinned never. None when even that
    /// is not enough.
    pub(super) fn to_evict(&self, limit: u64) -> Option<Vec<ContentHash>> {
        let mut bytes = self.bytes();
        let mut loose: Vec<_> = self.entries.iter().filter(|(hash, _)| !self.pinned.contains(*hash)).collect();
        loose.sort_by_key(|(hash, entry)| (entry.used, **hash));
        let mut out = Vec::new();
        for (hash, entry) in loose {
            if bytes <= limit {
                break;
            }
            bytes -= entry.bytes;
            out.push(*hash);
        }
        (bytes <= limit).then_some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(n: u8) -> ContentHash {
        ContentHash([n; 32])
    }

    fn three() -> Index {
        let mut index = Index::default();
        for n in 1..=3 {
            let used = index.next_use();
            index.insert(hash(n), Entry { bytes: 10, used });
        }
        index
    }

    #[test]
    fn the_least_recently_used_goes_first_and_the_pinned_never() {
        let mut index = three();
        assert_eq!(index.to_evict(30), Some(vec![]));
        assert_eq!(index.to_evict(15), Some(vec![hash(1), hash(2)]));
        assert_eq!(index.touch(&hash(1)), Some(4));
        assert_eq!(index.touch(&hash(1)), None, "the newest stays the newest");
        assert_eq!(index.to_evict(20), Some(vec![hash(2)]));
        index.pin([hash(2), hash(3)].into());
        assert_eq!(index.to_evict(20), Some(vec![hash(1)]));
        assert_eq!(index.to_evict(19), None);
    }
}
