// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is in a session, who was, and the roll.

use std::collections::HashSet;

use xuedian_domain::{
    decide::Attendance,
    id::{LearnerId, RecordId, SessionId},
    record::{Hand, Kind, Presence},
    time::Time,
};

use super::Book;

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

impl Book {
    /// The roll of a session, oldest first.
    #[must_use]
    pub fn roll(&self, session: SessionId) -> Vec<RollLine> {
        let mut roll: Vec<RollLine> = Vec::new();
        let closed = self.story(session).closed;
        for (_, fact) in self.session_facts(session) {
            match &fact.kind {
                Kind::Presence(Presence::CheckIn { learner, how, sits_in, .. }) => roll.push(RollLine {
                    record: fact.id,
                    learner: *learner,
                    came: fact.at,
                    left: None,
                    undone: self.is_reversed(fact.id),
                    by_hand: matches!(how, Hand::Staff(_)),
                    sits_in: *sits_in,
                }),
                Kind::Presence(Presence::CheckOut { learner, .. }) if !self.is_reversed(fact.id) => {
                    let inside = |line: &&mut RollLine| line.learner == *learner && !line.undone && line.left.is_none();
                    if let Some(line) = roll.iter_mut().rev().find(inside) {
                        line.left = Some(fact.at);
                    }
                }
                _ => {}
            }
        }
        for line in roll.iter_mut().filter(|line| line.left.is_none()) {
            line.left = closed;
        }
        roll
    }

    /// Whether a person is in a session.
    #[must_use]
    pub fn attendance(&self, learner: LearnerId, session: SessionId) -> Attendance {
        let roll = self.roll(session);
        match roll.iter().rev().find(|line| line.learner == learner && !line.undone) {
            None => Attendance::NotYet,
            Some(RollLine { left: Some(at), .. }) => Attendance::Out { at: *at },
            Some(line) => Attendance::In { since: line.came, record: line.record },
        }
    }

    /// How many people were in a session, each counted once.
    #[must_use]
    pub fn present(&self, session: SessionId) -> u32 {
        let people: HashSet<_> =
            self.roll(session).into_iter().filter(|line| !line.undone).map(|line| line.learner).collect();
        u32::try_from(people.len()).unwrap_or(u32::MAX)
    }
}
