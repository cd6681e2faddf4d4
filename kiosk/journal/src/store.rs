// SPDX-License-Identifier: GPL-3.0-or-later
//! The file under the journal: opening it, looking at it before trusting it, setting a damaged one aside.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use crate::chain::Chain;
use crate::error::OpenError;
use crate::reader;
use crate::record::{Head, Record};
use crate::space;

/// Records checked at start; the rest is checked when idle.
pub(crate) const CHECKED_AT_START: usize = 100;
/// Shared memory allocated at opening, bytes: an index of 32 KB for each 16 MB of log, thirty times over.
const SHM_BYTES: u64 = 1 << 20;
/// Free space that opening needs, bytes: the shared memory and a first log.
pub(crate) const OPENING_BYTES: u64 = SHM_BYTES + (256 << 10);
/// How long a connection waits for another one's lock. Only opening and closing take locks that can collide.
pub(crate) const LOCK_WAIT: Duration = Duration::from_secs(5);
/// "XuDj": marks the file as a journal.
const APPLICATION_ID: i32 = 0x5875_446a;

/// Columns and tables are only ever added, and added columns may be null: older software must live with a newer file.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS record (
        seq   INTEGER PRIMARY KEY,
        id    TEXT NOT NULL UNIQUE,
        epoch TEXT NOT NULL,
        hash  TEXT NOT NULL,
        line  TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS acked (
        hub   TEXT PRIMARY KEY,
        epoch TEXT NOT NULL,
        seq   INTEGER NOT NULL
    );
    CREATE TRIGGER IF NOT EXISTS record_never_changes BEFORE UPDATE ON record
        BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
    CREATE TRIGGER IF NOT EXISTS record_never_goes BEFORE DELETE ON record
        BEGIN SELECT RAISE(ABORT, 'records are never deleted'); END;
";

/// What was found at opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// No records yet.
    Fresh,
    /// Records, the last of them checked.
    Existing {
        /// The last one.
        head: Head,
    },
    /// A damaged journal was moved away untouched, and a new one begun: to be told to staff.
    SetAside {
        /// The folder that it is in now.
        to: PathBuf,
        /// What was wrong with it.
        why: String,
    },
}

/// Where a journal lies, and what every connection of this process to it holds on to.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) dir: PathBuf,
    /// Our own descriptor of the shared memory: closing it would drop SQLite's locks, so the last connection to go takes it along.
    shm: Mutex<Option<Arc<File>>>,
    /// One writer only.
    _lock: File,
}

impl Place {
    /// Takes the folder for this process.
    pub(crate) fn take(dir: &Path) -> Result<Self, OpenError> {
        fs::create_dir_all(dir).map_err(|source| OpenError::File { path: dir.to_owned(), source })?;
        let path = dir.join("journal.lock");
        let failed = |source| OpenError::File { path: path.clone(), source };
        let lock = File::create(&path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { dir: dir.to_owned(), shm: Mutex::new(None), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { dir: dir.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The descriptor that a connection of this process must outlive.
    pub(crate) fn shm(&self) -> Option<Arc<File>> {
        self.shm.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Allocates the shared memory of an open connection. Kept over a re-opening when the file is still the same.
    fn allocate_shm(&self) -> Result<(), OpenError> {
        let path = self.dir.join("journal.db-shm");
        let failed = |source| OpenError::File { path: path.clone(), source };
        let mut kept = self.shm.lock().unwrap_or_else(PoisonError::into_inner);
        let there = fs::metadata(&path).map_err(failed)?;
        let same = kept
            .as_ref()
            .and_then(|file| file.metadata().ok())
            .is_some_and(|m| (m.dev(), m.ino()) == (there.dev(), there.ino()));
        if !same {
            *kept = Some(Arc::new(File::options().read(true).write(true).open(&path).map_err(failed)?));
        }
        let Some(file) = kept.as_ref() else {
            return Ok(());
        };
        space::allocate_file(file, SHM_BYTES).map_err(failed)
    }
}

/// A journal file that was looked at.
pub(crate) enum Look {
    Sound(Connection, Option<Head>),
    Damaged(String),
}

/// Opens the file for writing without changing it, and checks its last records.
pub(crate) fn look(place: &Place, device: &str) -> Result<Look, OpenError> {
    let path = place.dir.join("journal.db");
    // SQLite would throw the log away. An empty file is what some file systems leave of one after a power cut.
    let length = |path: &Path| fs::metadata(path).map_or(0, |about| about.len());
    if length(&path) == 0 && length(&path.with_extension("db-wal")) > 0 {
        return Ok(Look::Damaged("there is a log but no database".into()));
    }
    match try_look(&path, device) {
        Err(OpenError::Database(e)) if is_damage(&e) => Ok(Look::Damaged(e.to_string())),
        other => other,
    }
}

fn try_look(path: &Path, device: &str) -> Result<Look, OpenError> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    // Closing must not fold the log into a file that turns out to be damaged.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.busy_timeout(LOCK_WAIT)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        return Ok(Look::Sound(conn, None));
    }
    let mark: i32 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if mark != APPLICATION_ID {
        return Ok(Look::Damaged("the file is not a journal".into()));
    }
    let last = reader::last(&conn, CHECKED_AT_START)?;
    let mut chain = if last.first().is_none_or(|record| record.seq == 1) { Chain::start() } else { Chain::adrift() };
    for stored in &last {
        if let Err(bad) = chain.check_stored(stored) {
            return Ok(Look::Damaged(bad.to_string()));
        }
        // The index too: an append would meet the same damage, and fail for ever.
        if reader::by_id(&conn, &stored.id)?.as_ref() != Some(stored) {
            return Ok(Look::Damaged(format!("the index does not know record {}", stored.seq)));
        }
    }
    if let Some(stored) = last.last() {
        let found = Record::parse(&stored.line).map(|record| record.device).unwrap_or_default();
        if found != device {
            return Err(OpenError::OtherDevice { found });
        }
    }
    Ok(Look::Sound(conn, chain.summary().head))
}

/// Makes a looked-at connection ready for writing.
pub(crate) fn make_ready(place: &Place, conn: &Connection) -> Result<(), OpenError> {
    let mode: String = conn.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))?;
    debug_assert_eq!(mode, "wal");
    // Nothing is written where nothing is missing: the disk may be full.
    let mark: i32 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if mark != APPLICATION_ID {
        conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    conn.execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} COMMIT"))?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    place.allocate_shm()
}

/// Where journals are kept that were found damaged.
const ASIDE: &str = "aside";

/// What was wrong with it, beside a journal that was set aside.
const WHY: &str = "why.txt";

/// What was wrong with the journal that was set aside last, at this start or an earlier one, if one still lies in the data
/// folder `dir`: nobody has taken it away to save its records.
#[must_use]
pub fn journal_aside(dir: &Path) -> Option<String> {
    let last = fs::read_dir(dir.join(ASIDE)).ok()?.flatten().map(|entry| entry.path()).max()?;
    Some(fs::read_to_string(last.join(WHY)).unwrap_or_else(|_| "a journal lies aside".to_owned()))
}

/// Moves the database with its log and shared memory into `aside/<milliseconds since 1970>/`.
pub(crate) fn set_aside(dir: &Path, why: &str) -> Result<PathBuf, OpenError> {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |past| past.as_millis());
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| OpenError::File { path, source }
    };
    // A box without a clock may have been here at the same moment before.
    let to = (0..)
        .map(|n| dir.join(ASIDE).join(format!("{}", now_ms + n)))
        .find(|to| !to.exists())
        .expect("numbers do not end");
    fs::create_dir_all(&to).map_err(failed(&to))?;
    for name in ["journal.db-wal", "journal.db-shm", "journal.db"] {
        let from = dir.join(name);
        match fs::rename(&from, to.join(name)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(failed(&from)(e)),
            _ => {}
        }
    }
    // For people only: on a full disk the journal goes before it.
    let _ = fs::write(to.join(WHY), why);
    for folder in [to.as_path(), &dir.join(ASIDE), dir] {
        File::open(folder).and_then(|f| f.sync_all()).map_err(failed(folder))?;
    }
    Ok(to)
}

/// Whether an error says that the file is damaged, rather than busy, full or out of reach.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        // A column of another type than was written.
        return true;
    };
    let unreadable =
        [ffi::SQLITE_IOERR_READ, ffi::SQLITE_IOERR_SHORT_READ, ffi::SQLITE_IOERR_DATA, ffi::SQLITE_IOERR_CORRUPTFS];
    matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
        || unreadable.contains(&failure.extended_code)
}
