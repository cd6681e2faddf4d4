// SPDX-License-Identifier: GPL-3.0-or-later
//! The messages of pairing.

use serde::{Deserialize, Serialize};
use xuedian_domain::id::SiteId;

use super::{Commitment, Nonce, SealPublic, Sealed};
use crate::{
    card_key::CardKey,
    documents::WordsEntry,
    signing::{DeviceKey, PublicKey, SIGNATURE_ALG},
    text::{hex, unhex_array},
};

/// Body of `POST /v1/pairing`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairingRequest {
    /// Version of this message, 1.
    pub v: u32,
    /// The device's public key.
    #[serde(with = "crate::text")]
    pub device_key: PublicKey,
    /// For sealing the answer.
    #[serde(with = "crate::text")]
    pub seal_key: SealPublic,
    /// Hash of a number that the device tells when it polls; see [`super::words`].
    pub commitment: Commitment,
    /// Software and version, for the operator.
    pub software: String,
    /// `ed25519`.
    pub alg: String,
    /// The device's signature over all of this.
    pub sig: String,
}

impl PairingRequest {
    /// Writes and signs a request.
    #[must_use]
    pub fn new(key: &DeviceKey, seal_key: SealPublic, commitment: Commitment, software: &str) -> Self {
        let device_key = key.public();
        let sig = key.sign(&message(&device_key, &seal_key, &commitment, software));
        Self { v: 1, device_key, seal_key, commitment, software: software.into(), alg: SIGNATURE_ALG.into(), sig }
    }

    /// Whether the box really has the key that it shows.
    #[must_use]
    pub fn holds(&self) -> bool {
        let message = message(&self.device_key, &self.seal_key, &self.commitment, &self.software);
        self.v == 1 && self.alg == SIGNATURE_ALG && self.device_key.signed(&message, &self.sig)
    }
}

fn message(key: &PublicKey, seal: &SealPublic, commitment: &Commitment, software: &str) -> Vec<u8> {
    format!("xuedian-pairing/1\n{key}\n{seal}\n{}\n{software}", commitment.0).into_bytes()
}

/// Answer to [`PairingRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairingAnswer {
    /// Secret: names this attempt when polling.
    pub device_code: String,
    /// Shown on the box, typed by the operator: `WXYZ-2345`.
    pub user_code: String,
    /// The hub's share of the words.
    pub nonce: Nonce,
    /// Seconds between polls, at least.
    pub interval_s: u32,
    /// Seconds until the code lapses.
    pub expires_s: u32,
}

/// Body of `POST /v1/pairing/poll`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairingPoll {
    /// As given.
    pub device_code: String,
    /// What the commitment hid.
    pub nonce: Nonce,
}

/// Answer to [`PairingPoll`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum PairingState {
    /// The operator has not decided yet.
    Pending,
    /// The operator said no.
    Denied,
    /// Nobody decided in time, or the code was never given.
    Expired,
    /// The operator said yes.
    Approved {
        /// A [`Provision`] that only this box can open.
        sealed: Sealed,
    },
}

/// What a box gets when it is approved. Never printed: it holds card keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provision {
    /// Version of this message, 1.
    pub v: u32,
    /// Certificate of the district's authority, PEM: TLS is verified against it and nothing else.
    pub authority_pem: String,
    /// Where the hub is.
    pub hub_url: String,
    /// Keys whose signatures on documents and times are believed.
    #[serde(with = "crate::text::list")]
    pub document_keys: Vec<PublicKey>,
    /// The card keys in force, the newest first.
    pub card_keys: Vec<CardKeyEntry>,
    /// The learning point.
    #[serde(with = "crate::text")]
    pub site: SiteId,
    /// Its name.
    pub site_name: WordsEntry,
    /// The kiosk's own name.
    pub name: String,
}

impl std::fmt::Debug for Provision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Provision({}, {}, ..)", self.hub_url, self.name)
    }
}

/// A card key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardKeyEntry {
    /// Which key.
    pub id: u8,
    /// `hmac-sha256`.
    pub alg: String,
    /// 64 hexadecimal digits.
    pub bytes: String,
}

/// Name of the keyed hash on the wire.
pub const CARD_ALG: &str = "hmac-sha256";

impl std::fmt::Debug for CardKeyEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CardKeyEntry({}, ..)", self.id)
    }
}

impl From<&CardKey> for CardKeyEntry {
    fn from(key: &CardKey) -> Self {
        Self { id: key.id, alg: CARD_ALG.into(), bytes: hex(&key.bytes) }
    }
}

impl CardKeyEntry {
    /// The key; none when the algorithm is not known here or the bytes are not 32.
    #[must_use]
    pub fn card_key(&self) -> Option<CardKey> {
        (self.alg == CARD_ALG).then_some(())?;
        Some(CardKey::new(self.id, unhex_array(&self.bytes)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairing::SealKey;

    #[test]
    fn a_request_holds_until_something_is_changed() {
        let nonce = Nonce::draw();
        let key = DeviceKey::from_seed(&[9; 32]);
        let request = PairingRequest::new(&key, SealKey::draw().public(), nonce.commitment(), "xuedian 0.1");
        assert!(request.holds());
        assert!(!PairingRequest { seal_key: SealKey::draw().public(), ..request.clone() }.holds());
        assert!(!PairingRequest { software: "other".into(), ..request.clone() }.holds());
        assert!(!PairingRequest { alg: "sm2".into(), ..request }.holds());
    }

    #[test]
    fn secrets_are_not_printed() {
        let entry = CardKeyEntry::from(&CardKey::new(1, [0xee; 32]));
        assert!(!format!("{entry:?}").contains("ee"));
        assert_eq!(entry.card_key(), Some(CardKey::new(1, [0xee; 32])));
        assert_eq!(CardKeyEntry { alg: "sm3".into(), ..entry }.card_key(), None);
    }
}
