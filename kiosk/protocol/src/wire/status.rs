// SPDX-License-Identifier: GPL-3.0-or-later
//! What a hub tells its operator: for each device and epoch, what it stored and what it set aside.

use serde::{Deserialize, Serialize};

use super::{HubEpoch, Position, Refused};

/// Answer of `GET /v1/status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The hub's epoch.
    pub hub_epoch: HubEpoch,
    /// The hub's clock, milliseconds since 1970.
    pub time_ms: i64,
    /// Every device that was ever paired.
    pub devices: Vec<DeviceStatus>,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceStatus {
    /// Its id.
    pub device: String,
    /// Its name.
    pub name: String,
    /// Its learning point.
    pub site: String,
    /// When its last request came, milliseconds since 1970.
    pub last_seen_ms: Option<i64>,
    /// Struck from the district.
    pub struck: bool,
    /// The last record that its standing contains.
    pub through: Option<Position>,
    /// Each epoch, in the order in which they came.
    pub epochs: Vec<EpochStatus>,
    /// Places where its journal goes on in more than one way.
    pub forks: Vec<Fork>,
}

/// One epoch of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochStatus {
    /// Its name: 32 hexadecimal digits.
    pub epoch: String,
    /// Records stored.
    pub stored: u64,
    /// Lowest number stored.
    pub first_seq: Option<u64>,
    /// Highest number stored.
    pub last_seq: Option<u64>,
    /// Records set aside.
    pub refused: Vec<Refused>,
    /// Records stored of which the hub thinks that they are invalid.
    pub invalid: Vec<Refused>,
}

/// A place where a journal goes on in more than one way: a disk that was restored, cloned or forgetful.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fork {
    /// The last record that the branches share; none when they share nothing.
    pub at: Option<Position>,
    /// Records known here after that place when the other branch began: what the disk lost, unless two boxes answer to one key.
    pub lost: u64,
    /// The older branch went on after the newer had begun: two boxes answer to one key.
    pub two_boxes: bool,
}
