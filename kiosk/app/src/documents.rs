// SPDX-License-Identifier: GPL-3.0-or-later
//! The documents on the disk as the director takes them.

use tokio::sync::mpsc;
use xuedian_domain::rules::RuleSet;
use xuedian_engine::{
    director::{NewDocuments, Point, earnings::Rules},
    district::DistrictEvent,
    documents::{DocumentError, DocumentStore},
    identity::Identity,
};
use xuedian_protocol::documents::DocumentKind;

/// Everything that is in force. What cannot be read is as if it had never come, and is logged.
pub fn in_force(store: &DocumentStore) -> NewDocuments {
    let point = Point {
        settings: read("settings", store.settings()),
        agenda: read("agenda", store.agenda()).unwrap_or_default(),
        catalogue: read("catalogue", store.catalogue()).unwrap_or_default(),
    };
    let sets: Vec<RuleSet> = read("rules", store.rules()).as_deref().and_then(rules).into_iter().collect();
    let heard = store.chain(DocumentKind::Rules).ok().flatten().map(|chain| chain.version().issued);
    NewDocuments { point, rules: Rules { sets, heard } }
}

fn rules(text: &str) -> Option<RuleSet> {
    xuedian_protocol::rules::parse(text)
        .inspect_err(|error| tracing::error!(%error, "the rules cannot be understood"))
        .ok()
}

fn read<T>(what: &str, document: Result<Option<T>, DocumentError>) -> Option<T> {
    document.inspect_err(|error| tracing::error!(what, %error, "a document cannot be read")).ok().flatten()
}

/// Hands new documents to the director, and new card keys to the reader.
pub async fn follow(
    store: DocumentStore,
    mut events: mpsc::Receiver<DistrictEvent>,
    to: mpsc::Sender<NewDocuments>,
    new_keys: impl Fn(&Identity),
) {
    while let Some(event) = events.recv().await {
        match event {
            DistrictEvent::Paired(identity) => new_keys(&identity),
            // Roster and standing are looked up, not handed over; the director only looks again.
            DistrictEvent::Document(_) => {
                let store = store.clone();
                let Ok(new) = tokio::task::spawn_blocking(move || in_force(&store)).await else { continue };
                if to.send(new).await.is_err() {
                    return;
                }
            }
        }
    }
}
