// SPDX-License-Identifier: GPL-3.0-or-later
//! The file: damaged, cut off, newer than this program, of another box, in use.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use serde_json::json;
use xuedian_journal::record::hash_of;
use xuedian_journal::{Journal, JournalReader, OpenError, Opened, Position};

use crate::{DEVICE, draft, exported, filled, open, stamp, verified};

/// What lies on the disk when the power goes: database and log as they are now.
fn power_cut(dir: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    for name in ["journal.db", "journal.db-wal"] {
        fs::copy(dir.join(name), to.path().join(name)).unwrap();
    }
    to
}

fn set_aside(dir: &Path, expected: &str) {
    // Looking at a database that was closed in order leaves an empty log beside it.
    let files = |dir: &Path| ["journal.db", "journal.db-wal"].map(|name| fs::read(dir.join(name)).unwrap_or_default());
    let kept = files(dir);
    let (mut journal, opened) = open(dir);
    let Opened::SetAside { to, why } = opened else { panic!("{opened:?}") };
    assert!(why.contains(expected), "{why}");
    assert!(to.starts_with(dir.join("aside")));
    assert!(files(&to) == kept, "not a byte of it changed");
    journal.append(&stamp("boot-a"), &[draft(0, json!({}))]).unwrap();
    drop(journal);
    assert_eq!(verified(dir).records, 2);
}

#[test]
fn garbage_is_set_aside_with_its_log() {
    for bytes in [0..16, 0..4096, 8192..12_288] {
        let (dir, mut journal) = filled(40);
        journal.checkpoint().unwrap();
        journal.set_acked("hub", &Position { epoch: "e".into(), seq: 1 }).unwrap();
        let cut = power_cut(dir.path());
        drop(journal);
        let mut database = fs::read(cut.path().join("journal.db")).unwrap();
        database[bytes].fill(b'?');
        fs::write(cut.path().join("journal.db"), database).unwrap();
        assert!(fs::metadata(cut.path().join("journal.db-wal")).unwrap().len() > 0);
        set_aside(cut.path(), "");
    }
}

#[test]
fn a_log_without_its_database_is_set_aside() {
    let (dir, journal) = filled(5);
    let (gone, emptied) = (power_cut(dir.path()), power_cut(dir.path()));
    drop(journal);
    fs::remove_file(gone.path().join("journal.db")).unwrap();
    set_aside(gone.path(), "no database");
    fs::write(emptied.path().join("journal.db"), []).unwrap();
    set_aside(emptied.path(), "no database");
}

#[test]
fn another_database_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    Connection::open(dir.path().join("journal.db")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    set_aside(dir.path(), "not a journal");
}

#[test]
fn a_changed_record_among_the_last_is_set_aside_and_an_older_one_found_when_idle() {
    let edit = |dir: &Path, sql: &str| {
        let conn = Connection::open(dir.join("journal.db")).unwrap();
        assert!(conn.execute_batch(sql).is_err(), "the table itself refuses");
        conn.execute_batch("DROP TRIGGER record_never_changes; DROP TRIGGER record_never_goes").unwrap();
        conn.execute_batch(sql).unwrap();
    };
    for (sql, why) in [
        ("UPDATE record SET line = replace(line, '\"n\":110', '\"n\":111')", "hash"),
        ("UPDATE record SET epoch = 'x' WHERE seq = 100", "index"),
        ("DELETE FROM record WHERE seq = 99", "number 99"),
    ] {
        let (dir, journal) = filled(120);
        drop(journal);
        edit(dir.path(), sql);
        set_aside(dir.path(), why);
    }
    for (sql, why) in [
        ("UPDATE record SET line = replace(line, '\"n\":7,', '\"n\":8,')", "its hash is another"),
        // A flipped bit need not leave text behind.
        ("UPDATE record SET line = CAST(CAST(line AS BLOB) || x'ff' AS TEXT) WHERE seq = 9", "not a record"),
    ] {
        let (dir, journal) = filled(120);
        drop(journal);
        edit(dir.path(), sql);
        let (journal, opened) = open(dir.path());
        assert!(matches!(opened, Opened::Existing { .. }));
        let checked = journal.reader().unwrap().verify_all(|_, _| std::ops::ControlFlow::Continue(()));
        let bad = checked.unwrap_err().to_string();
        assert!(bad.starts_with(&format!("record 9 ({}): {why}", crate::id(7))), "{bad}");
    }
}

#[test]
fn a_cut_off_log_is_a_shorter_chain() {
    let (dir, journal) = filled(30);
    let whole = fs::metadata(dir.path().join("journal.db-wal")).unwrap().len();
    let mut lengths = Vec::new();
    for part in 1..=8 {
        let cut = power_cut(dir.path());
        let log = fs::File::options().write(true).open(cut.path().join("journal.db-wal")).unwrap();
        log.set_len(whole * part / 8).unwrap();
        let (mut again, opened) = open(cut.path());
        let seq = match opened {
            Opened::Existing { head } => head.seq,
            Opened::Fresh => 0,
            Opened::SetAside { why, .. } => panic!("{why}"),
        };
        lengths.push(seq);
        again.append(&stamp("boot-b"), &[draft(500, json!({}))]).unwrap();
        drop(again);
        assert_eq!(verified(cut.path()).records, seq + 2);
    }
    drop(journal);
    assert!(lengths.is_sorted() && lengths[7] == 31 && lengths[3] < 31, "{lengths:?}");
}

#[test]
fn newer_software_may_have_been_here() {
    let (dir, journal) = filled(2);
    let head = journal.head().unwrap().clone();
    drop(journal);
    let line = format!(
        r#"{{"body":[],"boot":"boot-a","clock":"quantum","device":"{DEVICE}","epoch":"{}","id":"{}","kind":"unheard-of","mono_ms":1,"prev":"{}","seq":4,"v":2,"wall_ms":1,"zone":"x"}}"#,
        head.epoch,
        crate::id(77),
        head.hash
    );
    let later = Connection::open(dir.path().join("journal.db")).unwrap();
    later
        .execute_batch("ALTER TABLE record ADD COLUMN mood TEXT; CREATE TABLE later (x); PRAGMA user_version = 99")
        .unwrap();
    let sql = "INSERT INTO record (seq, id, epoch, hash, line, mood) VALUES (4, ?1, ?2, ?3, ?4, 'fine')";
    later.execute(sql, (crate::id(77), &head.epoch, hash_of(&line), &line)).unwrap();
    drop(later);
    let (mut journal, opened) = open(dir.path());
    assert!(matches!(opened, Opened::Existing { head } if head.seq == 4));
    assert_eq!(journal.append(&stamp("boot-a"), &[draft(10, json!({}))]).unwrap()[0].seq, 5);
    drop(journal);
    assert_eq!(verified(dir.path()).records, 5);
    let with_hash = line.replace(r#","id""#, &format!(r#","hash":"{}","id""#, hash_of(&line)));
    assert_eq!(exported(dir.path()).lines().nth(3), Some(with_hash.as_str()), "kept and sent as it is");
}

#[test]
fn one_writer_and_any_readers() {
    let (dir, mut journal) = filled(1);
    assert!(matches!(Journal::open(dir.path(), DEVICE, "test 1"), Err(OpenError::InUse { .. })));
    let reader = journal.reader().unwrap();
    assert_eq!(reader.count().unwrap(), 2);
    journal.append(&stamp("boot-a"), &[draft(5, json!({}))]).unwrap();
    assert_eq!((reader.count().unwrap(), reader.head().unwrap().as_ref()), (3, journal.head()));
    assert_eq!(reader.by_id(&crate::id(5)).unwrap().map(|stored| stored.seq), Some(3));
    assert_eq!(reader.by_id(&crate::id(6)).unwrap(), None);
    assert!(journal.checkpoint().unwrap());
    assert_eq!((journal.log_bytes().unwrap(), reader.count().unwrap()), (0, 3));
}

#[test]
fn a_disk_of_another_box_is_refused() {
    let (dir, journal) = filled(1);
    drop(journal);
    let refused = Journal::open(dir.path(), "box-8", "test 1");
    assert!(matches!(refused, Err(OpenError::OtherDevice { found }) if found == DEVICE));
    assert!(matches!(open(dir.path()).1, Opened::Existing { .. }));
}

#[test]
fn an_acknowledged_place_outlives_a_restart() {
    let (dir, mut journal) = filled(1);
    let first = Position { epoch: journal.head().unwrap().epoch.clone(), seq: 1 };
    journal.set_acked("district", &first).unwrap();
    journal.set_acked("district", &Position { seq: 2, ..first.clone() }).unwrap();
    drop(journal);
    let reader = JournalReader::open(dir.path()).unwrap();
    assert_eq!(reader.acked("district").unwrap(), Some(Position { seq: 2, ..first }));
    assert_eq!(reader.acked("city").unwrap(), None);
}
