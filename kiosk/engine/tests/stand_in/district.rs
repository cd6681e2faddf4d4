// SPDX-License-Identifier: GPL-3.0-or-later
//! A kiosk's side of the district, whole, with short patience.

use std::{
    ops::Range,
    path::Path,
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};

use tokio::{
    runtime::Handle,
    sync::{mpsc, watch},
    time::timeout,
};
use xuedian_domain::id::{BootId, SiteId};
use xuedian_engine::{
    clock::{Clock, Reading, TimeSource},
    district::{District, DistrictEvent, DistrictParts},
    documents::{DocumentStore, Polling},
    identity::Identity,
    media_cache::MediaCache,
    roster_store::RosterStore,
    sync::{DistrictState, Outbox, Patience},
};
use xuedian_journal::{Clock as Trust, Draft, Head, Journal, JournalHandle, JournalThread, Stamp};
use xuedian_protocol::{
    card_key::CardKey,
    documents::WordsEntry,
    pairing::{CardKeyEntry, Provision},
};

use super::StandIn;

/// A clock that a test sets.
#[derive(Default)]
pub struct BenchTime {
    pub wall_ms: AtomicI64,
}

impl TimeSource for BenchTime {
    fn boot(&self) -> BootId {
        BootId([1; 16])
    }
    fn read(&self) -> Reading {
        Reading { mono_ms: 60_000, wall_ms: self.wall_ms.load(std::sync::atomic::Ordering::Relaxed) }
    }
    fn has_battery(&self) -> bool {
        false
    }
}

pub struct Kiosk {
    pub district: District,
    pub events: mpsc::Receiver<DistrictEvent>,
    pub state: watch::Receiver<DistrictState>,
    pub clock: Clock,
    pub documents: DocumentStore,
    pub roster: RosterStore,
    pub media: MediaCache,
    pub identity: Identity,
    journal: JournalHandle,
    head: watch::Sender<Option<Head>>,
}

pub const SITE: SiteId = SiteId([5; 16]);

pub fn provision(hub: &StandIn) -> Provision {
    Provision {
        v: 1,
        authority_pem: hub
            .authority_pem
            .clone()
            .unwrap_or_else(|| super::Certificates::new((2000, 1, 1), (2099, 1, 1)).authority_pem),
        hub_url: hub.url.to_string(),
        document_keys: vec![hub.lock().key.public()],
        card_keys: vec![CardKeyEntry::from(&CardKey::new(1, [3; 32]))],
        site: SITE,
        site_name: WordsEntry { zh: "月坛学习点".into(), en: "Yuetan".into() },
        name: "月坛 1".into(),
    }
}

/// Starts a kiosk on `data`, paired beforehand when `paired`.
pub fn kiosk(hub: &StandIn, data: &Path, paired: bool) -> Kiosk {
    let mut identity = Identity::open(data).unwrap();
    if paired && identity.provision().is_none() {
        identity.paired(provision(hub)).unwrap();
    }
    if paired {
        hub.lock().device = Some(identity.device_key().public());
    }
    let clock = Clock::open(Arc::new(BenchTime::default()), data.join("clock"));
    let (journal, _) = Journal::open(&data.join("journal"), &identity.device().to_string(), "test").unwrap();
    let (journal, _thread) = JournalThread::start(journal, Box::new(|_| {})).unwrap();
    let (head, heads) = watch::channel(None);
    let keys = identity.provision().map(|provision| provision.document_keys.clone()).unwrap_or_default();
    let documents = DocumentStore::open(data, keys.into()).unwrap();
    let roster = RosterStore::open(&data.join("views")).unwrap();
    let media = MediaCache::open(&data.join("media"), 64 << 20).unwrap();
    let patience = Patience {
        connect: Duration::from_secs(2),
        answer: Duration::from_millis(1500),
        silence: Duration::from_secs(1),
    };
    let polling = Polling {
        idle: Duration::from_millis(300),
        after_sending: Duration::from_millis(20),
        first_check: Duration::from_millis(300),
        check: Duration::from_millis(300),
    };
    let parts = DistrictParts {
        hub: Some(hub.url.clone()),
        spread_s: 0,
        identity: identity.clone(),
        clock: clock.clone(),
        outbox: Outbox::open(journal.clone()).unwrap(),
        head: heads,
        documents: documents.clone(),
        roster: roster.clone(),
        media: media.clone(),
        patience,
        polling,
    };
    let (district, events) = District::start(parts, &Handle::current());
    Kiosk { state: district.state(), district, events, clock, documents, roster, media, identity, journal, head }
}

impl Kiosk {
    /// Records so many, numbered.
    pub async fn record(&self, numbers: Range<u64>) {
        let uuid = |n: u64| format!("0190c0de-0000-7000-8000-{n:012x}");
        let stamp = Stamp { boot: BootId([1; 16]).to_string(), mono_ms: 60_000, wall_ms: 0, clock: Trust::Unset };
        let draft = |n| Draft { id: uuid(n), kind: "staff-on".into(), body: serde_json::json!({"staff": uuid(n)}) };
        let (done, outcome) = tokio::sync::oneshot::channel();
        self.journal
            .append(stamp, numbers.map(draft).collect(), Box::new(move |result| done.send(result).unwrap()))
            .unwrap();
        outcome.await.unwrap().unwrap();
        self.head.send(None).unwrap();
    }

    /// Waits until the state is so, pushing on when `push`: the back-off is not what is tried here.
    pub async fn until(&mut self, what: &str, push: bool, so: impl Fn(&DistrictState) -> bool) {
        let waiting = async {
            loop {
                if so(&self.state.borrow_and_update()) {
                    return;
                }
                // A bound on how long nothing may happen before the kiosk is pushed, not a pause.
                if timeout(Duration::from_millis(200), self.state.changed()).await.is_err() && push {
                    self.district.send_now();
                }
            }
        };
        if timeout(Duration::from_secs(30), waiting).await.is_err() {
            panic!("not within 30 s: {what}; it is {:#?}", self.state.borrow());
        }
    }
}
