// SPDX-License-Identifier: GPL-3.0-or-later
//! A document as it is kept: a whole one and the steps that led on from it.

use xuedian_domain::time::Time;
use xuedian_protocol::{
    documents::{DocumentKind, FileRef, KeptDocument, Manifest},
    signing::{PublicKey, Signed},
    wire::HubEpoch,
};

use super::{fault::DocumentError, offer};
use crate::roster_store::Head;

/// Steps are followed so many times; then the whole document is fetched again, lest the way to build it anew grows without end.
pub(super) const LONGEST_CHAIN: usize = 32;

/// Which version of a document is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentVersion {
    /// The hub's epoch.
    pub hub_epoch: HubEpoch,
    /// The version in it.
    pub counter: u64,
    /// When it was made.
    pub issued: Time,
}

/// One signed manifest of a chain, and the file by which it is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As it arrived.
    pub signed: Signed,
    /// What it says.
    pub manifest: Manifest,
    /// The whole document in the first link, a step in the others.
    pub file: FileRef,
}

/// The whole document and its steps, in order. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    links: Vec<Link>,
}

impl Chain {
    /// Begins with a whole document.
    pub(super) fn whole(signed: Signed, manifest: Manifest) -> Self {
        let file = manifest.full.clone();
        Self { links: vec![Link { signed, manifest, file }] }
    }

    /// This chain and one step more, if the manifest offers one from here.
    pub(super) fn stepped(&self, signed: &Signed, manifest: &Manifest) -> Option<Self> {
        let here = self.manifest();
        let step =
            manifest.steps.iter().find(|step| step.from == here.counter && manifest.hub_epoch == here.hub_epoch)?;
        let link = Link { signed: signed.clone(), manifest: manifest.clone(), file: step.file.clone() };
        (self.links.len() < LONGEST_CHAIN).then(|| Self { links: self.links.iter().cloned().chain([link]).collect() })
    }

    /// Reads what was kept; believes only what is signed.
    pub(super) fn read(kind: DocumentKind, bytes: &[u8], keys: &[PublicKey]) -> Result<Self, DocumentError> {
        let damaged = |why: String| DocumentError::Damaged(why);
        let kept: KeptDocument = serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        let mut chain: Option<Self> = None;
        for signed in kept.links {
            let manifest = offer::open(&signed, keys)?;
            if manifest.kind != kind {
                return Err(damaged(format!("it is the {}", manifest.kind.word())));
            }
            chain = Some(match chain {
                None => Self::whole(signed, manifest),
                Some(before) => {
                    before.stepped(&signed, &manifest).ok_or_else(|| damaged("a step leads nowhere".to_owned()))?
                }
            });
        }
        chain.ok_or_else(|| damaged("it is empty".to_owned()))
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let links = self.links.iter().map(|link| link.signed.clone()).collect();
        serde_json::to_vec(&KeptDocument::new(links)).expect("manifests have text keys only")
    }

    /// The links, the whole document first.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The newest manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.links.last().expect("a chain has a first link").manifest
    }

    /// Which version it is.
    #[must_use]
    pub fn version(&self) -> DocumentVersion {
        let manifest = self.manifest();
        DocumentVersion {
            hub_epoch: manifest.hub_epoch.clone(),
            counter: manifest.counter,
            issued: Time(manifest.issued_ms),
        }
    }
}

/// A manifest's version as the look-up files keep it.
pub(super) fn head(manifest: &Manifest) -> Head {
    Head { hub_epoch: manifest.hub_epoch.id.clone(), counter: i64::try_from(manifest.counter).unwrap_or(i64::MAX) }
}
