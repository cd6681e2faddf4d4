// SPDX-License-Identifier: GPL-3.0-or-later
//! A kiosk without a screen: a real journal on a real disk, a handful of people, and faux doors.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
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
    book::{Book, Hold},
    clock::{Clock, Reading, TimeSource},
    command::UiCommand,
    director::{
        Director, Faults, Parts, People, Point, Rim, Updates, Wake,
        earnings::Rules,
        people::{CardOwner, KnownLearner, KnownStaff, Owner},
    },
    media_cache::MediaCache,
    ports::{
        media::MediaCommand,
        reader::{Arrival, CardKind, CardRead, ReadTimes, ReaderEvent, ReaderRefusal},
        system::SystemCommand,
    },
    reset::{self, WayOut},
    sync::DistrictState,
    view::{Idle, Outcome, Page, RollCall, StaffTask, View},
};
use xuedian_journal::{Journal, JournalThread};
use xuedian_protocol::documents::{Agenda, PointSettings, StaffRole, StandingLine};

pub const WANG: LearnerId = LearnerId([7; 16]);
pub const CALLIGRAPHY: SessionId = SessionId([4; 16]);
/// The second session, where there are two.
pub const PHONES: SessionId = SessionId([5; 16]);
pub const LI: LearnerId = LearnerId([8; 16]);
pub const STAFF: StaffId = StaffId([9; 16]);
/// Another person of staff.
pub const SECOND: StaffId = StaffId([10; 16]);
/// The other card of the first one.
pub const OTHER_CARD: u8 = 19;
/// A card that cannot be looked up.
pub const UNREADABLE: u8 = 66;
/// What a disk that refuses is told, to take records again.
pub const TAKES_AGAIN: &str = "DROP TRIGGER refuses";
/// 2027-06-03, 9:00 in Beijing (after any build: before it no clock is believed), milliseconds since 1970.
pub const NINE: i64 = 1_811_984_400_000;
pub const MINUTE: i64 = 60_000;

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

struct Handful {
    can_tell: Cell<bool>,
}

fn person(learner: LearnerId) -> Option<KnownLearner> {
    let mask = match learner {
        WANG => "王*珍",
        LI => "李*华",
        _ => return None,
    };
    Some(KnownLearner {
        learner,
        mask: mask.into(),
        tail: format!("{:02}", learner.0[0]),
        born: Some(1951),
        resting: false,
        prefers: Default::default(),
    })
}

impl People for Handful {
    fn by_token(&self, token: &CardToken) -> Vec<CardOwner> {
        self.can_tell.set(token.mac[0] != UNREADABLE);
        let owner = match token.mac[0] {
            n @ (7 | 8) => Owner::Learner(person(LearnerId([n; 16])).unwrap()),
            9 | OTHER_CARD => Owner::Staff(self.staff(STAFF).unwrap()),
            10 => Owner::Staff(self.staff(SECOND).unwrap()),
            _ => return Vec::new(),
        };
        vec![CardOwner { owner, class: None, lost: false }]
    }
    fn can_tell(&self) -> bool {
        self.can_tell.get()
    }
    fn learner(&self, learner: LearnerId) -> Option<KnownLearner> {
        person(learner)
    }
    fn staff(&self, staff: StaffId) -> Option<KnownStaff> {
        Some(KnownStaff { staff, mask: "何*".into(), role: StaffRole::SiteStaff })
    }
    fn standing(&self, _: LearnerId) -> Option<StandingLine> {
        None
    }
    fn search(&self, typed: &str, _: usize) -> Vec<KnownLearner> {
        if typed == "wsz" { person(WANG).into_iter().collect() } else { Vec::new() }
    }
}

/// Calligraphy at nine for 90 minutes; with `two`, a phone class beside it a quarter of an hour later.
fn agenda(two: bool) -> Agenda {
    let (site, room) = (SiteId([1; 16]), RoomId([2; 16]));
    let (activity, session) = (ActivityId([3; 16]), SessionId([4; 16]));
    let mut agenda: Agenda = serde_json::from_value(serde_json::json!({
        "sites": [{"site": site.to_string(), "name": {"zh": "梧桐里"}, "certified": true,
                   "rooms": [{"room": room.to_string(), "name": {"zh": "书画室"}}]}],
        "series": [{"activity": activity.to_string(), "title": {"zh": "楷书初级班"}, "short": {"zh": "书法"},
                    "kind": "class", "policy": "class"}],
        "sessions": [{"session": session.to_string(), "activity": activity.to_string(), "site": site.to_string(),
                      "room": room.to_string(), "start_ms": NINE, "minutes": 90, "teacher": "何老师"}],
    }))
    .unwrap();
    if two {
        let mut other = agenda.sessions[0].clone();
        other.session = PHONES;
        other.start_ms += 15 * MINUTE;
        agenda.sessions.push(other);
    }
    agenda
}

fn settings() -> PointSettings {
    serde_json::from_value(serde_json::json!({
        "site": SiteId([1; 16]).to_string(), "site_name": {"zh": "梧桐里"}, "name": "K1",
        "rooms": [RoomId([2; 16]).to_string()], "language": "zh", "time_zone": "Asia/Shanghai",
        "volume": 70, "double_tap_s": 60, "visit_s": 90,
    }))
    .unwrap()
}

/// The learning point with calligraphy at nine.
pub fn point() -> Point {
    Point { settings: Some(settings()), agenda: agenda(false), ..Point::default() }
}

/// A kiosk without a screen.
pub struct Kiosk {
    pub director: Director,
    pub view: watch::Receiver<Arc<View>>,
    pub own: mpsc::Receiver<Wake>,
    pub wall: Arc<AtomicI64>,
    pub folder: TempDir,
    pub thread: JournalThread,
    pub media: MediaCache,
    pub films: mpsc::Receiver<MediaCommand>,
    /// The district's side, as the director sees it.
    pub district: watch::Sender<DistrictState>,
    /// How often the box was to start again.
    pub restarts: Arc<AtomicU32>,
    pub system: mpsc::Receiver<SystemCommand>,
    _doors: Vec<Box<dyn std::any::Any>>,
}

impl Kiosk {
    pub fn at(wall: i64) -> Self {
        Self::open(tempfile::tempdir().unwrap(), wall)
    }

    /// Where two sessions run at the same time.
    pub fn of_two_sessions(wall: i64) -> Self {
        let mut kiosk = Self::at(wall);
        let point = Point { settings: Some(settings()), agenda: agenda(true), ..Point::default() };
        kiosk.director.set_point(point);
        kiosk
    }

    pub fn open(folder: TempDir, wall: i64) -> Self {
        Self::of_release(folder, wall, Updates::default())
    }

    /// A box with slots.
    pub fn of_release(folder: TempDir, wall: i64, updates: Updates) -> Self {
        let clock_hand = Arc::new(AtomicI64::new(wall));
        let clock = Clock::open(Arc::new(HandClock(Arc::clone(&clock_hand))), folder.path().join("floor"));
        let (journal, _) = Journal::open(folder.path(), "00000000-0000-0000-0000-000000000001", "test").unwrap();
        let book = Book::open(&folder.path().join("views"), journal.reader().unwrap(), Hold::default()).unwrap();
        let (journal, thread) = JournalThread::start(journal, Box::new(|_| {})).unwrap();
        let (view_tx, view) = watch::channel(Arc::new(View::of(Page::Idle(Idle::default()))));
        let (own_tx, own) = mpsc::channel(64);
        let (films_tx, films) = mpsc::channel(64);
        let media = MediaCache::open(&folder.path().join("media"), 1 << 20).unwrap();
        let (sound, sound_rx) = mpsc::channel(1024);
        let (signals, signals_rx) = mpsc::channel(1024);
        let (system, system_rx) = mpsc::channel(64);
        let (district_tx, district) = watch::channel(DistrictState::default());
        let restarts = Arc::new(AtomicU32::default());
        let counted = Arc::clone(&restarts);
        let rules_text = include_str!("../../../../tests/fixtures/rules/yinxing.toml");
        let rules = Rules {
            sets: vec![xuedian_protocol::rules::parse(rules_text).unwrap()],
            heard: Some(xuedian_domain::time::Time(wall)),
        };
        let rim = Rim {
            journal,
            media: films_tx,
            sound,
            signals,
            system,
            view: view_tx,
            district,
            hub: String::new(),
            media_cache: media.clone(),
            papers: folder.path().join("papers"),
            paper_font: "../../assets/fonts/xuedian-sans-regular.otf".into(),
            wakes: own_tx,
            send_now: Box::new(|| {}),
            reset: WayOut {
                data: folder.path().to_owned(),
                restart: Box::new(move || {
                    counted.fetch_add(1, Ordering::Relaxed);
                }),
            },
        };
        let point = point();
        let mut faults = Faults::default();
        faults.records_kept = reset::keeps_records(folder.path());
        let parts = Parts {
            clock,
            people: Box::new(Handful { can_tell: Cell::new(true) }),
            point,
            rules,
            book,
            rim,
            faults,
            updates,
        };
        let doors: Vec<Box<dyn std::any::Any>> = vec![Box::new(sound_rx), Box::new(signals_rx)];
        Self {
            director: Director::new(parts),
            view,
            own,
            wall: clock_hand,
            folder,
            thread,
            media,
            films,
            district: district_tx,
            restarts,
            system: system_rx,
            _doors: doors,
        }
    }

    pub fn go_to(&mut self, wall: i64) {
        self.wall.store(wall, Ordering::Relaxed);
        self.director.step(Wake::Tick);
    }

    /// Taps and waits for the disk, when something is to be kept.
    pub fn tap(&mut self, n: u8) {
        self.reader(ReaderEvent::Card(read(n, Arrival::New)));
        self.reader(ReaderEvent::Removed);
    }

    /// Two cards come into the field at once.
    pub fn tap_two(&mut self, cards: [(u8, Arrival); 2]) {
        let cards = cards.into_iter().map(|(n, arrival)| read(n, arrival)).collect();
        self.reader(ReaderEvent::Refused(ReaderRefusal::TwoCards { cards, count: 2 }));
    }

    /// The other of two cards was taken away.
    pub fn stays(&mut self, n: u8) {
        self.reader(ReaderEvent::Card(read(n, Arrival::Lying)));
    }

    pub fn reader(&mut self, event: ReaderEvent) {
        self.director.step(Wake::Reader(event));
        self.settle();
    }

    pub fn press(&mut self, command: UiCommand) {
        self.director.step(Wake::Ui(command));
        self.settle();
    }

    /// Takes the journal's answers as long as a card is being worked on.
    pub fn settle(&mut self) {
        while self.view.borrow().reading {
            let wake = self.own.blocking_recv().unwrap();
            self.director.step(wake);
        }
    }

    /// From now on the journal's disk takes nothing, until it is told [`TAKES_AGAIN`].
    pub fn refusing_disk(&self) -> rusqlite::Connection {
        let disk = rusqlite::Connection::open(self.folder.path().join("journal.db")).unwrap();
        let refuse = "CREATE TRIGGER refuses BEFORE INSERT ON record BEGIN SELECT RAISE(ABORT, 'no'); END";
        disk.execute_batch(refuse).unwrap();
        disk
    }

    /// Takes what comes until one of these has come and was taken, too.
    pub fn until(&mut self, is_it: impl Fn(&Wake) -> bool) {
        loop {
            let wake = self.own.blocking_recv().unwrap();
            let came = is_it(&wake);
            self.director.step(wake);
            if came {
                return;
            }
        }
    }

    /// The director's own records, which no card waits for, are on the disk: whatever a later card left came after them.
    pub fn all_is_kept(&mut self) {
        self.tap(1);
    }

    pub fn page(&self) -> Page {
        self.view.borrow().page.clone()
    }

    pub fn staff_task(&self) -> StaffTask {
        match self.page() {
            Page::Staff(staff) => staff.task,
            other => panic!("not the staff page: {other:?}"),
        }
    }

    pub fn roll(&self) -> RollCall {
        match self.staff_task() {
            StaffTask::Roll(roll) => roll,
            other => panic!("no roll call: {other:?}"),
        }
    }

    pub fn outcome(&self) -> Outcome {
        match self.page() {
            Page::Result(result) => result.outcome,
            other => panic!("no result: {other:?}"),
        }
    }

    pub fn key(&self) -> u64 {
        self.view.borrow().results.iter().next().unwrap().key
    }

    pub fn kinds(&self) -> Vec<String> {
        self.records().iter().map(|r| r["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// All records but those about the clock.
    pub fn records(&self) -> Vec<serde_json::Value> {
        let reader = xuedian_journal::JournalReader::open(self.folder.path()).unwrap();
        let stored = reader.read_after(None, 0, 1000, 1 << 20).unwrap();
        let records = stored.iter().map(|s| serde_json::from_str::<serde_json::Value>(&s.line).unwrap());
        records.filter(|r| r["kind"] != "clock-known").collect()
    }

    pub fn last(&self) -> serde_json::Value {
        self.records().pop().unwrap()
    }
}

pub fn read(n: u8, arrival: Arrival) -> CardRead {
    CardRead {
        tokens: vec![CardToken { key: 1, mac: [n; 16] }],
        class: CardClass { uid_len: 7, sak: 0, atqa: 0x44 },
        kind: CardKind::Tag,
        arrival,
        times: ReadTimes { asked: Instant::now(), answered: Instant::now() },
    }
}
