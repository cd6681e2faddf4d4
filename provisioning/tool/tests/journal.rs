// SPDX-License-Identifier: GPL-3.0-or-later
//! The program on a journal that was really written, whole and damaged.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::path::Path;
use std::process::{Command, Output};

use rusqlite::Connection;
use xuedian_journal::{Clock, Draft, Journal, Opened, Stamp, verify_lines};

#[test]
fn a_whole_journal_is_listed_verified_and_exported() {
    let dir = written();
    let verified = xuedian("verify", dir.path());
    assert!(verified.status.success(), "{verified:?}");
    assert!(text(&verified.stdout).contains("the chain holds: 3 records, 1 epochs, last 3 "));

    let exported = xuedian("export", dir.path());
    let lines = text(&exported.stdout);
    assert_eq!(verify_lines(lines.lines()).unwrap().records, 3);
    assert!(lines.lines().all(|line| line.contains(r#""hash":""#)));

    let listed = xuedian("list", dir.path());
    let lines = text(&listed.stdout);
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.contains("2026-11-22 09:00:00Z   check-in"), "{lines}");
}

#[test]
fn the_first_bad_record_is_named() {
    let dir = written();
    let log = Connection::open(dir.path().join("journal.db")).unwrap();
    let triggers: Vec<String> = log
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for trigger in triggers {
        log.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    // Someone who has the disk can do this; the chain is what shows it.
    log.execute("UPDATE record SET line = replace(line, '\"who\":1', '\"who\":9') WHERE seq = 3", []).unwrap();
    drop(log);

    let verified = xuedian("verify", dir.path());
    assert!(!verified.status.success());
    let said = text(&verified.stderr);
    assert!(said.contains("record 3 (01997d00-0000-7000-8000-000000000001): its hash is another"), "{said}");
}

#[test]
fn a_folder_without_a_journal_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let said = xuedian("verify", dir.path());
    assert!(!said.status.success());
    assert!(text(&said.stderr).contains("there is no journal.db in"));
}

/// A journal of three records: the epoch and two that were asked for.
fn written() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut journal = opened(dir.path());
    let stamp = Stamp { boot: "boot".into(), mono_ms: 1, wall_ms: 1_795_338_000_000, clock: Clock::Synced };
    let draft = |n: u8| Draft {
        id: format!("01997d00-0000-7000-8000-00000000000{n}"),
        kind: "check-in".into(),
        body: serde_json::json!({"who": n}),
    };
    journal.append(&stamp, &[draft(0), draft(1)]).unwrap();
    dir
}

fn opened(dir: &Path) -> Journal {
    let (journal, opened) = Journal::open(dir, "device", "test").unwrap();
    assert_eq!(opened, Opened::Fresh);
    journal
}

fn xuedian(what: &str, data: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xuedian")).args(["journal", what, "--data"]).arg(data).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
