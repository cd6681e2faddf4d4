// SPDX-License-Identifier: GPL-3.0-or-later
//! A record: its members, its one line of canonical JSON and that line's hash.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::error::RefusedDraft;

/// Version of the envelope that this program writes.
pub const VERSION: u32 = 1;

/// The one kind that the journal writes itself: the first record of an epoch.
pub const EPOCH_OPENED: &str = "epoch-opened";

/// `prev` of a device's very first record: 64 zeros.
pub const NO_PREV: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Greatest whole number that every JSON reader keeps exactly: 2^53 - 1.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// Longest body, bytes of canonical JSON. A batch for the hub begins at 256 KB, and one record must fit into it.
pub const MAX_BODY_BYTES: usize = 65_536;

/// Deepest nesting of a body, levels. JSON readers give up somewhere past 100.
pub const MAX_DEPTH: usize = 32;

/// One record as it is written, hashed and sent. Members that a later version adds are kept in the line, not here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Version of the envelope.
    pub v: u32,
    /// The box, lower-case text.
    pub device: String,
    /// 32 hexadecimal digits, drawn at the first append after each machine boot.
    pub epoch: String,
    /// From 1, without gaps, on over epochs.
    pub seq: u64,
    /// UUID of version 7, given by the caller.
    pub id: String,
    /// The kernel's boot id.
    pub boot: String,
    /// Milliseconds of CLOCK_BOOTTIME.
    pub mono_ms: u64,
    /// Milliseconds since 1970 by the wall clock, as far as `clock` says.
    pub wall_ms: i64,
    /// How far `wall_ms` can be trusted.
    pub clock: Clock,
    /// What kind of thing happened.
    pub kind: String,
    /// What happened; opaque here.
    pub body: Value,
    /// Hash of the record before, 64 hexadecimal digits.
    pub prev: String,
}

impl Record {
    /// The one line of RFC 8785 JSON that is stored, hashed and sent.
    #[must_use]
    pub fn line(&self) -> String {
        serde_json_canonicalizer::to_string(self).expect("a record has text keys and whole numbers only")
    }

    /// Reads a stored line.
    ///
    /// # Errors
    /// When the line is not JSON or lacks a member of the envelope.
    pub fn parse(line: &str) -> serde_json::Result<Self> {
        serde_json::from_str(line)
    }
}

/// SHA-256 of a line, 64 lower-case hexadecimal digits.
#[must_use]
pub fn hash_of(line: &str) -> String {
    hex(&Sha256::digest(line.as_bytes()))
}

/// How far the wall clock could be trusted when a record was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// Agreed with a time server or the hub's signed time in this boot.
    Synced,
    /// Read from a clock with a battery.
    Rtc,
    /// Reckoned from the last known time.
    Estimated,
    /// Not known at all.
    Unset,
}

impl<'de> Deserialize<'de> for Clock {
    /// A word of later software is trusted as little as no clock.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match String::deserialize(from)?.as_str() {
            "synced" => Self::Synced,
            "rtc" => Self::Rtc,
            "estimated" => Self::Estimated,
            _ => Self::Unset,
        })
    }
}

/// When something happened, by all the clocks there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The kernel's boot id.
    pub boot: String,
    /// Milliseconds of CLOCK_BOOTTIME.
    pub mono_ms: u64,
    /// Milliseconds since 1970 by the wall clock.
    pub wall_ms: i64,
    /// How far `wall_ms` can be trusted.
    pub clock: Clock,
}

/// What a caller wants recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// UUID of version 7, lower case.
    pub id: String,
    /// Lower-case words joined by hyphens.
    pub kind: String,
    /// Whole numbers only, names of members in ASCII.
    pub body: Value,
}

/// A place in a device's journal: what a hub acknowledges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The epoch of the record.
    pub epoch: String,
    /// Its number.
    pub seq: u64,
}

/// The last record: what the next one hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Epoch of the last record.
    pub epoch: String,
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
    /// The boot of its epoch.
    pub boot: String,
}

/// A record as it lies in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its epoch.
    pub epoch: String,
    /// Its number.
    pub seq: u64,
    /// Its id.
    pub id: String,
    /// SHA-256 of `line`.
    pub hash: String,
    /// The line without `hash`.
    pub line: String,
}

impl Stored {
    /// Where it lies.
    #[must_use]
    pub fn position(&self) -> Position {
        Position { epoch: self.epoch.clone(), seq: self.seq }
    }
}

/// Lays records one behind the other.
pub(crate) struct Writer<'a> {
    pub(crate) device: &'a str,
    pub(crate) software: &'a str,
    pub(crate) head: Option<Head>,
}

impl Writer<'_> {
    /// The lines of one decision, with `epoch-opened` before them when the machine has booted since the last record.
    pub(crate) fn write(&mut self, stamp: &Stamp, drafts: &[Draft]) -> Vec<Stored> {
        let mut lines = Vec::with_capacity(drafts.len() + 1);
        if self.head.as_ref().is_none_or(|head| head.boot != stamp.boot) {
            let parent = self.head.as_ref().map(|h| json!({"epoch": h.epoch, "seq": h.seq, "hash": h.hash}));
            let body = json!({"parent": parent, "boot": stamp.boot, "software": self.software});
            let opened = Draft { id: new_id(stamp.wall_ms), kind: EPOCH_OPENED.into(), body };
            lines.push(self.next(&random_hex::<16>(), stamp, &opened));
        }
        for draft in drafts {
            let epoch = self.head.as_ref().map(|h| h.epoch.clone()).unwrap_or_default();
            lines.push(self.next(&epoch, stamp, draft));
        }
        lines
    }

    fn next(&mut self, epoch: &str, stamp: &Stamp, draft: &Draft) -> Stored {
        let (seq, prev) = self.head.as_ref().map_or((1, NO_PREV.to_owned()), |h| (h.seq + 1, h.hash.clone()));
        let record = Record {
            v: VERSION,
            device: self.device.to_owned(),
            epoch: epoch.to_owned(),
            seq,
            id: draft.id.clone(),
            boot: stamp.boot.clone(),
            mono_ms: stamp.mono_ms,
            wall_ms: stamp.wall_ms,
            clock: stamp.clock,
            kind: draft.kind.clone(),
            body: draft.body.clone(),
            prev,
        };
        let line = record.line();
        let hash = hash_of(&line);
        self.head = Some(Head { epoch: record.epoch.clone(), seq, hash: hash.clone(), boot: record.boot });
        Stored { epoch: record.epoch, seq, id: record.id, hash, line }
    }
}

/// Says why a decision cannot be written, before anything is.
pub(crate) fn check(stamp: &Stamp, drafts: &[Draft]) -> Result<(), RefusedDraft> {
    if stamp.boot.is_empty()
        || i64::try_from(stamp.mono_ms).is_ok_and(|ms| ms > MAX_INTEGER)
        || stamp.mono_ms > i64::MAX as u64
    {
        return Err(RefusedDraft::Stamp);
    }
    if stamp.wall_ms.abs() > MAX_INTEGER {
        return Err(RefusedDraft::Stamp);
    }
    for draft in drafts {
        if !is_uuid_v7(&draft.id) {
            return Err(RefusedDraft::Id { id: draft.id.clone() });
        }
        let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if draft.kind.is_empty() || draft.kind == EPOCH_OPENED || !draft.kind.bytes().all(word) {
            return Err(RefusedDraft::Kind { kind: draft.kind.clone() });
        }
        check_value(&draft.body, 0)?;
        let bytes = draft.body.to_string().len();
        if bytes > MAX_BODY_BYTES {
            return Err(RefusedDraft::TooLong { bytes });
        }
    }
    Ok(())
}

fn check_value(value: &Value, depth: usize) -> Result<(), RefusedDraft> {
    if depth > MAX_DEPTH {
        return Err(RefusedDraft::TooDeep);
    }
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(n) if (-MAX_INTEGER..=MAX_INTEGER).contains(&n) => Ok(()),
            _ => Err(RefusedDraft::Number { number: number.to_string() }),
        },
        Value::Array(items) => items.iter().try_for_each(|item| check_value(item, depth + 1)),
        Value::Object(members) => members.iter().try_for_each(|(name, item)| {
            // RFC 8785 sorts names by UTF-16 units, most languages by code points or bytes: in ASCII they agree.
            if !name.is_ascii() {
                return Err(RefusedDraft::Name { name: name.clone() });
            }
            check_value(item, depth + 1)
        }),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

fn is_uuid_v7(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            14 => b == b'7',
            19 => matches!(b, b'8' | b'9' | b'a' | b'b'),
            _ => b.is_ascii_digit() || (b'a'..=b'f').contains(&b),
        })
}

/// A UUID of version 7 for a record that no caller asked for.
fn new_id(wall_ms: i64) -> String {
    let ms = u64::try_from(wall_ms).unwrap_or(0) & 0xffff_ffff_ffff;
    let r = random_hex::<10>();
    let variant = ['8', '9', 'a', 'b'][usize::from(r.as_bytes()[19]) & 3];
    let time = format!("{ms:012x}");
    format!("{}-{}-7{}-{variant}{}-{}", &time[..8], &time[8..], &r[..3], &r[3..6], &r[6..18])
}

fn random_hex<const BYTES: usize>() -> String {
    let mut bytes = [0u8; BYTES];
    getrandom::fill(&mut bytes).expect("the kernel gives random bytes once it has booted");
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from(b"0123456789abcdef"[usize::from(n)])).collect()
}
