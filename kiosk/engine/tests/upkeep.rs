// SPDX-License-Identifier: GPL-3.0-or-later
//! What is looked after beside the kiosk, and what is told of it.

#![expect(clippy::unwrap_used, reason = "a test that fails should fail loudly")]

use std::{path::Path, time::Duration};

use tokio::sync::mpsc;
use xuedian_domain::id::BootId;
use xuedian_engine::{
    director::Wake,
    upkeep::{Pace, Upkeep, UpkeepParts},
};
use xuedian_journal::{Clock, Draft, Journal, Stamp};

const DEVICE: &str = "00000000-0000-0000-0000-000000000001";

fn journal(folder: &Path, records: u32) -> Journal {
    let (mut journal, _) = Journal::open(folder, DEVICE, "test").unwrap();
    let id = |n: u32| format!("0190c0de-0000-7000-8000-{n:012x}");
    let draft = |n| Draft { id: id(n), kind: "staff-on".into(), body: serde_json::json!({"staff": id(n)}) };
    let stamp = Stamp { boot: BootId([1; 16]).to_string(), mono_ms: 1, wall_ms: 1, clock: Clock::Rtc };
    journal.append(&stamp, &(0..records).map(draft).collect::<Vec<_>>()).unwrap();
    journal
}

/// What the upkeep of a journal says first, of its shelf and of its chain.
fn told(folder: &Path, journal: &Journal) -> (Wake, Wake) {
    let (wakes, mut told) = mpsc::channel(8);
    let soon = Duration::from_millis(1);
    let pace = Pace { first: soon, shelf: Duration::from_secs(60), chain: Duration::from_secs(60), rest: soon };
    let views = folder.join("views");
    let upkeep = Upkeep::start(UpkeepParts { views, journal: journal.reader().unwrap(), wakes, pace }).unwrap();
    let both = (told.blocking_recv().unwrap(), told.blocking_recv().unwrap());
    drop(upkeep);
    both
}

#[test]
fn the_shelf_is_made_and_the_chain_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let journal = journal(folder.path(), 1_500);
    let (shelf, chain) = told(folder.path(), &journal);
    assert!(matches!(shelf, Wake::Shelved), "{shelf:?}");
    assert!(matches!(chain, Wake::Chain(Ok(1_501))), "{chain:?}");
    assert!(folder.path().join("views/own.db").exists());
}

#[test]
fn a_record_that_is_not_as_it_was_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let journal = journal(folder.path(), 300);
    let beside = rusqlite::Connection::open(folder.path().join("journal.db")).unwrap();
    let triggers: Vec<String> = beside
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for trigger in triggers {
        beside.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    beside.execute("UPDATE record SET line = replace(line, 'staff-on', 'staff-of') WHERE seq = 17", []).unwrap();
    drop(beside);
    let (_, chain) = told(folder.path(), &journal);
    let Wake::Chain(Err(why)) = chain else { panic!("{chain:?}") };
    assert!(why.contains("17"), "{why}");
}
