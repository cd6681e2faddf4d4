// SPDX-License-Identifier: GPL-3.0-or-later
//! The name of a file by its content.

use std::{fmt, str::FromStr};

use thiserror::Error;
use xuedian_protocol::text::{hex, unhex_array};

/// SHA-256 of a file, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 32]);

/// A text that is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a SHA-256 (64 lower-case hexadecimal digits)")]
pub struct NotAHash;

impl FromStr for ContentHash {
    type Err = NotAHash;
    fn from_str(text: &str) -> Result<Self, NotAHash> {
        unhex_array(text).map(Self).ok_or(NotAHash)
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({}..)", hex(&self.0[..4]))
    }
}
