// SPDX-License-Identifier: GPL-3.0-or-later
//! SQLite under the contract, and properties of ingest.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

use proptest::prelude::*;
use xuedian_protocol::signing::DeviceKey;

use super::SqliteStore;
use crate::{
    store::{Devices as _, Ingest, Records as _, Store, contract},
    test_journal::{TestJournal, device, text},
};

fn with_store(check: impl FnOnce(&dyn Store)) {
    let folder = tempfile::tempdir().unwrap();
    check(&SqliteStore::open(&folder.path().join("hub.db")).unwrap());
}

macro_rules! contract {
    ($($name:ident),+) => {
        $(#[test]
        fn $name() {
            with_store(|store| contract::$name(store));
        })+
    };
}

contract!(
    a_gap_keeps_nothing,
    a_bad_line_is_set_aside_and_nothing_waits_behind_it,
    bytes_that_are_not_its_own_are_set_aside,
    a_restored_disk_makes_a_fork,
    a_new_journal_begins_at_one_beside_the_old,
    opinions_stand_beside_records,
    versions_count_up_and_old_files_are_let_go,
    requests_are_remembered,
    certifications_keep_their_day
);

#[test]
fn known_records_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = SqliteStore::open(&path).unwrap();
    contract::known_records_change_nothing(&store, || Box::new(SqliteStore::open(&path).unwrap()));
}

#[test]
fn records_are_never_changed_or_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("hub.db")).unwrap();
    let key = DeviceKey::from_seed(&[7; 32]);
    store.put_device(&device(&key)).unwrap();
    store.ingest(key.device(), &text(&TestJournal::new(&key).some(1)), 1).unwrap();
    assert!(store.writer().execute("DELETE FROM record", []).is_err());
    assert!(store.writer().execute("UPDATE record SET line = ''", []).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Cut into any batches, some sent twice, some lines damaged: what holds is stored once, what does not is set aside once, and
    /// the numbers of both are exactly those.
    #[test]
    fn every_line_ends_in_one_place(
        cuts in prop::collection::vec(1..9_usize, 1..12),
        twice in prop::collection::vec(any::<bool>(), 12),
        damaged in prop::collection::btree_set(0..60_usize, 0..5),
        boots in prop::collection::btree_set(0..40_usize, 0..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("hub.db")).unwrap();
        let key = DeviceKey::from_seed(&[7; 32]);
        store.put_device(&device(&key)).unwrap();
        let mut journal = TestJournal::new(&key);
        let mut lines = Vec::new();
        for n in 0..40 {
            if boots.contains(&n) {
                journal.boot(n as u64 + 2);
            }
            lines.extend(journal.some(1));
        }
        let (mut bad, all) = (0, lines.len());
        for n in damaged.iter().filter(|n| **n < all) {
            lines[*n].1 = lines[*n].1.replace("\"v\":1", "\"v\":2");
            bad += 1;
        }
        let (mut stored, mut at) = (0, 0);
        for (cut, twice) in cuts.iter().cycle().zip(twice.iter().cycle()) {
            let to = (at + cut).min(lines.len());
            for _ in 0..=usize::from(*twice) {
                match store.ingest(key.device(), &text(&lines[at..to]), 1).unwrap() {
                    Ingest::Kept { stored: new, .. } => stored += new,
                    Ingest::Gap => prop_assert!(false, "a gap at line {at}"),
                }
            }
            at = to;
            if at == lines.len() {
                break;
            }
        }
        prop_assert_eq!(stored as usize, lines.len() - bad);
        let status = &store.statuses().unwrap()[0];
        prop_assert_eq!(status.epochs.iter().map(|e| e.refused.len()).sum::<usize>(), bad);
        prop_assert_eq!(status.epochs.iter().map(|e| e.stored).sum::<u64>(), stored);
        prop_assert!(status.forks.is_empty());
    }
}
