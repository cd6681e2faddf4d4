// SPDX-License-Identifier: GPL-3.0-or-later
//! An append-only, hash-chained log in SQLite that knows nothing of learning.
//!
//! A record is one line of RFC 8785 JSON that names the hash of the line before it; the format is told in `docs/records.md`.
//! Read [`record`] (what a line is), then [`journal`] (how lines get onto the disk), then [`chain`] (how they are checked).
//!
//! What is deliberately absent: meaning. A body is canonical JSON and nothing here looks into one, but for the
//! journal's own kind, [`EPOCH_OPENED`]. There is no update and no deletion either: the table refuses both.
//!
//! # Why readers have connections of their own, and the shared memory is allocated beforehand
//! A WAL database keeps an index in shared memory, a mapped file. When that file must grow on a full disk the process dies of
//! SIGBUS. `locking_mode=EXCLUSIVE` does without the file, but then nobody else can read: sync and the folds would queue
//! behind the one writer (and a tap behind them), and `xuedian journal verify` could not look at a running kiosk. So the locking is
//! the normal one, and the shared memory is allocated at opening, 1 MB, which indexes a log of 512 MB; ours is emptied at 16 MB.
//!
//! One trap follows. POSIX locks belong to the process and are lost when it closes *any* descriptor of the file. So nothing in
//! this process may open `journal.db` or `journal.db-shm` and close it again while the journal is open.

pub mod chain;
mod error;
pub mod journal;
mod reader;
pub mod record;
pub mod space;
mod store;
mod thread;

pub use chain::{Chain, FirstBad, Summary, export, export_line, verify_lines};
pub use error::{AppendError, OpenError, ReadError, RefusedDraft, VerifyError};
pub use journal::{Decision, Journal};
pub use reader::JournalReader;
pub use record::{Clock, Draft, EPOCH_OPENED, Head, Position, Record, Stamp, Stored};
pub use space::{RESERVE_BYTES, Reserve, Space, guard_space};
pub use store::{Opened, journal_aside};
pub use thread::{JournalHandle, JournalThread, QueueFull, Reply};
