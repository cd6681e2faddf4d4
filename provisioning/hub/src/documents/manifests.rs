// SPDX-License-Identifier: GPL-3.0-or-later
//! Manifests for one device.

use xuedian_domain::id::DeviceId;
use xuedian_protocol::{
    documents::{DocumentKind, Manifest, Scope, manifest},
    signing::Signed,
    wire::{Latest, Position},
};

use crate::{
    hub::Hub,
    store::{DocumentVersion, StoreError},
};

impl Hub {
    /// Signed manifests of every document that is in force for a device.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn manifests(&self, device: DeviceId) -> Result<Vec<Signed>, StoreError> {
        let (hub_epoch, _) = self.epoch()?;
        let mut manifests = Vec::new();
        for version in self.in_force(device)? {
            let scope = match version.kind {
                DocumentKind::Settings | DocumentKind::Standing => Scope::Device(device),
                _ => Scope::District,
            };
            let manifest = Manifest {
                v: manifest::VERSION,
                kind: version.kind,
                scope,
                hub_epoch: hub_epoch.clone(),
                counter: version.counter,
                issued_ms: version.issued_ms,
                full: version.full,
                steps: version.steps,
                files: version.files,
                through: version.through.get(&device.to_string()).cloned(),
            };
            manifests.push(Signed::new(&self.keys.document, &manifest));
        }
        Ok(manifests)
    }

    /// Counters of the documents in force for a device, and the last of its records that the standing contains.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn latest(&self, device: DeviceId) -> Result<(Vec<Latest>, Option<Position>), StoreError> {
        let versions = self.in_force(device)?;
        let standing = versions.iter().find(|version| version.kind == DocumentKind::Standing);
        let through = standing.and_then(|version| version.through.get(&device.to_string()).cloned());
        let latest = versions.iter().map(|version| Latest { kind: version.kind, counter: version.counter }).collect();
        Ok((latest, through))
    }

    fn in_force(&self, device: DeviceId) -> Result<Vec<DocumentVersion>, StoreError> {
        let mut versions = Vec::new();
        for kind in DocumentKind::ALL {
            let scope = if kind == DocumentKind::Settings { device.to_string() } else { "district".to_owned() };
            versions.extend(self.store.versions(kind, &scope, 1)?);
        }
        Ok(versions)
    }
}
