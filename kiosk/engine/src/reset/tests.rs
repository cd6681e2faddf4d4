// SPDX-License-Identifier: GPL-3.0-or-later
//! The power fails after each step of a reset; what was not sent is kept, what was sent goes.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::collections::BTreeSet;

use tempfile::TempDir;
use xuedian_journal::{Clock, Draft, Journal, Position, Stamp};

use super::*;

const DEVICE: &str = "00000000-0000-0000-0000-000000000001";
/// 2026-11-28, 12:00 UTC.
const AT: Time = Time(1_795_867_200_000);
const KEPT_AS: &str = "20261128T120000Z-1";

/// A box with two records (and the one that opens the epoch), of which the hub has acknowledged so many.
fn used(acked: Option<u64>) -> TempDir {
    let data = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(data.path(), DEVICE, "test").unwrap();
    let stamp = Stamp { boot: "boot-a".into(), mono_ms: 1, wall_ms: 1, clock: Clock::Rtc };
    let draft = |n| Draft {
        id: format!("0190c0de-0000-7000-8000-{n:012x}"),
        kind: "test".to_owned(),
        body: serde_json::json!({}),
    };
    let stored = journal.append(&stamp, &[draft(1), draft(2)]).unwrap();
    if let Some(seq) = acked {
        journal.set_acked(HUB, &Position { epoch: stored[0].epoch.clone(), seq }).unwrap();
    }
    // As after a power cut: the last records are in the log only.
    for name in ["journal.db", "journal.db-wal"] {
        fs::copy(data.path().join(name), data.path().join(format!("{name}.cut"))).unwrap();
    }
    drop(journal);
    for name in ["journal.db", "journal.db-wal"] {
        fs::rename(data.path().join(format!("{name}.cut")), data.path().join(name)).unwrap();
    }
    for (folder, file) in [("identity", "device.key"), ("documents/roster", "1"), ("media", "film"), ("views", "v.db")]
    {
        fs::create_dir_all(data.path().join(folder)).unwrap();
        fs::write(data.path().join(folder).join(file), "x").unwrap();
    }
    for file in ["floor", "release.json", "reserve.bin"] {
        fs::write(data.path().join(file), "x").unwrap();
    }
    data
}

fn mark_it(data: &TempDir) {
    mark(data.path(), AT, (StaffId([9; 16]), StaffId([10; 16])), 3).unwrap();
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn records(folder: &Path) -> u64 {
    JournalReader::open(folder).unwrap().count().unwrap()
}

/// As from the factory: nothing but what is kept, and the file that says that nobody else is here.
fn check_forgotten(data: &TempDir, kept: bool) {
    let mut expected = BTreeSet::from([LOCK.to_owned()]);
    expected.extend(kept.then(|| KEPT.to_owned()));
    assert_eq!(names(data.path()), expected);
    assert_eq!(keeps_records(data.path()), kept);
}

#[test]
fn without_two_people_nothing_happens() {
    let data = used(None);
    let before = names(data.path());
    assert!(!carry_out(data.path()).unwrap());
    assert_eq!(names(data.path()), before);
}

#[test]
fn records_that_the_hub_does_not_have_are_kept_whole() {
    for acked in [None, Some(0), Some(2)] {
        let data = used(acked);
        mark_it(&data);
        assert!(carry_out(data.path()).unwrap());
        check_forgotten(&data, true);
        let kept = data.path().join(KEPT).join(KEPT_AS);
        assert_eq!(records(&kept), 3, "acknowledged: {acked:?}");
        let said: serde_json::Value = serde_json::from_slice(&fs::read(kept.join(MARKER)).unwrap()).unwrap();
        assert_eq!((&said["by"], &said["unsent"]), (&StaffId([9; 16]).to_string().into(), &3.into()));
        assert!(!carry_out(data.path()).unwrap(), "once");
    }
}

#[test]
fn records_that_the_hub_has_go_with_the_rest() {
    let data = used(Some(3));
    mark_it(&data);
    assert!(carry_out(data.path()).unwrap());
    check_forgotten(&data, false);
}

#[test]
fn what_cannot_be_known_is_kept() {
    // A journal that cannot be read, not even out of its log.
    let data = used(Some(3));
    fs::remove_file(data.path().join("journal.db-wal")).unwrap();
    fs::write(data.path().join("journal.db"), [b'?'; 8192]).unwrap();
    mark_it(&data);
    carry_out(data.path()).unwrap();
    check_forgotten(&data, true);
    assert_eq!(fs::read(data.path().join(KEPT).join(KEPT_AS).join("journal.db")).unwrap(), [b'?'; 8192]);
    // One that was set aside, beside one of which the hub has everything.
    let data = used(Some(3));
    fs::create_dir_all(data.path().join("aside/17")).unwrap();
    fs::write(data.path().join("aside/17/journal.db"), "damaged").unwrap();
    mark_it(&data);
    carry_out(data.path()).unwrap();
    check_forgotten(&data, true);
    assert_eq!(fs::read(data.path().join(KEPT).join(KEPT_AS).join("aside/17/journal.db")).unwrap(), b"damaged");
    // A log without its database.
    let data = used(Some(3));
    fs::remove_file(data.path().join("journal.db")).unwrap();
    mark_it(&data);
    carry_out(data.path()).unwrap();
    check_forgotten(&data, true);
    // An acknowledgement of a place that this journal does not have.
    let data = used(Some(30));
    mark_it(&data);
    carry_out(data.path()).unwrap();
    check_forgotten(&data, true);
}

#[test]
fn a_box_without_records_keeps_nothing() {
    let data = tempfile::tempdir().unwrap();
    mark_it(&data);
    carry_out(data.path()).unwrap();
    check_forgotten(&data, false);
}

#[test]
fn whenever_the_power_fails_the_next_start_ends_it() {
    for (acked, kept) in [(None, true), (Some(3), false)] {
        let mut cuts = 0;
        loop {
            let data = used(acked);
            mark_it(&data);
            let mut left = cuts;
            let mut power = || {
                left -= 1;
                if left < 0 { Err(io::Error::other("the power is gone")) } else { Ok(()) }
            };
            let whole = carry_out_with(data.path(), &mut power).is_ok();
            if !whole {
                assert!(data.path().join(MARKER).exists(), "asked for until it is done: cut {cuts}");
                assert!(carry_out(data.path()).unwrap());
            }
            check_forgotten(&data, kept);
            if kept {
                assert_eq!(records(&data.path().join(KEPT).join(KEPT_AS)), 3, "cut {cuts}");
            }
            cuts += 1;
            if whole {
                break;
            }
        }
        assert!(cuts > 8, "there were only {cuts} steps");
    }
}

#[test]
fn a_second_reset_leaves_what_the_first_one_kept() {
    let data = used(None);
    mark_it(&data);
    carry_out(data.path()).unwrap();
    let again = used(None);
    fs::rename(data.path().join(KEPT), again.path().join(KEPT)).unwrap();
    mark_it(&again);
    carry_out(again.path()).unwrap();
    assert_eq!(names(&again.path().join(KEPT)).len(), 2);
}

#[test]
fn a_damaged_marker_still_asks_and_the_records_are_kept() {
    let data = used(None);
    fs::write(data.path().join(MARKER), "{").unwrap();
    assert!(carry_out(data.path()).unwrap());
    check_forgotten(&data, true);
}

#[test]
fn a_folder_that_is_in_use_is_left_alone() {
    let data = used(None);
    mark_it(&data);
    let _running = take(data.path()).unwrap();
    let before = names(data.path());
    assert!(matches!(carry_out(data.path()), Err(OpenError::InUse { .. })));
    assert_eq!(names(data.path()), before);
}

#[test]
fn a_log_beside_an_empty_database_is_kept_untouched() {
    let data = used(Some(3));
    fs::write(data.path().join("journal.db"), "").unwrap();
    let log = fs::read(data.path().join("journal.db-wal")).unwrap();
    mark_it(&data);
    assert!(carry_out(data.path()).unwrap());
    let kept = data.path().join(KEPT).join(KEPT_AS);
    assert_eq!(fs::read(kept.join("journal.db-wal")).unwrap(), log, "SQLite threw the log away");
}

#[test]
fn what_was_decided_before_the_box_was_used_again_is_not_carried_out() {
    let data = used(Some(3));
    mark_it(&data);
    let (mut journal, _) = Journal::open(data.path(), DEVICE, "an older release").unwrap();
    let stamp = Stamp { boot: "boot-b".into(), mono_ms: 1, wall_ms: 2, clock: Clock::Rtc };
    let id = "0190c0de-0000-7000-8000-000000000003".to_owned();
    journal.append(&stamp, &[Draft { id, kind: "test".to_owned(), body: serde_json::json!({}) }]).unwrap();
    drop(journal);
    assert!(!carry_out(data.path()).unwrap());
    assert!(!data.path().join(MARKER).exists() && data.path().join("identity/device.key").exists());
    assert_eq!(records(data.path()), 5, "two records, one more, and what opened the two epochs");
}
