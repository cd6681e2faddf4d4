// SPDX-License-Identifier: GPL-3.0-or-later
//! Checking that records are as they were written, and printing them so that anyone can check.

use std::io::Write;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::error::{ReadError, VerifyError};
use crate::reader::JournalReader;
use crate::record::{EPOCH_OPENED, Head, NO_PREV, Stored, hash_of};

/// Records read at a time while exporting: short reads never hold the log open.
const EXPORT_RECORDS: usize = 500;
/// Bytes read at a time while exporting.
const EXPORT_BYTES: usize = 1 << 20;

/// Checks an export: one line a record, each with its `hash`, from the first record on. Empty lines are passed over.
///
/// A chain shows what was changed, taken out or put in. It cannot show that the end is missing: compare [`Summary::head`].
///
/// # Errors
/// The first record that does not hold.
pub fn verify_lines<L: AsRef<[u8]>>(lines: impl IntoIterator<Item = L>) -> Result<Summary, FirstBad> {
    let mut chain = Chain::start();
    for line in lines {
        if !line.as_ref().is_empty() {
            chain.check_export(line.as_ref())?;
        }
    }
    Ok(chain.summary())
}

/// What was found whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Records checked.
    pub records: u64,
    /// Epochs among them.
    pub epochs: u64,
    /// The last record.
    pub head: Option<Head>,
}

/// The first record that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("record {seq} ({id}): {why}")]
pub struct FirstBad {
    /// Its number: as it says itself, or as the chain expects when it cannot be read.
    pub seq: u64,
    /// Its id, empty when it cannot be read.
    pub id: String,
    /// What does not hold.
    pub why: String,
}

/// Follows a chain record by record. The hub does so too, from the last record that it has of a branch.
#[derive(Debug, Clone)]
pub struct Chain {
    head: Option<Head>,
    device: Option<String>,
    /// True until the first record of a chain that begins in the middle, whose parent nobody here has seen.
    adrift: bool,
    records: u64,
    epochs: u64,
}

/// The members of a record that make it a link.
#[derive(Deserialize)]
struct Link {
    device: String,
    epoch: String,
    seq: u64,
    id: String,
    boot: String,
    kind: String,
    body: Value,
    prev: String,
}

impl Chain {
    /// From a device's first record.
    #[must_use]
    pub fn start() -> Self {
        Self { head: None, device: None, adrift: false, records: 0, epochs: 0 }
    }

    /// From a record that was checked before: the next one must hang on it.
    #[must_use]
    pub fn after(head: Head, device: &str) -> Self {
        Self { head: Some(head), device: Some(device.to_owned()), ..Self::start() }
    }

    /// From somewhere in the middle: the first record's own `prev` is taken on trust.
    pub(crate) fn adrift() -> Self {
        Self { adrift: true, ..Self::start() }
    }

    /// Checks a stored line against the hash kept beside it, and moves on.
    ///
    /// # Errors
    /// When the record does not hold; the chain stays where it was.
    pub fn check(&mut self, line: &str, hash: &str) -> Result<(), FirstBad> {
        self.follow(line, hash, |_| true)
    }

    /// Checks a stored record, its columns too: they are copies of members of the line.
    ///
    /// # Errors
    /// When the record does not hold; the chain stays where it was.
    pub fn check_stored(&mut self, stored: &Stored) -> Result<(), FirstBad> {
        let copied = |link: &Link| (link.seq, &link.id, &link.epoch) == (stored.seq, &stored.id, &stored.epoch);
        let named = |bad: FirstBad| if bad.id.is_empty() { FirstBad { id: stored.id.clone(), ..bad } } else { bad };
        self.follow(&stored.line, &stored.hash, copied).map_err(named)
    }

    /// Checks a line of an export, which carries its hash.
    ///
    /// # Errors
    /// When the record does not hold, or is not written in the one canonical way.
    pub fn check_export(&mut self, line: &[u8]) -> Result<(), FirstBad> {
        let mut record: Value = serde_json::from_slice(line).map_err(|e| self.bad(None, format!("not JSON: {e}")))?;
        if canonical(&record).is_none_or(|text| text.as_bytes() != line) {
            let link = serde_json::from_value(record).ok();
            return Err(self.bad(link.as_ref(), "not canonical JSON".into()));
        }
        let hash = record.as_object_mut().and_then(|members| members.remove("hash"));
        let (Some(Value::String(hash)), Some(stored)) = (hash, canonical(&record)) else {
            let link = serde_json::from_value(record).ok();
            return Err(self.bad(link.as_ref(), "it has no hash".into()));
        };
        self.check(&stored, &hash)
    }

    /// What was checked so far.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary { records: self.records, epochs: self.epochs, head: self.head.clone() }
    }

    fn follow(&mut self, line: &str, hash: &str, columns_agree: impl FnOnce(&Link) -> bool) -> Result<(), FirstBad> {
        let link: Link = serde_json::from_str(line).map_err(|e| self.bad(None, format!("not a record: {e}")))?;
        let differ = || (!columns_agree(&link)).then(|| "the index says otherwise than the line".to_owned());
        let why = self.fault(&link, line, hash).or_else(differ);
        if let Some(why) = why {
            return Err(self.bad(Some(&link), why));
        }
        self.records += 1;
        self.epochs += u64::from(link.kind == EPOCH_OPENED);
        self.adrift = false;
        self.device = Some(link.device);
        self.head = Some(Head { epoch: link.epoch, seq: link.seq, hash: hash.to_owned(), boot: link.boot });
        Ok(())
    }

    fn fault(&self, link: &Link, line: &str, hash: &str) -> Option<String> {
        if hash_of(line) != hash {
            return Some("its hash is another".into());
        }
        if self.device.as_ref().is_some_and(|device| *device != link.device) {
            return Some("it is of another device".into());
        }
        if self.adrift {
            return None;
        }
        let (seq, prev) = self.head.as_ref().map_or((1, NO_PREV), |h| (h.seq + 1, h.hash.as_str()));
        if link.seq != seq {
            return Some(format!("number {seq} was to come"));
        }
        if link.prev != prev {
            return Some("it does not hang on the record before".into());
        }
        self.epoch_fault(link)
    }

    fn epoch_fault(&self, link: &Link) -> Option<String> {
        if link.kind != EPOCH_OPENED {
            let same = self.head.as_ref().is_some_and(|h| h.epoch == link.epoch && h.boot == link.boot);
            return (!same).then(|| "its epoch was not opened".into());
        }
        let parent = &link.body["parent"];
        let named = match &self.head {
            None => parent.is_null(),
            Some(h) => {
                parent["epoch"] == h.epoch
                    && parent["seq"] == h.seq
                    && parent["hash"] == h.hash
                    && link.epoch != h.epoch
            }
        };
        (!named).then(|| "its epoch names another parent".into())
    }

    fn bad(&self, link: Option<&Link>, why: String) -> FirstBad {
        let expected = self.head.as_ref().map_or(1, |h| h.seq + 1);
        FirstBad { seq: link.map_or(expected, |l| l.seq), id: link.map(|l| l.id.clone()).unwrap_or_default(), why }
    }
}

/// A record's line with its `hash` among the members, in canonical order.
///
/// # Errors
/// When the stored line is not JSON: the journal is damaged.
pub fn export_line(stored: &Stored) -> Result<String, FirstBad> {
    let bad = |why: String| FirstBad { seq: stored.seq, id: stored.id.clone(), why };
    let mut record: Value = serde_json::from_str(&stored.line).map_err(|e| bad(format!("not a record: {e}")))?;
    let members = record.as_object_mut().ok_or_else(|| bad("not a record".into()))?;
    members.insert("hash".into(), Value::String(stored.hash.clone()));
    canonical(&record).ok_or_else(|| bad("not a record".into()))
}

/// Prints the whole journal, one line a record.
///
/// # Errors
/// When the journal cannot be read, a line is damaged, or `out` refuses.
pub fn export(reader: &JournalReader, out: &mut impl Write) -> Result<u64, VerifyError> {
    let mut seq = 0;
    loop {
        let stored = reader.read_after(None, seq, EXPORT_RECORDS, EXPORT_BYTES)?;
        let Some(last) = stored.last() else {
            return Ok(seq);
        };
        seq = last.seq;
        for record in &stored {
            writeln!(out, "{}", export_line(record)?).map_err(ReadError::Output)?;
        }
    }
}

fn canonical(value: &Value) -> Option<String> {
    serde_json_canonicalizer::to_string(value).ok()
}
