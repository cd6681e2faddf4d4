// SPDX-License-Identifier: GPL-3.0-or-later
//! A box's disk, looked at while the box is off.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use xuedian_kit::journal;

/// Bytes of a sector, of the partition table and of the log of writes.
pub const SECTOR: u64 = 512;
/// Bytes of an entry of the partition table, and how many it has.
const ENTRY: usize = 128;
const ENTRIES: usize = 128;

/// Bytes that are copied at a time.
const CHUNK: usize = 1 << 20;

/// Where a partition lies.
#[derive(Clone, Copy, Debug)]
pub struct Partition {
    /// Its first byte.
    pub start: u64,
    /// Its bytes.
    pub length: u64,
}

/// Finds a partition by its name in the table (GPT) at the beginning of a disk.
///
/// # Errors
/// When there is no such partition.
pub fn partition(disk: &Path, name: &str) -> Result<Partition> {
    let mut table = vec![0; ENTRY * ENTRIES];
    let mut file = File::open(disk).with_context(|| disk.display().to_string())?;
    file.seek(SeekFrom::Start(2 * SECTOR))?;
    file.read_exact(&mut table)?;
    let wanted: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let entry = table.chunks_exact(ENTRY).find(|entry| entry[56..].starts_with(&wanted));
    let entry = entry.with_context(|| format!("{} has no partition {name}", disk.display()))?;
    let number = |at: usize| {
        let bytes = entry[at..at + 8].iter().rev();
        bytes.fold(0u64, |number, byte| number << 8 | u64::from(*byte))
    };
    let (first, last) = (number(32), number(40));
    Ok(Partition { start: first * SECTOR, length: (last + 1 - first) * SECTOR })
}

/// Copies a part of a file into another, leaving holes where nothing but zeros is.
///
/// # Errors
/// When one of them cannot be read or written.
pub fn copy_part(from: &Path, part: Partition, to: &Path) -> Result<()> {
    let mut from = File::open(from)?;
    from.seek(SeekFrom::Start(part.start))?;
    let mut to = File::create(to)?;
    to.set_len(part.length)?;
    let mut chunk = vec![0; CHUNK];
    let mut at = 0;
    while at < part.length {
        let size = chunk.len().min(usize::try_from(part.length - at)?);
        from.read_exact(&mut chunk[..size])?;
        if chunk[..size].iter().any(|byte| *byte != 0) {
            to.seek(SeekFrom::Start(at))?;
            to.write_all(&chunk[..size])?;
        }
        at += size as u64;
    }
    Ok(())
}

/// Whether a file begins with all of another.
///
/// # Errors
/// When one of them cannot be read.
pub fn begins_with(file: &Path, beginning: &Path) -> Result<bool> {
    let (mut file, mut beginning) = (File::open(file)?, File::open(beginning)?);
    let (mut one, mut two) = (vec![0; CHUNK], vec![0; CHUNK]);
    let mut left = usize::try_from(beginning.metadata()?.len())?;
    while left > 0 {
        let size = left.min(CHUNK);
        beginning.read_exact(&mut two[..size])?;
        if file.read_exact(&mut one[..size]).is_err() || one[..size] != two[..size] {
            return Ok(false);
        }
        left -= size;
    }
    Ok(true)
}

/// The records on a data partition that lies in a file of its own; the partition is mended as a start does, the chain verified.
///
/// # Errors
/// When the file system, the journal or the chain is damaged.
pub fn records(build: &Path, partition: &Path) -> Result<Vec<Value>> {
    let out = partition.with_extension("files");
    let done = Command::new(build.join("records")).args([partition, &out]).output()?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr).trim());
    let data = out.join("kiosk");
    journal::verify(&data)?;
    let records = journal::export(&data)?;
    std::fs::remove_dir_all(&out)?;
    Ok(records)
}

/// How many of some records are check-ins.
#[must_use]
pub fn check_ins(records: &[Value]) -> usize {
    records.iter().filter(|record| record["kind"] == "check-in").count()
}

/// The records on the disk of a box that is off; the disk itself is left as it is.
///
/// # Errors
/// As [`records`].
pub fn records_of(build: &Path, disk: &Path) -> Result<Vec<Value>> {
    let copy = disk.with_extension("copy");
    copy_part(disk, partition(disk, "data")?, &copy)?;
    let found = records(build, &copy);
    std::fs::remove_file(&copy)?;
    found
}
