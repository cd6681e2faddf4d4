// SPDX-License-Identifier: GPL-3.0-or-later
//! How much is written to a card, counted from the logs of writes.

use crate::cuts::replay::Recorded;
use crate::report::Report;

/// Taps of a busy learning point on a day, and days of its year.
const TAPS: u64 = 500;
const DAYS: u64 = 365;
/// What a card of 32 GB bears: 300 times its size, and each small write costs it ten times its bytes (a cautious guess for a
/// card without figures of its own).
const CARD_BYTES: u64 = 32_000_000_000;
const CYCLES: u64 = 300;
const AMPLIFIED: u64 = 10;

/// What was counted.
#[derive(Debug, Default)]
pub struct Wear {
    taps: u64,
    bytes: u64,
}

impl Wear {
    /// Counts what was written to the data partition from the first acknowledged card of a run to the last. A run with an update
    /// is left out: a release is not part of a tap.
    pub fn add(&mut self, run: &Recorded) {
        let (Some((first, _)), Some((last, _))) = (run.acknowledged.first(), run.acknowledged.last()) else { return };
        let Some(data) = run.partitions.iter().find(|part| part.name == "data") else { return };
        if run.update.is_some() {
            return;
        }
        let within = |at: u64| at >= data.place.start && at < data.place.start + data.place.length;
        let written = run.log.entries[*first..*last].iter().filter(|entry| within(entry.at));
        self.bytes += written.map(|entry| entry.length).sum::<u64>();
        self.taps += run.acknowledged.len() as u64 - 1;
    }

    /// Says it, and what it means for a card.
    pub fn say(&self, report: &mut Report) {
        if self.taps == 0 {
            return;
        }
        let each = self.bytes / self.taps;
        let year = each * TAPS * DAYS;
        let years = CARD_BYTES * CYCLES / AMPLIFIED / year.max(1);
        report.say(&format!(
            "{} kB are written to the data partition for a card that is signed in, seconds apart, with all that goes on beside \
             (visit, sync, views, the file system's own): {} taps counted. {TAPS} a day are {:.1} GB a year; a card of 32 GB that \
             bears {CYCLES} times its size, each small write costing it {AMPLIFIED} times its bytes, lasts {years} years of it",
            each / 1000,
            self.taps,
            year as f64 / 1e9,
        ));
    }
}
