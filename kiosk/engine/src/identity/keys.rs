// SPDX-License-Identifier: GPL-3.0-or-later
//! Secret seeds in files.

use std::{
    io,
    path::{Path, PathBuf},
};

use thiserror::Error;
use xuedian_protocol::text::{hex, unhex_array};

use crate::whole_file;

/// The box does not know who it is.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A key is damaged. It is not replaced silently: the journal belongs to it.
    #[error("{path} does not hold a key")]
    Damaged {
        /// Which.
        path: PathBuf,
    },
    /// What pairing brought is not understood.
    #[error("{path} is not understood: {why}")]
    Provision {
        /// Which.
        path: PathBuf,
        /// In the reader's words.
        why: String,
    },
    /// The kernel gives no random bytes.
    #[error("no random bytes: {0}")]
    Random(String),
}

/// The seed in `path`; a new one is drawn and kept when there is none.
pub(super) fn seed(path: &Path) -> Result<[u8; 32], IdentityError> {
    if let Some(seed) = kept_seed(path)? {
        return Ok(seed);
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| IdentityError::Random(error.to_string()))?;
    whole_file::write(path, format!("{}\n", hex(&seed)).as_bytes())
        .map_err(|source| IdentityError::File { path: path.to_owned(), source })?;
    Ok(seed)
}

/// The seed in `path`, if there is one.
pub(super) fn kept_seed(path: &Path) -> Result<Option<[u8; 32]>, IdentityError> {
    let bytes = whole_file::read(path).map_err(|source| IdentityError::File { path: path.to_owned(), source })?;
    let Some(bytes) = bytes else { return Ok(None) };
    let seed = std::str::from_utf8(&bytes).ok().and_then(|text| unhex_array(text.trim()));
    seed.map(Some).ok_or_else(|| IdentityError::Damaged { path: path.to_owned() })
}
