// SPDX-License-Identifier: GPL-3.0-or-later
//! One attempt at pairing: ask, poll, open.

use std::{sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;
use xuedian_protocol::{
    pairing::{Nonce, PairingAnswer, PairingPoll, PairingRequest, PairingState, Provision, Sealed, four_words},
    wire::routes,
};

use crate::{
    identity::Identity,
    sync::{
        Ask, ContactError, HubClient,
        tls::{self, ShownAuthority},
    },
};

/// The shortest time between two polls, whatever the hub says.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// What came of an attempt so far.
#[derive(Debug)]
pub(super) enum Decision {
    /// Not decided yet.
    Pending,
    /// The operator said no.
    Denied,
    /// The code lapsed.
    Expired,
    /// The operator said yes.
    Approved(Box<Provision>),
}

/// What was sealed for this box does not serve it.
#[derive(Debug, Error)]
pub(super) enum PairingError {
    /// The hub did not answer as it should.
    #[error(transparent)]
    Contact(#[from] ContactError),
    /// The seal cannot be opened, or what is in it is not understood.
    #[error("what the hub sealed cannot be used: {0}")]
    Broken(String),
}

/// An attempt whose code is shown.
#[derive(Debug)]
pub(super) struct Attempt {
    client: HubClient,
    shown: ShownAuthority,
    nonce: Nonce,
    answer: PairingAnswer,
}

impl Attempt {
    /// Tells the hub of this box, and gets a code.
    pub(super) async fn begin(
        client: HubClient,
        shown: ShownAuthority,
        identity: &Identity,
    ) -> Result<Self, PairingError> {
        let nonce = Nonce::draw();
        let software = concat!("xuedian ", env!("CARGO_PKG_VERSION"));
        let request =
            PairingRequest::new(identity.device_key(), identity.seal_key().public(), nonce.commitment(), software);
        let answer = post(&client, routes::PAIRING, &request).await?;
        Ok(Self { client, shown, nonce, answer })
    }

    pub(super) fn code(&self) -> &str {
        &self.answer.user_code
    }

    /// None when the hub showed no authority: it is reached without TLS, on this very machine.
    pub(super) fn words(&self, identity: &Identity) -> Option<[&'static str; 4]> {
        let authority = self.shown.get()?;
        let (device, seal) = (identity.device_key().public(), identity.seal_key().public());
        Some(four_words(authority, &device, &seal, &self.nonce, &self.answer.nonce))
    }

    /// Until the next poll.
    pub(super) fn interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.answer.interval_s)).max(SHORTEST_INTERVAL)
    }

    /// How long the code is good for.
    pub(super) fn lifetime(&self) -> Duration {
        Duration::from_secs(u64::from(self.answer.expires_s))
    }

    /// Asks whether the operator has decided.
    pub(super) async fn poll(&self, identity: &Identity) -> Result<Decision, PairingError> {
        let poll = PairingPoll { device_code: self.answer.device_code.clone(), nonce: self.nonce };
        Ok(match post(&self.client, routes::PAIRING_POLL, &poll).await? {
            PairingState::Pending => Decision::Pending,
            PairingState::Denied => Decision::Denied,
            PairingState::Expired => Decision::Expired,
            PairingState::Approved { sealed } => Decision::Approved(Box::new(self.unseal(&sealed, identity)?)),
        })
    }

    fn unseal(&self, sealed: &Sealed, identity: &Identity) -> Result<Provision, PairingError> {
        let broken = |why: String| PairingError::Broken(why);
        let bytes = identity
            .seal_key()
            .open(sealed, &identity.device().to_string())
            .map_err(|error| broken(error.to_string()))?;
        let provision: Provision = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
        if provision.v != 1 {
            return Err(broken(format!("version {} is not known here", provision.v)));
        }
        if provision.document_keys.is_empty() || provision.card_keys.iter().all(|entry| entry.card_key().is_none()) {
            return Err(broken("a key is missing".to_owned()));
        }
        let authority = tls::authority_der(&provision.authority_pem).map_err(|error| broken(error.to_string()))?;
        // The words that people compared were made from the authority that was shown: it has to be this one.
        if self.shown.get().is_some_and(|shown| shown.as_slice() != authority.as_ref()) {
            return Err(broken("the hub showed another authority than it gives".to_owned()));
        }
        Ok(provision)
    }
}

/// A client for pairing, and where the authority will be found that the hub shows it.
pub(super) fn shown_authority() -> ShownAuthority {
    Arc::default()
}

async fn post<T: DeserializeOwned>(client: &HubClient, path: &str, body: &impl Serialize) -> Result<T, ContactError> {
    let body = serde_json::to_vec(body).map_err(|error| ContactError::Here(error.to_string()))?;
    let (answer, _) = client.ask(Ask::post(path, "application/json", &body)).await?;
    serde_json::from_slice(&answer).map_err(|error| ContactError::Garbage(error.to_string()))
}
