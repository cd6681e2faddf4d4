// SPDX-License-Identifier: GPL-3.0-or-later
//! A document is a small signed manifest that names content-addressed files.

use serde::{Deserialize, Serialize};
use xuedian_domain::id::{DeviceId, SiteId};

use crate::{
    signing::Statement,
    wire::{HubEpoch, Position},
};

/// Version of the manifests that this release writes and the greatest that it understands.
pub const VERSION: u32 = 1;

/// Which of the six documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentKind {
    /// Learners, staff, their cards: JSON lines of [`super::RosterLine`].
    Roster,
    /// Sites, rooms, sessions, notices: [`super::Agenda`].
    Agenda,
    /// Topics, institutions, courses, lessons: [`super::Catalogue`].
    Catalogue,
    /// The rules as TOML, read by the module `rules`.
    Rules,
    /// The point keys of one kiosk: [`super::PointSettings`].
    Settings,
    /// Accounts and what is needed to go on: JSON lines of [`super::StandingLine`].
    Standing,
}

impl DocumentKind {
    /// All six.
    pub const ALL: [Self; 6] =
        [Self::Roster, Self::Agenda, Self::Catalogue, Self::Rules, Self::Settings, Self::Standing];

    /// Its word on the wire and on the disk.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Roster => "roster",
            Self::Agenda => "agenda",
            Self::Catalogue => "catalogue",
            Self::Rules => "rules",
            Self::Settings => "settings",
            Self::Standing => "standing",
        }
    }
}

/// For whom a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Every kiosk of the district.
    District,
    /// The kiosks of one learning point.
    Site(#[serde(with = "crate::text")] SiteId),
    /// One kiosk.
    Device(#[serde(with = "crate::text")] DeviceId),
}

/// A file, named by its content.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileRef {
    /// SHA-256, 64 hexadecimal digits.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its media type.
    pub media_type: String,
}

/// A short way from an earlier version: the lines that changed since, in the form of the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The version of the same hub epoch that it starts from.
    pub from: u64,
    /// Lines to be put in the place of those of the same person.
    pub file: FileRef,
}

/// What a hub states of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this form.
    pub v: u32,
    /// Which document.
    pub kind: DocumentKind,
    /// For whom.
    pub scope: Scope,
    /// The hub's epoch.
    pub hub_epoch: HubEpoch,
    /// Grows with each version of an epoch.
    pub counter: u64,
    /// When it was made, milliseconds since 1970.
    pub issued_ms: i64,
    /// The whole document.
    pub full: FileRef,
    /// Short ways from earlier versions; may be empty.
    pub steps: Vec<Step>,
    /// Media that the document names, to be fetched when there is time.
    pub files: Vec<FileRef>,
    /// With the standing: the last record of the device it is for that it contains. None when it contains none.
    pub through: Option<Position>,
}

impl Manifest {
    /// Whether this one takes the place of `other`: a later hub epoch, or a higher counter of the same.
    #[must_use]
    pub fn supersedes(&self, other: &Self) -> bool {
        (&self.hub_epoch, self.counter) > (&other.hub_epoch, other.counter)
    }
}

impl Statement for Manifest {
    const PURPOSE: &'static str = "manifest";
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]
    use super::*;

    fn manifest(began_ms: i64, counter: u64) -> Manifest {
        let full = FileRef { sha256: "00".repeat(32), bytes: 1, media_type: "application/json".into() };
        let hub_epoch = HubEpoch { began_ms, id: format!("{began_ms:032x}") };
        Manifest {
            v: VERSION,
            kind: DocumentKind::Agenda,
            scope: Scope::District,
            hub_epoch,
            counter,
            issued_ms: 5,
            full,
            steps: vec![],
            files: vec![],
            through: None,
        }
    }

    #[test]
    fn a_later_hub_epoch_counts_more_than_a_higher_counter() {
        assert!(manifest(1, 2).supersedes(&manifest(1, 1)));
        assert!(!manifest(1, 1).supersedes(&manifest(1, 1)));
        assert!(manifest(2, 1).supersedes(&manifest(1, 9)));
        assert!(!manifest(1, 9).supersedes(&manifest(2, 1)));
    }

    #[test]
    fn scopes_are_words() {
        let device = Scope::Device(DeviceId([0xab; 16]));
        let text = serde_json::to_string(&device).unwrap();
        assert_eq!(text, r#"{"device":"abababab-abab-abab-abab-abababababab"}"#);
        assert_eq!(serde_json::from_str::<Scope>(&text).unwrap(), device);
        assert_eq!(serde_json::to_string(&Scope::District).unwrap(), r#""district""#);
    }
}
