// SPDX-License-Identifier: GPL-3.0-or-later
//! What became of a session: delays, moves, its end, its headcount.

use xuedian_domain::{
    id::{RoomId, SessionId},
    record::{Change, Fact, Kind, Session},
    time::Time,
};

use super::Book;

/// What became of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// The longest of all delays, minutes.
    pub delay: u32,
    /// Where it takes place instead.
    pub moved_to: Option<RoomId>,
    /// Why it does not take place.
    pub cancelled: Option<String>,
    /// When it ended before its time.
    pub ended_early: Option<Time>,
    /// When its end became final.
    pub closed: Option<Time>,
    /// Heads, as typed last.
    pub heads: Option<u32>,
}

impl Book {
    /// What became of a session by the records of this kiosk.
    #[must_use]
    pub fn story(&self, session: SessionId) -> Story {
        self.sheet(session).story.clone()
    }
}

impl Story {
    /// Of the facts about a session that were not taken back, oldest first.
    pub(super) fn of<'a>(facts: impl Iterator<Item = &'a Fact>) -> Self {
        let mut story = Self::default();
        for fact in facts {
            let Kind::Session(about) = &fact.kind else { continue };
            match about {
                Session::Changed { change, .. } => story.change(change, fact.at),
                Session::Closed { .. } => story.closed = Some(fact.at),
                Session::Headcount { heads, .. } => story.heads = Some(*heads),
                Session::Opened { .. } => {}
            }
        }
        story
    }

    fn change(&mut self, change: &Change, at: Time) {
        match change {
            Change::Delayed { minutes } => self.delay = self.delay.max(*minutes),
            Change::Moved { room } => self.moved_to = Some(*room),
            Change::Cancelled { reason } => self.cancelled = Some(reason.clone()),
            Change::EndedEarly => self.ended_early = Some(at),
        }
    }

    /// Nothing more can happen in it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.closed.is_some()
    }
}
