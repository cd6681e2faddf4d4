// SPDX-License-Identifier: GPL-3.0-or-later
//! The documents on this box, for whoever wants to read them.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use serde::de::DeserializeOwned;
use xuedian_protocol::{
    documents::{Agenda, Catalogue, DocumentKind, FileRef, KeptDocument, PointSettings},
    signing::PublicKey,
};

use super::{fault::DocumentError, kept::Chain};
use crate::{
    media_cache::{ContentHash, MediaCache},
    whole_file,
};

/// The folder `documents/`. Clones are the same folder.
#[derive(Clone, Debug)]
pub struct DocumentStore {
    folder: PathBuf,
    files: MediaCache,
    keys: Arc<RwLock<Arc<[PublicKey]>>>,
}

impl DocumentStore {
    /// Opens the documents in the data folder; `keys` are those whose signatures are believed, none on an unpaired box.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(data: &Path, keys: Arc<[PublicKey]>) -> io::Result<Self> {
        let folder = data.join("documents");
        whole_file::make_folder(&folder)?;
        // Documents are small beside media, and none may be missing: no budget.
        let files = MediaCache::open(&folder.join("files"), u64::MAX)?;
        Ok(Self { folder, files, keys: Arc::new(RwLock::new(keys)) })
    }

    /// The agenda in use.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn agenda(&self) -> Result<Option<Agenda>, DocumentError> {
        self.json(DocumentKind::Agenda)
    }

    /// The catalogue in use.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn catalogue(&self) -> Result<Option<Catalogue>, DocumentError> {
        self.json(DocumentKind::Catalogue)
    }

    /// The point settings in use.
    ///
    /// # Errors
    /// When they are damaged.
    pub fn settings(&self) -> Result<Option<PointSettings>, DocumentError> {
        self.json(DocumentKind::Settings)
    }

    /// The text of the rules in use (TOML).
    ///
    /// # Errors
    /// When it is damaged.
    pub fn rules(&self) -> Result<Option<String>, DocumentError> {
        let Some(bytes) = self.whole(DocumentKind::Rules)? else { return Ok(None) };
        String::from_utf8(bytes).map(Some).map_err(|error| DocumentError::Damaged(error.to_string()))
    }

    /// What is kept of a document; None when there is none.
    ///
    /// # Errors
    /// When it is damaged or not signed by the district.
    pub fn chain(&self, kind: DocumentKind) -> Result<Option<Chain>, DocumentError> {
        whole_file::read(&self.path(kind))?.map(|bytes| Chain::read(kind, &bytes, &self.keys())).transpose()
    }

    /// The file of a reference, if it is here.
    #[must_use]
    pub(super) fn file(&self, file: &FileRef) -> Option<PathBuf> {
        self.files.path(&file.sha256.parse().ok()?)
    }

    pub(super) fn files(&self) -> &MediaCache {
        &self.files
    }

    pub(super) fn keys(&self) -> Arc<[PublicKey]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The box was paired: these keys are believed from now on.
    pub(crate) fn trust(&self, keys: Arc<[PublicKey]>) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// Throws a damaged document out; it comes again.
    pub(super) fn forget(&self, kind: DocumentKind) -> io::Result<()> {
        match fs::remove_file(self.path(kind)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    pub(super) fn keep(&self, kind: DocumentKind, chain: &Chain) -> io::Result<()> {
        whole_file::write(&self.path(kind), &chain.bytes())
    }

    /// Throws out files that no document in use names.
    pub(super) fn tidy(&self) -> Result<(), DocumentError> {
        let mut wanted = HashSet::new();
        for kind in DocumentKind::ALL {
            let chain = self.chain(kind)?;
            let links = chain.iter().flat_map(|chain| chain.links());
            wanted.extend(links.filter_map(|link| link.file.sha256.parse::<ContentHash>().ok()));
        }
        self.files.pin(wanted.iter().copied());
        self.files.drop_partials_except(&HashSet::new())?;
        self.files.discard_loose();
        Ok(())
    }

    /// Whether what is kept of a document can be read: its manifests, and the whole file of those that are no lines.
    pub(super) fn look(&self, kind: DocumentKind) -> Result<Option<Chain>, DocumentError> {
        let Some(chain) = self.chain(kind)? else { return Ok(None) };
        match kind {
            DocumentKind::Agenda => self.agenda().map(drop)?,
            DocumentKind::Catalogue => self.catalogue().map(drop)?,
            DocumentKind::Settings => self.settings().map(drop)?,
            DocumentKind::Rules => self.rules().map(drop)?,
            DocumentKind::Roster | DocumentKind::Standing => {}
        }
        Ok(Some(chain))
    }

    fn path(&self, kind: DocumentKind) -> PathBuf {
        self.folder.join(KeptDocument::file_name(kind))
    }

    fn json<T: DeserializeOwned>(&self, kind: DocumentKind) -> Result<Option<T>, DocumentError> {
        let Some(bytes) = self.whole(kind)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| DocumentError::Damaged(error.to_string()))
    }

    fn whole(&self, kind: DocumentKind) -> Result<Option<Vec<u8>>, DocumentError> {
        let Some(chain) = self.chain(kind)? else { return Ok(None) };
        let gone = || DocumentError::Damaged("its file is gone".to_owned());
        let path = self.file(&chain.manifest().full).ok_or_else(gone)?;
        Ok(Some(fs::read(path)?))
    }
}
