// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is in a session, who was, and the roll.

use std::{collections::HashSet, sync::Arc};

use xuedian_domain::{
    decide::Attendance,
    id::{LearnerId, RecordId, SessionId},
    record::{Fact, Hand, Kind, Presence},
    time::Time,
};

use super::{Book, HELD, Story, key::Key};

/// One line of the roll: a person's stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollLine {
    /// The check-in.
    pub record: RecordId,
    /// Who.
    pub learner: LearnerId,
    /// When.
    pub came: Time,
    /// When the person left.
    pub left: Option<Time>,
    /// It was undone.
    pub undone: bool,
    /// Staff did it.
    pub by_hand: bool,
    /// Not on the list.
    pub sits_in: bool,
}

/// A session by the records of this kiosk.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub story: Story,
    pub roll: Arc<[RollLine]>,
}

impl Sheet {
    /// Of the facts about a session, oldest first.
    fn of(facts: &[Fact], is_reversed: impl Fn(RecordId) -> bool) -> Self {
        let story = Story::of(facts.iter().filter(|fact| !is_reversed(fact.id)));
        let mut roll: Vec<RollLine> = Vec::new();
        for fact in facts {
            match &fact.kind {
                Kind::Presence(Presence::CheckIn { learner, how, sits_in, .. }) => roll.push(RollLine {
                    record: fact.id,
                    learner: *learner,
                    came: fact.at,
                    left: None,
                    undone: is_reversed(fact.id),
                    by_hand: matches!(how, Hand::Staff(_)),
                    sits_in: *sits_in,
                }),
                Kind::Presence(Presence::CheckOut { learner, .. }) if !is_reversed(fact.id) => {
                    let inside = |line: &&mut RollLine| line.learner == *learner && !line.undone && line.left.is_none();
                    if let Some(line) = roll.iter_mut().rev().find(inside) {
                        line.left = Some(fact.at);
                    }
                }
                _ => {}
            }
        }
        for line in roll.iter_mut().filter(|line| line.left.is_none()) {
            line.left = story.closed;
        }
        Self { story, roll: roll.into() }
    }
}

impl Book {
    /// The sheet of a session, made once for all that look at it until something new is known.
    pub(super) fn sheet(&self, session: SessionId) -> Arc<Sheet> {
        if let Some(sheet) = self.sheets.borrow().get(&session) {
            return Arc::clone(sheet);
        }
        let facts = self.facts(&Key::Session(session), 0);
        let sheet = Arc::new(Sheet::of(&facts, |record| self.is_reversed(record)));
        let mut sheets = self.sheets.borrow_mut();
        if sheets.len() >= HELD {
            sheets.clear();
        }
        sheets.insert(session, Arc::clone(&sheet));
        sheet
    }

    /// The roll of a session, oldest first.
    #[must_use]
    pub fn roll(&self, session: SessionId) -> Arc<[RollLine]> {
        Arc::clone(&self.sheet(session).roll)
    }

    /// Whether a person is in a session.
    #[must_use]
    pub fn attendance(&self, learner: LearnerId, session: SessionId) -> Attendance {
        match self.roll(session).iter().rev().find(|line| line.learner == learner && !line.undone) {
            None => Attendance::NotYet,
            Some(RollLine { left: Some(at), .. }) => Attendance::Out { at: *at },
            Some(line) => Attendance::In { since: line.came, record: line.record },
        }
    }

    /// How many people were in a session, each counted once.
    #[must_use]
    pub fn present(&self, session: SessionId) -> u32 {
        let roll = self.roll(session);
        let people: HashSet<_> = roll.iter().filter(|line| !line.undone).map(|line| line.learner).collect();
        u32::try_from(people.len()).unwrap_or(u32::MAX)
    }
}
