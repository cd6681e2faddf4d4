// SPDX-License-Identifier: GPL-3.0-or-later
//! What the service manager is told of the hub. Without one nothing is told and nothing is different.

use std::{sync::Arc, time::Duration};

use sd_notify::NotifyState;
use tokio::time::MissedTickBehavior;

use crate::hub::Hub;

/// Proofs of life in the time that the service manager waits for one.
const PROOFS: u32 = 4;

/// Says that the hub serves, and where.
pub fn ready(address: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(&format!("serving {address}"))]);
}

/// Says that it ends because it was told to.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Feeds the watchdog for as long as the hub comes round and its database answers. Never ends; where nobody watches it waits.
pub async fn live(hub: Arc<Hub>) {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        return std::future::pending().await;
    };
    let mut round = tokio::time::interval((limit / PROOFS).max(Duration::from_millis(1)));
    round.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        round.tick().await;
        let asked = Arc::clone(&hub);
        match tokio::task::spawn_blocking(move || asked.store.epoch().map(drop)).await {
            Ok(Ok(())) => tell(&[NotifyState::Watchdog]),
            Ok(Err(error)) => tracing::warn!(%error, "the database does not answer: no proof of life"),
            Err(error) => tracing::warn!(%error, "the database could not be asked: no proof of life"),
        }
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, ?state, "the service manager could not be told");
    }
}
