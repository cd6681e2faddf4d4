// SPDX-License-Identifier: GPL-3.0-or-later
//! Epochs: one a machine boot, each hanging on its parent, so that a copied disk makes a fork and never a collision.

use std::fs;
use std::path::Path;

use serde_json::json;
use xuedian_journal::{Chain, Head, JournalReader, Opened, Record, verify_lines};

use crate::{DEVICE, draft, exported, filled, open, stamp, verified};

fn records(dir: &Path) -> Vec<Record> {
    let all = JournalReader::open(dir).unwrap().read_after(None, 0, 1000, usize::MAX).unwrap();
    all.iter().map(|stored| Record::parse(&stored.line).unwrap()).collect()
}

fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    fs::copy(from.join("journal.db"), to.path().join("journal.db")).unwrap();
    to
}

#[test]
fn the_first_record_opens_an_epoch_without_parent() {
    let (dir, journal) = filled(1);
    drop(journal);
    let records = records(dir.path());
    assert_eq!((records[0].kind.as_str(), records[0].seq), ("epoch-opened", 1));
    assert_eq!(records[0].body, json!({"parent": null, "boot": "boot-a", "software": "test 1"}));
    assert_eq!((records[0].prev.as_str(), records[0].epoch.len()), ("0".repeat(64).as_str(), 32));
    assert_eq!(records[1].epoch, records[0].epoch);
}

#[test]
fn a_restart_of_the_program_goes_on_in_the_epoch_and_a_boot_opens_one() {
    let (dir, journal) = filled(2);
    drop(journal);
    let (mut journal, opened) = open(dir.path());
    assert!(matches!(opened, Opened::Existing { head } if head.seq == 3));
    journal.append(&stamp("boot-a"), &[draft(10, json!({}))]).unwrap();
    let parent = journal.head().unwrap().clone();
    let stored = journal.append(&stamp("boot-b"), &[draft(11, json!({})), draft(12, json!({}))]).unwrap();
    assert_eq!((stored.len(), stored[0].seq), (2, 6));
    let records = records(dir.path());
    let named = json!({"epoch": parent.epoch, "seq": 4, "hash": parent.hash});
    assert_eq!((&records[4].body["parent"], &records[4].body["boot"]), (&named, &json!("boot-b")));
    assert_ne!(records[4].epoch, records[3].epoch);
    assert_eq!(verified(dir.path()).epochs, 2);
}

#[test]
fn a_restored_disk_makes_a_fork_at_its_parent() {
    let (dir, journal) = filled(3);
    let parent = journal.head().unwrap().clone();
    drop(journal);
    let restored = copy(dir.path());
    for (n, (dir, boot)) in [(dir.path(), "boot-b"), (restored.path(), "boot-c")].into_iter().enumerate() {
        let (mut journal, _) = open(dir);
        journal.append(&stamp(boot), &[draft(100 + n as u64, json!({}))]).unwrap();
    }
    let (here, there) = (records(dir.path()), records(restored.path()));
    assert_eq!(here[..4], there[..4]);
    assert_eq!((here[4].seq, &here[4].body["parent"]), (there[4].seq, &there[4].body["parent"]));
    assert_ne!((&here[4].epoch, &here[4].id), (&there[4].epoch, &there[4].id));
    // The hub holds the parent and takes both branches.
    for branch in [dir.path(), restored.path()] {
        verify_lines(exported(branch).lines()).unwrap();
        let after =
            JournalReader::open(branch).unwrap().read_after(Some(&parent.epoch), parent.seq, 10, usize::MAX).unwrap();
        let mut chain = Chain::after(Head { ..parent.clone() }, DEVICE);
        after.iter().for_each(|stored| chain.check(&stored.line, &stored.hash).unwrap());
        assert_eq!(chain.summary().records, 2);
    }
}

#[test]
fn a_place_of_another_branch_is_not_here() {
    let (dir, journal) = filled(5);
    let epoch = journal.head().unwrap().epoch.clone();
    drop(journal);
    let reader = JournalReader::open(dir.path()).unwrap();
    let seqs = |epoch: Option<&str>, seq, records, bytes| {
        reader.read_after(epoch, seq, records, bytes).map(|all| all.iter().map(|s| s.seq).collect::<Vec<_>>())
    };
    assert_eq!(seqs(Some(&epoch), 2, 3, usize::MAX).unwrap(), [3, 4, 5]);
    assert_eq!(seqs(Some(&epoch), 0, 2, usize::MAX).unwrap(), [1, 2]);
    assert_eq!(seqs(None, 4, 10, 1).unwrap(), [5], "always one, however long");
    assert_eq!(seqs(None, 6, 10, 1).unwrap(), [0u64; 0]);
    assert!(seqs(Some("feed"), 2, 3, 1).is_err());
    assert!(seqs(Some(&epoch), 7, 3, 1).is_err());
}
