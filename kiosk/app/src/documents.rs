// SPDX-License-Identifier: GPL-3.0-or-later
//! The documents on the disk as the director takes them.

use tokio::sync::mpsc;
use xuedian_domain::rules::RuleSet;
use xuedian_engine::{
    director::{NewDocument, Point, earnings::Rules},
    district::DistrictEvent,
    documents::{DocumentError, DocumentStore},
    identity::Identity,
};
use xuedian_protocol::{
    documents::{DocumentKind, HOME_ZONE, PointSettings},
    pairing::Provision,
};

/// Everything that is in force. What cannot be read is as if it had never come, and is logged.
pub fn in_force(store: &DocumentStore, provision: Option<&Provision>) -> (Point, Rules) {
    let point = Point {
        // Without point keys a paired kiosk still knows from its pairing where it stands, and takes attendance there.
        settings: read("settings", store.settings()).or_else(|| provision.map(stand_in)),
        agenda: read("agenda", store.agenda()).unwrap_or_default(),
        catalogue: read("catalogue", store.catalogue()).unwrap_or_default(),
    };
    (point, rules(store))
}

/// One document that has come into force.
fn one(store: &DocumentStore, kind: DocumentKind) -> NewDocument {
    match kind {
        DocumentKind::Settings => NewDocument::Settings(Box::new(read("settings", store.settings()))),
        DocumentKind::Agenda => NewDocument::Agenda(read("agenda", store.agenda()).unwrap_or_default()),
        DocumentKind::Catalogue => NewDocument::Catalogue(read("catalogue", store.catalogue()).unwrap_or_default()),
        DocumentKind::Rules => NewDocument::Rules(rules(store)),
        DocumentKind::Roster | DocumentKind::Standing => NewDocument::People,
    }
}

fn stand_in(provision: &Provision) -> PointSettings {
    let plain = PointSettings::plain(provision.site, provision.site_name.clone(), HOME_ZONE);
    PointSettings { name: provision.name.clone(), ..plain }
}

fn rules(store: &DocumentStore) -> Rules {
    let parsed = |text: &str| {
        let set = xuedian_protocol::rules::parse(text);
        set.inspect_err(|error| tracing::error!(%error, "the rules cannot be understood")).ok()
    };
    let sets: Vec<RuleSet> = read("rules", store.rules()).as_deref().and_then(parsed).into_iter().collect();
    let heard = store.chain(DocumentKind::Rules).ok().flatten().map(|chain| chain.version().issued);
    Rules { sets, heard }
}

fn read<T>(what: &str, document: Result<Option<T>, DocumentError>) -> Option<T> {
    document.inspect_err(|error| tracing::error!(what, %error, "a document cannot be read")).ok().flatten()
}

/// Hands new documents to the director, and new card keys to the reader.
pub async fn follow(
    store: DocumentStore,
    mut events: mpsc::Receiver<DistrictEvent>,
    to: mpsc::Sender<NewDocument>,
    new_keys: impl Fn(&Identity),
) {
    while let Some(event) = events.recv().await {
        match event {
            DistrictEvent::Paired(identity) => new_keys(&identity),
            DistrictEvent::Document(kind) => {
                let store = store.clone();
                let Ok(new) = tokio::task::spawn_blocking(move || one(&store, kind)).await else { continue };
                if to.send(new).await.is_err() {
                    return;
                }
            }
        }
    }
}
