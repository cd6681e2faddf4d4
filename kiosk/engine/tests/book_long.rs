// SPDX-License-Identifier: GPL-3.0-or-later
//! How long a start takes with a long journal: measured, not judged.
//! `cargo test --release -p xuedian-engine --test book_long -- --ignored --nocapture`

#![expect(clippy::unwrap_used, reason = "a test that fails should fail loudly")]

use std::{ops::ControlFlow, path::Path, time::Instant};

use xuedian_domain::{
    id::{LearnerId, LessonKey, RecordId, SessionId},
    record::{Hand, Kind, Learning, Presence, Visit},
};
use xuedian_engine::book::{Book, Hold, shelve};
use xuedian_journal::{Clock, Decision, Draft, Journal, Stamp};
use xuedian_protocol::records::encode;

const DEVICE: &str = "00000000-0000-0000-0000-000000000001";
/// Decisions that share one flush of the disk.
const AT_ONCE: u64 = 2_000;
/// Records a day: 500 taps, and what comes with them.
const A_DAY: u64 = 1_500;

fn id(n: u64) -> [u8; 16] {
    let mut id = [0x70; 16];
    id[8..].copy_from_slice(&(0x8000_0000_0000_0000 | n).to_be_bytes());
    id
}

/// Somebody comes, goes, watches, or chooses how to see: 8,000 people, sessions of forty.
fn kind(n: u64) -> Kind {
    let (learner, session) = (LearnerId(id(n / 3 % 8_000)), SessionId(id(n / 120)));
    match n % 3 {
        0 => Kind::Presence(Presence::CheckIn { learner, session, how: Hand::Card, sits_in: false }),
        1 => Kind::Presence(Presence::CheckOut { learner, session, how: Hand::Card, early: false }),
        _ if n % 30 == 2 => Kind::Visit(Visit::Opened { learner: Some(learner) }),
        _ => Kind::Learning(Learning::Watched {
            learner: Some(learner),
            visit: RecordId(id(n)),
            lesson: LessonKey("i01/c01/1".into()),
            ranges: vec![(0, 30_000)],
            length_ms: 60_000,
            stopped_ms: 30_000,
        }),
    }
}

fn decision(n: u64) -> Decision {
    let (name, body) = encode(&kind(n));
    let ms = n * 86_400_000 / A_DAY;
    let boot = format!("00000000-0000-4000-8000-{:012x}", n / A_DAY);
    let wall_ms = 1_800_000_000_000 + i64::try_from(ms).unwrap();
    Decision {
        stamp: Stamp { boot, mono_ms: ms, wall_ms, clock: Clock::Synced },
        drafts: vec![Draft { id: RecordId(id(n)).to_string(), kind: name.to_owned(), body }],
    }
}

fn journal(folder: &Path, records: u64) -> Journal {
    let (mut journal, _) = Journal::open(folder, DEVICE, "test").unwrap();
    for from in (0..records).step_by(usize::try_from(AT_ONCE).unwrap()) {
        let decisions: Vec<_> = (from..from + AT_ONCE).map(decision).collect();
        journal.append_many(&decisions).into_iter().for_each(|outcome| drop(outcome.unwrap()));
    }
    journal.checkpoint().unwrap();
    journal
}

fn measured<T>(what: &str, of: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let made = of();
    eprintln!("  {what}: {:.1} ms", begun.elapsed().as_secs_f64() * 1000.0);
    made
}

#[test]
#[ignore = "measures, for minutes"]
fn a_start_with_a_long_journal() {
    for records in [100_000, 1_000_000] {
        eprintln!("{records} records");
        let folder = tempfile::tempdir().unwrap();
        let views = folder.path().join("views");
        drop(journal(folder.path(), records));
        let (journal, _) = measured("opening the journal", || Journal::open(folder.path(), DEVICE, "test").unwrap());
        let reader = || journal.reader().unwrap();
        let everything = Hold { newest: u64::MAX, most: u64::MAX, young_ms: i64::MAX };
        measured("the book, all of it from the journal", || Book::open(&views, reader(), everything).unwrap());
        measured("the book without a shelf", || Book::open(&views, reader(), Hold::default()).unwrap());
        measured("making the shelf", || {
            shelve(&views, &reader(), Hold::default(), |_| ControlFlow::Continue(())).unwrap()
        });
        let book = measured("the book with its shelf", || Book::open(&views, reader(), Hold::default()).unwrap());
        let learner = LearnerId(id(17));
        let facts = measured("a person's facts, the first time", || book.facts_of(learner, 0, &[]).len());
        measured("a person's facts, again", || book.facts_of(learner, 0, &[]).len());
        measured("what the hub has not settled", || book.facts_of(learner, records - 100_000, &[]).len());
        assert!(facts > 30);
    }
}
