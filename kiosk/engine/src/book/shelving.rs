// SPDX-License-Identifier: GPL-3.0-or-later
//! Puts older records on the shelf, slowly, beside whoever reads it.

use std::{io, ops::ControlFlow, path::Path, time::Duration};

use rusqlite::{Connection, Transaction, params};
use thiserror::Error;
use xuedian_domain::{
    record::{Card, Kind, Record},
    timeline::Timeline,
};
use xuedian_journal::{JournalReader, ReadError, Stored};

use super::{
    key::Key,
    shelf::{self, Reach, VERSION, int},
};

/// Which records are held in memory and not put on the shelf.
#[derive(Clone, Copy, Debug)]
pub struct Hold {
    /// The newest so many are, records.
    pub newest: u64,
    /// Never more than so many are, records: this many are read at a start.
    pub most: u64,
    /// Those that are younger are when there is room, milliseconds: today's counts are made of them.
    pub young_ms: i64,
}

impl Default for Hold {
    fn default() -> Self {
        Self { newest: 500, most: 5_000, young_ms: 36 * 3_600_000 }
    }
}

/// Records that are put on the shelf in one transaction.
const BATCH: usize = 1_000;
/// Bytes of lines that are read for it.
const BATCH_BYTES: usize = 4 << 20;

const TABLES: &str = "
    CREATE TABLE about (key BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (key, seq)) WITHOUT ROWID;
    CREATE TABLE boot (boot BLOB PRIMARY KEY, told INTEGER, synced INTEGER, base INTEGER, mono INTEGER,
                       doubtful INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE adrift (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL);
    CREATE TABLE reach (through INTEGER NOT NULL, hash TEXT NOT NULL, last INTEGER, handed_out INTEGER NOT NULL);
    INSERT INTO reach VALUES (0, '', NULL, 0);
";

/// The shelf could not grow. What is not on it is read from the journal at the next start, or is missing until then.
#[derive(Debug, Error)]
pub enum ShelvingError {
    /// The shelf itself.
    #[error("writing the shelf: {0}")]
    Shelf(#[from] rusqlite::Error),
    /// The journal.
    #[error("reading the journal for the shelf: {0}")]
    Journal(#[from] ReadError),
    /// The folder.
    #[error("making the shelf: {0}")]
    Folder(#[from] io::Error),
}

/// Puts on the shelf what is no longer recent. `rest` is called between two transactions, with the last number on the shelf,
/// and may stop it. Gives that number.
///
/// # Errors
/// When journal or shelf cannot be used; what was put there stays.
pub fn shelve(
    views: &Path,
    journal: &JournalReader,
    hold: Hold,
    mut rest: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<u64, ShelvingError> {
    let mut index = open(views, journal)?;
    let mut reach = shelf::reach(&index)?;
    let Some(newest) = journal.head()? else { return Ok(reach.through) };
    let newest_ms = wall_ms(journal, newest.seq)?;
    loop {
        let stored = journal.read_after(None, reach.through, BATCH, BATCH_BYTES)?;
        let wrote = index.transaction()?;
        let put = put(&wrote, &stored, &mut reach, |record, seq| {
            let room = seq.saturating_add(hold.most) > newest.seq;
            let young = record.is_some_and(|record| newest_ms.saturating_sub(record.stamp.wall_ms) < hold.young_ms);
            room && (young || seq.saturating_add(hold.newest) > newest.seq)
        })?;
        wrote.commit()?;
        if put < stored.len() || stored.is_empty() || rest(reach.through).is_break() {
            return Ok(reach.through);
        }
    }
}

fn wall_ms(journal: &JournalReader, seq: u64) -> Result<i64, ReadError> {
    let newest = journal.read_after(None, seq.saturating_sub(1), 1, usize::MAX)?;
    Ok(newest.first().and_then(shelf::record).map_or(i64::MAX, |record| record.stamp.wall_ms))
}

/// Opens the shelf for writing, or begins one.
fn open(views: &Path, journal: &JournalReader) -> Result<Connection, ShelvingError> {
    crate::whole_file::make_folder(views)?;
    let there = shelf::path(views).exists();
    if there
        && let Ok(index) = connect(views)
        && shelf::fits(&index, journal)
    {
        return Ok(index);
    }
    shelf::discard(views)?;
    let index = connect(views)?;
    index.execute_batch(&format!("BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;"))?;
    Ok(index)
}

fn connect(views: &Path) -> rusqlite::Result<Connection> {
    let index = Connection::open(shelf::path(views))?;
    index.busy_timeout(Duration::from_secs(5))?;
    // Not a write-ahead log: its shared memory could not grow on a full disk. A reader waits while a batch is put down, for
    // a few writes every ten minutes.
    index.pragma_update(None, "journal_mode", "DELETE")?;
    Ok(index)
}

/// Puts lines on the shelf until one is to be held in memory. Says how many.
fn put(
    index: &Transaction<'_>,
    stored: &[Stored],
    reach: &mut Reach,
    is_recent: impl Fn(Option<&Record>, u64) -> bool,
) -> rusqlite::Result<usize> {
    let mut about = index.prepare_cached("INSERT OR IGNORE INTO about VALUES (?1, ?2)")?;
    let mut adrift = index.prepare_cached("INSERT OR REPLACE INTO adrift VALUES (?1, ?2)")?;
    let mut boots = Vec::new();
    let mut put: usize = 0;
    for line in stored {
        let record = shelf::record(line);
        if is_recent(record.as_ref(), line.seq) {
            break;
        }
        if let Some(record) = &record {
            for key in Key::of(record) {
                about.execute(params![key.bytes(), int(line.seq)])?;
            }
            if let Some(at) = reach.timeline.step(record).adrift {
                adrift.execute(params![int(line.seq), at.0])?;
            }
            if !boots.contains(&record.stamp.boot) {
                boots.push(record.stamp.boot);
            }
            let numbered = matches!(record.kind, Kind::Card(Card::Linked { printed_no: Some(_), .. }));
            reach.handed_out += usize::from(numbered);
        }
        reach.through = line.seq;
        put += 1;
    }
    for boot in boots {
        keep_boot(index, &reach.timeline, boot)?;
    }
    if let Some(last) = stored.get(put.wrapping_sub(1)) {
        let sql = "UPDATE reach SET through = ?1, hash = ?2, last = ?3, handed_out = ?4";
        let handed_out = i64::try_from(reach.handed_out).unwrap_or(i64::MAX);
        index.execute(sql, params![int(last.seq), last.hash, reach.timeline.last().map(|at| at.0), handed_out])?;
    }
    Ok(put)
}

fn keep_boot(index: &Transaction<'_>, timeline: &Timeline, boot: xuedian_domain::id::BootId) -> rusqlite::Result<()> {
    let clock = timeline.boot(boot);
    let (base, mono) = clock.adrift.map(|(base, mono)| (base.0, mono)).unzip();
    let sql = "INSERT OR REPLACE INTO boot VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let mut keep = index.prepare_cached(sql)?;
    keep.execute(params![boot.0, clock.told_ms, clock.synced_ms, base, mono, clock.doubtful]).map(drop)
}
