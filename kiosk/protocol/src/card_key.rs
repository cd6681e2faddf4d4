// SPDX-License-Identifier: GPL-3.0-or-later
//! The card key of a district, and the token that it makes of a card's UID.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use xuedian_domain::card::CardToken;

/// A card key: secret, shared by the kiosks of a district, drawn by a kiosk for itself until it is paired.
///
/// Two keys are valid while they are changed; `id` tells which one made a token. The bytes are never printed, and are
/// overwritten when the key is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct CardKey {
    /// Which key this is, as written into each token.
    pub id: u8,
    /// The key itself.
    pub bytes: [u8; 32],
}

impl CardKey {
    /// A key from its parts.
    #[must_use]
    pub fn new(id: u8, bytes: [u8; 32]) -> Self {
        Self { id, bytes }
    }

    /// The token of a card: the first 16 bytes of HMAC-SHA-256 of its UID, as the reader gives it (4, 7 or 10 bytes).
    #[must_use]
    pub fn token(&self, uid: &[u8]) -> CardToken {
        let mut hash = Hmac::<Sha256>::new_from_slice(&self.bytes).expect("HMAC takes a key of any length");
        hash.update(uid);
        let whole = hash.finalize().into_bytes();
        let mut mac = [0; 16];
        mac.copy_from_slice(&whole[..16]);
        CardToken { key: self.id, mac }
    }
}

impl fmt::Debug for CardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardKey({}, ..)", self.id)
    }
}

impl Drop for CardKey {
    fn drop(&mut self) {
        self.bytes.fill(0);
        // Without a reader of the zeros the compiler may leave the writing out.
        std::hint::black_box(&self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes 00, 01 .. 1f.
    fn counting_key(id: u8) -> CardKey {
        CardKey::new(id, std::array::from_fn(|n| u8::try_from(n).expect("32 fits a byte")))
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Computed with Python: `hmac.new(bytes(range(32)), bytes.fromhex(uid), "sha256").hexdigest()[:32]`.
    fn check(uid: &[u8], expected: &str) {
        assert_eq!(hex(&counting_key(1).token(uid).mac), expected);
    }

    #[test]
    fn tokens_are_what_another_language_computes() {
        check(&[0x04, 0xa1, 0xb2, 0xc3], "ba279e0c1e5c2464a48d78354dc9c1dd");
        check(&[0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6], "34ebad1fe03df3bfbc7a3b6df1f0ac0a");
        check(&[0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x08, 0x09], "39e94bb0bbf1ebde5d5c81548f8692ba");
    }

    #[test]
    fn the_token_names_its_key() {
        assert_eq!(counting_key(7).token(&[1, 2, 3, 4]).key, 7);
    }

    #[test]
    fn a_key_does_not_print() {
        assert_eq!(format!("{:?}", counting_key(3)), "CardKey(3, ..)");
    }
}
