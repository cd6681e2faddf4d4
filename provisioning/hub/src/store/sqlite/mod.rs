// SPDX-License-Identifier: GPL-3.0-or-later
//! SQLite, the embedded default: one connection writes, one reads, both guarded; WAL with FULL, so that a commit is on the disk.

mod certifications;
#[cfg(test)]
mod contract;
mod devices;
mod documents;
mod forks;
mod ledger;
mod pairings;
mod people;
mod records;
mod schema;
mod statuses;

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, OpenFlags};

use super::StoreError;

/// The hub's database.
#[derive(Debug)]
pub struct SqliteStore {
    write: Mutex<Connection>,
    read: Mutex<Connection>,
}

impl SqliteStore {
    /// Opens the database, or makes it.
    ///
    /// # Errors
    /// When SQLite cannot, or the file was written by later software.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let write = Connection::open(path)?;
        prepare(&write)?;
        schema::migrate(&write)?;
        let read =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        prepare_reading(&read)?;
        Ok(Self { write: Mutex::new(write), read: Mutex::new(read) })
    }

    /// The writing connection. A panic elsewhere has left no half transaction: SQLite has rolled it back.
    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.write.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // 16 MB of pages between checkpoints: a batch never waits for a long one.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    prepare_reading(connection)
}

fn prepare_reading(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(std::time::Duration::from_secs(10))
}

/// SQLite's whole numbers have a sign; ours that go in never reach it.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn unreadable(what: &'static str) -> impl Fn(String) -> StoreError {
    move |why| StoreError::Row { what, why }
}
