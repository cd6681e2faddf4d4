// SPDX-License-Identifier: GPL-3.0-or-later
//! A disk that is really full: a small one of its own, in a mount namespace.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use xuedian_journal::space::guard_space_of;
use xuedian_journal::{AppendError, Reserve};

use crate::{draft, id, open, stamp, verified};

const DIR: &str = "XUEDIAN_TEST_FULL_DISK";
/// Reserve on the small disk, bytes.
const RESERVE: u64 = 1 << 20;

#[test]
fn a_full_disk_takes_attendance_into_the_reserve_then_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let inside = "mount -t tmpfs -o size=8m none \"$1\" && shift && exec \"$@\"";
    let run = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", inside, "sh"])
        .arg(dir.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "disk::child_fills_the_disk", "--ignored", "--nocapture"])
        .env(DIR, dir.path())
        .output();
    let Ok(output) = run else {
        return eprintln!("not run: no unshare(1) here");
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if said.contains("unshare failed") || said.contains("permission denied") {
        return eprintln!("not run: no namespaces here: {said}");
    }
    assert!(output.status.success() && said.contains("1 passed"), "{:?} {said}", output.status);
}

#[test]
#[ignore = "the child of the test above"]
fn child_fills_the_disk() {
    let dir = PathBuf::from(std::env::var(DIR).unwrap());
    let (mut journal, _) = open(&dir);
    assert_eq!(guard_space_of(&dir, RESERVE).unwrap().reserve, Reserve::Held);
    let mut n = 0;
    let mut append = |journal: &mut xuedian_journal::Journal| {
        n += 1;
        journal.append(&stamp("boot-a"), &[draft(n, json!({"text": "x".repeat(900)}))]).map(|_| n)
    };
    append(&mut journal).unwrap();
    fill(&dir.join("filler"));
    // The write finds the disk full and gives the reserve up by itself.
    while guard(&dir) == Reserve::Held {
        append(&mut journal).unwrap();
    }
    let mut last = append(&mut journal).unwrap();
    let full = loop {
        match append(&mut journal) {
            Ok(n) => last = n,
            Err(e) => break e,
        }
    };
    assert_eq!(full, AppendError::Full);
    let reader = journal.reader().unwrap();
    assert_eq!(reader.by_id(&id(last)).unwrap().map(|stored| stored.seq), Some(last + 1));
    assert_eq!(verified(&dir).records, last + 1);
    // A restart on the full disk reads and goes on as soon as there is room.
    drop((reader, journal));
    let (mut journal, _) = open(&dir);
    std::fs::remove_file(dir.join("filler")).unwrap();
    append(&mut journal).unwrap();
    assert_eq!(verified(&dir).records, last + 2);
    assert_eq!(guard_space_of(&dir, RESERVE).unwrap().reserve, Reserve::Held, "taken again");
}

/// Whether the file is there, without the guard's own judgement.
fn guard(dir: &Path) -> Reserve {
    if dir.join("reserve.bin").exists() { Reserve::Held } else { Reserve::Released }
}

fn fill(path: &Path) {
    let mut filler = File::create(path).unwrap();
    while filler.write_all(&[0u8; 4096]).is_ok() {}
}
