// SPDX-License-Identifier: GPL-3.0-or-later
//! On which day each award was certified.

use rusqlite::{TransactionBehavior, params};

use super::SqliteStore;
use crate::store::{Certifications, StoreError};

impl Certifications for SqliteStore {
    fn certifications(&self) -> Result<Vec<(String, String)>, StoreError> {
        let connection = self.reader();
        let mut find = connection.prepare_cached("SELECT award, day FROM certification")?;
        let rows = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn put_certifications(&self, awards: &[String], day: &str) -> Result<(), StoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for award in awards {
            transaction
                .prepare_cached(
                    "INSERT INTO certification (award, day) VALUES (?1, ?2) ON CONFLICT (award) DO NOTHING",
                )?
                .execute(params![award, day])?;
        }
        Ok(transaction.commit()?)
    }
}
