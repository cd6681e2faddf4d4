// SPDX-License-Identifier: GPL-3.0-or-later
//! A journal for the eye: one short line a record.

use std::io::Write;

use anyhow::Result;
use jiff::Timestamp;
use xuedian_journal::{Clock, JournalReader, Record, Stored};

/// Records read at a time.
const RECORDS: usize = 500;
/// Bytes read at a time.
const BYTES: usize = 1 << 20;

/// Prints each record as number, time, trust of the clock, kind and body.
pub(super) fn list(journal: &JournalReader, out: &mut impl Write) -> Result<()> {
    let mut seq = 0;
    loop {
        let stored = journal.read_after(None, seq, RECORDS, BYTES)?;
        let Some(last) = stored.last() else { return Ok(()) };
        seq = last.seq;
        for record in &stored {
            writeln!(out, "{}", line(record))?;
        }
    }
}

fn line(stored: &Stored) -> String {
    match Record::parse(&stored.line) {
        Ok(record) => {
            let time = time(record.wall_ms);
            let mark = mark(record.clock);
            format!("{:>7}  {time}{mark}  {:<16}  {}", stored.seq, record.kind, record.body)
        }
        Err(error) => format!("{:>7}  unreadable: {error}", stored.seq),
    }
}

/// To the second, in UTC: a journal does not know where its kiosk stood.
fn time(wall_ms: i64) -> String {
    Timestamp::from_millisecond(wall_ms).map_or_else(|_| wall_ms.to_string(), |at| at.strftime("%F %TZ").to_string())
}

/// How far the time can be trusted, as one sign.
fn mark(clock: Clock) -> &'static str {
    match clock {
        Clock::Synced => " ",
        Clock::Rtc => "'",
        Clock::Estimated => "~",
        Clock::Unset => "?",
    }
}
