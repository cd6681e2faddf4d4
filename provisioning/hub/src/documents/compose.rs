// SPDX-License-Identifier: GPL-3.0-or-later
//! The text of each document from what the district knows.

use xuedian_protocol::documents::{Agenda, CardEntry, Catalogue, LearnerEntry, RosterLine, StaffEntry, StaffRole};

use super::{PublishError, text};
use crate::{
    hub::Hub,
    people::{initials, mask},
    standing::with_links,
    store::{Person, PersonId, StoreError},
};

impl Hub {
    /// The agenda in force; empty when there is none.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn agenda(&self) -> Result<Agenda, StoreError> {
        self.read_text(text::AGENDA)
    }

    /// The catalogue in force; empty when there is none.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn catalogue(&self) -> Result<Catalogue, StoreError> {
        self.read_text(text::CATALOGUE)
    }

    fn read_text<T: Default + serde::de::DeserializeOwned>(&self, name: &'static str) -> Result<T, StoreError> {
        let Some(text) = self.store.text(name)? else { return Ok(T::default()) };
        serde_json::from_str(&text).map_err(|why| StoreError::Row { what: name, why: why.to_string() })
    }

    /// The roster, a line for each person. Whole names and telephones stay here.
    pub(super) fn roster_text(&self) -> Result<String, PublishError> {
        let mut roster = String::new();
        for person in with_links(self.store.people()?, &self.folded().links) {
            roster.push_str(&serde_json::to_string(&roster_line(&person))?);
            roster.push('\n');
        }
        Ok(roster)
    }
}

fn roster_line(person: &Person) -> RosterLine {
    let cards: Vec<CardEntry> = person
        .cards
        .iter()
        .map(|card| CardEntry {
            token: card.token,
            class: card.class,
            state: card.state,
            printed_no: card.printed_no.clone(),
        })
        .collect();
    match person.id {
        PersonId::Learner(learner) => RosterLine::Learner(LearnerEntry {
            learner,
            also: person.also.clone(),
            mask: mask(&person.name),
            tail: person.tail.clone(),
            initials: initials(&person.name),
            born: person.born,
            kinds: person.kinds.clone(),
            cards,
            prefers: person.prefers.clone(),
            passed_away: person.passed_away,
        }),
        PersonId::Staff(staff) => RosterLine::Staff(StaffEntry {
            staff,
            mask: mask(&person.name),
            role: person.role.unwrap_or(StaffRole::Unknown),
            sites: person.sites.clone(),
            cards,
            learner: None,
        }),
    }
}
