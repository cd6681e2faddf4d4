// SPDX-License-Identifier: GPL-3.0-or-later
//! The journal from outside: its chain, its epochs, its file, its disk, and the form that must never change.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod chain;
mod disk;
mod epochs;
mod file;
mod golden;
mod kill;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use xuedian_journal::{Clock, Draft, Journal, JournalReader, Opened, Stamp, Summary, export};

const DEVICE: &str = "box-7";

fn stamp(boot: &str) -> Stamp {
    Stamp { boot: boot.into(), mono_ms: 5_000, wall_ms: 1_795_312_345_678, clock: Clock::Synced }
}

fn id(n: u64) -> String {
    format!("01890000-0000-7000-8000-{n:012x}")
}

fn draft(n: u64, body: Value) -> Draft {
    Draft { id: id(n), kind: "check-in".into(), body }
}

fn open(dir: &Path) -> (Journal, Opened) {
    Journal::open(dir, DEVICE, "test 1").unwrap()
}

/// A journal of `records` check-ins behind its epoch.
fn filled(records: u64) -> (tempfile::TempDir, Journal) {
    let dir = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(dir.path());
    for n in 0..records {
        journal.append(&stamp("boot-a"), &[draft(n, json!({"n": n, "name": "欧阳*博"}))]).unwrap();
    }
    (dir, journal)
}

fn verified(dir: &Path) -> Summary {
    JournalReader::open(dir).unwrap().verify_all(|_, _| ControlFlow::Continue(())).unwrap()
}

fn exported(dir: &Path) -> String {
    let mut out = Vec::new();
    export(&JournalReader::open(dir).unwrap(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn fixtures() -> PathBuf {
    Path::new("../../tests/fixtures/journal").to_path_buf()
}
