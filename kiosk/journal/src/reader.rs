// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading the journal beside its writer, over a connection of one's own.

use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};

use crate::chain::{Chain, Summary};
use crate::error::{ReadError, VerifyError};
use crate::record::{Head, Position, Record, Stored};
use crate::store::{LOCK_WAIT, Place};

/// Records checked at a time: each read is short, so that the log can be emptied in between.
const VERIFY_RECORDS: usize = 500;
/// Bytes checked at a time.
const VERIFY_BYTES: usize = 1 << 20;

const COLUMNS: &str = "epoch, seq, id, hash, line";

/// A read-only view that never delays the writer. Each call sees all that was recorded before it.
#[derive(Debug)]
pub struct JournalReader {
    conn: Connection,
    _shm: Option<Arc<File>>,
}

impl JournalReader {
    /// Opens the journal of `dir` from a process that does not write it. Beside a writer use [`crate::Journal::reader`] or
    /// [`crate::JournalHandle::reader`].
    ///
    /// # Errors
    /// When there is no journal or it is no database.
    pub fn open(dir: &Path) -> Result<Self, ReadError> {
        Ok(Self { conn: connect(dir)?, _shm: None })
    }

    pub(crate) fn beside(place: &Place) -> Result<Self, ReadError> {
        let shm = place.shm();
        Ok(Self { conn: connect(&place.dir)?, _shm: shm })
    }

    /// Records after number `seq`, oldest first: at most `limit_records`, and at most `limit_bytes` of lines, but always one.
    /// With an epoch, the place must be one of this journal.
    ///
    /// # Errors
    /// [`ReadError::NotHere`] when `seq` is not of that epoch here.
    pub fn read_after(
        &self,
        epoch: Option<&str>,
        seq: u64,
        limit_records: usize,
        limit_bytes: usize,
    ) -> Result<Vec<Stored>, ReadError> {
        if let Some(epoch) = epoch.filter(|_| seq > 0) {
            let sql = "SELECT 1 FROM record WHERE seq = ?1 AND epoch = ?2";
            let here = self.conn.prepare_cached(sql)?.exists(params![int(seq), epoch])?;
            if !here {
                return Err(ReadError::NotHere { epoch: epoch.to_owned(), seq });
            }
        }
        let sql = format!("SELECT {COLUMNS} FROM record WHERE seq > ?1 ORDER BY seq LIMIT ?2");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params![int(seq), int(limit_records as u64)])?;
        let (mut found, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let stored = stored(row)?;
            bytes += stored.line.len();
            if bytes > limit_bytes && !found.is_empty() {
                break;
            }
            found.push(stored);
        }
        Ok(found)
    }

    /// The record with this id.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn by_id(&self, id: &str) -> Result<Option<Stored>, ReadError> {
        Ok(by_id(&self.conn, id)?)
    }

    /// How many records there are.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn count(&self) -> Result<u64, ReadError> {
        // Numbers run from 1 without gaps, so the last one is the count.
        let count: i64 = self.conn.query_row("SELECT coalesce(max(seq), 0) FROM record", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The last record.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn head(&self) -> Result<Option<Head>, ReadError> {
        Ok(last(&self.conn, 1)?.pop().map(|stored| {
            let boot = Record::parse(&stored.line).map(|record| record.boot).unwrap_or_default();
            Head { epoch: stored.epoch, seq: stored.seq, hash: stored.hash, boot }
        }))
    }

    /// How far `hub` has acknowledged this journal.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn acked(&self, hub: &str) -> Result<Option<Position>, ReadError> {
        let mut statement = self.conn.prepare_cached("SELECT epoch, seq FROM acked WHERE hub = ?1")?;
        let position = |row: &Row<'_>| Ok(Position { epoch: row.get(0)?, seq: row.get::<_, i64>(1)?.unsigned_abs() });
        Ok(statement.query_row([hub], position).optional()?)
    }

    /// Checks the whole chain, for when the machine is idle. `progress` hears records checked and records in all, and may stop it.
    ///
    /// # Errors
    /// The first record that does not hold; or stopped; or unreadable.
    pub fn verify_all(&self, mut progress: impl FnMut(u64, u64) -> ControlFlow<()>) -> Result<Summary, VerifyError> {
        let mut chain = Chain::start();
        loop {
            let summary = chain.summary();
            let seq = summary.head.as_ref().map_or(0, |head| head.seq);
            let stored = self.read_after(None, seq, VERIFY_RECORDS, VERIFY_BYTES)?;
            if stored.is_empty() {
                return Ok(summary);
            }
            for record in &stored {
                chain.check_stored(record)?;
            }
            let records = chain.summary().records;
            if progress(records, self.count()?).is_break() {
                return Err(VerifyError::Stopped { records });
            }
        }
    }
}

/// The last `limit` records, oldest first.
pub(crate) fn last(conn: &Connection, limit: usize) -> rusqlite::Result<Vec<Stored>> {
    let sql = format!("SELECT {COLUMNS} FROM record ORDER BY seq DESC LIMIT ?1");
    let mut found =
        conn.prepare(&sql)?.query_map([int(limit as u64)], stored)?.collect::<rusqlite::Result<Vec<_>>>()?;
    found.reverse();
    Ok(found)
}

pub(crate) fn by_id(conn: &Connection, id: &str) -> rusqlite::Result<Option<Stored>> {
    let sql = format!("SELECT {COLUMNS} FROM record WHERE id = ?1");
    conn.prepare_cached(&sql)?.query_row([id], stored).optional()
}

/// SQLite's integers have a sign; record numbers end long before it matters.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let seq: i64 = row.get(1)?;
    Ok(Stored {
        epoch: text(row, 0)?,
        seq: seq.unsigned_abs(),
        id: text(row, 2)?,
        hash: text(row, 3)?,
        line: text(row, 4)?,
    })
}

/// A column as text, whatever it holds: what a flipped bit made of a record must still be read, so that the check can name it.
fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Null => String::new(),
    })
}

fn connect(dir: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(dir.join("journal.db"), flags)?;
    conn.busy_timeout(LOCK_WAIT)?;
    Ok(conn)
}
