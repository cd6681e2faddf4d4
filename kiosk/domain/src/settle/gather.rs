// SPDX-License-Identifier: GPL-3.0-or-later
//! Facts put in order: each once, reversals applied, people by their present names, and by session.
//!
//! A `card-unknown` tap counts as a check-in of the person to whom that card is first linked **by staff, later on the
//! same local day**: staff then saw who tapped. A link made later, or by nobody, leaves the tap a tap.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    card::CardToken,
    id::{LearnerId, LessonKey, RecordId, SessionId},
    record::{Account, Card, Change, Fact, Hand, Kind, Learning, Presence, Session},
    session::SessionPlan,
    settle::{Finding, Input},
    time::Time,
};

/// A tap of one person in one session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tap {
    pub at: Time,
    pub measurable: bool,
    pub what: What,
    pub by_staff: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    In { sits_in: bool },
    Out { early: bool },
}

/// A stay from paper (补录).
#[derive(Clone, Copy, Debug)]
pub(super) struct Paper {
    pub record: RecordId,
    pub made: Time,
    pub from: Time,
    pub to: Time,
}

/// What happened to a session itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    pub delay_minutes: i64,
    pub cancelled: bool,
    /// When it was ended early, first.
    pub ended_early: Option<Time>,
    /// When it was closed, last; whether that time is known.
    pub closed: Option<(Time, bool)>,
    /// When it was closed for all, last; whether that time is known.
    pub closed_for_all: Option<(Time, bool)>,
    pub heads: Option<u32>,
}

/// A piece of a lesson that was shown.
#[derive(Clone, Debug)]
pub(super) struct Shown<'a> {
    pub record: RecordId,
    pub at: Time,
    pub measurable: bool,
    pub ranges: &'a [(u32, u32)],
    pub length_ms: u32,
    pub stopped_ms: u32,
}

/// Facts put in order.
#[derive(Default)]
pub(super) struct Gathered<'a> {
    pub made_here: BTreeMap<SessionId, &'a SessionPlan>,
    pub changes: BTreeMap<SessionId, Changes>,
    pub taps: BTreeMap<SessionId, BTreeMap<LearnerId, Vec<Tap>>>,
    pub papers: BTreeMap<SessionId, BTreeMap<LearnerId, Vec<Paper>>>,
    pub shown: BTreeMap<LearnerId, BTreeMap<&'a LessonKey, Vec<Shown<'a>>>>,
    pub findings: Vec<Finding>,
}

pub(super) fn gather<'a>(input: &Input<'a>) -> Gathered<'a> {
    let facts = in_order(input.facts);
    let mut out = Gathered::default();
    for (learner, before) in &input.opening.learners {
        for open in &before.open {
            let what = What::In { sits_in: open.sits_in };
            let tap = Tap { at: open.since, measurable: open.measurable, what, by_staff: false };
            out.tap(open.session, *learner, tap);
        }
    }
    let links = links(&facts);
    for fact in &facts {
        match &fact.kind {
            Kind::Session(it) => out.session(fact, it),
            Kind::Presence(it) => out.presence(input, fact, it),
            Kind::Learning(Learning::Watched {
                learner: Some(learner), lesson, ranges, length_ms, stopped_ms, ..
            }) => {
                let (record, at, measurable) = (fact.id, fact.at, fact.measurable);
                let shown = Shown { record, at, measurable, ranges, length_ms: *length_ms, stopped_ms: *stopped_ms };
                let person = input.opening.person(*learner);
                out.shown.entry(person).or_default().entry(lesson).or_default().push(shown);
            }
            Kind::Card(Card::Unknown { token, session: Some(session), .. }) => {
                if let Some(learner) = linked_that_day(input, &links, *token, fact) {
                    let what = What::In { sits_in: false };
                    let tap = Tap { at: fact.at, measurable: fact.measurable, what, by_staff: false };
                    out.tap(*session, input.opening.person(learner), tap);
                }
            }
            _ => {}
        }
    }
    // Taps from elsewhere came first above: back into the order of time.
    out.taps.values_mut().flat_map(BTreeMap::values_mut).for_each(|taps| taps.sort_by_key(|tap| tap.at));
    out
}

/// Each fact once, by time and place, without what was reversed.
fn in_order(facts: &[Fact]) -> Vec<&Fact> {
    let mut sorted: Vec<&Fact> = facts.iter().collect();
    sorted.sort_by_key(|fact| (fact.at, fact.origin, fact.id));
    let mut seen = BTreeSet::new();
    sorted.retain(|fact| seen.insert(fact.id));
    let mut reversed = BTreeSet::new();
    // From the last to the first: a reversal holds unless a later one reversed it.
    for fact in sorted.iter().rev() {
        if let Kind::Account(Account::Reversal { of, .. }) = &fact.kind
            && !reversed.contains(&fact.id)
        {
            reversed.insert(*of);
        }
    }
    sorted.retain(|fact| !reversed.contains(&fact.id));
    sorted
}

type Links = BTreeMap<CardToken, Vec<(Time, LearnerId)>>;

fn links(facts: &[&Fact]) -> Links {
    let mut links = Links::new();
    for fact in facts {
        if let Kind::Card(Card::Linked { token, learner, by: Some(_), .. }) = &fact.kind {
            let learner = learner.unwrap_or(LearnerId(fact.id.0));
            links.entry(*token).or_default().push((fact.at, learner));
        }
    }
    links
}

fn linked_that_day(input: &Input<'_>, links: &Links, token: CardToken, tap: &Fact) -> Option<LearnerId> {
    let (at, learner) = links.get(&token)?.iter().find(|(at, _)| *at >= tap.at)?;
    (at.local_day(input.zone) == tap.at.local_day(input.zone)).then_some(*learner)
}

impl<'a> Gathered<'a> {
    fn tap(&mut self, session: SessionId, learner: LearnerId, tap: Tap) {
        self.taps.entry(session).or_default().entry(learner).or_default().push(tap);
    }

    fn session(&mut self, fact: &'a Fact, it: &'a Session) {
        match it {
            Session::Opened { session, made_here, .. } => {
                if let Some(plan) = made_here {
                    self.made_here.entry(*session).or_insert(plan);
                }
            }
            Session::Closed { session, for_all, .. } => {
                let changes = self.changes.entry(*session).or_default();
                changes.closed = Some((fact.at, fact.measurable));
                if *for_all {
                    changes.closed_for_all = changes.closed;
                }
            }
            Session::Headcount { session, heads, .. } => {
                self.changes.entry(*session).or_default().heads = Some(*heads);
            }
            Session::Changed { session, change, .. } => {
                let changes = self.changes.entry(*session).or_default();
                match change {
                    Change::Delayed { minutes } => {
                        changes.delay_minutes = changes.delay_minutes.max(i64::from(*minutes));
                    }
                    Change::Cancelled { .. } => changes.cancelled = true,
                    Change::EndedEarly if fact.measurable => {
                        changes.ended_early.get_or_insert(fact.at);
                    }
                    // Ended early, but nobody knows when: it counts as planned. A move changes no minutes.
                    Change::EndedEarly | Change::Moved { .. } => {}
                }
            }
        }
    }

    fn presence(&mut self, input: &Input<'_>, fact: &Fact, it: &Presence) {
        let (learner, session, how, what) = match it {
            Presence::CheckIn { learner, session, how, sits_in } => {
                (learner, session, how, What::In { sits_in: *sits_in })
            }
            Presence::CheckOut { learner, session, how, early } => (learner, session, how, What::Out { early: *early }),
            Presence::LateEntry { learner, session, stay: (from, to), by } => {
                if by.0 == by.1 {
                    self.findings.push(Finding::LateEntryAlone { record: fact.id });
                    return;
                }
                let paper = Paper { record: fact.id, made: fact.at, from: *from, to: *to };
                let person = input.opening.person(*learner);
                self.papers.entry(*session).or_default().entry(person).or_default().push(paper);
                return;
            }
        };
        let by_staff = matches!(how, Hand::Staff(_));
        let tap = Tap { at: fact.at, measurable: fact.measurable, what, by_staff };
        self.tap(*session, input.opening.person(*learner), tap);
    }
}
