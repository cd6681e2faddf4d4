// SPDX-License-Identifier: GPL-3.0-or-later
//! The district's secrets: authority, document key, card keys. Drawn at the first start, kept in `keys/`, readable by nobody else.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use thiserror::Error;
use xuedian_protocol::{
    card_key::CardKey,
    pairing::CardKeyEntry,
    signing::HubKey,
    text::{hex, unhex_array},
};

use crate::authority::{Authority, AuthorityError};

/// All secrets of a hub.
#[derive(Debug)]
pub struct Keys {
    /// Signs certificates for TLS.
    pub authority: Authority,
    /// Signs manifests and times.
    pub document: HubKey,
    /// Make tokens of UIDs; the newest first.
    pub cards: Vec<CardKey>,
}

/// The secrets could not be read or drawn.
#[derive(Debug, Error)]
pub enum KeyError {
    /// A file or folder.
    #[error("keys: {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is in a file is no key.
    #[error("keys: {0} holds no key")]
    Content(PathBuf),
    /// The authority.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
}

impl Keys {
    /// Whether a folder has all the secrets of a hub that ran before.
    #[must_use]
    pub fn are_in(folder: &Path) -> bool {
        ["authority.key", "authority.pem", "document.key", "card-keys.json"]
            .iter()
            .all(|name| folder.join(name).exists())
    }

    /// Reads the secrets in a folder; what is not there is drawn.
    ///
    /// # Errors
    /// When the folder cannot be used or holds something else. A key that cannot be read is never replaced.
    pub fn open(folder: &Path) -> Result<Self, KeyError> {
        let file_error = |source| KeyError::File { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(file_error)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(file_error)?;
        let certificate = folder.join("authority.pem");
        let authority = match (read(&folder.join("authority.key"))?, read(&certificate)?) {
            (Some(key), Some(pem)) => Authority::from_pem(&key, &pem)?,
            (None, None) => {
                let authority = Authority::draw()?;
                write(&certificate, authority.certificate_pem())?;
                write(&folder.join("authority.key"), &authority.key_pem())?;
                authority
            }
            _ => return Err(KeyError::Content(certificate)),
        };
        Ok(Self { authority, document: document_key(folder)?, cards: card_keys(folder)? })
    }
}

fn document_key(folder: &Path) -> Result<HubKey, KeyError> {
    let path = folder.join("document.key");
    if let Some(text) = read(&path)? {
        return unhex_array(text.trim()).map(|seed| HubKey::from_seed(&seed)).ok_or(KeyError::Content(path));
    }
    let key = HubKey::draw();
    write(&path, &hex(&key.seed()))?;
    Ok(key)
}

fn card_keys(folder: &Path) -> Result<Vec<CardKey>, KeyError> {
    let path = folder.join("card-keys.json");
    if let Some(text) = read(&path)? {
        let bad = || KeyError::Content(path.clone());
        let entries: Vec<CardKeyEntry> = serde_json::from_str(&text).map_err(|_| bad())?;
        return entries.iter().map(|entry| entry.card_key().ok_or_else(bad)).collect();
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|why| KeyError::File { path: path.clone(), source: io::Error::other(why.to_string()) })?;
    let keys = vec![CardKey::new(1, bytes)];
    let entries: Vec<CardKeyEntry> = keys.iter().map(CardKeyEntry::from).collect();
    let text =
        serde_json::to_string(&entries).map_err(|why| KeyError::File { path: path.clone(), source: why.into() })?;
    write(&path, &text)?;
    Ok(keys)
}

fn read(path: &Path) -> Result<Option<String>, KeyError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(KeyError::File { path: path.to_owned(), source }),
    }
}

fn write(path: &Path, text: &str) -> Result<(), KeyError> {
    let open = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    open.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(|source| KeyError::File { path: path.to_owned(), source })
}
