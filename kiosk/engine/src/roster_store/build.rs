// SPDX-License-Identifier: GPL-3.0-or-later
//! Filling a file from the lines of a document: a new one piece by piece, or a step in one transaction.

use std::{
    io::{self, BufRead, BufReader, Read},
    time::Duration,
};

use rusqlite::{Connection, params};
use thiserror::Error;

use super::{
    file::{Layout, ViewFile},
    store::Head,
};

/// Bytes of lines between two flushes of a file that is being built.
const PIECE_BYTES: usize = 1 << 20;
/// Bytes a second while the old file is in use: the journal wants its turn at the disk.
const PACE_BYTES_PER_S: u64 = 3_000_000;
/// The longest line that is read, bytes.
const LONGEST_LINE: usize = 1 << 20;

/// Why a document was not laid out. Nothing of it is in use then.
#[derive(Debug, Error)]
pub enum ImportError {
    /// A line is not what this document is made of.
    #[error("line {line} is not understood: {why}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// In the reader's words.
        why: String,
    },
    /// Two lines are about one person.
    #[error("two lines are about one person")]
    Twice,
    /// A step to a document that is not here.
    #[error("a step without the version that it starts from")]
    NoBase,
    /// The file could not be read.
    #[error("the document cannot be read: {0}")]
    Read(#[from] io::Error),
    /// The look-up file could not be written.
    #[error("the look-up file cannot be written: {0}")]
    Write(#[from] rusqlite::Error),
}

/// How the lines of one document go into its tables.
pub(super) trait Lines {
    /// Puts one line in, in the place of what was there of the same person when `step`.
    fn put(connection: &Connection, line: &str, step: bool) -> Result<(), LineError>;
}

/// Why one line did not go in.
pub(super) enum LineError {
    NotUnderstood(String),
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for LineError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<serde_json::Error> for LineError {
    fn from(error: serde_json::Error) -> Self {
        Self::NotUnderstood(error.to_string())
    }
}

/// Builds a whole file and, once `agree` has said yes, puts it in the place of the old one.
pub(super) fn whole<L: Lines>(
    file: &ViewFile,
    lines: impl Read,
    head: &Head,
    agree: impl FnOnce() -> io::Result<()>,
) -> Result<(), ImportError> {
    file.remove_draft()?;
    let outcome = draft::<L>(file, lines, head).and_then(|()| {
        agree()?;
        file.publish()?;
        Ok(())
    });
    if outcome.is_err() {
        file.remove_draft()?;
    }
    outcome
}

fn draft<L: Lines>(file: &ViewFile, lines: impl Read, head: &Head) -> Result<(), ImportError> {
    let Layout { version, tables, indexes, .. } = file.layout();
    let connection = Connection::open(file.draft())?;
    // Nobody reads it before it is whole, so it needs no way back: only to be on the disk at each piece.
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "user_version", version)?;
    connection.execute_batch(tables)?;
    let in_use = file.reader()?.1.is_some();
    connection.execute_batch("BEGIN")?;
    let mut unsynced = 0;
    each_line(lines, |number, line| {
        put::<L>(&connection, number, line, false)?;
        unsynced += line.len();
        if unsynced >= PIECE_BYTES {
            connection.execute_batch("COMMIT; BEGIN")?;
            if in_use {
                std::thread::sleep(Duration::from_micros(unsynced as u64 * 1_000_000 / PACE_BYTES_PER_S));
            }
            unsynced = 0;
        }
        Ok(())
    })?;
    write_head(&connection, head)?;
    connection.execute_batch("COMMIT")?;
    connection.execute_batch(indexes).map_err(twice)?;
    connection.execute_batch("ANALYZE")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// Applies a step in one transaction, once `agree` has said yes.
pub(super) fn step<L: Lines>(
    file: &ViewFile,
    lines: impl Read,
    from: &Head,
    head: &Head,
    agree: impl FnOnce() -> io::Result<()>,
) -> Result<(), ImportError> {
    let mut connection = file.writer()?.ok_or(ImportError::NoBase)?;
    if read_head(&connection)?.as_ref() != Some(from) {
        return Err(ImportError::NoBase);
    }
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let transaction = connection.transaction()?;
    each_line(lines, |number, line| put::<L>(&transaction, number, line, true))?;
    write_head(&transaction, head)?;
    agree()?;
    transaction.commit()?;
    // An empty log keeps the shared memory small, which could not grow on a full disk. A reader in the middle only delays it.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

fn put<L: Lines>(connection: &Connection, number: usize, line: &str, step: bool) -> Result<(), ImportError> {
    L::put(connection, line, step).map_err(|error| match error {
        LineError::NotUnderstood(why) => ImportError::Line { line: number, why },
        LineError::Database(error) => twice(error),
    })
}

fn twice(error: rusqlite::Error) -> ImportError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation) => ImportError::Twice,
        _ => ImportError::Write(error),
    }
}

/// Reads line by line, never more than the longest line at once. Empty lines are passed over.
fn each_line(
    lines: impl Read,
    mut each: impl FnMut(usize, &str) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let mut lines = BufReader::new(lines);
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        if (&mut lines).take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        if bytes.len() > LONGEST_LINE {
            return Err(ImportError::Line { line: number, why: "too long".to_owned() });
        }
        let text =
            std::str::from_utf8(&bytes).map_err(|error| ImportError::Line { line: number, why: error.to_string() })?;
        if !text.trim().is_empty() {
            each(number, text.trim_end())?;
        }
    }
    Ok(())
}

fn write_head(connection: &Connection, head: &Head) -> rusqlite::Result<()> {
    let sql = "INSERT INTO about (id, hub_epoch, counter) VALUES (1, ?1, ?2)
               ON CONFLICT (id) DO UPDATE SET hub_epoch = excluded.hub_epoch, counter = excluded.counter";
    connection.execute(sql, params![head.hub_epoch, head.counter])?;
    Ok(())
}

/// Which version the file was built from.
pub(super) fn read_head(connection: &Connection) -> rusqlite::Result<Option<Head>> {
    use rusqlite::OptionalExtension;
    let head = |row: &rusqlite::Row<'_>| Ok(Head { hub_epoch: row.get(0)?, counter: row.get(1)? });
    connection.query_row("SELECT hub_epoch, counter FROM about", [], head).optional()
}
