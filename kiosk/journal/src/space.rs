// SPDX-License-Identifier: GPL-3.0-or-later
//! Room on the disk that is kept for attendance: a file that is given up when the disk is nearly full.

use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate, statvfs};

/// The reserve, bytes: 64 MB is over a hundred thousand records.
pub const RESERVE_BYTES: u64 = 64 << 20;
/// Below this share of free space the reserve is given up, per cent.
pub const TIGHT_PERCENT: u64 = 5;
/// It is taken again once this much would be left beside it, per cent: more than above, so that it does not go to and fro.
pub const EASY_PERCENT: u64 = 8;

/// Name of the reserve in the journal's folder.
const RESERVE: &str = "reserve.bin";

/// The disk, after the reserve was looked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Bytes that this user may still write.
    pub free_bytes: u64,
    /// Bytes of the whole file system.
    pub total_bytes: u64,
    /// The reserve.
    pub reserve: Reserve,
}

/// Where the reserve stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserve {
    /// It lies ready.
    Held,
    /// Given up: the journal may write into its place, and nothing else should be written.
    Released,
}

/// Takes the reserve when there is room for it, gives it up when the disk is nearly full. To be called at start and every minute or so.
///
/// # Errors
/// When the file system cannot be asked or the reserve not be removed. A disk without room for a reserve is no error.
pub fn guard_space(dir: &Path) -> io::Result<Space> {
    guard_space_of(dir, RESERVE_BYTES)
}

/// [`guard_space`] with a reserve of another size, for small disks.
///
/// # Errors
/// As there.
pub fn guard_space_of(dir: &Path, reserve_bytes: u64) -> io::Result<Space> {
    let (free, total) = measure(dir)?;
    let path = reserve_path(dir);
    if path.exists() && free * 100 < total * TIGHT_PERCENT {
        release(dir)?;
    } else if !path.exists() && free.saturating_sub(reserve_bytes) * 100 >= total * EASY_PERCENT {
        // No room after all: others write too. The next call tries again.
        if allocate(&path, reserve_bytes).is_err() {
            release(dir)?;
        }
    }
    let (free_bytes, total_bytes) = measure(dir)?;
    let reserve = if path.exists() { Reserve::Held } else { Reserve::Released };
    Ok(Space { free_bytes, total_bytes, reserve })
}

/// Gives the reserve up; true when there was one.
pub(crate) fn release(dir: &Path) -> io::Result<bool> {
    match fs::remove_file(reserve_path(dir)) {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// Gives `file` its blocks beforehand, so that writing into it cannot fail for want of room.
pub(crate) fn allocate_file(file: &File, bytes: u64) -> io::Result<()> {
    match fallocate(file, FallocateFlags::empty(), 0, bytes) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::OPNOTSUPP) => write_zeros(file, bytes),
        Err(e) => Err(e.into()),
    }
}

fn allocate(path: &Path, bytes: u64) -> io::Result<()> {
    let file = File::create(path)?;
    allocate_file(&file, bytes)?;
    file.sync_all()
}

/// For file systems that cannot allocate: appends zeros up to `bytes`, leaving what is there.
fn write_zeros(mut file: &File, bytes: u64) -> io::Result<()> {
    let mut at = file.seek(io::SeekFrom::End(0))?;
    let zeros = [0u8; 4096];
    while at < bytes {
        let piece = zeros.len().min(usize::try_from(bytes - at).unwrap_or(zeros.len()));
        file.write_all(&zeros[..piece])?;
        at += piece as u64;
    }
    Ok(())
}

/// Bytes that this user may still write, and bytes in all.
pub(crate) fn measure(dir: &Path) -> io::Result<(u64, u64)> {
    let stat = statvfs(dir)?;
    Ok((stat.f_bavail * stat.f_frsize, stat.f_blocks * stat.f_frsize))
}

fn reserve_path(dir: &Path) -> PathBuf {
    dir.join(RESERVE)
}
