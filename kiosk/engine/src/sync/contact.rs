// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub of this district: a client, and how to tell that an answer is the district's and new.

use std::{future::Future, sync::Arc};

use serde::de::DeserializeOwned;
use xuedian_domain::{id::DeviceId, time::Time};
use xuedian_protocol::{
    signing::{PublicKey, Signed},
    wire::{DocumentsAnswer, HubTime, RecordsAnswer, batch, routes},
};

use super::{
    failure::ContactError,
    hub_client::{Ask, Echo, HubClient},
};
use crate::{clock::Clock, documents::DocumentVersion};

/// Where records go. A door, so that what happens to them can be tried without a network.
pub(crate) trait RecordsDoor: Send + Sync + 'static {
    /// Sends one packed batch.
    fn send(&self, batch: Vec<u8>) -> impl Future<Output = Result<RecordsAnswer, ContactError>> + Send;
}

/// The hub of this district.
#[derive(Clone, Debug)]
pub struct Hub {
    client: HubClient,
    keys: Arc<[PublicKey]>,
    device: DeviceId,
    clock: Clock,
}

impl Hub {
    /// `keys` are those whose signatures on times are believed; `device` is the one that `client` signs for.
    #[must_use]
    pub fn new(client: HubClient, keys: Arc<[PublicKey]>, device: DeviceId, clock: Clock) -> Self {
        Self { client, keys, device, clock }
    }

    pub(crate) fn client(&self) -> &HubClient {
        &self.client
    }

    /// The manifests in force, and what the hub holds of this box.
    /// `newest` is the newest document that is here.
    pub(crate) async fn documents(&self, newest: Option<DocumentVersion>) -> Result<DocumentsAnswer, ContactError> {
        let path = match newest {
            Some(seen) => format!("{}?seen={}.{}", routes::DOCUMENTS, seen.hub_epoch.id, seen.counter),
            None => routes::DOCUMENTS.to_owned(),
        };
        self.asked(Ask::get(&path), |answer: &DocumentsAnswer| answer.time.clone()).await
    }

    async fn asked<T: DeserializeOwned>(&self, ask: Ask<'_>, time: fn(&T) -> Signed) -> Result<T, ContactError> {
        let sent_ms = self.clock.mono_ms();
        let (body, echo) = self.client.ask(ask).await?;
        let back_ms = self.clock.mono_ms();
        let answer = serde_json::from_slice(&body).map_err(|error| ContactError::Garbage(error.to_string()))?;
        self.take_time(&time(&answer), &echo, sent_ms, back_ms)?;
        Ok(answer)
    }

    /// Believes the time when the district signed it in answer to this very request.
    fn take_time(&self, signed: &Signed, echo: &Echo, sent_ms: i64, back_ms: i64) -> Result<(), ContactError> {
        let time: HubTime = signed.open(&self.keys).map_err(|error| ContactError::Unsigned(error.to_string()))?;
        let ours = time.device == self.device && time.request_epoch == echo.epoch && time.counter == echo.counter;
        if !ours {
            return Err(ContactError::Unsigned("its time answers another request".to_owned()));
        }
        if let Err(error) = self.clock.hub_says(Time(time.time_ms), sent_ms, back_ms) {
            tracing::warn!(%error, "the floor of time cannot be kept");
        }
        Ok(())
    }
}

impl RecordsDoor for Hub {
    async fn send(&self, batch: Vec<u8>) -> Result<RecordsAnswer, ContactError> {
        self.asked(Ask::post(routes::RECORDS, batch::MEDIA_TYPE, &batch), |answer: &RecordsAnswer| answer.time.clone())
            .await
    }
}
