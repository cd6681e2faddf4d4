// SPDX-License-Identifier: GPL-3.0-or-later
//! The baseline of every record: a bare insert of the same bytes, on the same file system, with the same promise to keep them.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use rusqlite::Connection;
use xuedian_journal::Stored;

/// A table of lines with their ids, in WAL with FULL: a commit is on the disk.
#[derive(Debug)]
pub struct BareTable(Connection);

impl BareTable {
    /// Makes a new one at `path`.
    pub fn create(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(
            "CREATE TABLE line (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, line TEXT NOT NULL)",
        )?;
        Ok(Self(connection))
    }

    /// Inserts records in one transaction, and tells how long that took.
    pub fn insert(&self, records: &[Stored]) -> Result<Duration> {
        let began = Instant::now();
        let transaction = self.0.unchecked_transaction()?;
        {
            let mut insert = transaction.prepare_cached("INSERT INTO line (id, line) VALUES (?1, ?2)")?;
            for record in records {
                insert.execute((&record.id, &record.line))?;
            }
        }
        transaction.commit()?;
        Ok(began.elapsed())
    }
}
