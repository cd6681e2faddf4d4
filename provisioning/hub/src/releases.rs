// SPDX-License-Identifier: GPL-3.0-or-later
//! Which release of the system each box should run.

use std::path::Path;

use thiserror::Error;
use xuedian_domain::id::SiteId;
use xuedian_protocol::documents::ReleaseEntry;

use crate::{documents::PublishError, files::FileError, hub::Hub, store::StoreError};

/// The media type of a bundle.
const MEDIA_TYPE: &str = "application/vnd.rauc.bundle";
/// How a bundle begins: it is a squashfs with a signature behind it.
const BEGINNING: &[u8] = b"hsqs";

/// Boxes that are meant; all conditions hold at once, and none means every box.
#[derive(Clone, Debug, Default)]
pub struct Meant {
    /// Those of a learning point.
    pub site: Option<SiteId>,
    /// Those that staff call so.
    pub name: Option<String>,
}

/// Why a release is not offered.
#[derive(Debug, Error)]
pub enum ReleaseError {
    /// Not a file, or not one that RAUC made.
    #[error("{0} is no bundle of RAUC")]
    NoBundle(std::path::PathBuf),
    /// A name that a box could not have.
    #[error("{0:?} is no name of a release: letters, digits, dots and dashes, as after VERSION_ID= in its os-release")]
    NoVersion(String),
    /// Storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Files.
    #[error(transparent)]
    Files(#[from] FileError),
    /// Documents.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

impl Hub {
    /// Offers a release to boxes, or takes the offer back; says how many boxes were meant.
    ///
    /// # Errors
    /// When the file is no bundle, or something cannot be written.
    pub fn offer(&self, release: Option<(&Path, &str)>, meant: &Meant) -> Result<usize, ReleaseError> {
        let entry = release.map(|(bundle, version)| self.entry(bundle, version)).transpose()?;
        let mut boxes = 0;
        for mut device in self.store.devices()? {
            let is_meant = meant.site.is_none_or(|site| site == device.site)
                && meant.name.as_ref().is_none_or(|name| *name == device.name);
            if device.struck || !is_meant {
                continue;
            }
            device.settings.release.clone_from(&entry);
            self.store.put_device(&device)?;
            boxes += 1;
        }
        self.publish()?;
        Ok(boxes)
    }

    fn entry(&self, bundle: &Path, version: &str) -> Result<ReleaseEntry, ReleaseError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '~');
        if version.is_empty() || !version.chars().all(plain) {
            return Err(ReleaseError::NoVersion(version.to_owned()));
        }
        let mut beginning = [0; 4];
        let read =
            std::fs::File::open(bundle).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut beginning));
        if read.is_err() || beginning != BEGINNING {
            return Err(ReleaseError::NoBundle(bundle.to_owned()));
        }
        Ok(ReleaseEntry { version: version.to_owned(), bundle: self.files.add(bundle, MEDIA_TYPE)? })
    }
}
