// SPDX-License-Identifier: GPL-3.0-or-later
//! A reading connection that follows its file from generation to generation.

use rusqlite::Connection;

use super::file::ViewFile;

/// Reads one file.
#[derive(Debug)]
pub(super) struct FileReader {
    file: ViewFile,
    /// The generation that `connection` is of; none before the first reading.
    generation: Option<u64>,
    connection: Option<Connection>,
}

impl FileReader {
    pub(super) fn new(file: ViewFile) -> Self {
        Self { file, generation: None, connection: None }
    }

    /// Reads with the newest file; `empty` when there is none.
    pub(super) fn read<T>(
        &mut self,
        empty: T,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        if self.generation != Some(self.file.generation()) {
            let (generation, connection) = self.file.reader()?;
            (self.generation, self.connection) = (generation, connection);
        }
        let outcome = match &self.connection {
            Some(connection) => read(connection),
            None => return Ok(empty),
        };
        if outcome.is_err() {
            // Opened anew next time: the file may have been replaced under the same reading.
            self.generation = None;
        }
        outcome
    }
}
