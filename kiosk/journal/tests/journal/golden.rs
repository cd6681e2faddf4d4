// SPDX-License-Identifier: GPL-3.0-or-later
//! Do not change this test. Records of version 1 lie on disks and at hubs as they stand in `v1.jsonl`; all later
//! software must read them, verify them, and find the same bytes when it writes them again.

use serde_json::json;
use xuedian_journal::{Clock, Record, verify_lines};

use crate::fixtures;

#[test]
fn version_1_is_read_verified_and_written_as_ever() {
    let text = std::fs::read_to_string(fixtures().join("v1.jsonl")).unwrap();
    let summary = verify_lines(text.lines()).unwrap();
    assert_eq!((summary.records, summary.epochs), (6, 2));
    let hash = "c4fc1f595500c3f1428e0985e222fca46803b68ba435833128005901ce87f601";
    assert_eq!(summary.head.unwrap().hash, hash);

    let records: Vec<_> = text.lines().map(|line| Record::parse(line).unwrap()).collect();
    for (record, line) in records.iter().zip(text.lines()) {
        let (before, rest) = line.rsplit_once("\"hash\":\"").unwrap();
        assert_eq!(record.line(), format!("{before}{}", &rest[66..]));
    }
    let third = &records[2];
    assert_eq!((third.v, third.device.as_str(), third.seq), (1, "k-2f9a", 3));
    assert_eq!((third.id.as_str(), third.kind.as_str()), ("01890000-0000-7000-8000-000000000002", "check-in"));
    assert_eq!(
        (third.boot.as_str(), third.mono_ms, third.wall_ms),
        ("6d0b1f5e-8a51-4c0e-9a3f-0f3f3c1d2e4b", 61_000, 1_795_312_345_678)
    );
    assert_eq!((third.clock, records[5].clock, records[3].wall_ms), (Clock::Synced, Clock::Unset, -1));
    assert_eq!(
        third.body,
        json!({"name": "欧阳*博", "rare": "𠮷㛃", "escapes": "\"\\/\n\u{1}\u{7f}", "n": [0, -7, 9_007_199_254_740_991i64], "none": null, "yes": true})
    );
}
