// SPDX-License-Identifier: GPL-3.0-or-later
//! Ed25519 keys of devices and hubs, and what their public halves are called.

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use thiserror::Error;
use xuedian_domain::id::DeviceId;

use crate::text::{hex, unhex_array};

/// Name of the signature on the wire.
pub const SIGNATURE_ALG: &str = "ed25519";

/// A text or bytes that are not a public key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("not an Ed25519 public key (64 hexadecimal digits)")]
pub struct NotAKey;

/// The public half of a key: 32 bytes, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// From its bytes.
    ///
    /// # Errors
    /// When they are no point of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, NotAKey> {
        VerifyingKey::from_bytes(bytes).map(Self).map_err(|_| NotAKey)
    }

    /// Its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Its short name in signed statements: 16 hexadecimal digits of its SHA-256.
    #[must_use]
    pub fn name(&self) -> String {
        hex(&Sha256::digest(self.to_bytes())[..8])
    }

    /// The device that has this key: the first 16 bytes of its SHA-256.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        let mut id = [0; 16];
        id.copy_from_slice(&Sha256::digest(self.to_bytes())[..16]);
        DeviceId(id)
    }

    /// Whether `signature` (128 hexadecimal digits) is this key's over `message`.
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &str) -> bool {
        unhex_array::<64>(signature)
            .is_some_and(|bytes| self.0.verify_strict(message, &Signature::from_bytes(&bytes)).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.to_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        Self::from_bytes(&unhex_array(text).ok_or(NotAKey)?)
    }
}

macro_rules! secret_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(SigningKey);

        impl $name {
            /// A new one.
            #[must_use]
            pub fn draw() -> Self {
                let mut seed = [0; 32];
                getrandom::fill(&mut seed).expect("the kernel gives random bytes once it has booted");
                Self::from_seed(&seed)
            }

            /// From its secret 32 bytes.
            #[must_use]
            pub fn from_seed(seed: &[u8; 32]) -> Self {
                Self(SigningKey::from_bytes(seed))
            }

            /// Its secret 32 bytes, to be kept in a file that nobody else reads.
            #[must_use]
            pub fn seed(&self) -> [u8; 32] {
                self.0.to_bytes()
            }

            /// Its public half.
            #[must_use]
            pub fn public(&self) -> PublicKey {
                PublicKey(self.0.verifying_key())
            }

            /// Signs; 128 hexadecimal digits.
            #[must_use]
            pub fn sign(&self, message: &[u8]) -> String {
                hex(&self.0.sign(message).to_bytes())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({}, ..)"), self.public().name())
            }
        }
    };
}

secret_key!(
    /// A device's key: it has no certificate, so no date on a box can lock it out.
    DeviceKey
);
secret_key!(
    /// A hub's document key, by which manifests and times are signed.
    HubKey
);

impl DeviceKey {
    /// The device that this key makes.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.public().device()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_public_half_and_never_prints_its_secret() {
        let key = DeviceKey::from_seed(&[7; 32]);
        let public: PublicKey = key.public().to_string().parse().expect("it was written by us");
        assert_eq!(public.device(), key.device());
        assert!(public.signed(b"words", &key.sign(b"words")));
        assert!(!public.signed(b"other words", &key.sign(b"words")));
        assert!(!public.signed(b"words", "00"));
        assert!(!format!("{key:?}").contains(&hex(&[7; 32])));
        assert!("zz".parse::<PublicKey>().is_err());
    }
}
