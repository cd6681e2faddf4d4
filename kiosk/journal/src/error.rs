// SPDX-License-Identifier: GPL-3.0-or-later
//! What can go wrong, named for the operation that failed.

use std::path::PathBuf;

use thiserror::Error;

use crate::chain::FirstBad;

/// The journal could not be opened, and is not damaged as far as one can tell.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process writes to it.
    #[error("the journal in {dir} is in use by another process")]
    InUse {
        /// The journal's folder.
        dir: PathBuf,
    },
    /// It belongs to another box: a disk in the wrong machine.
    #[error("the journal belongs to device {found}")]
    OtherDevice {
        /// Whose it is.
        found: String,
    },
    /// A folder or file could not be made, moved or allocated.
    #[error("opening the journal: {path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite says no.
    #[error("opening the journal: {0}")]
    Database(#[from] rusqlite::Error),
}

/// A decision was not recorded. Only [`AppendError::Unknown`] leaves that open.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AppendError {
    /// The caller's mistake: it can never be recorded like this.
    #[error("refused: {0}")]
    Refused(#[from] RefusedDraft),
    /// A record with this id is in the journal already.
    #[error("the id {id} is recorded already")]
    IdTaken {
        /// Which.
        id: String,
    },
    /// The disk is full, and the reserve is used up too.
    #[error("the disk is full")]
    Full,
    /// Not recorded; tried again it may be.
    #[error("not recorded: {why}")]
    Failed {
        /// In SQLite's words.
        why: String,
    },
    /// Neither seen on the disk nor seen to be absent: the journal cannot be read just now.
    #[error("not known whether it is recorded: {why}")]
    Unknown {
        /// In SQLite's words.
        why: String,
    },
}

/// Why a draft cannot be a record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RefusedDraft {
    /// Ids are UUIDs of version 7 in lower case.
    #[error("id {id:?} is not a lower-case UUID of version 7")]
    Id {
        /// As given.
        id: String,
    },
    /// Kinds are lower-case words joined by hyphens, and `epoch-opened` is the journal's own.
    #[error("kind {kind:?} is not allowed")]
    Kind {
        /// As given.
        kind: String,
    },
    /// Fractions and numbers past 2^53 are not the same everywhere.
    #[error("number {number} is not a whole number within 2^53")]
    Number {
        /// As given.
        number: String,
    },
    /// Names of members are ASCII.
    #[error("member name {name:?} is not ASCII")]
    Name {
        /// As given.
        name: String,
    },
    /// Nested too deep.
    #[error("the body is nested too deep")]
    TooDeep,
    /// Longer than a batch allows.
    #[error("the body has {bytes} bytes")]
    TooLong {
        /// Bytes of JSON.
        bytes: usize,
    },
    /// The stamp has no boot id, or a time past 2^53.
    #[error("the stamp has no boot id or a time out of range")]
    Stamp,
}

/// The journal could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// No record of this epoch has this number here: the position belongs to another branch.
    #[error("this journal has no record {seq} of epoch {epoch}")]
    NotHere {
        /// The epoch asked for.
        epoch: String,
        /// The number asked for.
        seq: u64,
    },
    /// Writing an export failed.
    #[error("writing the export: {0}")]
    Output(#[from] std::io::Error),
    /// SQLite says no.
    #[error("reading the journal: {0}")]
    Database(#[from] rusqlite::Error),
}

/// The chain does not hold, or could not be followed.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The first record that is not as it was written.
    #[error(transparent)]
    Bad(#[from] FirstBad),
    /// The caller asked to stop.
    #[error("stopped after {records} records")]
    Stopped {
        /// How many were checked.
        records: u64,
    },
    /// The journal could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}
