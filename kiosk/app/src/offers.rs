// SPDX-License-Identifier: GPL-3.0-or-later
//! Has the updater write the release that the district offers, once its whole bundle is here. It runs after the next power-on.

use std::{path::PathBuf, time::Duration};

use tokio::{sync::mpsc, time::timeout};
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
/// The updater has given up by then.
const LONGEST: Duration = Duration::from_secs(2 * 60 * 60);
/// Until an updater that failed is asked again: doubled each time, so that a bundle that can never be written wears nothing out.
const AGAIN: Duration = Duration::from_secs(60);
const AGAIN_MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// How an installation ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    bundle: PathBuf,
    done: bool,
}

/// Looks whether the director heard of the end of an installation.
pub fn hear(wake: &Wake, outcomes: &mpsc::Sender<Outcome>) {
    let (command, done) = match wake {
        Wake::System(SystemEvent::Done(command)) => (command, true),
        Wake::System(SystemEvent::Declined(command, _)) => (command, false),
        _ => return,
    };
    if let SystemCommand::Install { bundle } = command {
        // Nobody waits where there are no slots.
        let _ = outcomes.try_send(Outcome { bundle: bundle.clone(), done });
    }
}

/// Follows what the district offers, for ever.
pub async fn follow(
    mut releases: Releases,
    documents: DocumentStore,
    media: MediaCache,
    system: mpsc::Sender<SystemCommand>,
    mut outcomes: mpsc::Receiver<Outcome>,
) {
    let mut again = AGAIN;
    loop {
        tokio::time::sleep(LOOK).await;
        let (documents, media) = (documents.clone(), media.clone());
        let Ok(offered) = tokio::task::spawn_blocking(move || offered(&documents, &media)).await else { return };
        let Some((release, bundle)) = offered.filter(|(release, _)| releases.wants(release)) else { continue };
        tracing::info!(release.version, "is written into the other slot");
        if system.send(SystemCommand::Install { bundle: bundle.clone() }).await.is_err() {
            return;
        }
        if written(&mut outcomes, &bundle).await {
            tracing::info!(release.version, "is written and starts at the next power-on");
            releases.installed(&release);
            again = AGAIN;
        } else {
            tracing::warn!(release.version, wait_s = again.as_secs(), "could not be written; tried again later");
            tokio::time::sleep(again).await;
            again = (again * 2).min(AGAIN_MOST);
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

async fn written(outcomes: &mut mpsc::Receiver<Outcome>, bundle: &PathBuf) -> bool {
    loop {
        match timeout(LONGEST, outcomes.recv()).await {
            Ok(Some(outcome)) if outcome.bundle == *bundle => return outcome.done,
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return false,
        }
    }
}
