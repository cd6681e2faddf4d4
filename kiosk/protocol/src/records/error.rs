// SPDX-License-Identifier: GPL-3.0-or-later
//! What can be wrong with a line or a body.

use thiserror::Error;

/// The body of a known kind is not one of its bodies.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the body of {kind} cannot be read: {why}")]
pub struct BadBody {
    /// The kind.
    pub kind: String,
    /// Which member, and what is allowed.
    pub why: String,
}

/// A line is not a record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadRecord {
    /// It is not JSON, or lacks a member of the envelope.
    #[error("not a record: {0}")]
    Envelope(String),
    /// The envelope is good, its body is not.
    #[error("record {id}: {bad}")]
    Body {
        /// The record's id.
        id: String,
        /// What is wrong.
        bad: BadBody,
    },
}
