// SPDX-License-Identifier: GPL-3.0-or-later
//! A kiosk's journal, filled with what a busy place records: classes of fifty who sign in and out.

use std::path::Path;

use anyhow::Result;
use serde_json::json;
use uuid::{NoContext, Timestamp, Uuid};
use xuedian_engine::identity::Identity;
use xuedian_journal::{Clock, Decision, Draft, Journal, Stamp};

/// People of a class.
const PEOPLE: u64 = 50;
/// Decisions of a transaction.
const BATCH: u64 = 1_000;
/// From one tap to the next, milliseconds.
const APART_MS: u64 = 5_000;
/// Log that is folded into the database when it is so large, bytes: as the journal's thread does.
const LOG_BYTES: u64 = 16 << 20;
/// This machine was switched on before the first record, milliseconds since 1970: 2026-01-05 in Shanghai.
const FIRST_MS: u64 = 1_767_574_800_000;

/// A journal that is being filled.
#[derive(Debug)]
pub struct Filling {
    /// The journal.
    pub journal: Journal,
    /// Records that were put in here.
    put: u64,
    learners: Vec<String>,
}

impl Filling {
    /// Opens the journal of a kiosk that does not run. `learners` come to its classes.
    pub fn open(data: &Path, learners: Vec<String>) -> Result<Self> {
        let device = Identity::open(data)?.device().to_string();
        let (journal, _) = Journal::open(data, &device, "xuedian bench")?;
        Ok(Self { journal, put: 0, learners })
    }

    /// Records in the journal.
    pub fn records(&self) -> u64 {
        self.journal.head().map_or(0, |head| head.seq)
    }

    /// Fills until there are so many.
    pub fn until(&mut self, records: u64) -> Result<()> {
        while self.records() < records {
            let batch: Vec<_> = (0..BATCH.min(records - self.records())).map(|_| self.next()).collect();
            for outcome in self.journal.append_many(&batch) {
                outcome?;
            }
            if self.journal.log_bytes()? > LOG_BYTES {
                self.journal.checkpoint()?;
            }
        }
        Ok(())
    }

    /// The next tap: each class of fifty comes, then goes.
    pub fn next(&mut self) -> Decision {
        let n = self.put;
        self.put += 1;
        let (class, place) = (n / (2 * PEOPLE), n % (2 * PEOPLE));
        let learner = &self.learners[usize::try_from(class * 7 + place % PEOPLE).unwrap_or(0) % self.learners.len()];
        let session = Uuid::from_u128(0x0190_c0de_0000_7000_8000_0000_0000_0000 + u128::from(class));
        let (kind, more) = if place < PEOPLE { ("check-in", "sits_in") } else { ("check-out", "early") };
        let body = json!({"learner": learner, "session": session, "how": "card", more: false});
        let wall_ms = FIRST_MS + n * APART_MS;
        let at = Timestamp::from_unix(NoContext, wall_ms / 1000, 0);
        let stamp = Stamp {
            boot: "b0070000-0000-4000-8000-000000000001".to_owned(),
            mono_ms: 60_000 + n * APART_MS,
            wall_ms: i64::try_from(wall_ms).unwrap_or(i64::MAX),
            clock: Clock::Synced,
        };
        Decision { stamp, drafts: vec![Draft { id: Uuid::new_v7(at).to_string(), kind: kind.to_owned(), body }] }
    }
}
