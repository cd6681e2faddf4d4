// SPDX-License-Identifier: GPL-3.0-or-later
//! Attempts at pairing.

use rusqlite::{OptionalExtension, params};

use super::{SqliteStore, unreadable};
use crate::store::{Attempt, Pairings, StoreError};

impl Pairings for SqliteStore {
    fn put_attempt(&self, attempt: &Attempt) -> Result<(), StoreError> {
        let text = serde_json::to_string(attempt).map_err(|why| unreadable("attempt")(why.to_string()))?;
        self.writer().execute(
            "INSERT INTO attempt (secret_hash, expires_ms, attempt) VALUES (?1, ?2, ?3)
             ON CONFLICT (secret_hash) DO UPDATE SET expires_ms = excluded.expires_ms, attempt = excluded.attempt",
            params![attempt.secret_hash, attempt.expires_ms, text],
        )?;
        Ok(())
    }

    fn attempt(&self, secret_hash: &str) -> Result<Option<Attempt>, StoreError> {
        let text: Option<String> = self
            .writer()
            .query_row("SELECT attempt FROM attempt WHERE secret_hash = ?1", [secret_hash], |row| row.get(0))
            .optional()?;
        text.map(|text| read(&text)).transpose()
    }

    fn attempts(&self, now_ms: i64) -> Result<Vec<Attempt>, StoreError> {
        let connection = self.writer();
        let mut find =
            connection.prepare_cached("SELECT attempt FROM attempt WHERE expires_ms > ?1 ORDER BY expires_ms")?;
        let texts = find.query_map([now_ms], |row| row.get::<_, String>(0))?;
        texts.map(|text| read(&text?)).collect()
    }

    fn forget_attempts(&self, before_ms: i64) -> Result<(), StoreError> {
        self.writer().execute("DELETE FROM attempt WHERE expires_ms < ?1", [before_ms])?;
        Ok(())
    }
}

fn read(text: &str) -> Result<Attempt, StoreError> {
    serde_json::from_str(text).map_err(|why| unreadable("attempt")(why.to_string()))
}
