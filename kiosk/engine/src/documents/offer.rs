// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether a manifest that the hub offers may take the place of the one in use. Pure.

use serde::{Deserialize, Serialize};
use xuedian_domain::id::{DeviceId, SiteId};
use xuedian_protocol::{
    documents::{DocumentKind, Manifest, Scope, manifest::VERSION},
    signing::{PublicKey, Signed, Statement},
};

use super::{fault::DocumentError, kept::Chain};

/// The largest file of a document that is read as a whole, bytes.
pub(super) const LARGEST_WHOLE: u64 = 64 << 20;
/// The largest file of lines, bytes: a million people and room.
pub(super) const LARGEST_LINES: u64 = 2 << 30;

/// The one member of a manifest that every version has.
#[derive(Serialize, Deserialize)]
struct OnlyVersion {
    v: u32,
}

impl Statement for OnlyVersion {
    const PURPOSE: &'static str = Manifest::PURPOSE;
}

/// Believes and understands a manifest.
pub(super) fn open(signed: &Signed, keys: &[PublicKey]) -> Result<Manifest, DocumentError> {
    let OnlyVersion { v } = signed.open(keys)?;
    if v > VERSION {
        return Err(DocumentError::Version(format!("version {v}")));
    }
    Ok(signed.open(keys)?)
}

/// For whom this box is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Here {
    /// This box.
    pub device: DeviceId,
    /// Its learning point.
    pub site: SiteId,
}

/// Whether `manifest` may take the place of `in_use`. `Ok(false)`: it is the one in use.
pub(super) fn judge(manifest: &Manifest, in_use: Option<&Chain>, here: Here) -> Result<bool, DocumentError> {
    let for_us = match manifest.scope {
        Scope::District => true,
        Scope::Site(site) => site == here.site,
        Scope::Device(device) => device == here.device,
    };
    if !for_us {
        return Err(DocumentError::ForAnother);
    }
    let most = if is_lines(manifest.kind) { LARGEST_LINES } else { LARGEST_WHOLE };
    if manifest.full.bytes > most {
        return Err(DocumentError::Damaged(format!("{} bytes are more than any document has", manifest.full.bytes)));
    }
    let Some(in_use) = in_use.map(Chain::manifest) else { return Ok(true) };
    if manifest.supersedes(in_use) {
        return Ok(true);
    }
    if manifest.hub_epoch == in_use.hub_epoch && manifest.counter == in_use.counter {
        return Ok(false);
    }
    Err(DocumentError::Older { offered: manifest.counter, in_use: in_use.counter })
}

/// Documents that are lines, one for each person.
pub(super) fn is_lines(kind: DocumentKind) -> bool {
    matches!(kind, DocumentKind::Roster | DocumentKind::Standing)
}
