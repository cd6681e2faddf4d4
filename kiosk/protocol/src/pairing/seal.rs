// SPDX-License-Identifier: GPL-3.0-or-later
//! Sealing to one box: HPKE (RFC 9180), X25519, HKDF-SHA-256, ChaCha20-Poly1305.

use std::{fmt, str::FromStr};

use hpke::{
    Deserializable, Kem as _, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::{hex, unhex};

type Kem = X25519HkdfSha256;

/// What is sealed, named in the seal.
const INFO: &[u8] = b"xuedian-pairing/1";
/// Name of the suite on the wire.
pub const SEAL_ALG: &str = "hpke-x25519-sha256-chacha20poly1305";

/// The secret half, kept by a box that is being paired.
#[derive(Clone)]
pub struct SealKey(<Kem as hpke::Kem>::PrivateKey, SealPublic);

/// The public half, 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct SealPublic(<Kem as hpke::Kem>::PublicKey);

/// Something that only one box can open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The suite.
    pub alg: String,
    /// The encapsulated key, hexadecimal digits.
    pub enc: String,
    /// The sealed bytes, hexadecimal digits.
    pub sealed: String,
}

/// It was not sealed for this box and this purpose, or was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it was not sealed for this box, or was changed")]
pub struct NotOpened;

/// A text that is not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not an X25519 public key (64 hexadecimal digits)")]
pub struct NotASealKey;

impl SealKey {
    /// A new one.
    #[must_use]
    pub fn draw() -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).expect("the kernel gives random bytes once it has booted");
        Self::from_seed(&seed)
    }

    /// From 32 secret bytes, which a box may keep while it waits.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let (private, public) = Kem::derive_keypair(seed);
        Self(private, SealPublic(public))
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> SealPublic {
        self.1.clone()
    }

    /// Opens what was sealed for `context`.
    ///
    /// # Errors
    /// When it was sealed for another box or context, or was changed.
    pub fn open(&self, sealed: &Sealed, context: &str) -> Result<Vec<u8>, NotOpened> {
        if sealed.alg != SEAL_ALG {
            return Err(NotOpened);
        }
        let enc = unhex(&sealed.enc).ok_or(NotOpened)?;
        let enc = <Kem as hpke::Kem>::EncappedKey::from_bytes(&enc).map_err(|_| NotOpened)?;
        let bytes = unhex(&sealed.sealed).ok_or(NotOpened)?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(
            &OpModeR::Base,
            &self.0,
            &enc,
            INFO,
            &bytes,
            context.as_bytes(),
        )
        .map_err(|_| NotOpened)
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(..)")
    }
}

impl SealPublic {
    /// Seals for the box of this key; `context` is its device id, so that no answer serves two boxes.
    ///
    /// # Errors
    /// When the key is a point that agrees with nobody.
    pub fn seal(&self, plain: &[u8], context: &str) -> Result<Sealed, NotASealKey> {
        let (enc, sealed) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, Kem>(
            &OpModeS::Base,
            &self.0,
            INFO,
            plain,
            context.as_bytes(),
        )
        .map_err(|_| NotASealKey)?;
        Ok(Sealed { alg: SEAL_ALG.into(), enc: hex(&enc.to_bytes()), sealed: hex(&sealed) })
    }
}

impl fmt::Display for SealPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0.to_bytes()))
    }
}

impl fmt::Debug for SealPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealPublic({self})")
    }
}

impl FromStr for SealPublic {
    type Err = NotASealKey;
    fn from_str(text: &str) -> Result<Self, NotASealKey> {
        let bytes = unhex(text).ok_or(NotASealKey)?;
        <Kem as hpke::Kem>::PublicKey::from_bytes(&bytes).map(Self).map_err(|_| NotASealKey)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    #[test]
    fn only_the_box_opens_it_and_only_for_this_context() {
        let key = SealKey::from_seed(&[5; 32]);
        let public: SealPublic = key.public().to_string().parse().unwrap();
        let sealed = public.seal(b"keys", "box 1").unwrap();
        assert_eq!(key.open(&sealed, "box 1"), Ok(b"keys".to_vec()));
        assert_eq!(key.open(&sealed, "box 2"), Err(NotOpened));
        assert_eq!(SealKey::draw().open(&sealed, "box 1"), Err(NotOpened));
        let cut = Sealed { sealed: sealed.sealed[2..].into(), ..sealed.clone() };
        assert_eq!(key.open(&cut, "box 1"), Err(NotOpened));
        assert_eq!(key.open(&Sealed { alg: "sm4".into(), ..sealed }, "box 1"), Err(NotOpened));
    }
}
