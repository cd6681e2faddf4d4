// SPDX-License-Identifier: GPL-3.0-or-later
//! The book: what this kiosk's own records come to, folded in memory.
//!
//! It is thrown away and read again from the journal at each start, and never written. The live book and one that was
//! read again are equal, which a test holds.

mod attendance;
mod linked;
mod story;

use std::collections::{BTreeMap, HashMap, HashSet};

use xuedian_domain::{
    card::CardToken,
    id::{BootId, LearnerId, LessonKey, RecordId, SessionId},
    record::{Account, Card, Fact, Kind, Learning, Machine, Presence, Record, Session},
    retime::retime,
    session::SessionPlan,
    time::Clock,
};

pub use attendance::RollLine;
pub use linked::LinkedCard;
pub use story::Story;

/// What this kiosk's own records come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    plans: BTreeMap<SessionId, SessionPlan>,
    made_here: BTreeMap<SessionId, SessionPlan>,
    records: Vec<Record>,
    facts: Vec<Fact>,
    by_session: HashMap<SessionId, Vec<usize>>,
    by_learner: HashMap<LearnerId, Vec<usize>>,
    clock_known: HashMap<BootId, Vec<usize>>,
    reversed: HashSet<RecordId>,
    unknown: HashMap<CardToken, Vec<usize>>,
    links: Vec<LinkedCard>,
}

impl Book {
    /// The sessions of the agenda in force, in the place of those before. What was made here stays.
    pub fn set_plans(&mut self, plans: impl IntoIterator<Item = SessionPlan>) {
        self.plans = plans.into_iter().map(|plan| (plan.id, plan)).collect();
    }

    /// All sessions known, by start.
    #[must_use]
    pub fn plans(&self) -> Vec<&SessionPlan> {
        let mut plans: Vec<_> = self.plans.values().chain(self.made_here.values()).collect();
        plans.sort_by_key(|plan| (plan.start, plan.id));
        plans
    }

    /// One session.
    #[must_use]
    pub fn plan(&self, session: SessionId) -> Option<&SessionPlan> {
        self.plans.get(&session).or_else(|| self.made_here.get(&session))
    }

    /// Reads many records at once, as at a start: their times are settled once, at the end.
    pub fn extend(&mut self, records: impl IntoIterator<Item = Record>) {
        for record in records {
            self.index(&record);
            self.records.push(record);
        }
        self.facts = retime(&self.records);
    }

    /// Adds the next record.
    pub fn add(&mut self, record: Record) {
        let trusted = matches!(record.stamp.clock, Clock::Synced | Clock::Rtc);
        let boot = record.stamp.boot;
        // Before the index names this record too, which has no place yet.
        let known = self.clock_known.get(&boot).into_iter().flatten().map(|at| self.records[*at].clone());
        let mut with_clock: Vec<Record> = known.collect();
        self.index(&record);
        if trusted && !matches!(record.kind, Kind::Machine(Machine::ClockKnown { .. })) {
            with_clock.push(record.clone());
            self.facts.extend(retime(&with_clock).pop());
            self.records.push(record);
        } else {
            // The clock of this boot is known from here on, or is not known at all: then the others tell its order.
            self.records.push(record);
            self.facts = retime(&self.records);
        }
    }

    /// Notes where a record belongs, before it takes its place.
    fn index(&mut self, record: &Record) {
        let at = self.records.len();
        match &record.kind {
            Kind::Session(Session::Opened { session, made_here: Some(plan), .. }) => {
                self.made_here.insert(*session, (**plan).clone());
            }
            Kind::Account(Account::Reversal { of, .. }) => {
                self.reversed.insert(*of);
            }
            Kind::Card(Card::Unknown { token, .. }) => self.unknown.entry(*token).or_default().push(at),
            Kind::Card(Card::Linked { token, learner, .. }) => {
                self.links.extend(LinkedCard::of(record));
                // What the card did before it had an owner may count as that person's: settling decides.
                let before = self.unknown.get(token).cloned().unwrap_or_default();
                self.by_learner.entry(learner.unwrap_or(LearnerId(record.id.0))).or_default().extend(before);
            }
            Kind::Machine(Machine::ClockKnown { .. }) => {
                self.clock_known.entry(record.stamp.boot).or_default().push(at);
            }
            _ => {}
        }
        if let Some(session) = session_of(&record.kind) {
            self.by_session.entry(session).or_default().push(at);
        }
        if let Some(learner) = learner_of(record) {
            self.by_learner.entry(learner).or_default().push(at);
        }
    }

    /// All facts, in the order of the journal.
    #[must_use]
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The facts about a person, and all those about the sessions this person was in: what settling needs.
    #[must_use]
    pub fn facts_of(&self, learner: LearnerId) -> Vec<Fact> {
        let own = self.by_learner.get(&learner).into_iter().flatten().copied();
        let mut wanted: Vec<usize> = own.collect();
        let sessions: HashSet<_> = wanted.iter().filter_map(|at| session_of(&self.facts[*at].kind)).collect();
        for session in sessions {
            wanted.extend(self.session_facts(session).map(|(at, _)| at));
        }
        wanted.extend(self.facts.iter().enumerate().filter(|(_, f)| is_reversal(f)).map(|(at, _)| at));
        wanted.sort_unstable();
        wanted.dedup();
        wanted.into_iter().map(|at| self.facts[at].clone()).collect()
    }

    /// The number of the last record; 0: there is none.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.records.last().map_or(0, |record| record.origin.seq)
    }

    /// How many records about a person have a number above `seq`.
    #[must_use]
    pub fn records_after(&self, learner: LearnerId, seq: u64) -> usize {
        let own = self.by_learner.get(&learner).into_iter().flatten();
        own.filter(|at| self.facts[**at].origin.seq > seq).count()
    }

    /// Whether a record was taken back.
    #[must_use]
    pub fn is_reversed(&self, record: RecordId) -> bool {
        self.reversed.contains(&record)
    }

    /// Choices of how to see and hear that a person made here, oldest first.
    pub fn preferences(&self, learner: LearnerId) -> impl Iterator<Item = (&str, &str)> {
        self.of_learner(learner).filter_map(|fact| match &fact.kind {
            Kind::Visit(xuedian_domain::record::Visit::Preference { key, value, .. }) => {
                Some((key.as_str(), value.as_str()))
            }
            _ => None,
        })
    }

    /// What a person watched of a lesson here: stretches in milliseconds as recorded, and where it stopped last.
    #[must_use]
    pub fn watched(&self, learner: LearnerId, lesson: &LessonKey) -> (Vec<(u32, u32)>, Option<u32>) {
        let mut stretches = Vec::new();
        let mut stopped = None;
        for fact in self.of_learner(learner) {
            if let Kind::Learning(Learning::Watched { lesson: of, ranges, stopped_ms, .. }) = &fact.kind
                && of == lesson
            {
                stretches.extend(ranges.iter().copied());
                stopped = Some(*stopped_ms);
            }
        }
        (stretches, stopped)
    }

    fn of_learner(&self, learner: LearnerId) -> impl Iterator<Item = &Fact> {
        self.by_learner.get(&learner).into_iter().flatten().map(|at| &self.facts[*at])
    }

    fn session_facts(&self, session: SessionId) -> impl Iterator<Item = (usize, &Fact)> {
        self.by_session.get(&session).into_iter().flatten().map(|at| (*at, &self.facts[*at]))
    }
}

fn is_reversal(fact: &Fact) -> bool {
    matches!(fact.kind, Kind::Account(Account::Reversal { .. }))
}

fn session_of(kind: &Kind) -> Option<SessionId> {
    match kind {
        Kind::Session(
            Session::Opened { session, .. }
            | Session::Closed { session, .. }
            | Session::Changed { session, .. }
            | Session::Headcount { session, .. },
        )
        | Kind::Presence(
            Presence::CheckIn { session, .. }
            | Presence::CheckOut { session, .. }
            | Presence::LateEntry { session, .. },
        ) => Some(*session),
        Kind::Card(Card::Unknown { session, .. }) => *session,
        _ => None,
    }
}

fn learner_of(record: &Record) -> Option<LearnerId> {
    match &record.kind {
        Kind::Presence(
            Presence::CheckIn { learner, .. }
            | Presence::CheckOut { learner, .. }
            | Presence::LateEntry { learner, .. },
        )
        | Kind::Account(Account::Award { learner, .. })
        | Kind::Visit(xuedian_domain::record::Visit::Preference { learner, .. }) => Some(*learner),
        Kind::Learning(Learning::Watched { learner, .. }) => *learner,
        Kind::Visit(xuedian_domain::record::Visit::Opened { learner }) => *learner,
        Kind::Card(Card::Linked { learner, .. }) => Some(learner.unwrap_or(LearnerId(record.id.0))),
        _ => None,
    }
}
