// SPDX-License-Identifier: GPL-3.0-or-later
//! Asks for documents from time to time, and takes over what is newer.

use std::{io, sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, mpsc},
    task::spawn_blocking,
    time::{Instant, sleep_until},
};
use xuedian_protocol::{documents::DocumentKind, signing::Signed};

use super::{
    apply,
    fault::{DocumentError, word},
    fetch::fetch_file,
    kept::Chain,
    offer::{self, Here},
    store::DocumentStore,
};
use crate::{
    clock::Clock,
    district::DistrictEvent,
    roster_store::RosterStore,
    sync::{Backoff, ContactError, DistrictFault, Held, Hub, Outbox, ProblemAt, StateTeller, draw},
};

/// What wakes the task, and whom it wakes.
#[derive(Debug)]
pub(crate) struct DocumentLines {
    /// Records were sent: there will be a new standing.
    pub(crate) sent: Arc<Notify>,
    /// Somebody wants to know now.
    pub(crate) now: Arc<Notify>,
    /// There may be other media to fetch.
    pub(crate) media: Arc<Notify>,
    /// What the hub holds of this box.
    pub(crate) held: mpsc::Sender<Held>,
    /// Documents that were taken over.
    pub(crate) applied: mpsc::Sender<DistrictEvent>,
}

/// How often is asked.
#[derive(Clone, Copy, Debug)]
pub struct Polling {
    /// Between two questions when nothing happens.
    pub idle: Duration,
    /// From the sending of records to the question for the standing that contains them.
    pub after_sending: Duration,
    /// From the start to the first reading of the look-up files, page by page; a start is not slowed down by it.
    pub first_check: Duration,
    /// Between two such readings.
    pub check: Duration,
}

impl Default for Polling {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(60),
            after_sending: Duration::from_secs(2),
            first_check: Duration::from_secs(5 * 60),
            check: Duration::from_secs(6 * 3600),
        }
    }
}

/// Keeps the documents of this box up to date.
#[derive(Debug)]
pub(crate) struct DocumentTask {
    pub(crate) hub: Hub,
    pub(crate) store: DocumentStore,
    pub(crate) roster: RosterStore,
    pub(crate) here: Here,
    pub(crate) outbox: Outbox,
    pub(crate) state: StateTeller,
    pub(crate) clock: Clock,
    pub(crate) polling: Polling,
}

impl DocumentTask {
    /// Asks for ever, for the first time after `delay`.
    pub(crate) async fn run(self, delay: Duration, lines: DocumentLines) {
        self.prepare(&lines).await;
        let mut backoff = Backoff::default();
        let mut next = Instant::now() + delay;
        let mut check = Instant::now() + self.polling.first_check;
        loop {
            tokio::select! {
                () = rest(&mut next, self.polling, &lines) => {}
                () = self.roster.found_damaged() => {
                    self.lay_out_anew(&lines, |roster| roster.discard().map(|()| false)).await;
                    continue;
                }
                () = sleep_until(check) => {
                    self.lay_out_anew(&lines, RosterStore::check).await;
                    check = Instant::now() + self.polling.check;
                    continue;
                }
            }
            next = Instant::now()
                + match self.step(&lines).await {
                    Ok(()) => {
                        backoff.reset();
                        self.polling.idle
                    }
                    Err(error) => {
                        self.state.failed(ProblemAt::Contact, &error);
                        backoff.failed(draw(), error.retry_after()).max(self.polling.after_sending)
                    }
                };
        }
    }

    /// Tells what is here, throws out what is damaged, and lays out what is not laid out.
    async fn prepare(&self, lines: &DocumentLines) {
        let (store, roster) = (self.store.clone(), self.roster.clone());
        let looked = spawn_blocking(move || {
            let look = |kind| (kind, look_after(&store, &roster, kind));
            DocumentKind::ALL.map(look)
        });
        let Ok(looked) = looked.await else { return };
        for (kind, found) in looked {
            match found {
                Ok(Some((chain, laid_out))) => {
                    self.tell(kind, &chain);
                    if laid_out {
                        // Closed: nobody reads documents any more.
                        let _ = lines.applied.send(DistrictEvent::Document(kind)).await;
                    }
                }
                Ok(None) => {}
                Err(error) => self.state.trouble(ProblemAt::Document(kind), error.fault(), error),
            }
        }
        lines.media.notify_one();
    }

    /// Look-up files that are not `sound` any more are told, and laid out anew from the signed documents.
    async fn lay_out_anew(
        &self,
        lines: &DocumentLines,
        sound: impl FnOnce(&RosterStore) -> io::Result<bool> + Send + 'static,
    ) {
        let roster = self.roster.clone();
        match spawn_blocking(move || sound(&roster)).await {
            Ok(Ok(true)) | Err(_) => {}
            Ok(Ok(false)) => {
                let detail = "a look-up file was damaged; it is laid out anew";
                self.state.trouble(ProblemAt::Document(DocumentKind::Roster), DistrictFault::DocumentDamaged, detail);
                self.prepare(lines).await;
            }
            Ok(Err(error)) => {
                self.state.trouble(ProblemAt::Document(DocumentKind::Roster), DistrictFault::Here, error);
            }
        }
    }

    /// One question, and all that comes of it.
    pub(crate) async fn step(&self, lines: &DocumentLines) -> Result<(), ContactError> {
        let cursor = self.outbox.cursor().await?;
        let answer = self.hub.documents(self.state.newest()).await?;
        self.state.answered(self.clock.now());
        // Full: the sender has not looked at the last one yet, and this one is no different.
        let _ = lines.held.try_send(Held { cursor, held: answer.held });
        for signed in answer.manifests {
            self.take(signed, lines).await;
        }
        Ok(())
    }

    async fn take(&self, signed: Signed, lines: &DocumentLines) {
        let said = said_kind(&signed);
        let at = said.map_or(ProblemAt::SomeDocument, ProblemAt::Document);
        match self.take_over(signed).await {
            Ok(Some(chain)) => {
                let kind = chain.manifest().kind;
                tracing::info!(document = word(kind), counter = chain.manifest().counter, "taken over");
                self.tell(kind, &chain);
                lines.media.notify_one();
                // Closed: nobody reads documents any more.
                let _ = lines.applied.send(DistrictEvent::Document(kind)).await;
            }
            Ok(None) => self.state.fine(at),
            Err(error) => self.state.trouble(at, error.fault(), error),
        }
    }

    /// None: it is the one in use.
    async fn take_over(&self, signed: Signed) -> Result<Option<Chain>, DocumentError> {
        let manifest = offer::open(&signed, &self.store.keys())?;
        let kind = manifest.kind;
        let in_use = match self.store.chain(kind) {
            Ok(in_use) => in_use,
            // What is kept cannot be read: any version that the district signed is better.
            Err(DocumentError::Disk(error)) => return Err(error.into()),
            Err(_) => None,
        };
        if !offer::judge(&manifest, in_use.as_ref(), self.here)? {
            return Ok(None);
        }
        if let Some(chain) = in_use.and_then(|in_use| in_use.stepped(&signed, &manifest)) {
            match self.fetch_and_apply(&chain).await {
                Err(error @ DocumentError::Contact(_)) => return Err(error),
                Err(error) => {
                    tracing::warn!(document = word(kind), %error, "a step does not apply; the whole is fetched")
                }
                Ok(()) => return Ok(Some(chain)),
            }
        }
        let chain = Chain::whole(signed, manifest);
        self.fetch_and_apply(&chain).await?;
        Ok(Some(chain))
    }

    async fn fetch_and_apply(&self, chain: &Chain) -> Result<(), DocumentError> {
        let link = chain.links().last().expect("a chain has a first link");
        fetch_file(self.hub.client(), self.store.files(), &link.file).await?;
        let (store, roster, chain) = (self.store.clone(), self.roster.clone(), chain.clone());
        let work = move || {
            apply::take_over(&store, &roster, &chain)?;
            // Files that nobody needs any more only take up room.
            if let Err(error) = store.tidy() {
                tracing::warn!(%error, "old documents cannot be removed");
            }
            Ok(())
        };
        spawn_blocking(work).await.map_err(|error| DocumentError::Disk(std::io::Error::other(error)))?
    }

    fn tell(&self, kind: DocumentKind, chain: &Chain) {
        self.state.change(|state| {
            state.documents.insert(kind, chain.version());
            state.problems.remove(&ProblemAt::Document(kind));
            if kind == DocumentKind::Standing {
                state.through.clone_from(&chain.manifest().through);
            }
        });
    }
}

/// Until the moment; sooner when somebody asks, or a little after records were sent.
async fn rest(next: &mut Instant, polling: Polling, lines: &DocumentLines) {
    loop {
        tokio::select! {
            () = sleep_until(*next) => return,
            () = lines.now.notified() => return,
            () = lines.sent.notified() => *next = (*next).min(Instant::now() + polling.after_sending),
        }
    }
}

/// What is kept of a document, and whether it had to be laid out. What is damaged is thrown out, to come again.
fn look_after(
    store: &DocumentStore,
    roster: &RosterStore,
    kind: DocumentKind,
) -> Result<Option<(Chain, bool)>, DocumentError> {
    let looked = store.look(kind).and_then(|chain| {
        let Some(chain) = chain else { return Ok(None) };
        let laid_out = apply::catch_up(store, roster, &chain)?;
        Ok(Some((chain, laid_out)))
    });
    if let Err(error) = &looked
        && !matches!(error, DocumentError::Disk(_))
    {
        store.forget(kind)?;
    }
    looked
}

/// What kind a manifest says it is: only to name the place of a problem, since nobody has vouched for it yet.
fn said_kind(signed: &Signed) -> Option<DocumentKind> {
    #[derive(serde::Deserialize)]
    struct Said {
        kind: DocumentKind,
    }
    serde_json::from_str::<Said>(&signed.payload).ok().map(|said| said.kind)
}
