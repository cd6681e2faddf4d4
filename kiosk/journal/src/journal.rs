// SPDX-License-Identifier: GPL-3.0-or-later
//! The writer: decisions go onto the disk whole or not at all, and are hashed in the order in which they got there.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior, params};

use crate::error::{AppendError, OpenError, ReadError};
use crate::reader::{self, JournalReader, int};
use crate::record::{self, Draft, Head, Position, Stamp, Stored, Writer};
use crate::space;
use crate::store::{self, Look, Opened, Place};

/// Size of a page of the log with its header, bytes.
const LOG_PAGE_BYTES: u64 = 4096 + 24;

/// The journal of one box, open for writing. There is one in a process, and one process.
#[derive(Debug)]
pub struct Journal {
    /// None after an error until it could be opened again. Declared before `place`, which must outlive it.
    conn: Option<Connection>,
    head: Option<Head>,
    device: String,
    software: String,
    place: Arc<Place>,
    #[cfg(test)]
    pub(crate) fail_next_commit: Option<tests::CommitFault>,
}

/// What one event led to: recorded together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// When it was made.
    pub stamp: Stamp,
    /// What is to be recorded, in this order.
    pub drafts: Vec<Draft>,
}

type Outcome = Result<Vec<Stored>, AppendError>;

impl Journal {
    /// Opens the journal in `dir` or begins one. `device` names the box in each record, `software` this program in each epoch.
    /// A damaged journal is moved into `aside/` as it is, and a new one begun.
    ///
    /// # Errors
    /// When the folder or file cannot be used, another process holds it, or it is another box's.
    pub fn open(dir: &Path, device: &str, software: &str) -> Result<(Self, Opened), OpenError> {
        let place = Arc::new(Place::take(dir)?);
        // On a full disk there is no room for the shared memory otherwise.
        let (free, _) = space::measure(dir).map_err(|source| OpenError::File { path: dir.to_owned(), source })?;
        if free < store::OPENING_BYTES {
            space::release(dir).map_err(|source| OpenError::File { path: dir.to_owned(), source })?;
        }
        let (conn, head, opened) = match store::look(&place, device)? {
            Look::Sound(conn, None) => (conn, None, Opened::Fresh),
            Look::Sound(conn, Some(head)) => (conn, Some(head.clone()), Opened::Existing { head }),
            Look::Damaged(why) => {
                let to = store::set_aside(dir, &why)?;
                let Look::Sound(conn, head) = store::look(&place, device)? else {
                    return Err(OpenError::Database(rusqlite::Error::InvalidQuery));
                };
                (conn, head, Opened::SetAside { to, why })
            }
        };
        store::make_ready(&place, &conn)?;
        let journal = Self {
            conn: Some(conn),
            head,
            device: device.to_owned(),
            software: software.to_owned(),
            place,
            #[cfg(test)]
            fail_next_commit: None,
        };
        Ok((journal, opened))
    }

    /// Records one decision: when this returns `Ok` it is on the disk.
    /// The first decision after a machine boot is preceded by `epoch-opened`, which is not among the records returned.
    ///
    /// # Errors
    /// See [`AppendError`]; nothing of the decision is recorded, unless it says unknown.
    pub fn append(&mut self, stamp: &Stamp, drafts: &[Draft]) -> Outcome {
        let decision = Decision { stamp: stamp.clone(), drafts: drafts.to_vec() };
        self.append_many(&[decision]).pop().unwrap_or(Ok(Vec::new()))
    }

    /// Records several decisions with one flush of the disk. Each is whole or absent by itself; the outcomes are in order.
    pub fn append_many(&mut self, decisions: &[Decision]) -> Vec<Outcome> {
        let checked: Vec<_> =
            decisions.iter().map(|d| record::check(&d.stamp, &d.drafts).map_err(AppendError::from)).collect();
        if !decisions.iter().zip(&checked).any(|(d, c)| c.is_ok() && !d.drafts.is_empty()) {
            return checked.into_iter().map(|c| c.map(|()| Vec::new())).collect();
        }
        match self.write(decisions, &checked) {
            // The reserve is there for attendance: give it up at once rather than at the next look at the disk.
            Err(AppendError::Full) if space::release(&self.place.dir).is_ok_and(|released| released) => {
                self.write(decisions, &checked)
            }
            done => done,
        }
        .unwrap_or_else(|e| checked.into_iter().map(|c| c.and(Err(e.clone()))).collect())
    }

    /// The last record.
    #[must_use]
    pub fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// Another connection, for reading beside this one.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn reader(&self) -> Result<JournalReader, ReadError> {
        JournalReader::beside(&self.place)
    }

    pub(crate) fn place(&self) -> Arc<Place> {
        Arc::clone(&self.place)
    }

    /// Remembers how far `hub` has acknowledged this journal.
    ///
    /// # Errors
    /// When it cannot be written: the hub will then be sent some records again.
    pub fn set_acked(&mut self, hub: &str, position: &Position) -> Result<(), AppendError> {
        let sql = "INSERT INTO acked (hub, epoch, seq) VALUES (?1, ?2, ?3)
                   ON CONFLICT (hub) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq";
        let conn = self.connection()?;
        conn.prepare_cached(sql)
            .and_then(|mut s| s.execute(params![hub, position.epoch, int(position.seq)]))
            .map_err(|e| failure(&e))?;
        Ok(())
    }

    /// Bytes in the log that are not in the database file yet.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn log_bytes(&mut self) -> Result<u64, AppendError> {
        let conn = self.connection()?;
        let (log, done) = checkpoint(conn, "PRAGMA wal_checkpoint(NOOP)")?;
        Ok(log.saturating_sub(done) * LOG_PAGE_BYTES)
    }

    /// Folds the log into the database file: when idle, at 16 MB, and before the wall switch.
    /// True when all of it went; not while somebody is in the middle of a read.
    ///
    /// # Errors
    /// When the disk refuses; the log is whole all the same.
    pub fn checkpoint(&mut self) -> Result<bool, AppendError> {
        let conn = self.connection()?;
        let (log, done) = checkpoint(conn, "PRAGMA wal_checkpoint(PASSIVE)")?;
        Ok(log == done)
    }

    /// The connection, opened again if it was given up after an error.
    fn connection(&mut self) -> Result<&mut Connection, AppendError> {
        if self.conn.is_none() {
            let unreadable = |why: String| AppendError::Failed { why };
            match store::look(&self.place, &self.device).map_err(|e| unreadable(e.to_string()))? {
                Look::Sound(conn, head) => {
                    store::make_ready(&self.place, &conn).map_err(|e| unreadable(e.to_string()))?;
                    self.head = head;
                    self.conn = Some(conn);
                }
                Look::Damaged(why) => return Err(unreadable(why)),
            }
        }
        self.conn.as_mut().ok_or_else(|| AppendError::Failed { why: "closed".into() })
    }

    /// One transaction. An error is of the transaction as a whole.
    fn write(
        &mut self,
        decisions: &[Decision],
        checked: &[Result<(), AppendError>],
    ) -> Result<Vec<Outcome>, AppendError> {
        self.connection()?;
        #[cfg(test)]
        let fault = self.fail_next_commit.take();
        let mut writer = Writer { device: &self.device, software: &self.software, head: self.head.clone() };
        let conn = self.conn.as_mut().ok_or_else(|| AppendError::Failed { why: "closed".into() })?;
        let mut tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| failure(&e))?;
        let mut outcomes = Vec::with_capacity(decisions.len());
        for (decision, check) in decisions.iter().zip(checked) {
            outcomes.push(match check {
                Ok(()) => write_decision(&mut tx, &mut writer, decision)?,
                Err(e) => Err(e.clone()),
            });
        }
        let head = writer.head;
        #[cfg(test)]
        let committed = tests::commit(tx, fault);
        #[cfg(not(test))]
        let committed = tx.commit();
        match committed {
            Ok(()) => {
                self.head = head;
                Ok(outcomes)
            }
            Err(e) => self.resolve(outcomes, &e),
        }
    }

    /// An error at commit leaves open what is on the disk: open again and look.
    /// Pages of a failed commit that SQLite does not count are overwritten by the next one.
    fn resolve(&mut self, outcomes: Vec<Outcome>, error: &rusqlite::Error) -> Result<Vec<Outcome>, AppendError> {
        let failed = failure(error);
        if failed != AppendError::Full {
            // What this connection believes may not be what is there. On a full disk it does know, and a new one may find no room.
            self.conn = None;
        }
        let Ok(conn) = self.connection() else {
            return Err(AppendError::Unknown { why: error.to_string() });
        };
        let unknown = |e: rusqlite::Error| AppendError::Unknown { why: e.to_string() };
        let mut recorded = false;
        for stored in outcomes.iter().flatten().flatten() {
            recorded |= reader::by_id(conn, &stored.id).map_err(unknown)?.as_ref() == Some(stored);
        }
        // One transaction: if one of its records is there, all are.
        if recorded { Ok(outcomes) } else { Err(failed) }
    }
}

/// Writes one decision behind a savepoint. The outer error ends the transaction, the inner one only this decision.
fn write_decision(
    tx: &mut Transaction<'_>,
    writer: &mut Writer<'_>,
    decision: &Decision,
) -> Result<Outcome, AppendError> {
    if decision.drafts.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let before = writer.head.clone();
    let savepoint = tx.savepoint().map_err(|e| failure(&e))?;
    let mut stored = writer.write(&decision.stamp, &decision.drafts);
    for record in &stored {
        if let Err(e) = insert(&savepoint, record) {
            if e.sqlite_error_code() != Some(ErrorCode::ConstraintViolation) {
                return Err(failure(&e));
            }
            writer.head = before;
            return Ok(Err(AppendError::IdTaken { id: record.id.clone() }));
        }
    }
    savepoint.commit().map_err(|e| failure(&e))?;
    Ok(Ok(stored.split_off(stored.len() - decision.drafts.len())))
}

fn insert(conn: &Connection, record: &Stored) -> rusqlite::Result<()> {
    let sql = "INSERT INTO record (seq, id, epoch, hash, line) VALUES (?1, ?2, ?3, ?4, ?5)";
    conn.prepare_cached(sql)?.execute(params![int(record.seq), record.id, record.epoch, record.hash, record.line])?;
    Ok(())
}

/// Pages in the log, and how many of them are in the database file.
fn checkpoint(conn: &Connection, pragma: &str) -> Result<(u64, u64), AppendError> {
    let pages = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?));
    let (log, done) = conn.query_row(pragma, [], pages).map_err(|e| failure(&e))?;
    Ok((log.max(0).unsigned_abs(), done.max(0).unsigned_abs()))
}

fn failure(error: &rusqlite::Error) -> AppendError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => AppendError::Full,
        _ => AppendError::Failed { why: error.to_string() },
    }
}

#[cfg(test)]
mod tests;
