// SPDX-License-Identifier: GPL-3.0-or-later
//! Fetches the media that documents name, when there is time: one file after the other, in their order.

use std::{collections::HashSet, sync::Arc, time::Duration};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
use xuedian_protocol::documents::{DocumentKind, FileRef};

use super::{cache::MediaCache, hash::ContentHash};
use crate::{
    documents::{DocumentError, DocumentStore, fetch_file},
    sync::{Backoff, ContactError, DistrictFault, HubClient, ProblemAt, StateTeller, draw},
};

/// Keeps the cache filled.
#[derive(Debug)]
pub(crate) struct MediaTask {
    pub(crate) client: HubClient,
    pub(crate) cache: MediaCache,
    pub(crate) documents: DocumentStore,
    pub(crate) state: StateTeller,
}

impl MediaTask {
    /// Fetches for ever; looks anew whenever `wanted` is told.
    pub(crate) async fn run(self, wanted: Arc<Notify>) {
        let mut backoff = Backoff::default();
        let mut retry: Option<Instant> = None;
        loop {
            tokio::select! {
                () = wanted.notified() => {}
                () = sleep_until(retry.unwrap_or_else(Instant::now)), if retry.is_some() => {}
            }
            retry = match self.step().await {
                true => {
                    backoff.reset();
                    None
                }
                false => Some(Instant::now() + backoff.failed(draw(), None).max(Duration::from_secs(5))),
            };
        }
    }

    /// One round over all that is wanted. False: something is missing still.
    async fn step(&self) -> bool {
        let files = self.wanted();
        let hashes: HashSet<ContentHash> = files.iter().filter_map(|file| file.sha256.parse().ok()).collect();
        self.cache.pin(hashes.iter().copied());
        if let Err(error) = self.cache.drop_partials_except(&hashes) {
            tracing::warn!(%error, "beginnings of files cannot be removed");
        }
        let mut missing: Vec<FileRef> = files.into_iter().filter(|file| !self.has(file)).collect();
        missing.reverse();
        let mut whole = true;
        self.tell(&missing, 0);
        let mut failed_bytes = Vec::new();
        while let Some(file) = missing.pop() {
            match fetch_file(&self.client, &self.cache, &file).await {
                Ok(_) => {}
                Err(error) => {
                    whole = false;
                    let no_way = no_way(&error);
                    self.state.trouble(ProblemAt::Media, fault(&error), format!("{}: {error}", file.sha256));
                    failed_bytes.push(file);
                    // Without a hub the others will not come either.
                    if no_way {
                        break;
                    }
                }
            }
            self.tell(&missing, failed_bytes.len());
        }
        if whole {
            self.state.fine(ProblemAt::Media);
        }
        missing.extend(failed_bytes);
        self.tell(&missing, 0);
        whole
    }

    fn wanted(&self) -> Vec<FileRef> {
        let mut seen = HashSet::new();
        let chains = DocumentKind::ALL.into_iter().filter_map(|kind| self.documents.chain(kind).ok().flatten());
        let files = chains.flat_map(|chain| chain.manifest().files.clone());
        files.filter(|file| seen.insert(file.sha256.clone())).collect()
    }

    fn has(&self, file: &FileRef) -> bool {
        file.sha256.parse().is_ok_and(|hash| self.cache.has(&hash))
    }

    fn tell(&self, missing: &[FileRef], failed: usize) {
        let bytes = missing.iter().map(|file| file.bytes).sum();
        let count = (missing.len() + failed) as u64;
        self.state.change(|state| state.media_waiting = (count, bytes));
    }
}

fn no_way(error: &DocumentError) -> bool {
    match error {
        DocumentError::Contact(ContactError::Refused { status, .. }) => *status == 429 || *status >= 500,
        DocumentError::Contact(_) => true,
        _ => false,
    }
}

fn fault(error: &DocumentError) -> DistrictFault {
    match error {
        DocumentError::Disk(_) => DistrictFault::NoRoom,
        error => error.fault(),
    }
}
