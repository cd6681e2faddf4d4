// SPDX-License-Identifier: GPL-3.0-or-later
//! A new version of a document, when its content is new.

use std::collections::BTreeMap;

use thiserror::Error;
use xuedian_protocol::{
    documents::{Agenda, Catalogue, DocumentKind, FileRef, Step},
    wire::Position,
};

use super::{steps, text};
use crate::{
    files::FileError,
    hub::Hub,
    store::{DocumentVersion, StoreError},
};

/// Versions of one document that are kept, so that a slow download still finds its files.
const KEEP: usize = 12;
/// Earlier versions from which a short way is made.
const STEPS: usize = 4;
/// A step longer than a half of the whole is not worth it.
const STEP_SHARE: u64 = 2;

/// A document could not be published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files.
    #[error(transparent)]
    Files(#[from] FileError),
    /// Its JSON.
    #[error("writing a document: {0}")]
    Json(#[from] serde_json::Error),
    /// The rules do not parse.
    #[error("the rules: {0}")]
    Rules(String),
}

/// What a new version is made of.
pub(crate) struct Content<'a> {
    pub kind: DocumentKind,
    pub scope: &'a str,
    pub bytes: &'a [u8],
    pub files: Vec<FileRef>,
    pub through: BTreeMap<String, Position>,
}

impl Hub {
    /// Publishes what has changed of roster, agenda, catalogue, rules and the settings of every device. The standing follows records.
    ///
    /// # Errors
    /// When something cannot be read or written; what was published before stays.
    pub fn publish(&self) -> Result<(), PublishError> {
        // Cards that were linked at kiosks belong into the roster.
        self.read_new_records()?;
        let roster = self.roster_text()?;
        self.publish_district(DocumentKind::Roster, roster.as_bytes(), Vec::new())?;
        let agenda: Agenda = self.agenda()?;
        self.publish_district(DocumentKind::Agenda, &serde_json::to_vec(&agenda)?, Vec::new())?;
        let catalogue: Catalogue = self.catalogue()?;
        self.publish_district(DocumentKind::Catalogue, &serde_json::to_vec(&catalogue)?, catalogue.files())?;
        if let Some(rules) = self.store.text(text::RULES)? {
            self.publish_district(DocumentKind::Rules, rules.as_bytes(), Vec::new())?;
        }
        for device in self.store.devices()? {
            let scope = device.key.device().to_string();
            let bytes = serde_json::to_vec(&device.settings)?;
            let content = Content {
                kind: DocumentKind::Settings,
                scope: &scope,
                bytes: &bytes,
                files: device.settings.release.iter().map(|release| release.bundle.clone()).collect(),
                through: BTreeMap::new(),
            };
            self.publish_content(content)?;
        }
        Ok(())
    }

    fn publish_district(&self, kind: DocumentKind, bytes: &[u8], files: Vec<FileRef>) -> Result<(), PublishError> {
        self.publish_content(Content { kind, scope: "district", bytes, files, through: BTreeMap::new() })
    }

    /// Publishes a version, unless the newest one is the same.
    pub(crate) fn publish_content(&self, content: Content<'_>) -> Result<(), PublishError> {
        let media_type = media_type(content.kind);
        let sha256 = xuedian_protocol::signing::sha256_hex(content.bytes);
        let earlier = self.store.versions(content.kind, content.scope, STEPS)?;
        if earlier.first().is_some_and(|last| last.full.sha256 == sha256 && last.through == content.through) {
            return Ok(());
        }
        let full = self.files.put(content.bytes, media_type)?;
        let steps = self.steps(&content, &full, &earlier)?;
        let version = DocumentVersion {
            kind: content.kind,
            scope: content.scope.to_owned(),
            counter: 0,
            issued_ms: self.clock.now_ms(),
            full,
            steps,
            files: content.files,
            through: content.through,
        };
        for file in self.store.publish(&version, KEEP)? {
            self.files.remove(&file.sha256);
        }
        Ok(())
    }

    fn steps(
        &self,
        content: &Content<'_>,
        full: &FileRef,
        earlier: &[DocumentVersion],
    ) -> Result<Vec<Step>, PublishError> {
        if !matches!(content.kind, DocumentKind::Roster | DocumentKind::Standing) {
            return Ok(Vec::new());
        }
        let new = String::from_utf8_lossy(content.bytes);
        let mut found = Vec::new();
        for version in earlier.iter().filter(|version| version.full.sha256 != full.sha256) {
            // An earlier file that has gone makes no step; the whole is always there.
            let Ok(old) = self.files.read(&version.full) else { continue };
            let step = steps::step(content.kind, &String::from_utf8_lossy(&old), &new);
            if step.len() as u64 * STEP_SHARE < full.bytes {
                let file = self.files.put(step.as_bytes(), media_type(content.kind))?;
                found.push(Step { from: version.counter, file });
            }
        }
        Ok(found)
    }
}

fn media_type(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Roster | DocumentKind::Standing => "application/x-ndjson",
        DocumentKind::Rules => "application/toml",
        DocumentKind::Agenda | DocumentKind::Catalogue | DocumentKind::Settings => "application/json",
    }
}
