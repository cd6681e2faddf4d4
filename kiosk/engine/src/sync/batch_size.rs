// SPDX-License-Identifier: GPL-3.0-or-later
//! How much to send at once: less after a refusal or a time-out, more after success. Pure.

use xuedian_protocol::wire::routes::{FIRST_BATCH_BYTES, FIRST_BATCH_RECORDS, MOST_BATCH_BYTES, MOST_BATCH_RECORDS};

/// Limits of the next batch. A single record is always sent, however long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchSize {
    /// Records.
    pub records: usize,
    /// Bytes of lines, before compression, each with its hash.
    pub bytes: usize,
}

/// What each line has beside itself in a batch, bytes: hash, space, line feed.
pub const LINE_OVERHEAD: usize = 66;

impl Default for BatchSize {
    fn default() -> Self {
        Self { records: FIRST_BATCH_RECORDS, bytes: FIRST_BATCH_BYTES }
    }
}

impl BatchSize {
    /// The hub or the line cannot take so much.
    pub fn halve(&mut self) {
        self.records = (self.records / 2).max(1);
        self.bytes = (self.bytes / 2).max(1024);
    }

    /// A full batch went through.
    pub fn grow(&mut self) {
        self.records = (self.records * 2).min(MOST_BATCH_RECORDS);
        self.bytes = (self.bytes * 2).min(MOST_BATCH_BYTES);
    }

    /// Bytes of stored lines that fit, once each has its hash beside it.
    #[must_use]
    pub fn line_bytes(&self) -> usize {
        self.bytes.saturating_sub(self.records * LINE_OVERHEAD).max(self.bytes / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shrinks_to_one_record_and_grows_to_what_a_hub_takes() {
        let mut size = BatchSize::default();
        assert_eq!((size.records, size.bytes), (100, 262_144));
        for _ in 0..20 {
            size.halve();
        }
        assert_eq!((size.records, size.bytes), (1, 1024));
        for _ in 0..20 {
            size.grow();
        }
        assert_eq!((size.records, size.bytes), (MOST_BATCH_RECORDS, MOST_BATCH_BYTES));
        assert!(size.line_bytes() + size.records * LINE_OVERHEAD <= MOST_BATCH_BYTES);
    }
}
