// SPDX-License-Identifier: GPL-3.0-or-later
//! The real answer to the director's questions about people: the files laid out from roster and standing.

use std::cell::RefCell;

use xuedian_domain::{
    card::CardToken,
    id::{LearnerId, StaffId},
};
use xuedian_protocol::documents::{LearnerEntry, StaffEntry, StandingLine};

use super::people::{CardOwner, KnownLearner, KnownStaff, Owner, People};
use crate::roster_store::{self, Holder, LookupError, Person, Search};

/// People as the documents know them. A file that cannot be read is logged, and built anew; meanwhile nobody is found in it.
#[derive(Debug)]
pub struct StoredPeople(RefCell<roster_store::People>);

impl StoredPeople {
    /// Over connections of its own.
    #[must_use]
    pub fn new(people: roster_store::People) -> Self {
        Self(RefCell::new(people))
    }

    fn ask<T: Default>(&self, ask: impl FnOnce(&mut roster_store::People) -> Result<T, LookupError>) -> T {
        ask(&mut self.0.borrow_mut()).unwrap_or_else(|error| {
            tracing::error!(%error, "people cannot be looked up");
            T::default()
        })
    }
}

impl People for StoredPeople {
    fn by_token(&self, token: &CardToken) -> Vec<CardOwner> {
        self.ask(|people| people.by_token(token)).into_iter().map(owner).collect()
    }

    fn can_tell(&self) -> bool {
        self.0.borrow().can_tell()
    }

    fn learner(&self, learner: LearnerId) -> Option<KnownLearner> {
        self.ask(|people| people.learner(learner)).map(known)
    }

    fn staff(&self, staff: StaffId) -> Option<KnownStaff> {
        self.ask(|people| people.staff(staff)).map(known_staff)
    }

    fn standing(&self, learner: LearnerId) -> Option<StandingLine> {
        // The standing is kept under the id in force.
        let learner = self.learner(learner).map_or(learner, |known| known.learner);
        self.ask(|people| people.standing(learner))
    }

    fn search(&self, typed: &str, most: usize) -> Vec<KnownLearner> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Vec::new();
        }
        let limit = u32::try_from(most).unwrap_or(u32::MAX);
        let searches = if typed.bytes().all(|b| b.is_ascii_digit()) {
            vec![Search::Tail(typed.to_owned()), Search::PrintedNo(typed.to_owned())]
        } else {
            vec![Search::Initials(typed.to_owned())]
        };
        let mut found: Vec<KnownLearner> = Vec::new();
        for search in &searches {
            for entry in self.ask(|people| people.search(search, limit)) {
                if found.len() < most && found.iter().all(|f| f.learner != entry.learner) {
                    found.push(known(entry));
                }
            }
        }
        found
    }
}

fn owner(holder: Holder) -> CardOwner {
    let owner = match holder.person {
        Person::Learner(entry) => Owner::Learner(known(entry)),
        Person::Staff(entry) => Owner::Staff(known_staff(entry)),
    };
    CardOwner { owner, class: holder.class, lost: holder.lost }
}

fn known(entry: LearnerEntry) -> KnownLearner {
    KnownLearner {
        learner: entry.learner,
        mask: entry.mask,
        tail: entry.tail,
        born: entry.born,
        resting: entry.passed_away,
        prefers: entry.prefers,
    }
}

fn known_staff(entry: StaffEntry) -> KnownStaff {
    KnownStaff { staff: entry.staff, mask: entry.mask, role: entry.role }
}
