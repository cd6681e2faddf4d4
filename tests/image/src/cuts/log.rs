// SPDX-License-Identifier: GPL-3.0-or-later
//! The log that QEMU's `blklogwrites` keeps of a disk: every write and every flush, in order, in the format of the kernel's
//! dm-log-writes.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::disk::{Partition, SECTOR};

/// The first bytes of a log.
const MAGIC: u64 = 0x006a_7366_7773_6872;
/// Flags of an entry.
const FLUSH: u64 = 1;
const FUA: u64 = 2;
const DISCARD: u64 = 4;

/// A log, its entries without their data.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    /// In the order in which they came.
    pub entries: Vec<Entry>,
}

/// A write or a flush.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// First byte on the disk.
    pub at: u64,
    /// Bytes written; zero for a flush or a discard.
    pub length: u64,
    /// Everything before it was on the disk when it was over.
    pub flush: bool,
    /// On the disk when it was over, flush or not.
    pub through: bool,
    /// Where its data lies in the log.
    data: u64,
}

impl Log {
    /// Reads what there is: a log of a machine that was killed may end in half an entry, which is left out.
    ///
    /// # Errors
    /// When it is no log, or its sectors are of another size.
    pub fn read(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| path.display().to_string())?;
        let end = file.metadata()?.len();
        let mut log = BufReader::new(file);
        let [magic, _version, _entries] = [number(&mut log)?, number(&mut log)?, number(&mut log)?];
        ensure!(magic == MAGIC, "{} is no log of writes: {magic:x}", path.display());
        let mut size = [0; 4];
        log.read_exact(&mut size)?;
        ensure!(u64::from(u32::from_le_bytes(size)) == SECTOR, "sectors of {size:?} bytes");
        let (mut entries, mut at) = (Vec::new(), SECTOR);
        while at + SECTOR <= end {
            log.seek(SeekFrom::Start(at))?;
            let [sector, sectors, flags, _length] =
                [number(&mut log)?, number(&mut log)?, number(&mut log)?, number(&mut log)?];
            let length = if flags & DISCARD == 0 { sectors * SECTOR } else { 0 };
            if (sector, sectors, flags) == (0, 0, 0) || at + SECTOR + length > end {
                break;
            }
            entries.push(Entry {
                at: sector * SECTOR,
                length,
                flush: flags & FLUSH != 0,
                through: flags & FUA != 0,
                data: at + SECTOR,
            });
            at += SECTOR + length;
        }
        Ok(Self { path: path.to_owned(), entries })
    }

    /// How many entries were noted when the log was so long.
    #[must_use]
    pub fn entries_at(&self, length: u64) -> usize {
        self.entries.partition_point(|entry| entry.data + entry.length <= length)
    }

    /// Applies an entry to a file that holds one partition; what lies outside is left out.
    ///
    /// # Errors
    /// When the log cannot be read or the file not written.
    pub fn apply(&self, entry: &Entry, within: Partition, to: &File) -> Result<()> {
        use std::os::unix::fs::FileExt;
        let first = entry.at.max(within.start);
        let last = (entry.at + entry.length).min(within.start + within.length);
        if first >= last {
            return Ok(());
        }
        let mut bytes = vec![0; usize::try_from(last - first)?];
        File::open(&self.path)?.read_exact_at(&mut bytes, entry.data + first - entry.at)?;
        to.write_all_at(&bytes, first - within.start)?;
        Ok(())
    }
}

fn number(from: &mut impl Read) -> Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    /// A log as QEMU writes it: (sector, flags, data) each.
    fn log(entries: &[(u64, u64, &[u8])], torn: usize) -> (tempfile::TempDir, Log) {
        let mut bytes = [MAGIC, 1, entries.len() as u64].map(u64::to_le_bytes).concat();
        bytes.extend((SECTOR as u32).to_le_bytes());
        bytes.resize(SECTOR as usize, 0);
        for (sector, flags, data) in entries {
            let at = bytes.len();
            bytes.extend([*sector, data.len() as u64 / SECTOR, *flags, 0].map(u64::to_le_bytes).concat());
            bytes.resize(at + SECTOR as usize, 0);
            bytes.extend(*data);
        }
        bytes.truncate(bytes.len() - torn);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        std::fs::write(&path, bytes).unwrap();
        let log = Log::read(&path).unwrap();
        (folder, log)
    }

    #[test]
    fn writes_flushes_and_half_an_entry_are_told_apart() {
        let sector = [7; 512];
        let (_folder, log) = log(&[(9, 0, &sector), (0, FLUSH, &[]), (11, FUA, &sector), (12, 0, &sector)], 100);
        let kinds: Vec<_> = log.entries.iter().map(|e| (e.at, e.length, e.flush, e.through)).collect();
        assert_eq!(kinds, [(9 * 512, 512, false, false), (0, 0, true, false), (11 * 512, 512, false, true)]);
        assert_eq!(log.entries_at(512 * 3), 1, "the first is noted once its data is there");
        assert_eq!(log.entries_at(512 * 4), 2);
    }

    #[test]
    fn a_write_is_applied_where_it_meets_the_partition() {
        let two = [[1; 512], [2; 512]].concat();
        let (folder, log) = log(&[(9, 0, &two)], 0);
        let path = folder.path().join("partition");
        let file = File::create_new(&path).unwrap();
        file.set_len(1024).unwrap();
        log.apply(&log.entries[0], Partition { start: 10 * 512, length: 1024 }, &file).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), [[2; 512], [0; 512]].concat());
    }
}
