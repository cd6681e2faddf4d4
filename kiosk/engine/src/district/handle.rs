// SPDX-License-Identifier: GPL-3.0-or-later
//! One handle for the composition root.

use std::sync::Arc;

use reqwest::Url;
use tokio::{
    runtime::Handle,
    sync::{Notify, mpsc, watch},
    task::JoinHandle,
};
use xuedian_journal::Head;
use xuedian_protocol::documents::DocumentKind;

use super::work::{self, Work};
use crate::{
    clock::Clock,
    documents::{DocumentStore, Polling},
    identity::Identity,
    media_cache::MediaCache,
    pairing::PairingStep,
    roster_store::RosterStore,
    sync::{DistrictFault, DistrictState, Outbox, Patience, ProblemAt, StateTeller},
};

/// Events that may wait for the director; when it is further behind, documents wait too.
const EVENTS: usize = 16;

/// All that the district's side needs.
#[derive(Debug)]
pub struct DistrictParts {
    /// Where the hub is, from the settings; none: the box works alone.
    pub hub: Option<Url>,
    /// First contact after a random part of so many seconds.
    pub spread_s: u32,
    /// Who this box is.
    pub identity: Identity,
    /// The time.
    pub clock: Clock,
    /// The journal.
    pub outbox: Outbox,
    /// The journal's last record, as its thread tells it: changes wake the sending, and when the sender is dropped, sending ends.
    pub head: watch::Receiver<Option<Head>>,
    /// The documents.
    pub documents: DocumentStore,
    /// Roster and standing.
    pub roster: RosterStore,
    /// Films and pictures.
    pub media: MediaCache,
    /// How long things may take.
    pub patience: Patience,
    /// How often documents are asked for.
    pub polling: Polling,
}

/// What the director hears.
#[derive(Clone, Debug)]
pub enum DistrictEvent {
    /// A document was taken over: whoever read the old one reads again.
    Document(DocumentKind),
    /// The box belongs to a district now: the reader wants the new card keys.
    Paired(Box<Identity>),
}

/// The running district's side. Dropped, it stops; what it was doing is gone on with next time.
#[derive(Debug)]
pub struct District {
    state: watch::Receiver<DistrictState>,
    now: [Arc<Notify>; 2],
    task: JoinHandle<()>,
}

impl District {
    /// Starts everything on `runtime`.
    #[must_use]
    pub fn start(parts: DistrictParts, runtime: &Handle) -> (Self, mpsc::Receiver<DistrictEvent>) {
        let (teller, state) =
            StateTeller::new(DistrictState { pairing: pairing(&parts.identity), ..DistrictState::default() });
        if parts.hub.is_none() {
            teller.trouble(ProblemAt::Contact, DistrictFault::NoHub, "the settings name no hub");
        }
        let (events, heard) = mpsc::channel(EVENTS);
        let now = [Arc::default(), Arc::default()];
        let work = Work { parts, state: teller, events, now: now.clone() };
        let task = runtime.spawn(work::run(work));
        (Self { state, now, task }, heard)
    }

    /// The newest state, and its changes.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<DistrictState> {
        self.state.clone()
    }

    /// The same as [`District::send_now`], for whoever outlives this handle.
    pub fn sender(&self) -> impl Fn() + Send + 'static {
        let now = self.now.clone();
        move || now.iter().for_each(|now| now.notify_one())
    }

    /// Somebody is waiting (今日结束), or the network is back: everything is tried at once, whatever the back-off says.
    pub fn send_now(&self) {
        self.now.iter().for_each(|now| now.notify_one());
    }
}

impl Drop for District {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How far pairing has come, by what is on the disk.
pub(super) fn pairing(identity: &Identity) -> PairingStep {
    identity.provision().map_or(PairingStep::NotYet, |provision| PairingStep::Paired {
        name: provision.name.clone(),
        site: provision.site,
        site_name: provision.site_name.clone(),
    })
}
