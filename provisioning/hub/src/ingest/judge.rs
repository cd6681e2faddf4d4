// SPDX-License-Identifier: GPL-3.0-or-later
//! One batch, judged against what is held already.

use xuedian_domain::id::{DeviceId, RecordId};
use xuedian_protocol::{
    signing::sha256_hex,
    wire::{BatchLine, Position, Refused, batch},
};

use super::{Link, Parent};
use crate::store::Ingest;

/// What the judge asks of and tells to the storage, within one transaction.
pub trait Ledger {
    /// The storage's own error.
    type Error;
    /// Keeps a new record. False when its id is taken already.
    ///
    /// # Errors
    /// The storage's.
    fn insert(&mut self, new: &New<'_>) -> Result<bool, Self::Error>;
    /// The line that is kept under an id.
    ///
    /// # Errors
    /// The storage's.
    fn line(&mut self, id: RecordId) -> Result<Option<String>, Self::Error>;
    /// Whether a record with this place and hash is held, as a record or set aside.
    ///
    /// # Errors
    /// The storage's.
    fn holds(&mut self, at: &Parent<'_>) -> Result<bool, Self::Error>;
    /// Keeps bytes that do not hold.
    ///
    /// # Errors
    /// The storage's.
    fn set_aside(&mut self, aside: &SetAside<'_>) -> Result<(), Self::Error>;
}

/// A record to be kept.
#[derive(Debug)]
pub struct New<'a> {
    /// Its place in the chain.
    pub link: &'a Link<'a>,
    /// Its line.
    pub line: &'a str,
    /// It does not hang on the line before it in this batch, but on one that was held: it may begin a branch.
    pub begins: bool,
}

/// Bytes that do not hold.
#[derive(Debug)]
pub struct SetAside<'a> {
    /// Epoch and number, as far as they can be read.
    pub place: Option<(&'a str, u64)>,
    /// Its number, id and reason.
    pub refused: &'a Refused,
    /// The hash that travelled along; empty when there was none.
    pub declared: &'a str,
    /// The line as it came.
    pub line: &'a str,
}

/// The batch hangs on nothing that is held here: nothing of it was kept.
#[derive(Debug, PartialEq, Eq)]
pub struct Gap;

/// Judges the lines of one batch in their order.
#[derive(Debug)]
pub struct Judge {
    device: DeviceId,
    /// Place and declared hash of the line before.
    before: Option<(Position, String)>,
    /// What came of it so far.
    stored: u64,
    known: u64,
    refused: Vec<Refused>,
}

impl Judge {
    /// For a batch of this device.
    #[must_use]
    pub fn new(device: DeviceId) -> Self {
        Self { device, before: None, stored: 0, known: 0, refused: Vec::new() }
    }

    /// Judges a whole batch.
    ///
    /// # Errors
    /// The storage's; or `Ok(Err(Gap))`, and then the transaction is to be undone.
    pub fn judge<L: Ledger>(mut self, text: &str, ledger: &mut L) -> Result<Result<Self, Gap>, L::Error> {
        for line in batch::lines(text) {
            let went_on = match line {
                Ok(line) => self.line(line, ledger)?,
                Err(whole) => self.aside(None, "", whole, "it has no hash".into(), ledger)?,
            };
            if let Err(gap) = went_on {
                return Ok(Err(gap));
            }
        }
        Ok(Ok(self))
    }

    /// What came of the batch.
    #[must_use]
    pub fn into_ingest(self) -> Ingest {
        Ingest::Kept {
            through: self.before.map(|(place, _)| place),
            stored: self.stored,
            known: self.known,
            refused: self.refused,
        }
    }

    fn line<L: Ledger>(&mut self, it: BatchLine<'_>, ledger: &mut L) -> Result<Result<(), Gap>, L::Error> {
        let link = match Link::read(it.line) {
            Ok(link) => link,
            Err(why) => return self.aside(None, it.hash, it.line, why, ledger),
        };
        if sha256_hex(it.line.as_bytes()) != it.hash {
            return self.aside(Some(&link), it.hash, it.line, "its bytes are not those of its hash".into(), ledger);
        }
        if link.device != self.device {
            return self.aside(Some(&link), it.hash, it.line, "it is of another device".into(), ledger);
        }
        let follows = self.follows(&link);
        if !follows
            && let Some(parent) = &link.parent
            && !ledger.holds(parent)?
        {
            if self.before.is_none() {
                // The very first line may be known although what it hangs on was set aside long ago.
                if ledger.line(link.id)?.as_deref() != Some(it.line) {
                    return Ok(Err(Gap));
                }
            } else {
                return self.aside(Some(&link), it.hash, it.line, "it hangs on no record held here".into(), ledger);
            }
        }
        if ledger.insert(&New { link: &link, line: it.line, begins: !follows })? {
            self.stored += 1;
        } else if ledger.line(link.id)?.as_deref() == Some(it.line) {
            self.known += 1;
        } else {
            return self.aside(Some(&link), it.hash, it.line, "another record has its id".into(), ledger);
        }
        self.before = Some((Position { epoch: link.epoch.into_owned(), seq: link.seq }, it.hash.to_owned()));
        Ok(Ok(()))
    }

    fn follows(&self, link: &Link<'_>) -> bool {
        match (&self.before, &link.parent) {
            (Some((place, hash)), Some(parent)) => {
                place.seq == parent.seq && place.epoch == parent.epoch && *hash == parent.hash
            }
            _ => false,
        }
    }

    /// Sets a line aside and goes on behind it: by its own place, or, where that cannot be read, as if it were the next.
    fn aside<L: Ledger>(
        &mut self,
        link: Option<&Link<'_>>,
        declared: &str,
        line: &str,
        why: String,
        ledger: &mut L,
    ) -> Result<Result<(), Gap>, L::Error> {
        let refused =
            Refused { seq: link.map_or(0, |l| l.seq), id: link.map(|l| l.id.to_string()).unwrap_or_default(), why };
        let place = match (link, &self.before) {
            (Some(link), _) => Some(Position { epoch: link.epoch.to_string(), seq: link.seq }),
            (None, Some((before, _))) => Some(Position { epoch: before.epoch.clone(), seq: before.seq + 1 }),
            (None, None) => None,
        };
        let at = place.as_ref().map(|p| (p.epoch.as_str(), p.seq));
        ledger.set_aside(&SetAside { place: at, refused: &refused, declared, line })?;
        self.refused.push(refused);
        if let Some(place) = place {
            self.before = Some((place, declared.to_owned()));
        }
        Ok(Ok(()))
    }
}
