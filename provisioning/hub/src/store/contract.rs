// SPDX-License-Identifier: GPL-3.0-or-later
//! What every storage must do. `make` gives an empty one; `again` opens the same one anew, as after a crash.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::collections::BTreeMap;

use xuedian_protocol::{
    documents::{DocumentKind, FileRef},
    signing::DeviceKey,
    wire::{HubEpoch, Position},
};

use super::{DocumentVersion, Ingest, Store, Window};
use crate::test_journal::{Line, TestJournal, device, text};

fn key() -> DeviceKey {
    DeviceKey::from_seed(&[7; 32])
}

/// Brings a batch; gives (stored, known, numbers refused), or nothing at a gap.
fn bring(store: &dyn Store, lines: &[Line]) -> Option<(u64, u64, Vec<u64>)> {
    match store.ingest(key().device(), &text(lines), 5).unwrap() {
        Ingest::Gap => None,
        Ingest::Kept { stored, known, refused, .. } => Some((stored, known, refused.iter().map(|r| r.seq).collect())),
    }
}

fn with_device(store: &dyn Store) -> TestJournal {
    store.put_device(&device(&key())).unwrap();
    TestJournal::new(&key())
}

pub(super) fn known_records_change_nothing(store: &dyn Store, again: impl Fn() -> Box<dyn Store>) {
    let mut journal = with_device(store);
    let lines = journal.some(9);
    assert_eq!(bring(store, &lines[..6]), Some((6, 0, vec![])));
    assert_eq!(bring(store, &lines[3..]), Some((4, 3, vec![])));
    assert_eq!(bring(store, &lines), Some((0, 10, vec![])));
    let held = vec![Position { epoch: format!("{:032x}", 1), seq: 10 }];
    assert_eq!(store.held(key().device(), 9).unwrap(), held);
    let store = again();
    assert_eq!(store.held(key().device(), 9).unwrap(), held);
    let kept: Vec<String> = store.lines_after(0, 99).unwrap().into_iter().map(|line| line.line).collect();
    assert_eq!(kept, lines.iter().map(|(_, line)| line.clone()).collect::<Vec<_>>());
    assert_eq!(store.lines_after(8, 99).unwrap().len(), 2);
    assert_eq!(bring(&*store, &lines), Some((0, 10, vec![])));
}

pub(super) fn a_gap_keeps_nothing(store: &dyn Store) {
    let mut journal = with_device(store);
    let lines = journal.some(9);
    assert_eq!(bring(store, &lines[4..]), None);
    assert_eq!(store.lines_after(0, 99).unwrap(), []);
    assert_eq!(bring(store, &lines[..3]), Some((3, 0, vec![])));
    assert_eq!(bring(store, &lines[4..]), None);
    assert_eq!(store.held(key().device(), 9).unwrap()[0].seq, 3);
    assert_eq!(bring(store, &lines[3..]), Some((7, 0, vec![])));
}

pub(super) fn a_bad_line_is_set_aside_and_nothing_waits_behind_it(store: &dyn Store) {
    let mut journal = with_device(store);
    let mut lines = journal.some(9);
    lines[4].1 = lines[4].1.replace("reader", "rEader");
    lines[7].1 = "{half a record".into();
    assert_eq!(bring(store, &lines), Some((8, 0, vec![5, 0])));
    assert_eq!(bring(store, &lines), Some((0, 8, vec![5, 0])));
    // What comes after, in another batch, hangs on what was stored, and so does a batch that begins behind the bad line.
    assert_eq!(bring(store, &lines[5..]), Some((0, 4, vec![0])));
    assert_eq!(bring(store, &journal.some(2)), Some((2, 0, vec![])));
    let status = &store.statuses().unwrap()[0];
    let epoch = &status.epochs[0];
    assert_eq!((epoch.stored, epoch.first_seq, epoch.last_seq), (10, Some(1), Some(12)));
    assert_eq!(epoch.refused.iter().map(|r| r.seq).collect::<Vec<_>>(), [5, 0]);
    assert!(epoch.refused[0].why.contains("hash"), "{}", epoch.refused[0].why);
}

pub(super) fn bytes_that_are_not_its_own_are_set_aside(store: &dyn Store) {
    let mut journal = with_device(store);
    let lines = journal.some(3);
    assert_eq!(bring(store, &lines), Some((4, 0, vec![])));
    let stranger = TestJournal::new(&DeviceKey::from_seed(&[8; 32])).some(1);
    assert_eq!(bring(store, &stranger), Some((0, 0, vec![1, 2])));
    let more = journal.some(2);
    let mixed = [lines[3].clone(), stranger[1].clone(), more[0].clone()];
    // The stranger's line stands where the next one was expected: what follows hangs on a record that is held.
    assert_eq!(bring(store, &mixed), Some((1, 1, vec![2])));
    // Another box with the same key and the same boot numbers its records alike: same ids, other bytes.
    let mut twin = TestJournal::new(&key());
    twin.now_ms += 1;
    assert_eq!(bring(store, &twin.some(1)), Some((0, 0, vec![1, 2])));
}

pub(super) fn a_restored_disk_makes_a_fork(store: &dyn Store) {
    let mut journal = with_device(store);
    bring(store, &journal.some(9)).unwrap();
    let mut restored = journal.clone();
    bring(store, &journal.some(40)).unwrap();
    restored.boot(2);
    assert_eq!(bring(store, &restored.some(3)), Some((4, 0, vec![])));
    let forks = store.statuses().unwrap()[0].forks.clone();
    let at = Some(Position { epoch: format!("{:032x}", 1), seq: 10 });
    assert_eq!(forks.len(), 1);
    assert_eq!((&forks[0].at, forks[0].lost, forks[0].two_boxes), (&at, 40, false));
    restored.boot(3);
    bring(store, &restored.some(3)).unwrap();
    let forks = store.statuses().unwrap()[0].forks.clone();
    assert_eq!((forks.len(), forks[0].two_boxes), (1, false));
    // The box whose disk was copied is alive as well.
    journal.boot(4);
    bring(store, &journal.some(1)).unwrap();
    let forks = store.statuses().unwrap()[0].forks.clone();
    assert_eq!((forks.len(), forks[0].lost, forks[0].two_boxes), (1, 40, true));
    assert_eq!(store.held(key().device(), 2).unwrap().len(), 2);
}

pub(super) fn a_new_journal_begins_at_one_beside_the_old(store: &dyn Store) {
    let mut journal = with_device(store);
    bring(store, &journal.some(9)).unwrap();
    let mut begun = TestJournal::new(&key());
    begun.boot(9);
    assert_eq!(bring(store, &begun.some(2)), Some((3, 0, vec![])));
    let forks = store.statuses().unwrap()[0].forks.clone();
    assert_eq!((forks.len(), &forks[0].at, forks[0].lost, forks[0].two_boxes), (1, &None, 10, false));
}

pub(super) fn opinions_stand_beside_records(store: &dyn Store) {
    let mut journal = with_device(store);
    bring(store, &journal.some(2)).unwrap();
    store.put_opinions(&[(2, Some("nonsense".into())), (3, Some("more".into()))]).unwrap();
    store.put_opinions(&[(3, None)]).unwrap();
    let status = &store.statuses().unwrap()[0];
    let invalid = &status.epochs[0].invalid;
    assert_eq!((invalid.len(), invalid[0].seq, invalid[0].why.as_str()), (1, 2, "nonsense"));
    assert_eq!(status.epochs[0].stored, 3);
    store.clear_opinions().unwrap();
    assert!(store.statuses().unwrap()[0].epochs[0].invalid.is_empty());
}

pub(super) fn versions_count_up_and_old_files_are_let_go(store: &dyn Store) {
    let epoch = |n: i64| HubEpoch { began_ms: n, id: format!("{n:032x}") };
    assert_eq!(store.epoch().unwrap(), None);
    store.begin_epoch(&epoch(1)).unwrap();
    let file = |n: u8| FileRef { sha256: format!("{n:02x}").repeat(32), bytes: 1, media_type: "x".into() };
    let version = |n: u8| DocumentVersion {
        kind: DocumentKind::Agenda,
        scope: "district".into(),
        counter: 0,
        issued_ms: 1,
        full: file(n),
        steps: vec![],
        files: vec![],
        through: BTreeMap::from([("d".into(), Position { epoch: "e".into(), seq: u64::from(n) })]),
    };
    assert_eq!(store.publish(&version(1), 2).unwrap(), []);
    assert_eq!(store.publish(&version(2), 2).unwrap(), []);
    assert_eq!(store.publish(&version(1), 2).unwrap(), []);
    assert_eq!(store.publish(&version(3), 2).unwrap(), [file(2)]);
    let versions = store.versions(DocumentKind::Agenda, "district", 9).unwrap();
    assert_eq!(versions.iter().map(|v| v.counter).collect::<Vec<_>>(), [4, 3]);
    assert_eq!(versions[0].through["d"].seq, 3);
    assert_eq!(store.versions(DocumentKind::Roster, "district", 9).unwrap(), []);
    store.begin_epoch(&epoch(2)).unwrap();
    assert_eq!(store.epoch().unwrap(), Some((epoch(2), 0)));
    assert_eq!(store.versions(DocumentKind::Agenda, "district", 9).unwrap(), []);
}

pub(super) fn requests_are_remembered(store: &dyn Store) {
    with_device(store);
    let window =
        |epoch: &str, seen: u64| Window { device: key().device(), epoch: epoch.into(), highest: 9, seen, at_ms: 7 };
    store.put_windows(&[window("a", 1), window("b", u64::MAX)]).unwrap();
    store.put_windows(&[window("a", 3)]).unwrap();
    let mut windows = store.windows(key().device()).unwrap();
    windows.sort_by(|x, y| x.epoch.cmp(&y.epoch));
    assert_eq!(windows, [window("a", 3), window("b", u64::MAX)]);
    assert_eq!(store.device(key().device()).unwrap().unwrap().last_seen_ms, Some(7));
}

pub(super) fn certifications_keep_their_day(store: &dyn Store) {
    store.put_certifications(&["a".into(), "b".into()], "2026-11-01").unwrap();
    store.put_certifications(&["b".into(), "c".into()], "2026-11-02").unwrap();
    let days: BTreeMap<String, String> = store.certifications().unwrap().into_iter().collect();
    assert_eq!(
        (days["a"].as_str(), days["b"].as_str(), days["c"].as_str()),
        ("2026-11-01", "2026-11-01", "2026-11-02")
    );
}
