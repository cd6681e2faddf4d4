// SPDX-License-Identifier: GPL-3.0-or-later
//! A reading connection that follows its file from generation to generation.

use std::sync::Arc;

use rusqlite::{Connection, Error, ErrorCode};
use tokio::sync::Notify;

use super::file::ViewFile;

/// Reads one file.
#[derive(Debug)]
pub(super) struct FileReader {
    file: ViewFile,
    /// The generation that `connection` is of; none before the first reading.
    generation: Option<u64>,
    connection: Option<Connection>,
    /// The last reading failed, twice.
    failed: bool,
    /// Told when the file is found damaged.
    damaged: Arc<Notify>,
}

impl FileReader {
    pub(super) fn new(file: ViewFile, damaged: Arc<Notify>) -> Self {
        Self { file, generation: None, connection: None, failed: false, damaged }
    }

    /// Reads with the newest file; `empty` when there is none. What fails is tried once more over a connection of its own:
    /// the file may have been replaced under the reading.
    pub(super) fn read<T>(
        &mut self,
        empty: T,
        read: impl Fn(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let outcome = self.once(&read).or_else(|_| self.once(&read));
        self.failed = outcome.is_err();
        if outcome.as_ref().is_err_and(is_damage) {
            self.damaged.notify_one();
        }
        Ok(outcome?.unwrap_or(empty))
    }

    /// Whether there is a file, and the last reading succeeded.
    pub(super) fn can_tell(&self) -> bool {
        self.connection.is_some() && !self.failed
    }

    fn once<T>(&mut self, read: impl Fn(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
        if self.generation != Some(self.file.generation()) {
            let (generation, connection) = self.file.reader()?;
            (self.generation, self.connection) = (generation, connection);
        }
        let outcome = self.connection.as_ref().map(read).transpose();
        if outcome.is_err() {
            self.generation = None;
        }
        outcome
    }
}

/// Whether the bytes are not those that were written, rather than out of reach for now.
fn is_damage(error: &Error) -> bool {
    match error {
        Error::SqliteFailure(failure, _) => {
            matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        }
        _ => true,
    }
}
