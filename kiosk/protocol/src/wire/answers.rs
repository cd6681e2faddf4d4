// SPDX-License-Identifier: GPL-3.0-or-later
//! What a hub answers to a device.

use serde::{Deserialize, Serialize};
use xuedian_domain::id::DeviceId;

use super::Position;
use crate::{
    documents::DocumentKind,
    signing::{Signed, Statement},
};

/// A stretch of a hub's life: a new one begins at its first start and when it finds itself restored from a backup.
/// The later one counts, whatever its counters say.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HubEpoch {
    /// When it began, milliseconds since 1970.
    pub began_ms: i64,
    /// 32 hexadecimal digits.
    pub id: String,
}

/// The hub's time, signed in each answer to a device. It echoes the request, so that an old answer is not taken for a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubTime {
    /// The hub's epoch.
    pub hub_epoch: HubEpoch,
    /// Milliseconds since 1970.
    pub time_ms: i64,
    /// Who asked.
    #[serde(with = "crate::text")]
    pub device: DeviceId,
    /// The `xuedian-epoch` of the request.
    pub request_epoch: String,
    /// The `xuedian-counter` of the request.
    pub counter: u64,
}

impl Statement for HubTime {
    const PURPOSE: &'static str = "time";
}

/// 200 to a batch: every line of it is kept at the hub, durably; the cursor moves past its last record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsAnswer {
    /// The last record that this batch brought, set aside or not; none when the batch was empty or not one line could be read.
    pub accepted_through: Option<Position>,
    /// New here.
    pub stored: u64,
    /// Here already, byte for byte.
    pub known: u64,
    /// Set aside because their bytes do not hold in the chain; kept, shown, never a reason to send again.
    pub refused: Vec<Refused>,
    /// The last record of this device that the standing contains by now: when it grows, new documents are there to fetch.
    pub through: Option<Position>,
    /// Counter of each document in force for this device.
    pub latest: Vec<Latest>,
    /// A signed [`HubTime`].
    pub time: Signed,
}

/// A record that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Its number, as it says itself; 0 when it cannot be read.
    pub seq: u64,
    /// Its id; empty when it cannot be read.
    pub id: String,
    /// Why, in words.
    pub why: String,
}

/// Which version of a document is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// Which document.
    pub kind: DocumentKind,
    /// Its counter in the hub's present epoch.
    pub counter: u64,
}

/// 200 to a question for documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentsAnswer {
    /// Signed [`crate::documents::Manifest`]s, one for each document that the hub has.
    pub manifests: Vec<Signed>,
    /// The last record of each of the device's newest epochs that the hub holds, newest first, at most 64. A device that has sent
    /// more than that speaks to a restored hub: it puts its cursor back to the greatest of these that its journal knows.
    pub held: Vec<Position>,
    /// A signed [`HubTime`].
    pub time: Signed,
}
