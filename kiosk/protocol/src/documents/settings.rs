// SPDX-License-Identifier: GPL-3.0-or-later
//! The point keys of one kiosk. Machine keys (reader, screen, sound, hub, paths, log) are never among them.

use serde::{Deserialize, Serialize};
use xuedian_domain::id::{RoomId, SiteId};

use super::{FileRef, WordsEntry};

/// Chosen where nobody says otherwise: every learning point that we know of lives by it.
pub const HOME_ZONE: &str = "Asia/Shanghai";

/// The document `settings`. A key that a later release adds is passed over here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointSettings {
    /// The learning point.
    #[serde(with = "crate::text")]
    pub site: SiteId,
    /// Its name.
    pub site_name: WordsEntry,
    /// The kiosk's own name, for staff.
    pub name: String,
    /// Rooms that this kiosk serves; none means all of the point.
    #[serde(with = "crate::text::list")]
    pub rooms: Vec<RoomId>,
    /// `zh` or `en`.
    pub language: String,
    /// A name of the time zone database.
    pub time_zone: String,
    /// 0 to 100.
    pub volume: u8,
    /// Light and text only (馆内静音).
    #[serde(default)]
    pub silent: bool,
    /// When the point is open.
    #[serde(default)]
    pub hours: Vec<Hours>,
    /// A second tap within so many seconds of the first is "already signed in".
    pub double_tap_s: u32,
    /// A visit without a touch ends after so many seconds.
    pub visit_s: u32,
    /// Whom to ring.
    #[serde(default)]
    pub telephone: Option<Telephone>,
    /// The release of the system that the district has chosen for this box; none leaves it as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseEntry>,
}

impl PointSettings {
    /// What holds at a learning point for which nobody has chosen anything yet.
    #[must_use]
    pub fn plain(site: SiteId, site_name: WordsEntry, time_zone: &str) -> Self {
        Self {
            site,
            site_name,
            name: String::new(),
            rooms: Vec::new(),
            language: "zh".into(),
            time_zone: time_zone.into(),
            volume: 60,
            silent: false,
            hours: Vec::new(),
            double_tap_s: 60,
            visit_s: 60,
            telephone: None,
            release: None,
        }
    }
}

/// A release of the system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseEntry {
    /// Its name, as the box will call it once it runs (`VERSION_ID`).
    pub version: String,
    /// The signed bundle. It comes with the films, in pieces, when there is time.
    pub bundle: FileRef,
}

/// Opening hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// 1 is Monday, 7 is Sunday.
    pub days: Vec<u8>,
    /// Minutes since midnight.
    pub from: u16,
    /// Minutes since midnight.
    pub to: u16,
}

/// Whom to ring: a number with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telephone {
    /// Who answers.
    pub name: String,
    /// As it is dialled.
    pub number: String,
}
