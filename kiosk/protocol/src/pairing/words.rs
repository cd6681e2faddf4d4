// SPDX-License-Identifier: GPL-3.0-or-later
//! Four words that both screens show, so that two people can see that nobody stands between the box and its hub.
//!
//! They matter only where no authority was prepared: the box has then taken the hub's certificate on trust. Whoever stood between
//! would show each side another certificate or key, and would have to make both give the same words. The box's number is hidden
//! behind a hash until the hub has told its own, so the words cannot be chosen by trying: one guess in 2^32.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest, Sha256};

use super::{SealPublic, words_list::WORDS};
use crate::{
    signing::PublicKey,
    text::{hex, unhex_array},
};

/// A random number of one attempt.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; 16]);

/// The hash of a [`Nonce`], 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment(pub String);

impl Nonce {
    /// A new one.
    #[must_use]
    pub fn draw() -> Self {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the kernel gives random bytes once it has booted");
        Self(bytes)
    }

    /// From its bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// What may be told before the number itself.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        Commitment(hex(&Sha256::digest([b"xuedian-commitment/1".as_slice(), &self.0].concat())))
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(..)")
    }
}

impl Serialize for Nonce {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        unhex_array(&text).map(Self).ok_or_else(|| D::Error::custom("not 32 hexadecimal digits"))
    }
}

/// The four words of one attempt. `authority_der` is the certificate of the district's authority as each side sees it: the hub its
/// own, the box the last of the chain that it was shown.
#[must_use]
pub fn four_words(
    authority_der: &[u8],
    device_key: &PublicKey,
    seal_key: &SealPublic,
    device_nonce: &Nonce,
    hub_nonce: &Nonce,
) -> [&'static str; 4] {
    let authority = Sha256::digest(authority_der);
    let mut hash = Sha256::new();
    hash.update(b"xuedian-words/1");
    hash.update(authority);
    hash.update(device_key.to_bytes());
    hash.update(seal_key.to_string());
    hash.update(device_nonce.0);
    hash.update(hub_nonce.0);
    let digest = hash.finalize();
    std::array::from_fn(|n| WORDS[usize::from(digest[n])])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pairing::SealKey, signing::DeviceKey};

    #[test]
    fn every_word_is_there_once_and_has_two_glyphs() {
        let different: std::collections::HashSet<_> = WORDS.iter().collect();
        let mut twice: Vec<_> = WORDS.iter().filter(|w| WORDS.iter().filter(|v| v == w).count() > 1).collect();
        twice.dedup();
        assert_eq!(different.len(), 256, "{twice:?}");
        assert!(WORDS.iter().all(|word| word.chars().count() == 2));
    }

    #[test]
    fn each_part_changes_the_words() {
        let (key, other) = (DeviceKey::from_seed(&[1; 32]).public(), DeviceKey::from_seed(&[2; 32]).public());
        let (seal, other_seal) = (SealKey::from_seed(&[3; 32]).public(), SealKey::from_seed(&[4; 32]).public());
        let (one, two) = (Nonce::from_bytes([5; 16]), Nonce::from_bytes([6; 16]));
        let words = four_words(b"authority", &key, &seal, &one, &two);
        assert_eq!(words, four_words(b"authority", &key, &seal, &one, &two));
        for changed in [
            four_words(b"another", &key, &seal, &one, &two),
            four_words(b"authority", &other, &seal, &one, &two),
            four_words(b"authority", &key, &other_seal, &one, &two),
            four_words(b"authority", &key, &seal, &two, &two),
            four_words(b"authority", &key, &seal, &one, &one),
        ] {
            assert_ne!(words, changed);
        }
    }
}
