// SPDX-License-Identifier: GPL-3.0-or-later
//! DO NOT CHANGE THIS TEST, nor `tests/fixtures/records/v1.jsonl`.
//!
//! Those lines are what version 1 wrote, on boxes that are in the field for years. When this test fails the code is
//! wrong: a new form is a new version with a file of its own, and this one must still be read.

use super::{
    super::{encode, read_line},
    samples,
};
use xuedian_domain::time::Clock;

const LINES: &str = include_str!("../../../../../tests/fixtures/records/v1.jsonl");

#[test]
fn version_1_is_read_as_it_was_written() {
    let samples = samples::all();
    assert_eq!(LINES.lines().count(), samples.len());
    for (n, (line, sample)) in LINES.lines().zip(samples).enumerate() {
        let (envelope, kind) = read_line(line).expect("a golden line is a record");
        assert_eq!(kind.as_ref(), Some(&sample), "line {}", n + 1);
        assert_eq!(envelope.origin.seq, n as u64 + 1);
        assert_eq!(envelope.stamp.mono_ms, 61_000);
        assert_eq!(envelope.stamp.clock, Clock::Synced);
        assert_eq!(envelope.origin.device.to_string(), "00000000-0000-0000-0000-00000000d0d0");
        assert_eq!(envelope.id.to_string(), format!("0190c0de-0000-7000-8000-{:012x}", n + 1));
    }
}

#[test]
fn version_1_is_written_as_it_was() {
    for (line, sample) in LINES.lines().zip(samples::all()) {
        let written: serde_json::Value = serde_json::from_str(line).expect("a golden line is JSON");
        let (kind, body) = encode(&sample);
        assert_eq!(written["kind"], kind);
        if kind == "epoch-opened" {
            continue; // its body is the journal's own
        }
        assert_eq!(
            serde_json_canonicalizer::to_string(&written["body"]).ok(),
            serde_json_canonicalizer::to_string(&body).ok()
        );
    }
}
