// SPDX-License-Identifier: GPL-3.0-or-later
//! The tasks of the district's side and the lines between them.

use std::{sync::Arc, time::Duration};

use reqwest::Url;
use tokio::{
    sync::{Notify, mpsc},
    task::JoinSet,
};
use xuedian_protocol::pairing::Provision;

use super::handle::{DistrictEvent, DistrictParts, pairing};
use crate::{
    documents::{DocumentLines, DocumentTask, Here},
    identity::Identity,
    media_cache::MediaTask,
    pairing::PairingTask,
    sync::{
        ContactError, DistrictFault, Hub, HubClient, ProblemAt, Sender, SenderLines, StateTeller, draw, part,
        tls::{self, AuthorityError},
    },
};

/// What the hub holds waits here for the sender; one answer is as good as the next.
const HELD: usize = 1;

/// Everything that runs.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) parts: DistrictParts,
    pub(super) state: StateTeller,
    pub(super) events: mpsc::Sender<DistrictEvent>,
    /// Wakes the sender, and the documents.
    pub(super) now: [Arc<Notify>; 2],
}

/// Pairs if need be, then sends, fetches and waits. Ends only when it is aborted, or without a hub to speak to.
pub(super) async fn run(mut work: Work) {
    let unsent = count_while_alone(&work);
    let belonged = work.parts.identity.provision().is_some();
    let identity = tokio::select! {
        identity = belong(&work) => identity,
        () = unsent => None,
    };
    let Some(identity) = identity else { return };
    work.parts.identity = identity;
    if !belonged {
        // Somebody stands before it and waits.
        work.parts.spread_s = 0;
    }
    let Some(provision) = work.parts.identity.provision().cloned() else { return };
    match hub(&work, &provision) {
        Ok(hub) => together(work, &provision, hub).await,
        Err(error) => work.state.trouble(ProblemAt::Contact, DistrictFault::Here, error),
    }
}

/// The identity once it belongs to a district. For ever without a hub.
async fn belong(work: &Work) -> Option<Identity> {
    if work.parts.identity.provision().is_some() {
        return Some(work.parts.identity.clone());
    }
    let Some(hub) = work.parts.hub.clone() else { return std::future::pending().await };
    let task = PairingTask {
        hub,
        identity: work.parts.identity.clone(),
        state: work.state.clone(),
        clock: work.parts.clock.clone(),
        patience: work.parts.patience,
    };
    let identity = task.run().await;
    if let Some(provision) = identity.provision() {
        work.parts.documents.trust(provision.document_keys.clone().into());
    }
    work.state.change(|state| state.pairing = pairing(&identity));
    // Closed: nobody takes cards any more.
    let _ = work.events.send(DistrictEvent::Paired(Box::new(identity.clone()))).await;
    Some(identity)
}

/// Until the box belongs to a district, its records are only counted. Ends when the journal does.
async fn count_while_alone(work: &Work) {
    let mut head = work.parts.head.clone();
    loop {
        if let Ok(unsent) = work.parts.outbox.waiting().await {
            work.state.change(|state| state.unsent = unsent);
        }
        if head.changed().await.is_err() {
            return;
        }
    }
}

fn hub(work: &Work, provision: &Provision) -> Result<Hub, ContactError> {
    let parts = &work.parts;
    let here = |error: AuthorityError| ContactError::Here(error.to_string());
    let named = || Url::parse(&provision.hub_url).map_err(|error| ContactError::Here(error.to_string()));
    // The settings say where the hub is; a box whose settings do not asks where pairing said.
    let url = parts.hub.clone().map_or_else(named, Ok)?;
    let tls = tls::trusting(&provision.authority_pem, parts.clock.clone()).map_err(here)?;
    let key = parts.identity.device_key().clone();
    let client = HubClient::new(url, tls, Some(key), parts.patience)?;
    Ok(Hub::new(client, provision.document_keys.clone().into(), parts.identity.device(), parts.clock.clone()))
}

async fn together(work: Work, provision: &Provision, hub: Hub) {
    let Work { parts, state, events, now } = work;
    let delay = part(Duration::from_secs(u64::from(parts.spread_s)), draw());
    let (held_in, held) = mpsc::channel(HELD);
    let (sent, media) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let [send_now, ask_now] = now;
    let mut tasks = JoinSet::new();

    let sender = Sender::new(hub.clone(), parts.outbox.clone(), state.clone(), parts.clock.clone());
    let lines = SenderLines { head: parts.head, held, now: send_now, sent: Arc::clone(&sent) };
    tasks.spawn(sender.run(delay, lines));

    let media_task = MediaTask {
        client: hub.client().clone(),
        cache: parts.media,
        documents: parts.documents.clone(),
        state: state.clone(),
    };
    tasks.spawn(media_task.run(Arc::clone(&media)));

    let documents = DocumentTask {
        hub,
        store: parts.documents,
        roster: parts.roster,
        here: Here { device: parts.identity.device(), site: provision.site },
        outbox: parts.outbox,
        state,
        clock: parts.clock,
        polling: parts.polling,
    };
    let lines = DocumentLines { sent, now: ask_now, media, held: held_in, applied: events };
    tasks.spawn(documents.run(delay, lines));

    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a task of the district's side ended");
        }
    }
}
