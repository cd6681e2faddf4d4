// SPDX-License-Identifier: GPL-3.0-or-later
//! Factory reset. What two people of staff decided is left in `reset.json` in the data folder, and carried out at the next
//! start, before anything in the folder is opened: nothing can write into what is being taken away.
//!
//! Records that the hub may not have are moved whole into `kept/`, where `xuedian rescue` finds them; all else goes. What
//! is to be kept is decided once and written down before the first file moves, and the file that asks for the reset goes
//! last: whenever the power fails, the next start goes on where this one was.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use xuedian_domain::{id::StaffId, time::Time};
use xuedian_journal::{Head, JournalReader, OpenError, ReadError};

use crate::{sync::HUB, whole_file};

/// What asks for the reset, in the data folder; a copy lies beside the records that are kept.
const MARKER: &str = "reset.json";
/// Where records are kept that the hub may not have, beside everything else.
const KEPT: &str = "kept";
/// Held by the one process that uses the folder, as the journal does.
const LOCK: &str = "journal.lock";
/// The journal as it lies on the disk, and the damaged ones that were set aside.
const JOURNAL: [&str; 4] = ["journal.db", "journal.db-wal", "journal.db-shm", ASIDE];
const ASIDE: &str = "aside";

/// The way out of the running kiosk.
pub struct WayOut {
    /// The data folder.
    pub data: PathBuf,
    /// Starts the box again; where that is not to be had, only the kiosk.
    pub restart: Box<dyn Fn() + Send>,
}

/// What was decided, and how far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    /// When, milliseconds since 1970 by the box's clock.
    at_ms: i64,
    /// Who asked for it.
    by: String,
    /// Who confirmed it.
    second: String,
    /// Records that the hub had not acknowledged when it was asked for.
    unsent: u32,
    /// The journal's epoch then, that is the start of the machine; none when it could not be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    epoch: Option<String>,
    /// What becomes of the journal; none before the next start has looked at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    journal: Option<Fate>,
}

/// What becomes of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fate {
    /// The hub has all of it.
    Gone,
    /// Moved into this folder of `kept/`.
    Kept(String),
}

/// Leaves for the next start what was decided: on the disk before this returns.
///
/// # Errors
/// When the disk refuses: then nothing was decided, and nothing is left that a later start could take for it.
pub(crate) fn mark(data: &Path, at: Time, by: (StaffId, StaffId), unsent: u32) -> io::Result<()> {
    let (by, second) = (by.0.to_string(), by.1.to_string());
    let epoch = head(data).ok().flatten().map(|head| head.epoch);
    let path = data.join(MARKER);
    save(&path, &Marker { at_ms: at.0, by, second, unsent, epoch, journal: None }).inspect_err(|_| {
        // It may have its name already, and only that be unsure.
        let _ = fs::remove_file(&path);
    })
}

/// An empty file is not asked: SQLite would throw away the log beside it.
fn head(data: &Path) -> Result<Option<Head>, ReadError> {
    if has_content(&data.join("journal.db")) { JournalReader::open(data)?.head() } else { Ok(None) }
}

/// Whether the box was used since: an older release, which knows nothing of resets, was started and has written records. What
/// two people decided then is not carried out weeks later, before people who know nothing of it.
fn was_used_since(data: &Path, marker: &Marker) -> bool {
    let Some(then) = &marker.epoch else { return false };
    head(data).is_ok_and(|head| head.is_some_and(|head| head.epoch != *then))
}

/// Carries out what was decided, or what is left of it; true when there was anything. Nothing in the folder may be open.
///
/// # Errors
/// When another process uses the folder, or the disk refuses: to be called again before anything is opened.
pub fn carry_out(data: &Path) -> Result<bool, OpenError> {
    carry_out_with(data, &mut || Ok(()))
}

/// Whether records of before a reset lie here still.
#[must_use]
pub fn keeps_records(data: &Path) -> bool {
    fs::read_dir(data.join(KEPT)).is_ok_and(|mut entries| entries.next().is_some())
}

/// `power` is asked before each thing that changes the disk; an error is a power cut there.
fn carry_out_with(data: &Path, power: &mut dyn FnMut() -> io::Result<()>) -> Result<bool, OpenError> {
    let path = data.join(MARKER);
    let failed = |source| OpenError::File { path: path.clone(), source };
    let Some(bytes) = whole_file::read(&path).map_err(failed)? else { return Ok(false) };
    let _alone = take(data)?;
    // A file that cannot be read any more was put there by two people all the same.
    let mut marker: Marker = serde_json::from_slice(&bytes).unwrap_or_default();
    if marker.journal.is_none() && was_used_since(data, &marker) {
        tracing::warn!(marker.at_ms, "a factory reset was decided, and the box was used since: it is not carried out");
        fs::remove_file(&path).and_then(|()| sync(data)).map_err(failed)?;
        return Ok(false);
    }
    let mut steps = || -> io::Result<()> {
        let fate = match marker.journal.clone() {
            Some(fate) => fate,
            None => {
                let fate = fate(data, marker.at_ms);
                marker.journal = Some(fate.clone());
                power()?;
                save(&path, &marker)?;
                fate
            }
        };
        if let Fate::Kept(name) = &fate {
            keep(data, &data.join(KEPT).join(name), &marker, power)?;
        }
        forget(data, power)?;
        power()?;
        fs::remove_file(&path)?;
        sync(data)
    };
    steps().map_err(failed)?;
    Ok(true)
}

/// A kiosk that runs on the same folder has to end first.
fn take(data: &Path) -> Result<File, OpenError> {
    let path = data.join(LOCK);
    let failed = |source| OpenError::File { path: path.clone(), source };
    let lock = File::create(&path).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { dir: data.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

fn fate(data: &Path, at_ms: i64) -> Fate {
    if !may_be_missing_at_the_hub(data) {
        return Fate::Gone;
    }
    let time = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ");
    let mut names = (1..).map(|n| format!("{time}-{n}"));
    // A box without a clock may have been here at the same moment before.
    let free = names.find(|name| !data.join(KEPT).join(name).exists());
    Fate::Kept(free.expect("numbers do not end"))
}

/// Whether there is any record that the hub has not confirmed. What cannot be known is taken to be missing there.
fn may_be_missing_at_the_hub(data: &Path) -> bool {
    let set_aside = fs::read_dir(data.join(ASIDE)).is_ok_and(|mut entries| entries.next().is_some());
    let there = |name: &str| has_content(&data.join(name));
    let journal = match (there("journal.db"), there("journal.db-wal")) {
        (false, false) => false,
        // A log alone, or beside an empty file: the records are in it, and SQLite would throw it away if it were asked.
        (false, true) => true,
        (true, _) => unsent(data).unwrap_or(true),
    };
    set_aside || journal
}

fn has_content(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.len() > 0)
}

fn unsent(data: &Path) -> Result<bool, ReadError> {
    let journal = JournalReader::open(data)?;
    let (count, acked) = (journal.count()?, journal.acked(HUB)?);
    let Some(acked) = acked else { return Ok(count > 0) };
    // A place that this journal does not know says nothing of its records.
    journal.read_after(Some(&acked.epoch), acked.seq, 1, 1)?;
    Ok(acked.seq < count)
}

/// Moves the journal whole; what was moved by an earlier start is there already.
fn keep(data: &Path, to: &Path, marker: &Marker, power: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
    power()?;
    whole_file::make_folder(to)?;
    save(&to.join(MARKER), marker)?;
    for name in JOURNAL {
        power()?;
        match fs::rename(data.join(name), to.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    [to, &data.join(KEPT), data].into_iter().try_for_each(sync)
}

/// Takes everything else away.
fn forget(data: &Path, power: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
    for entry in fs::read_dir(data)? {
        let entry = entry?;
        if [MARKER, KEPT, LOCK].iter().any(|stays| entry.file_name() == *stays) {
            continue;
        }
        power()?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    sync(data)
}

fn save(path: &Path, marker: &Marker) -> io::Result<()> {
    whole_file::write(path, serde_json::json!(marker).to_string().as_bytes())
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
