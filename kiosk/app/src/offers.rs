// SPDX-License-Identifier: GPL-3.0-or-later
//! Tells the director of the release that the district offers, once its whole bundle is here, and remembers what was written,
//! be it that one or one from a stick.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use tokio::{
    sync::mpsc,
    time::{MissedTickBehavior, interval},
};
use xuedian_engine::{
    director::Wake,
    documents::DocumentStore,
    media_cache::MediaCache,
    ports::system::{SystemCommand, SystemEvent},
    release::Releases,
};
use xuedian_protocol::documents::ReleaseEntry;

/// How often one looks; a bundle of hundreds of megabytes takes much longer to come.
const LOOK: Duration = Duration::from_secs(30);
/// Until an updater that failed is asked again: doubled each time, so that a bundle that can never be written wears nothing out.
const AGAIN: Duration = Duration::from_secs(60);
const AGAIN_MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// What is heard of an installation.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It goes on: the other slot is checked, or already overwritten.
    Writing,
    /// It ended.
    Ended { bundle: PathBuf, version: String, done: bool },
}

/// Looks whether the director heard of an installation.
pub fn hear(wake: &Wake, outcomes: &mpsc::Sender<Outcome>) {
    let (command, done) = match wake {
        Wake::System(SystemEvent::Writing(_)) => {
            let _ = outcomes.try_send(Outcome::Writing);
            return;
        }
        Wake::System(SystemEvent::Done(command)) => (command, true),
        Wake::System(SystemEvent::Declined(command, _)) => (command, false),
        _ => return,
    };
    if let SystemCommand::Install { bundle, version } = command {
        // Nobody waits where there are no slots.
        let _ = outcomes.try_send(Outcome::Ended { bundle: bundle.clone(), version: version.clone(), done });
    }
}

/// Follows what the district offers and what is written, for ever.
pub async fn follow(
    mut releases: Releases,
    documents: DocumentStore,
    media: MediaCache,
    director: mpsc::Sender<Wake>,
    mut outcomes: mpsc::Receiver<Outcome>,
) {
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut wait, mut not_before) = (AGAIN, Instant::now() + LOOK);
    let mut offer: Option<(ReleaseEntry, PathBuf)> = None;
    loop {
        tokio::select! {
            _ = look.tick() => {
                if Instant::now() < not_before {
                    continue;
                }
                let (documents, media) = (documents.clone(), media.clone());
                let Ok(offered) = tokio::task::spawn_blocking(move || offered(&documents, &media)).await else { return };
                offer = offered.filter(|(release, _)| releases.wants(release));
                if let Some((release, bundle)) = &offer {
                    // It may be writing another one, or this one already: then it has no ear for it.
                    let wake = Wake::Offer { bundle: bundle.clone(), version: release.version.clone() };
                    if director.send(wake).await.is_err() {
                        return;
                    }
                }
            }
            outcome = outcomes.recv() => {
                let Some(outcome) = outcome else { return };
                let Outcome::Ended { bundle: written, version, done } = outcome else {
                    releases.writing();
                    continue;
                };
                let ours = offer.as_ref().filter(|(_, bundle)| *bundle == written);
                if done {
                    releases.installed(&version, ours.map(|(release, _)| release));
                    wait = AGAIN;
                } else {
                    releases.failed();
                    if ours.is_some() {
                        tracing::warn!(version, wait_s = wait.as_secs(), "tried again later");
                        not_before = Instant::now() + wait;
                        wait = (wait * 2).min(AGAIN_MOST);
                    }
                }
            }
        }
    }
}

/// The release that is offered, and its bundle when all of it is here.
fn offered(documents: &DocumentStore, media: &MediaCache) -> Option<(ReleaseEntry, PathBuf)> {
    let release = documents.settings().ok()??.release?;
    let hash = release.bundle.sha256.parse().ok()?;
    let bundle = media.path(&hash)?;
    Some((release, bundle))
}
