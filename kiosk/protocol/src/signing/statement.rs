// SPDX-License-Identifier: GPL-3.0-or-later
//! What a hub signs: a text, kept exactly as signed, and who signed it.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use thiserror::Error;

use super::{HubKey, PublicKey, SIGNATURE_ALG};

/// A signed text. The payload travels as the very text that was signed, so that nobody has to write JSON the same way twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// `ed25519`.
    pub alg: String,
    /// The key's short name: 16 hexadecimal digits.
    pub key: String,
    /// JSON.
    pub payload: String,
    /// 128 hexadecimal digits, over `xuedian-<purpose>/1`, a line feed, and the payload.
    pub sig: String,
}

/// Something that a hub states. The purpose is signed too, so that one kind of statement never passes for another.
pub trait Statement: Serialize + DeserializeOwned {
    /// A word.
    const PURPOSE: &'static str;
}

/// Why a statement is not believed.
#[derive(Debug, Error)]
pub enum OpenError {
    /// An algorithm that this release does not know.
    #[error("signature algorithm {0:?} is not known here")]
    Algorithm(String),
    /// None of the keys that are trusted here.
    #[error("the key {0:?} is not trusted here")]
    Key(String),
    /// Changed, cut off, or signed for another purpose.
    #[error("the signature does not hold")]
    Signature,
    /// Signed, but not understood: another version.
    #[error("the statement is not understood: {0}")]
    Payload(#[from] serde_json::Error),
}

impl Signed {
    /// Signs a statement.
    #[must_use]
    pub fn new<S: Statement>(key: &HubKey, statement: &S) -> Self {
        let payload = serde_json::to_string(statement).expect("a statement has text keys only");
        let sig = key.sign(&message::<S>(&payload));
        Self { alg: SIGNATURE_ALG.into(), key: key.public().name(), payload, sig }
    }

    /// Believes a statement when one of `keys` signed it for this purpose; only then is it parsed.
    ///
    /// # Errors
    /// When nobody trusted signed it, or it is not understood.
    pub fn open<S: Statement>(&self, keys: &[PublicKey]) -> Result<S, OpenError> {
        if self.alg != SIGNATURE_ALG {
            return Err(OpenError::Algorithm(self.alg.clone()));
        }
        let key = keys.iter().find(|k| k.name() == self.key).ok_or_else(|| OpenError::Key(self.key.clone()))?;
        if !key.signed(&message::<S>(&self.payload), &self.sig) {
            return Err(OpenError::Signature);
        }
        Ok(serde_json::from_str(&self.payload)?)
    }
}

fn message<S: Statement>(payload: &str) -> Vec<u8> {
    format!("xuedian-{}/1\n{payload}", S::PURPOSE).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Weather {
        wind: u32,
    }
    impl Statement for Weather {
        const PURPOSE: &'static str = "weather";
    }
    #[derive(Serialize, Deserialize, Debug)]
    struct Tide {
        wind: u32,
    }
    impl Statement for Tide {
        const PURPOSE: &'static str = "tide";
    }

    #[test]
    fn only_a_trusted_key_for_this_purpose_is_believed() {
        let key = HubKey::from_seed(&[3; 32]);
        let keys = [HubKey::from_seed(&[4; 32]).public(), key.public()];
        let said = Signed::new(&key, &Weather { wind: 5 });
        assert!(matches!(said.open::<Weather>(&keys), Ok(Weather { wind: 5 })));
        assert!(matches!(said.open::<Tide>(&keys), Err(OpenError::Signature)));
        assert!(matches!(said.open::<Weather>(&keys[..1]), Err(OpenError::Key(_))));
        let mut changed = said.clone();
        changed.payload = changed.payload.replace('5', "6");
        assert!(matches!(changed.open::<Weather>(&keys), Err(OpenError::Signature)));
        let sm2 = Signed { alg: "sm2".into(), ..said };
        assert!(matches!(sm2.open::<Weather>(&keys), Err(OpenError::Algorithm(_))));
    }
}
