// SPDX-License-Identifier: GPL-3.0-or-later
//! A place in a device's journal.

use serde::{Deserialize, Serialize};

/// A place in a device's journal: epoch as its records write it, and number. The same JSON as the journal's own `Position`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The epoch of the record: 32 hexadecimal digits.
    pub epoch: String,
    /// Its number.
    pub seq: u64,
}
