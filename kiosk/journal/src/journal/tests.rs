// SPDX-License-Identifier: GPL-3.0-or-later
//! The journal's errors, made to happen.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::ops::ControlFlow;

use rusqlite::Transaction;
use serde_json::json;

use super::*;
use crate::record::Clock;

/// A commit that reports an error, before or after it took place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum CommitFault {
    NothingWritten,
    AllWritten,
}

pub(super) fn commit(tx: Transaction<'_>, fault: Option<CommitFault>) -> rusqlite::Result<()> {
    match fault {
        None => tx.commit(),
        Some(CommitFault::NothingWritten) => tx.rollback().and(Err(io_error())),
        Some(CommitFault::AllWritten) => tx.commit().and(Err(io_error())),
    }
}

fn io_error() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC), None)
}

fn stamp() -> Stamp {
    Stamp { boot: "boot-a".into(), mono_ms: 1, wall_ms: 1, clock: Clock::Rtc }
}

fn draft(n: u32) -> Draft {
    Draft { id: format!("01890000-0000-7000-8000-{n:012x}"), kind: "check-in".into(), body: json!({"n": n}) }
}

fn journal() -> (tempfile::TempDir, Journal) {
    let dir = tempfile::tempdir().unwrap();
    let (journal, _) = Journal::open(dir.path(), "box", "test 1").unwrap();
    (dir, journal)
}

fn verified(journal: &Journal) -> u64 {
    journal.reader().unwrap().verify_all(|_, _| ControlFlow::Continue(())).unwrap().records
}

#[test]
fn a_commit_that_failed_and_left_nothing_is_failed() {
    let (_dir, mut journal) = journal();
    journal.append(&stamp(), &[draft(1)]).unwrap();
    journal.fail_next_commit = Some(CommitFault::NothingWritten);
    assert!(matches!(journal.append(&stamp(), &[draft(2)]), Err(AppendError::Failed { .. })));
    let again = journal.append(&stamp(), &[draft(2)]).unwrap();
    assert_eq!((again[0].seq, verified(&journal)), (3, 3));
}

#[test]
fn a_commit_that_failed_but_is_on_the_disk_is_recorded() {
    let (_dir, mut journal) = journal();
    let reader = journal.reader().unwrap();
    journal.fail_next_commit = Some(CommitFault::AllWritten);
    let stored = journal.append(&stamp(), &[draft(1), draft(2)]).unwrap();
    assert_eq!(reader.by_id(&draft(2).id).unwrap().as_ref(), stored.last());
    assert_eq!(journal.head().unwrap().hash, stored[1].hash);
    assert_eq!(journal.append(&stamp(), &[draft(3)]).unwrap()[0].seq, 4);
    assert_eq!(verified(&journal), 4);
}

#[test]
fn a_disk_that_cannot_be_read_after_the_error_leaves_it_unknown() {
    let (dir, mut journal) = journal();
    journal.append(&stamp(), &[draft(1)]).unwrap();
    journal.fail_next_commit = Some(CommitFault::AllWritten);
    // The folder goes away under the journal, as a pulled card does, and comes back.
    let away = dir.path().with_extension("away");
    std::fs::rename(dir.path(), &away).unwrap();
    assert!(matches!(journal.append(&stamp(), &[draft(2)]), Err(AppendError::Unknown { .. })));
    std::fs::rename(&away, dir.path()).unwrap();
    assert_eq!(journal.append(&stamp(), &[draft(2)]), Err(AppendError::IdTaken { id: draft(2).id }));
    assert_eq!(verified(&journal), 3);
}

#[test]
fn a_full_database_refuses_and_takes_up_again() {
    let (_dir, mut journal) = journal();
    journal.append(&stamp(), &[draft(1)]).unwrap();
    let limit = |journal: &Journal, pages: i64| {
        journal
            .conn
            .as_ref()
            .unwrap()
            .query_row(&format!("PRAGMA max_page_count={pages}"), [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    let pages = limit(&journal, 1);
    limit(&journal, pages + 1);
    let accepted = (2..).take_while(|n| journal.append(&stamp(), &[draft(*n)]) != Err(AppendError::Full)).count();
    assert!(accepted > 0);
    assert_eq!(journal.append(&stamp(), &[draft(900)]), Err(AppendError::Full));
    limit(&journal, 1000);
    journal.append(&stamp(), &[draft(900)]).unwrap();
    assert_eq!(verified(&journal), accepted as u64 + 3);
}
