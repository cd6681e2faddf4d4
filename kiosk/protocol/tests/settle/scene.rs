// SPDX-License-Identifier: GPL-3.0-or-later
//! A day at a learning point, told in a few words: sessions, taps, staff; then settled.

use jiff::{civil::date, tz::TimeZone};
use xuedian_domain::{
    id::{ActivityId, DeviceId, EpochId, LearnerId, LessonKey, RecordId, RoomId, SessionId, SiteId, StaffId},
    record::{Change, Fact, Hand, Kind, Learning, Origin, Presence, Session},
    rules::RuleSet,
    session::{ActivityKind, PresencePolicy, Room, SessionPlan, Words},
    settle::{Award, Input, Opening, Settlement, settle},
    time::Time,
};

/// The demo district's rules, as they are written.
pub fn rules() -> RuleSet {
    xuedian_protocol::rules::parse(include_str!("../../../../tests/fixtures/rules/yinxing.toml")).unwrap()
}

pub fn zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap()
}

/// A time on 3 June 2026, as `09:05`; `+1 09:05` is the day after.
pub fn at(text: &str) -> Time {
    let (days, clock) = text.split_once(' ').map_or((0, text), |(days, clock)| (days.parse().unwrap(), clock));
    let (hour, minute) = clock.split_once(':').unwrap();
    let day = date(2026, 6, 3).at(hour.parse().unwrap(), minute.parse().unwrap(), 0, 0).to_zoned(zone()).unwrap();
    Time(day.timestamp().as_millisecond()).plus_minutes(days * 24 * 60)
}

pub fn learner(n: u8) -> LearnerId {
    LearnerId([n; 16])
}

pub fn session(n: u8) -> SessionId {
    SessionId([n; 16])
}

pub fn lesson(name: &str) -> LessonKey {
    LessonKey(format!("i01/c01/{name}"))
}

/// The one whom a case is about.
pub const ME: u8 = 1;

pub struct Scene {
    pub plans: Vec<SessionPlan>,
    pub facts: Vec<Fact>,
    pub opening: Opening,
    pub now: Time,
    pub device: u8,
}

impl Scene {
    pub fn new() -> Self {
        Self { plans: Vec::new(), facts: Vec::new(), opening: Opening::default(), now: at("23:00"), device: 1 }
    }

    /// A session `from` – `to` of the day.
    pub fn plan(
        &mut self,
        n: u8,
        kind: ActivityKind,
        policy: PresencePolicy,
        from: &str,
        to: &str,
    ) -> &mut SessionPlan {
        let minutes = u32::try_from(at(to).minutes_since(at(from))).unwrap();
        let name = Words { zh: "书法".into(), en: "Calligraphy".into() };
        self.plans.push(SessionPlan {
            id: session(n),
            activity: ActivityId([n; 16]),
            kind,
            policy,
            title: name.clone(),
            short: name.clone(),
            site: SiteId([9; 16]),
            site_certified: true,
            room: Room { id: RoomId([9; 16]), name },
            start: at(from),
            minutes,
            seats: 0,
            due: Vec::new(),
            lessons: Vec::new(),
            teacher: String::new(),
        });
        self.plans.last_mut().unwrap()
    }

    pub fn class(&mut self, n: u8, from: &str, to: &str) -> &mut SessionPlan {
        self.plan(n, ActivityKind::Class, PresencePolicy::Class, from, to)
    }

    pub fn lecture(&mut self, n: u8, from: &str, to: &str) -> &mut SessionPlan {
        self.plan(n, ActivityKind::Lecture, PresencePolicy::Lecture, from, to)
    }

    pub fn fact(&mut self, at: Time, kind: Kind) -> RecordId {
        let seq = self.facts.len() as u64 + 1;
        let mut id = [0; 16];
        id[0] = self.device;
        id[8..].copy_from_slice(&seq.to_be_bytes());
        let origin = Origin { device: DeviceId([self.device; 16]), epoch: EpochId([self.device; 16]), seq };
        self.facts.push(Fact { id: RecordId(id), origin, at, measurable: true, kind });
        RecordId(id)
    }

    pub fn comes(&mut self, who: u8, where_: u8, when: &str) -> RecordId {
        let it = Presence::CheckIn { learner: learner(who), session: session(where_), how: Hand::Card, sits_in: false };
        self.fact(at(when), Kind::Presence(it))
    }

    pub fn goes(&mut self, who: u8, where_: u8, when: &str) -> RecordId {
        let it = Presence::CheckOut { learner: learner(who), session: session(where_), how: Hand::Card, early: false };
        self.fact(at(when), Kind::Presence(it))
    }

    pub fn change(&mut self, n: u8, when: &str, change: Change) -> RecordId {
        self.fact(at(when), Kind::Session(Session::Changed { session: session(n), change, by: None }))
    }

    pub fn close(&mut self, n: u8, when: &str, for_all: bool) -> RecordId {
        self.fact(at(when), Kind::Session(Session::Closed { session: session(n), for_all, by: None }))
    }

    pub fn heads(&mut self, n: u8, when: &str, heads: u32) -> RecordId {
        self.fact(at(when), Kind::Session(Session::Headcount { session: session(n), heads, by: None }))
    }

    /// Stretches of a lesson in seconds.
    pub fn watches(&mut self, who: u8, name: &str, when: &str, stretches: &[(u32, u32)], length_s: u32) -> RecordId {
        let it = Learning::Watched {
            learner: Some(learner(who)),
            visit: RecordId::default(),
            lesson: lesson(name),
            ranges: stretches.iter().map(|(from, to)| (from * 1000, to * 1000)).collect(),
            length_ms: length_s * 1000,
            stopped_ms: 0,
        };
        self.fact(at(when), Kind::Learning(it))
    }

    pub fn settle_with(&self, rules: &[RuleSet]) -> Settlement {
        let zone = zone();
        let Self { plans, facts, opening, now, .. } = self;
        settle(&Input { plans, facts, rules, zone: &zone, opening, now: *now })
    }

    pub fn settle(&self) -> Settlement {
        self.settle_with(&[rules()])
    }
}

/// Somebody's awards.
pub fn of(settlement: &Settlement, who: u8) -> Vec<&Award> {
    settlement.awards.iter().filter(|award| award.learner == learner(who)).collect()
}

pub fn staff(n: u8) -> StaffId {
    StaffId([n; 16])
}
