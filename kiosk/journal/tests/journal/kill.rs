// SPDX-License-Identifier: GPL-3.0-or-later
//! A process that is killed at any moment has kept all that it acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use xuedian_journal::{Decision, JournalReader, Record};

use crate::{draft, open, stamp, verified};

const DIR: &str = "XUEDIAN_TEST_JOURNAL";
const KILLS: u64 = 20;

#[test]
#[ignore = "the child of the test below"]
fn child_appends_until_it_is_killed() {
    let dir = std::env::var(DIR).unwrap();
    let (mut journal, _) = open(Path::new(&dir));
    let mut n = journal.head().map_or(0, |head| head.seq);
    loop {
        let decisions = [1u64, 3].map(|size| {
            let drafts = (0..size).map(|k| draft(n * 10 + size + k, json!({"n": n, "of": size}))).collect();
            Decision { stamp: stamp("boot-a"), drafts }
        });
        for stored in journal.append_many(&decisions).into_iter().flat_map(Result::unwrap) {
            // The line ends with what matters: the harness writes its own words before it.
            println!("\nacked {}", stored.id);
        }
        n = journal.head().unwrap().seq;
        if n % 7 == 0 {
            journal.checkpoint().unwrap();
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_by_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let mut acked = BTreeSet::new();
    for round in 0..KILLS {
        acked.extend(run_and_kill(dir.path(), round * 7919 % 97 + 1, Duration::from_micros(round * 137 % 1900)));
        let summary = verified(dir.path());
        let reader = JournalReader::open(dir.path()).unwrap();
        for id in &acked {
            assert!(reader.by_id(id).unwrap().is_some(), "round {round}: {id} was acknowledged");
        }
        let mut decisions = BTreeMap::<u64, u64>::new();
        for stored in reader.read_after(None, 0, usize::MAX, usize::MAX).unwrap() {
            let body = Record::parse(&stored.line).unwrap().body;
            if body["of"] == 3 {
                *decisions.entry(body["n"].as_u64().unwrap()).or_default() += 1;
            }
        }
        assert!(decisions.values().all(|records| *records == 3), "round {round}: a decision is whole or absent");
        assert_eq!(summary.epochs, 1);
    }
    assert!(acked.len() as u64 > KILLS, "{} acknowledged", acked.len());
}

/// Kills the child a moment after it has acknowledged `count` records, and returns all that it acknowledged.
fn run_and_kill(dir: &Path, count: u64, moment: Duration) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child_appends_until_it_is_killed", "--ignored", "--nocapture"])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ids = |line: std::io::Result<String>| line.unwrap().strip_prefix("acked ").map(str::to_owned);
    let mut acked: Vec<_> = lines.by_ref().filter_map(ids).take(count as usize).collect();
    let until = Instant::now() + moment;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    acked.extend(lines.filter_map(ids));
    acked
}
