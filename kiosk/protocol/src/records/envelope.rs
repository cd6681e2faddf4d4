// SPDX-License-Identifier: GPL-3.0-or-later
//! The line of a record: who, where, when, what.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use xuedian_domain::{
    id::{BootId, DeviceId, EpochId, RecordId},
    record::{Kind, Origin, Record},
    time::{Clock, Stamp},
};

use super::{BadRecord, Text, decode};

/// The version of envelope and bodies that this module reads.
pub const VERSION: u32 = 1;

/// A record without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Version of envelope and body.
    pub v: u32,
    /// Its own id.
    pub id: RecordId,
    /// Its place.
    pub origin: Origin,
    /// What the clocks said.
    pub stamp: Stamp,
    /// The name of its kind, known here or not.
    pub kind: String,
}

impl Envelope {
    /// The record, once its body is understood.
    #[must_use]
    pub fn with(&self, kind: Kind) -> Record {
        Record { id: self.id, origin: self.origin, stamp: self.stamp, kind }
    }
}

#[derive(Deserialize)]
struct Line {
    v: u32,
    device: Text<DeviceId>,
    epoch: Text<EpochId>,
    seq: u64,
    id: Text<RecordId>,
    boot: Text<BootId>,
    mono_ms: i64,
    wall_ms: i64,
    #[serde(deserialize_with = "clock")]
    clock: Clock,
    kind: String,
    body: Value,
}

/// Reads a line as it is stored, sent or exported (a `hash` beside is passed over; the journal checks it).
///
/// A later version or an unknown kind is an envelope and nothing: kept, not folded.
///
/// # Errors
/// [`BadRecord::Envelope`] when it is not a record at all, [`BadRecord::Body`] when only its body is wrong.
pub fn read_line(line: &str) -> Result<(Envelope, Option<Kind>), BadRecord> {
    let line: Line = serde_json::from_str(line).map_err(|why| BadRecord::Envelope(why.to_string()))?;
    let envelope = Envelope {
        v: line.v,
        id: line.id.0,
        origin: Origin { device: line.device.0, epoch: line.epoch.0, seq: line.seq },
        stamp: Stamp { boot: line.boot.0, mono_ms: line.mono_ms, wall_ms: line.wall_ms, clock: line.clock },
        kind: line.kind,
    };
    if envelope.v != VERSION {
        return Ok((envelope, None));
    }
    let kind =
        decode(&envelope.kind, &line.body).map_err(|bad| BadRecord::Body { id: envelope.id.to_string(), bad })?;
    Ok((envelope, kind))
}

/// A word of later software is trusted as little as no clock, as the journal has it.
fn clock<'de, D: Deserializer<'de>>(from: D) -> Result<Clock, D::Error> {
    Ok(match String::deserialize(from)?.as_str() {
        "synced" => Clock::Synced,
        "rtc" => Clock::Rtc,
        "estimated" => Clock::Estimated,
        _ => Clock::Unset,
    })
}
