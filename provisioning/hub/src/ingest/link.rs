// SPDX-License-Identifier: GPL-3.0-or-later
//! The members of a record that make it a link of a chain.

use std::borrow::Cow;

use serde::Deserialize;
use xuedian_domain::id::{DeviceId, RecordId};
use xuedian_journal::{EPOCH_OPENED, record::NO_PREV};

/// A record as far as its chain goes. Its body is not looked into, but for the one kind that opens an epoch.
#[derive(Debug)]
pub struct Link<'a> {
    /// The device that wrote it.
    pub device: DeviceId,
    /// Its epoch, 32 hexadecimal digits.
    pub epoch: Cow<'a, str>,
    /// Its number.
    pub seq: u64,
    /// Its id.
    pub id: RecordId,
    /// What it hangs on; none is the very beginning.
    pub parent: Option<Parent<'a>>,
    /// Whether it opens its epoch.
    pub opens: bool,
}

/// The record before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent<'a> {
    /// Its epoch.
    pub epoch: Cow<'a, str>,
    /// Its number.
    pub seq: u64,
    /// Its hash, 64 hexadecimal digits.
    pub hash: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    device: Cow<'a, str>,
    #[serde(borrow)]
    epoch: Cow<'a, str>,
    seq: u64,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    prev: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Opened {
    body: OpenedBody,
}

#[derive(Deserialize)]
struct OpenedBody {
    parent: Option<ParentText>,
}

#[derive(Deserialize)]
struct ParentText {
    epoch: String,
    seq: u64,
    hash: String,
}

/// Greatest number of a record: SQLite's and JSON's whole numbers both reach there.
const MOST_SEQ: u64 = 1 << 53;

impl<'a> Link<'a> {
    /// Reads a line.
    ///
    /// # Errors
    /// In words, when it is no record or contradicts itself.
    pub fn read(text: &'a str) -> Result<Self, String> {
        let line: Line<'a> = serde_json::from_str(text).map_err(|why| format!("not a record: {why}"))?;
        let device = line.device.parse().map_err(|why| format!("its device: {why}"))?;
        let id = line.id.parse().map_err(|why| format!("its id: {why}"))?;
        if line.epoch.len() != 32 || !line.epoch.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err("its epoch is not 32 hexadecimal digits".into());
        }
        if line.seq == 0 || line.seq > MOST_SEQ {
            return Err(format!("its number is {}", line.seq));
        }
        let opens = line.kind == EPOCH_OPENED;
        let parent = if opens { opened_parent(text, &line)? } else { Some(before(&line)?) };
        Ok(Self { device, epoch: line.epoch, seq: line.seq, id, parent, opens })
    }
}

fn before<'a>(line: &Line<'a>) -> Result<Parent<'a>, String> {
    if line.seq == 1 {
        return Err("it is the first, and opens no epoch".into());
    }
    Ok(Parent { epoch: line.epoch.clone(), seq: line.seq - 1, hash: line.prev.clone() })
}

fn opened_parent<'a>(text: &str, line: &Line<'a>) -> Result<Option<Parent<'a>>, String> {
    let opened: Opened = serde_json::from_str(text).map_err(|why| format!("it opens an epoch, but {why}"))?;
    let Some(parent) = opened.body.parent else {
        return if line.seq == 1 && line.prev == NO_PREV { Ok(None) } else { Err("its epoch names no parent".into()) };
    };
    if parent.seq.checked_add(1) != Some(line.seq) || parent.hash != line.prev || parent.epoch == line.epoch {
        return Err("its epoch names another parent than its chain".into());
    }
    Ok(Some(Parent { epoch: parent.epoch.into(), seq: parent.seq, hash: parent.hash.into() }))
}
