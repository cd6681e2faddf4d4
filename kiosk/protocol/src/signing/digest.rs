// SPDX-License-Identifier: GPL-3.0-or-later
//! The one hash of the wire.

use sha2::{Digest, Sha256};

use crate::text::hex;

/// Name of the hash on the wire.
pub const HASH_ALG: &str = "sha256";

/// SHA-256, 64 lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
