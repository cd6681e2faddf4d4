// SPDX-License-Identifier: GPL-3.0-or-later
//! The keys of the box and its district, read once.

use std::path::{Path, PathBuf};

use xuedian_domain::id::DeviceId;
use xuedian_protocol::{
    card_key::CardKey,
    pairing::{Provision, SealKey},
    signing::DeviceKey,
};

use super::keys::{IdentityError, kept_seed, seed};
use crate::whole_file;

/// Number of the card key that a box draws for itself. A district's keys have other numbers.
pub const OWN_CARD_KEY: u8 = 0;

/// Who this box is.
#[derive(Clone, Debug)]
pub struct Identity {
    folder: PathBuf,
    device_key: DeviceKey,
    seal_key: SealKey,
    own_card_key: Option<CardKey>,
    provision: Option<Provision>,
}

impl Identity {
    /// Reads the identity in the data folder; draws what is absent.
    ///
    /// # Errors
    /// When a file cannot be read, written or understood.
    pub fn open(data: &Path) -> Result<Self, IdentityError> {
        let folder = data.join("identity");
        whole_file::make_folder(&folder).map_err(|source| IdentityError::File { path: folder.clone(), source })?;
        let device_key = DeviceKey::from_seed(&seed(&folder.join("device.key"))?);
        let seal_key = SealKey::from_seed(&seed(&folder.join("seal.key"))?);
        let provision = provision(&folder.join("provision.json"))?;
        let card_path = folder.join("card.key");
        // A box that was prepared never took a card with a key of its own, and needs none.
        let own = if provision.is_none() { Some(seed(&card_path)?) } else { kept_seed(&card_path)? };
        let own_card_key = own.map(|bytes| CardKey::new(OWN_CARD_KEY, bytes));
        Ok(Self { folder, device_key, seal_key, own_card_key, provision })
    }

    /// The box's name for ever.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.device_key.device()
    }

    /// Signs requests.
    #[must_use]
    pub fn device_key(&self) -> &DeviceKey {
        &self.device_key
    }

    /// Opens what a hub seals for this box.
    #[must_use]
    pub fn seal_key(&self) -> &SealKey {
        &self.seal_key
    }

    /// What pairing brought; none: the box belongs to no district yet.
    #[must_use]
    pub fn provision(&self) -> Option<&Provision> {
        self.provision.as_ref()
    }

    /// Every card key by which the reader is to make a token, the one in force first. The box's own comes last after
    /// pairing: so the cards that were tapped before are known again.
    #[must_use]
    pub fn card_keys(&self) -> Vec<CardKey> {
        let district = self.provision.iter().flat_map(|provision| &provision.card_keys);
        district.filter_map(|entry| entry.card_key()).chain(self.own_card_key.clone()).collect()
    }

    /// Keeps what pairing brought: on the disk before it counts.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn paired(&mut self, provision: Provision) -> Result<(), IdentityError> {
        let path = self.folder.join("provision.json");
        let text = serde_json::to_vec(&provision).expect("a provision has text keys only");
        whole_file::write(&path, &text).map_err(|source| IdentityError::File { path, source })?;
        self.provision = Some(provision);
        Ok(())
    }
}

fn provision(path: &Path) -> Result<Option<Provision>, IdentityError> {
    let bytes = whole_file::read(path).map_err(|source| IdentityError::File { path: path.to_owned(), source })?;
    let Some(bytes) = bytes else { return Ok(None) };
    let provision: Provision = serde_json::from_slice(&bytes)
        .map_err(|error| IdentityError::Provision { path: path.to_owned(), why: error.to_string() })?;
    Ok(Some(provision))
}
