// SPDX-License-Identifier: GPL-3.0-or-later
//! Records: in, out, and what is thought of them.

use rusqlite::{OptionalExtension, TransactionBehavior, params};
use xuedian_domain::id::{DeviceId, EpochId};
use xuedian_protocol::wire::{Position, status::DeviceStatus};

use super::{SqliteStore, ledger::Transaction, signed, statuses, unreadable, unsigned};
use crate::{
    ingest::Judge,
    store::{Ingest, Records, StoreError, StoredLine},
};

impl Records for SqliteStore {
    fn ingest(&self, device: DeviceId, text: &str, now_ms: i64) -> Result<Ingest, StoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let no: Option<i64> =
            transaction.query_row("SELECT no FROM device WHERE id = ?1", [device.0], |row| row.get(0)).optional()?;
        let no = no.ok_or_else(|| unreadable("batch")(format!("of {device}, which is no device of the district")))?;
        let mut ledger = Transaction::new(&transaction, no, now_ms);
        let Ok(judge) = Judge::new(device).judge(text, &mut ledger)? else { return Ok(Ingest::Gap) };
        transaction.commit()?;
        Ok(judge.into_ingest())
    }

    fn held(&self, device: DeviceId, most: usize) -> Result<Vec<Position>, StoreError> {
        let connection = self.reader();
        let mut find = connection.prepare_cached(
            "SELECT e.epoch, (SELECT MAX(r.seq) FROM record r WHERE r.epoch = e.no) FROM epoch e
             JOIN device d ON e.device = d.no WHERE d.id = ?1 ORDER BY e.no DESC LIMIT ?2",
        )?;
        let rows = find.query_map(params![device.0, signed(most as u64)], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?))
        })?;
        let mut held = Vec::new();
        for row in rows {
            if let (epoch, Some(seq)) = row? {
                held.push(Position { epoch, seq: unsigned(seq) });
            }
        }
        Ok(held)
    }

    fn lines_after(&self, after: u64, most: usize) -> Result<Vec<StoredLine>, StoreError> {
        let connection = self.reader();
        let mut find = connection.prepare_cached(
            "SELECT r.no, d.id, e.epoch, r.seq, r.line FROM record r JOIN epoch e ON r.epoch = e.no JOIN device d ON e.device = d.no
             WHERE r.no > ?1 ORDER BY r.no LIMIT ?2",
        )?;
        let rows = find.query_map(params![signed(after), signed(most as u64)], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, [u8; 16]>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, i64>(3)?,
                row.get(4)?,
            ))
        })?;
        rows.map(|row| {
            let (no, device, epoch, seq, line) = row?;
            let epoch: EpochId = epoch.parse().map_err(|why| unreadable("epoch")(format!("{why}")))?;
            Ok(StoredLine { no: unsigned(no), device: DeviceId(device), epoch, seq: unsigned(seq), line })
        })
        .collect()
    }

    fn put_opinions(&self, opinions: &[(u64, Option<String>)]) -> Result<(), StoreError> {
        let mut connection = self.writer();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (no, why) in opinions {
            match why {
                Some(why) => transaction
                    .prepare_cached(
                        "INSERT INTO opinion (record, why) VALUES (?1, ?2) ON CONFLICT (record) DO UPDATE SET why = excluded.why",
                    )?
                    .execute(params![signed(*no), why])?,
                None => transaction.prepare_cached("DELETE FROM opinion WHERE record = ?1")?.execute([signed(*no)])?,
            };
        }
        Ok(transaction.commit()?)
    }

    fn clear_opinions(&self) -> Result<(), StoreError> {
        self.writer().execute("DELETE FROM opinion", [])?;
        Ok(())
    }

    fn statuses(&self) -> Result<Vec<DeviceStatus>, StoreError> {
        statuses::all(&self.reader())
    }
}
