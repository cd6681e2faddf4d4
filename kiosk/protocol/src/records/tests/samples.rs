// SPDX-License-Identifier: GPL-3.0-or-later
//! One of every kind, with each optional member there once and absent once.

use xuedian_domain::{
    card::{CardClass, CardToken},
    id::{ActivityId, LearnerId, LessonKey, RecordId, RoomId, SessionId, SiteId, StaffId},
    record::{
        Account, AwardSource, Card, Change, Duty, Hand, Kind, Learning, Machine, Presence, Session, Visit, VisitEnd,
    },
    session::{ActivityKind, PresencePolicy, Room, SessionPlan, Words},
    time::Time,
};

fn id(last: u8) -> [u8; 16] {
    [0x01, 0x90, 0xc0, 0xde, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, last]
}

fn words(zh: &str, en: &str) -> Words {
    Words { zh: zh.into(), en: en.into() }
}

pub(super) fn plan() -> SessionPlan {
    SessionPlan {
        id: SessionId(id(0x30)),
        activity: ActivityId(id(0x31)),
        kind: ActivityKind::OpenHours,
        policy: PresencePolicy::DropIn,
        title: words("图书馆老年阅览", "Reading room"),
        short: words("阅览", "Reading"),
        site: SiteId(id(0x32)),
        site_certified: true,
        room: Room { id: RoomId(id(0x33)), name: words("阅览室", "Reading room") },
        start: Time(1_780_448_400_000),
        minutes: 720,
        seats: 60,
        due: vec![LearnerId(id(1))],
        lessons: vec![LessonKey("i01/c01/l01".into())],
        teacher: "何老师".into(),
    }
}

pub(super) fn all() -> Vec<Kind> {
    let token = CardToken { key: 1, mac: id(0xaa) };
    let class = CardClass { uid_len: 7, sak: 0x20, atqa: 0x0344 };
    let (learner, session, staff) = (LearnerId(id(1)), SessionId(id(2)), StaffId(id(3)));
    let (record, by) = (RecordId(id(4)), Some(staff));
    let changed = |change| Kind::Session(Session::Changed { session, change, by });
    vec![
        Kind::Machine(Machine::EpochOpened),
        Kind::Machine(Machine::ClockKnown { offset_ms: 1_780_000_000_123 }),
        Kind::Machine(Machine::Fault { part: "reader".into(), began: true, detail: "port closed".into() }),
        Kind::Card(Card::Unknown { token, class, session: None }),
        Kind::Card(Card::Unknown { token, class, session: Some(session) }),
        Kind::Card(Card::Linked { token, class, learner: None, printed_no: Some("0042".into()), by }),
        Kind::Card(Card::Linked { token, class, learner: Some(learner), printed_no: None, by: None }),
        Kind::Visit(Visit::Opened { learner: None }),
        Kind::Visit(Visit::Opened { learner: Some(learner) }),
        Kind::Visit(Visit::Closed { visit: record, why: VisitEnd::Timeout }),
        Kind::Visit(Visit::Preference { learner, key: "type_size".into(), value: "large".into() }),
        Kind::Visit(Visit::Feedback { session, face: 1 }),
        Kind::Session(Session::Opened { session, made_here: None, by: None }),
        Kind::Session(Session::Opened { session: SessionId(id(0x30)), made_here: Some(Box::new(plan())), by }),
        Kind::Session(Session::Closed { session, for_all: true, by }),
        changed(Change::Delayed { minutes: 30 }),
        changed(Change::Moved { room: RoomId(id(5)) }),
        changed(Change::Cancelled { reason: "空气质量红色预警".into() }),
        changed(Change::EndedEarly),
        Kind::Session(Session::Headcount { session, heads: 180, by }),
        Kind::Presence(Presence::CheckIn { learner, session, how: Hand::Card, sits_in: false }),
        Kind::Presence(Presence::CheckIn { learner, session, how: Hand::Staff(staff), sits_in: true }),
        Kind::Presence(Presence::CheckOut { learner, session, how: Hand::Card, early: true }),
        Kind::Presence(Presence::LateEntry {
            learner,
            session,
            stay: (Time(1_780_448_400_000), Time(1_780_453_800_000)),
            by: (staff, StaffId(id(6))),
        }),
        Kind::Learning(Learning::Watched {
            learner: Some(learner),
            visit: record,
            lesson: LessonKey("i01/c02/l03".into()),
            ranges: vec![(0, 60_000), (90_000, 480_000)],
            length_ms: 480_000,
            stopped_ms: 480_000,
        }),
        Kind::Account(Account::Award {
            learner,
            source: AwardSource::Session(session),
            rule: ("R01".into(), 3),
            amount: 150,
            minutes: 90,
        }),
        Kind::Account(Account::Award {
            learner,
            source: AwardSource::Lesson(LessonKey("i01/c02/l03".into())),
            rule: ("R03".into(), 3),
            amount: 20,
            minutes: 12,
        }),
        Kind::Account(Account::Reversal { of: record, reason: "刷错了".into(), by }),
        Kind::Duty(Duty::On { staff }),
        Kind::Duty(Duty::Off { staff }),
        Kind::Machine(Machine::FactoryReset { by: (staff, StaffId(id(6))), unsent: 12 }),
    ]
}
