// SPDX-License-Identifier: GPL-3.0-or-later
//! One transaction of ingest: what the judge asks and tells.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use xuedian_domain::id::RecordId;
use xuedian_protocol::signing::sha256_hex;

use super::{forks, signed};
use crate::{
    ingest::{Ledger, New, Parent, SetAside},
    store::StoreError,
};

/// The ledger of one batch.
pub(super) struct Transaction<'c> {
    pub(super) connection: &'c Connection,
    pub(super) device: i64,
    pub(super) now_ms: i64,
    epochs: HashMap<String, i64>,
    /// The newest branch that went on in this batch was looked at for forks.
    grown: Option<i64>,
}

impl<'c> Transaction<'c> {
    pub(super) fn new(connection: &'c Connection, device: i64, now_ms: i64) -> Self {
        Self { connection, device, now_ms, epochs: HashMap::new(), grown: None }
    }

    fn epoch(&mut self, epoch: &str) -> rusqlite::Result<Option<i64>> {
        if let Some(no) = self.epochs.get(epoch) {
            return Ok(Some(*no));
        }
        let mut find = self.connection.prepare_cached("SELECT no FROM epoch WHERE device = ?1 AND epoch = ?2")?;
        let no: Option<i64> = find.query_row(params![self.device, epoch], |row| row.get(0)).optional()?;
        if let Some(no) = no {
            self.epochs.insert(epoch.to_owned(), no);
        }
        Ok(no)
    }

    fn epoch_or_new(&mut self, epoch: &str) -> rusqlite::Result<i64> {
        if let Some(no) = self.epoch(epoch)? {
            return Ok(no);
        }
        self.connection.execute("INSERT INTO epoch (device, epoch) VALUES (?1, ?2)", params![self.device, epoch])?;
        let no = self.connection.last_insert_rowid();
        self.epochs.insert(epoch.to_owned(), no);
        Ok(no)
    }

    fn look_for_forks(&mut self, new: &New<'_>, epoch: i64) -> rusqlite::Result<()> {
        let parent = new.link.parent.as_ref();
        let at = match parent {
            Some(parent) => self.epoch(&parent.epoch)?.map(|no| (no, signed(parent.seq))),
            None => None,
        };
        if new.begins || new.link.opens {
            forks::begun(self.connection, self.device, at, epoch, (signed(new.link.seq), new.link.opens))?;
        }
        if self.grown != Some(epoch) {
            forks::grown(self.connection, self.device, at, epoch)?;
            self.grown = Some(epoch);
        }
        Ok(())
    }
}

impl Ledger for Transaction<'_> {
    type Error = StoreError;

    fn insert(&mut self, new: &New<'_>) -> Result<bool, StoreError> {
        let epoch = self.epoch_or_new(&new.link.epoch)?;
        let inserted = self
            .connection
            .prepare_cached(
                "INSERT INTO record (epoch, seq, id, line, received_ms) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![epoch, signed(new.link.seq), new.link.id.0, new.line, self.now_ms])?;
        if inserted == 1 {
            self.look_for_forks(new, epoch)?;
        }
        Ok(inserted == 1)
    }

    fn line(&mut self, id: RecordId) -> Result<Option<String>, StoreError> {
        let mut find = self.connection.prepare_cached("SELECT line FROM record WHERE id = ?1")?;
        Ok(find.query_row([id.0], |row| row.get(0)).optional()?)
    }

    fn holds(&mut self, at: &Parent<'_>) -> Result<bool, StoreError> {
        if let Some(epoch) = self.epoch(&at.epoch)? {
            let mut find = self.connection.prepare_cached("SELECT line FROM record WHERE epoch = ?1 AND seq = ?2")?;
            let lines = find.query_map(params![epoch, signed(at.seq)], |row| row.get::<_, String>(0))?;
            for line in lines {
                if sha256_hex(line?.as_bytes()) == at.hash {
                    return Ok(true);
                }
            }
        }
        let mut find = self.connection.prepare_cached(
            "SELECT 1 FROM set_aside WHERE device = ?1 AND epoch = ?2 AND place_seq = ?3 AND declared = ?4",
        )?;
        Ok(find.exists(params![self.device, at.epoch, signed(at.seq), at.hash])?)
    }

    fn set_aside(&mut self, aside: &SetAside<'_>) -> Result<(), StoreError> {
        let digest = sha256_hex(format!("{} {}", aside.declared, aside.line).as_bytes());
        let (epoch, seq) = aside.place.map_or((None, None), |(epoch, seq)| (Some(epoch), Some(signed(seq))));
        self.connection
            .prepare_cached(
                "INSERT INTO set_aside (device, digest, epoch, place_seq, seq, id, why, declared, line, received_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (device, digest) DO NOTHING",
            )?
            .execute(params![
                self.device,
                digest,
                epoch,
                seq,
                signed(aside.refused.seq),
                aside.refused.id,
                aside.refused.why,
                aside.declared,
                aside.line,
                self.now_ms
            ])?;
        Ok(())
    }
}
