// SPDX-License-Identifier: GPL-3.0-or-later
//! The director with a real journal on a real disk, a handful of people, and faux doors: what a visitor sees, and what is kept.

#![expect(clippy::unwrap_used, reason = "a test that fails should fail loudly")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use xuedian_domain::{
    card::{CardClass, CardToken},
    id::{ActivityId, BootId, LearnerId, RoomId, SessionId, SiteId, StaffId},
};
use xuedian_engine::{
    book::Book,
    clock::{Clock, Reading, TimeSource},
    command::{Answer, Open, StaffCommand, StaffPage, UiCommand},
    director::{
        Director, Faults, Parts, People, Point, Rim, Wake,
        earnings::Rules,
        people::{CardOwner, KnownLearner, KnownStaff, Owner},
    },
    media_cache::MediaCache,
    ports::reader::{Arrival, CardKind, CardRead, ReaderEvent, ReaderLoss, ReaderRefusal},
    sync::DistrictState,
    view::{Idle, Outcome, Page, Refusal, StaffTask, TroubleKind, UndoReason, View},
};
use xuedian_journal::{Journal, JournalThread};
use xuedian_protocol::{
    documents::{Agenda, PointSettings, StaffRole, StandingLine},
    records::read_line,
};

const WANG: LearnerId = LearnerId([7; 16]);
const STAFF: StaffId = StaffId([9; 16]);
/// 2027-06-03, 9:00 in Beijing (after any build: before it no clock is believed), milliseconds since 1970.
const NINE: i64 = 1_811_984_400_000;
const MINUTE: i64 = 60_000;

struct HandClock(Arc<AtomicI64>);

impl TimeSource for HandClock {
    fn boot(&self) -> BootId {
        BootId([1; 16])
    }
    fn read(&self) -> Reading {
        let now = self.0.load(Ordering::Relaxed);
        Reading { mono_ms: now - NINE + 1_000_000_000, wall_ms: now }
    }
    fn has_battery(&self) -> bool {
        true
    }
}

struct Handful;

fn wang() -> KnownLearner {
    KnownLearner {
        learner: WANG,
        mask: "王*珍".into(),
        tail: "07".into(),
        born: Some(1951),
        resting: false,
        prefers: Default::default(),
    }
}

impl People for Handful {
    fn by_token(&self, token: &CardToken) -> Vec<CardOwner> {
        let owner = match token.mac[0] {
            7 => Owner::Learner(wang()),
            9 => Owner::Staff(self.staff(STAFF).unwrap()),
            _ => return Vec::new(),
        };
        vec![CardOwner { owner, class: None, lost: false }]
    }
    fn learner(&self, learner: LearnerId) -> Option<KnownLearner> {
        (learner == WANG).then(wang)
    }
    fn staff(&self, staff: StaffId) -> Option<KnownStaff> {
        Some(KnownStaff { staff, mask: "何*".into(), role: StaffRole::SiteStaff })
    }
    fn standing(&self, _: LearnerId) -> Option<StandingLine> {
        None
    }
    fn search(&self, typed: &str, _: usize) -> Vec<KnownLearner> {
        if typed == "wsz" { vec![wang()] } else { Vec::new() }
    }
}

fn agenda() -> Agenda {
    let (site, room) = (SiteId([1; 16]), RoomId([2; 16]));
    let (activity, session) = (ActivityId([3; 16]), SessionId([4; 16]));
    serde_json::from_value(serde_json::json!({
        "sites": [{"site": site.to_string(), "name": {"zh": "梧桐里"}, "certified": true,
                   "rooms": [{"room": room.to_string(), "name": {"zh": "书画室"}}]}],
        "series": [{"activity": activity.to_string(), "title": {"zh": "楷书初级班"}, "short": {"zh": "书法"},
                    "kind": "class", "policy": "class"}],
        "sessions": [{"session": session.to_string(), "activity": activity.to_string(), "site": site.to_string(),
                      "room": room.to_string(), "start_ms": NINE, "minutes": 90, "teacher": "何老师"}],
    }))
    .unwrap()
}

fn settings() -> PointSettings {
    serde_json::from_value(serde_json::json!({
        "site": SiteId([1; 16]).to_string(), "site_name": {"zh": "梧桐里"}, "name": "K1",
        "rooms": [RoomId([2; 16]).to_string()], "language": "zh", "time_zone": "Asia/Shanghai",
        "volume": 70, "double_tap_s": 60, "visit_s": 90,
    }))
    .unwrap()
}

/// A kiosk without a screen.
struct Kiosk {
    director: Director,
    view: watch::Receiver<Arc<View>>,
    own: mpsc::Receiver<Wake>,
    wall: Arc<AtomicI64>,
    folder: TempDir,
    thread: JournalThread,
    _doors: Vec<Box<dyn std::any::Any>>,
}

impl Kiosk {
    fn at(wall: i64) -> Self {
        Self::open(tempfile::tempdir().unwrap(), wall)
    }

    fn open(folder: TempDir, wall: i64) -> Self {
        let clock_hand = Arc::new(AtomicI64::new(wall));
        let clock = Clock::open(Arc::new(HandClock(Arc::clone(&clock_hand))), folder.path().join("floor"));
        let (journal, _) = Journal::open(folder.path(), "00000000-0000-0000-0000-000000000001", "test").unwrap();
        let book = read_book(&journal);
        let (journal, thread) = JournalThread::start(journal, Box::new(|_| {})).unwrap();
        let (view_tx, view) = watch::channel(Arc::new(View::of(Page::Idle(Idle::default()))));
        let (own_tx, own) = mpsc::channel(64);
        let (media, media_rx) = mpsc::channel(64);
        let (sound, sound_rx) = mpsc::channel(1024);
        let (signals, signals_rx) = mpsc::channel(1024);
        let (system, system_rx) = mpsc::channel(64);
        let (district_tx, district) = watch::channel(DistrictState::default());
        let rules_text = include_str!("../../../tests/fixtures/rules/yinxing.toml");
        let rules = Rules {
            sets: vec![xuedian_protocol::rules::parse(rules_text).unwrap()],
            heard: Some(xuedian_domain::time::Time(wall)),
        };
        let rim = Rim {
            journal,
            media,
            sound,
            signals,
            system,
            view: view_tx,
            district,
            hub: String::new(),
            media_cache: MediaCache::open(&folder.path().join("media"), 1 << 20).unwrap(),
            papers: folder.path().join("papers"),
            paper_font: "../../assets/fonts/xuedian-sans-regular.otf".into(),
            wakes: own_tx,
            send_now: Box::new(|| {}),
        };
        let point = Point { settings: Some(settings()), agenda: agenda(), ..Point::default() };
        let parts = Parts { clock, people: Box::new(Handful), point, rules, book, rim, faults: Faults::default() };
        let doors: Vec<Box<dyn std::any::Any>> = vec![
            Box::new(media_rx),
            Box::new(sound_rx),
            Box::new(signals_rx),
            Box::new(system_rx),
            Box::new(district_tx),
        ];
        Self { director: Director::new(parts), view, own, wall: clock_hand, folder, thread, _doors: doors }
    }

    fn go_to(&mut self, wall: i64) {
        self.wall.store(wall, Ordering::Relaxed);
        self.director.step(Wake::Tick);
    }

    /// Taps and waits for the disk, when something is to be kept.
    fn tap(&mut self, n: u8) {
        let read = CardRead {
            tokens: vec![CardToken { key: 1, mac: [n; 16] }],
            class: CardClass { uid_len: 7, sak: 0, atqa: 0x44 },
            kind: CardKind::Tag,
            arrival: Arrival::New,
            read_at: Instant::now(),
        };
        self.director.step(Wake::Reader(ReaderEvent::Card(read)));
        self.settle();
    }

    fn press(&mut self, command: UiCommand) {
        self.director.step(Wake::Ui(command));
        self.settle();
    }

    /// Takes the journal's answers as long as a card is being worked on.
    fn settle(&mut self) {
        while self.view.borrow().reading {
            let wake = self.own.blocking_recv().unwrap();
            self.director.step(wake);
        }
    }

    fn page(&self) -> Page {
        self.view.borrow().page.clone()
    }

    fn outcome(&self) -> Outcome {
        match self.page() {
            Page::Result(result) => result.outcome,
            other => panic!("no result: {other:?}"),
        }
    }

    fn key(&self) -> u64 {
        self.view.borrow().results.iter().next().unwrap().key
    }

    fn kinds(&self) -> Vec<String> {
        let reader = xuedian_journal::JournalReader::open(self.folder.path()).unwrap();
        let stored = reader.read_after(None, 0, 1000, 1 << 20).unwrap();
        let kind =
            |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["kind"].as_str().unwrap().to_owned();
        stored.iter().map(|s| kind(&s.line)).filter(|k| k != "clock-known").collect()
    }
}

fn read_book(journal: &Journal) -> Book {
    let mut book = Book::default();
    for stored in journal.reader().unwrap().read_after(None, 0, 10_000, 1 << 24).unwrap() {
        if let (envelope, Some(kind)) = read_line(&stored.line).unwrap() {
            book.add(envelope.with(kind));
        }
    }
    book
}

#[test]
fn a_class_from_check_in_to_check_out() {
    let mut kiosk = Kiosk::at(NINE - 5 * MINUTE);
    kiosk.tap(7);
    let Outcome::SignedIn { session, place: 1, earns: Some(_), .. } = kiosk.outcome() else {
        panic!("{:?}", kiosk.outcome())
    };
    assert_eq!(session, "楷书初级班");
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::Already { .. }));
    kiosk.go_to(NINE + 40 * MINUTE);
    kiosk.tap(7);
    assert!(matches!(kiosk.outcome(), Outcome::MidClass { .. }));
    kiosk.go_to(NINE + 41 * MINUTE);
    assert!(matches!(kiosk.page(), Page::Idle(_)), "who walks on is asked no more");
    kiosk.go_to(NINE + 91 * MINUTE);
    kiosk.tap(7);
    let Outcome::SignedOut { minutes: 90, earned: Some(_), .. } = kiosk.outcome() else {
        panic!("{:?}", kiosk.outcome())
    };
    assert_eq!(kiosk.kinds(), ["epoch-opened", "check-in", "check-out", "award"]);
}

#[test]
fn leaving_early_is_an_answer() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(7);
    kiosk.go_to(NINE + 60 * MINUTE);
    kiosk.tap(7);
    let key = kiosk.key();
    kiosk.press(UiCommand::Answer(key, Answer::LeaveEarly));
    assert!(matches!(kiosk.outcome(), Outcome::SignedOut { minutes: 60, .. }));
}

#[test]
fn cards_that_are_not_taken_get_words() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(1);
    assert_eq!(kiosk.outcome(), Outcome::Refused(Refusal::UnknownCard));
    for (refusal, words) in [
        (ReaderRefusal::RandomUid, Refusal::RandomUid),
        (ReaderRefusal::TypeB, Refusal::IdentityCard),
        (ReaderRefusal::Unreadable, Refusal::TooQuick),
    ] {
        kiosk.director.step(Wake::Reader(ReaderEvent::Refused(refusal)));
        assert_eq!(kiosk.view.borrow().results.iter().next().unwrap().outcome, Outcome::Refused(words));
    }
    assert_eq!(kiosk.kinds(), ["epoch-opened", "card-unknown"]);
}

#[test]
fn staff_see_the_roll_grow_and_undo_a_line() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.tap(7);
    let roll = |kiosk: &Kiosk| match kiosk.page() {
        Page::Staff(staff) => match staff.task {
            StaffTask::Roll(roll) => roll,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    assert_eq!(roll(&kiosk).signed_in, 1);
    let line = roll(&kiosk).entries[0].key;
    kiosk.press(UiCommand::Staff(StaffCommand::AskUndo(line)));
    kiosk.press(UiCommand::Staff(StaffCommand::Undo(line, UndoReason::WrongCard)));
    assert_eq!(roll(&kiosk).signed_in, 0);
    assert!(roll(&kiosk).entries[0].undone, "it stays in the list, struck through");
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "check-in", "reversal"]);
}

#[test]
fn a_numbered_card_counts_from_now() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.press(UiCommand::Staff(StaffCommand::Task(StaffPage::Card)));
    kiosk.press(UiCommand::Staff(StaffCommand::HandOut));
    kiosk.tap(42);
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "card-linked", "check-in"]);
    kiosk.press(UiCommand::Leave);
    kiosk.go_to(NINE + 89 * MINUTE);
    kiosk.tap(42);
    assert!(matches!(kiosk.outcome(), Outcome::SignedOut { .. }));
}

#[test]
fn someone_without_a_card_is_found_and_signed_in() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.press(UiCommand::Staff(StaffCommand::Task(StaffPage::Forgot)));
    kiosk.press(UiCommand::Staff(StaffCommand::Search("wsz".into())));
    kiosk.press(UiCommand::Staff(StaffCommand::Pick(0)));
    assert_eq!(kiosk.kinds(), ["epoch-opened", "staff-on", "check-in"]);
}

#[test]
fn a_book_read_again_is_the_book_that_was() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.tap(9);
    kiosk.tap(7);
    kiosk.press(UiCommand::Staff(StaffCommand::Headcount(1)));
    kiosk.press(UiCommand::Staff(StaffCommand::CloseForAll));
    let Kiosk { director, folder, thread, .. } = kiosk;
    drop(director);
    thread.join();
    let kiosk = Kiosk::open(folder, NINE + 2 * MINUTE);
    let kinds = kiosk.kinds();
    assert_eq!(kinds, ["epoch-opened", "staff-on", "check-in", "headcount", "session-closed"]);
}

#[test]
fn a_lost_reader_is_a_picture_and_heals() {
    let mut kiosk = Kiosk::at(NINE);
    kiosk.director.step(Wake::Reader(ReaderEvent::Lost(ReaderLoss::Absent)));
    assert!(matches!(kiosk.page(), Page::Trouble(t) if t.kind == TroubleKind::Reader && t.still.courses));
    kiosk.press(UiCommand::Open(Open::WhatsOn));
    kiosk.press(UiCommand::Back);
    kiosk.director.step(Wake::Reader(ReaderEvent::Recovered));
    assert!(matches!(kiosk.page(), Page::Idle(_)));
}

#[test]
fn a_guest_comes_in_by_touch_and_walks_away() {
    let mut kiosk = Kiosk::at(NINE - 600 * MINUTE);
    kiosk.press(UiCommand::Enter);
    assert!(matches!(kiosk.page(), Page::Home(_)));
    kiosk.go_to(NINE - 598 * MINUTE);
    assert!(kiosk.view.borrow().still_there.is_some());
    kiosk.go_to(NINE - 597 * MINUTE);
    kiosk.settle();
    assert!(matches!(kiosk.page(), Page::Idle(_)));
}
