// SPDX-License-Identifier: GPL-3.0-or-later
//! Tries until the box belongs to a district.

use std::time::Duration;

use reqwest::Url;
use tokio::time::{Instant, sleep};

use super::{
    attempt::{Attempt, Decision, PairingError, shown_authority},
    step::PairingStep,
};
use crate::{
    clock::Clock,
    identity::Identity,
    sync::{Backoff, ContactError, DistrictFault, HubClient, Patience, ProblemAt, StateTeller, draw, tls},
};

/// After a no, nothing is asked for so long: somebody has to come and look.
const AFTER_NO: Duration = Duration::from_secs(300);

/// Becoming part of a district.
#[derive(Debug)]
pub(crate) struct PairingTask {
    pub(crate) hub: Url,
    pub(crate) identity: Identity,
    pub(crate) state: StateTeller,
    pub(crate) clock: Clock,
    pub(crate) patience: Patience,
}

impl PairingTask {
    /// Until the operator has approved; gives the identity with what pairing brought, which is on the disk by then.
    pub(crate) async fn run(mut self) -> Identity {
        let mut backoff = Backoff::default();
        loop {
            match self.once().await {
                Ok(Decision::Approved(_)) => return self.identity,
                Ok(Decision::Denied) => {
                    self.state.change(|state| state.pairing = PairingStep::Denied);
                    self.state.trouble(ProblemAt::Pairing, DistrictFault::PairingDenied, "the operator said no");
                    sleep(AFTER_NO).await;
                }
                // A new code at once.
                Ok(Decision::Expired | Decision::Pending) => backoff.reset(),
                Err(error) => {
                    self.tell(&error);
                    let asked = if let PairingError::Contact(error) = &error { error.retry_after() } else { None };
                    sleep(backoff.failed(draw(), asked)).await;
                }
            }
        }
    }

    /// One code, from its showing to its end.
    async fn once(&mut self) -> Result<Decision, PairingError> {
        let shown = shown_authority();
        let tls = tls::unacquainted(shown.clone()).map_err(|error| ContactError::Here(error.to_string()))?;
        let client = HubClient::new(self.hub.clone(), tls, None, self.patience)?;
        let attempt = Attempt::begin(client, shown, &self.identity).await?;
        self.state.answered(self.clock.now());
        let (code, words) = (attempt.code().to_owned(), attempt.words(&self.identity));
        self.state.fine(ProblemAt::Pairing);
        // For whoever looks from outside; the words are compared with those on the screen, so they are not told here.
        tracing::info!(code, "this box waits for the operator's yes");
        self.state.change(|state| state.pairing = PairingStep::Code { code, words });
        let end = Instant::now() + attempt.lifetime();
        let mut backoff = Backoff::default();
        let mut wait = attempt.interval();
        while Instant::now() + wait < end {
            sleep(wait).await;
            wait = attempt.interval();
            match attempt.poll(&self.identity).await {
                Ok(Decision::Pending) => {
                    self.state.answered(self.clock.now());
                    backoff.reset();
                }
                Ok(Decision::Approved(provision)) => {
                    self.keep(&provision)?;
                    return Ok(Decision::Approved(provision));
                }
                Ok(decision) => return Ok(decision),
                // The code stays good while the network comes and goes.
                Err(PairingError::Contact(error))
                    if !matches!(error, ContactError::Refused { status: 400..=428, .. }) =>
                {
                    self.state.failed(ProblemAt::Contact, &error);
                    wait += backoff.failed(draw(), error.retry_after());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Decision::Expired)
    }

    fn keep(&mut self, provision: &xuedian_protocol::pairing::Provision) -> Result<(), PairingError> {
        self.identity.paired(provision.clone()).map_err(|error| ContactError::Here(error.to_string()))?;
        Ok(())
    }

    fn tell(&self, error: &PairingError) {
        match error {
            PairingError::Contact(error) => self.state.failed(ProblemAt::Contact, error),
            PairingError::Broken(why) => self.state.trouble(ProblemAt::Pairing, DistrictFault::PairingBroken, why),
        }
    }
}
