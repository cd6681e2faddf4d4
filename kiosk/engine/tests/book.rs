// SPDX-License-Identifier: GPL-3.0-or-later
//! A book says the same however much of it stands on the shelf, and the same as a fold of all records at once.

#![expect(clippy::unwrap_used, reason = "a test that fails should fail loudly")]

use std::{ops::ControlFlow, path::Path};

use proptest::prelude::*;
use xuedian_domain::{
    card::{CardClass, CardToken},
    id::{BootId, LearnerId, LessonKey, RecordId, SessionId, StaffId},
    record::{Account, Card, Change, Hand, Kind, Learning, Machine, Presence, Record, Session, Visit},
    retime::retime,
};
use xuedian_engine::book::{Book, Hold, shelve};
use xuedian_journal::{Clock, Decision, Draft, Journal, JournalReader, Stamp, Stored};
use xuedian_protocol::records::{encode, read_line};

const DEVICE: &str = "00000000-0000-0000-0000-000000000001";
const CLASS: CardClass = CardClass { uid_len: 7, sak: 0, atqa: 0x44 };
const STAFF: StaffId = StaffId([9; 16]);

fn record_id(n: usize) -> RecordId {
    let mut id = [0x70; 16];
    id[8] = 0x80;
    id[12..].copy_from_slice(&u32::try_from(n).unwrap().to_be_bytes());
    RecordId(id)
}

fn token(n: u8) -> CardToken {
    CardToken { key: 1, mac: [n; 16] }
}

/// Something that happens: who, where, and whether its clock is trusted.
#[derive(Clone, Debug)]
struct Happens {
    what: u8,
    who: u8,
    session: u8,
    of: usize,
    clock: u8,
    later_ms: u64,
    new_boot: bool,
}

fn happens() -> impl Strategy<Value = Happens> {
    (0..14_u8, 0..3_u8, 0..3_u8, 0..60_usize, 0..4_u8, 0..100_000_u64, prop::bool::weighted(0.1)).prop_map(
        |(what, who, session, of, clock, later_ms, new_boot)| Happens {
            what,
            who,
            session,
            of,
            clock,
            later_ms,
            new_boot,
        },
    )
}

fn kind(it: &Happens) -> Kind {
    let (learner, session) = (LearnerId([it.who + 1; 16]), SessionId([it.session + 1; 16]));
    let how = Hand::Card;
    match it.what {
        0..=2 => Kind::Presence(Presence::CheckIn { learner, session, how, sits_in: it.of.is_multiple_of(2) }),
        3 | 4 => Kind::Presence(Presence::CheckOut { learner, session, how, early: false }),
        5 => Kind::Account(Account::Reversal { of: record_id(it.of), reason: "其他".into(), by: Some(STAFF) }),
        6 => Kind::Card(Card::Unknown { token: token(it.who), class: CLASS, session: Some(session) }),
        7 => Kind::Card(Card::Linked {
            token: token(it.who),
            class: CLASS,
            learner: it.of.is_multiple_of(2).then_some(learner),
            printed_no: it.of.is_multiple_of(3).then(|| it.of.to_string()),
            by: Some(STAFF),
        }),
        8 => Kind::Learning(Learning::Watched {
            learner: Some(learner),
            visit: record_id(it.of),
            lesson: LessonKey(format!("i01/c01/{}", it.session)),
            ranges: vec![(0, 1_000 + u32::from(it.who))],
            length_ms: 60_000,
            stopped_ms: u32::from(it.session),
        }),
        9 => Kind::Visit(Visit::Preference { learner, key: "theme".into(), value: it.of.to_string() }),
        10 => Kind::Session(Session::Headcount { session, heads: u32::from(it.who), by: Some(STAFF) }),
        11 => {
            let change = Change::Delayed { minutes: u32::from(it.who) * 15 };
            Kind::Session(Session::Changed { session, change, by: Some(STAFF) })
        }
        12 => Kind::Session(Session::Closed { session, for_all: true, by: Some(STAFF) }),
        _ => Kind::Machine(Machine::ClockKnown { offset_ms: 1_800_000_000_000 + i64::from(it.session) }),
    }
}

fn decisions(events: &[Happens], from: usize, boot: &mut u8, mono_ms: &mut u64) -> Vec<Decision> {
    let decision = |(n, it): (usize, &Happens)| {
        *boot += u8::from(it.new_boot);
        *mono_ms += it.later_ms;
        let mono = i64::try_from(*mono_ms).unwrap();
        let clock = [Clock::Unset, Clock::Estimated, Clock::Rtc, Clock::Synced][usize::from(it.clock)];
        let wall_ms = 1_800_000_000_000 + mono + i64::from(it.who) * 60_000;
        let (name, body) = encode(&kind(it));
        Decision {
            stamp: Stamp { boot: BootId([*boot; 16]).to_string(), mono_ms: *mono_ms, wall_ms, clock },
            drafts: vec![Draft { id: record_id(from + n).to_string(), kind: name.to_owned(), body }],
        }
    };
    events.iter().enumerate().map(decision).collect()
}

fn record(stored: &Stored) -> Record {
    let (envelope, kind) = read_line(&stored.line).unwrap();
    envelope.with(kind.unwrap())
}

fn all(reader: &JournalReader) -> Vec<Record> {
    reader.read_after(None, 0, usize::MAX >> 1, usize::MAX).unwrap().iter().map(record).collect()
}

/// What a director asks a book, all of it.
fn asked(book: &Book, last: u64) -> String {
    let mut said = format!("{} {}\n", book.last_seq(), book.handed_out());
    for n in 1..=3 {
        let session = SessionId([n; 16]);
        said += &format!("{:?} {:?} {}\n", book.story(session), book.roll(session), book.present(session));
        said += &format!("{:?}\n", book.linked(&token(n - 1)));
        let learner = LearnerId([n; 16]);
        said += &format!("{:?} {:?}\n", book.attendance(learner, session), book.came_last(learner));
        for after in [0, last / 3, last] {
            said += &format!("{:?}\n", book.facts_of(learner, after, &[session]));
            said += &format!("{:?} {:?}\n", book.preferences(learner, after), book.watched(learner, after));
            said += &format!("{}\n", book.records_after(learner, after));
        }
    }
    for n in 0..60 {
        let id = record_id(n);
        said += &format!("{} {:?}\n", book.is_reversed(id), book.linked_to(LearnerId(id.0)));
    }
    said
}

fn open(views: &Path, journal: &Journal, hold: Hold) -> Book {
    Book::open(views, journal.reader().unwrap(), hold).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_book_says_the_same_however_much_of_it_is_on_the_shelf(
        parts in prop::collection::vec((prop::collection::vec(happens(), 0..20), 1..12_u64), 1..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let views = folder.path().join("views");
        let (mut journal, _) = Journal::open(folder.path(), DEVICE, "test").unwrap();
        let hold = |newest| Hold { newest, most: 1_000, young_ms: 0 };
        let mut live = open(&views, &journal, hold(1));
        let (mut boot, mut mono_ms, mut made, mut seen) = (1, 1_000, 0, 0);
        for (events, newest) in &parts {
            let decisions = decisions(events, made, &mut boot, &mut mono_ms);
            made += events.len();
            journal.append_many(&decisions).into_iter().for_each(|outcome| drop(outcome.unwrap()));
            for record in all(&journal.reader().unwrap()).into_iter().filter(|record| record.origin.seq > seen) {
                live.add(record);
            }
            seen = journal.head().map_or(0, |head| head.seq);
            shelve(&views, &journal.reader().unwrap(), hold(*newest), |_| ControlFlow::Continue(())).unwrap();
            live.look_at_shelf();
        }
        let records = all(&journal.reader().unwrap());
        let mut whole = Book::default();
        whole.extend(records.clone());
        let expected = asked(&whole, seen);
        prop_assert_eq!(asked(&live, seen), expected.clone(), "the live one");
        prop_assert_eq!(asked(&open(&views, &journal, hold(1)), seen), expected, "read again");
        let facts = retime(&records);
        for fact in (1..=3).flat_map(|n| whole.facts_of(LearnerId([n; 16]), 0, &[])) {
            let folded = facts.iter().find(|other| other.id == fact.id);
            prop_assert_eq!(folded, Some(&fact));
        }
    }
}

#[test]
fn a_shelf_of_another_journal_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let views = folder.path().join("views");
    let hold = Hold { newest: 1, most: 1_000, young_ms: 0 };
    let came = Happens { what: 0, who: 0, session: 0, of: 0, clock: 3, later_ms: 1, new_boot: false };
    for (n, times) in [(1, 5), (2, 3)] {
        let home = folder.path().join(n.to_string());
        let (mut journal, _) = Journal::open(&home, DEVICE, "test").unwrap();
        let events = vec![came.clone(); times];
        journal.append_many(&decisions(&events, n * 10, &mut 1, &mut 0)).into_iter().for_each(|it| drop(it.unwrap()));
        let put = shelve(&views, &journal.reader().unwrap(), hold, |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(put, times as u64, "all but the newest, and the opening of the epoch");
        let book = open(&views, &journal, hold);
        assert_eq!(book.roll(SessionId([1; 16])).len(), times);
    }
}

#[test]
fn a_start_reads_no_more_than_it_may_and_the_rest_comes_with_the_shelf() {
    let folder = tempfile::tempdir().unwrap();
    let views = folder.path().join("views");
    let (mut journal, _) = Journal::open(folder.path(), DEVICE, "test").unwrap();
    let came = Happens { what: 0, who: 0, session: 0, of: 0, clock: 3, later_ms: 1, new_boot: false };
    let events = vec![came; 50];
    journal.append_many(&decisions(&events, 0, &mut 1, &mut 0)).into_iter().for_each(|it| drop(it.unwrap()));
    let hold = Hold { newest: 10, most: 20, young_ms: i64::MAX };
    let mut book = open(&views, &journal, hold);
    assert_eq!(book.roll(SessionId([1; 16])).len(), 20, "usable at once, with the latest");
    shelve(&views, &journal.reader().unwrap(), hold, |_| ControlFlow::Continue(())).unwrap();
    book.look_at_shelf();
    assert_eq!(book.roll(SessionId([1; 16])).len(), 50, "and whole a little later");
    assert_eq!(book.latest().count(), 20);
}
