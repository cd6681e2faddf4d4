// SPDX-License-Identifier: GPL-3.0-or-later
//! Cards that staff linked at a kiosk: one more card of a person, or a new person with a numbered card whose name follows.

use std::collections::{HashMap, HashSet};

use xuedian_domain::{
    card::{CardClass, CardToken},
    id::LearnerId,
    record::{Card, Kind, Record},
};
use xuedian_protocol::documents::CardState;

use crate::store::{Person, PersonCard, PersonId};

/// A card that was linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Linked {
    /// To whom; a new person is named by the record's id.
    pub learner: LearnerId,
    /// Its token.
    pub token: CardToken,
    /// What the reader told beside.
    pub class: CardClass,
    /// The number printed on it.
    pub printed_no: Option<String>,
}

impl Linked {
    /// What a record says, if it links a card.
    pub(super) fn of(record: &Record) -> Option<Self> {
        let Kind::Card(Card::Linked { token, class, learner, printed_no, .. }) = &record.kind else { return None };
        let learner = learner.unwrap_or(LearnerId(record.id.0));
        Some(Self { learner, token: *token, class: *class, printed_no: printed_no.clone() })
    }

    fn card(&self) -> PersonCard {
        PersonCard {
            token: self.token,
            class: Some(self.class.into()),
            state: CardState::Active,
            printed_no: self.printed_no.clone(),
        }
    }
}

/// People with the cards that were linked to them since, and those who are known by a numbered card only.
pub(crate) fn with_links(mut people: Vec<Person>, links: &[Linked]) -> Vec<Person> {
    let mut at: HashMap<LearnerId, usize> = HashMap::new();
    for (n, person) in people.iter().enumerate() {
        if let PersonId::Learner(learner) = person.id {
            at.insert(learner, n);
            at.extend(person.also.iter().map(|also| (*also, n)));
        }
    }
    let mut held: HashSet<(LearnerId, CardToken)> = HashSet::new();
    for link in links {
        let n = *at.entry(link.learner).or_insert_with(|| {
            people.push(visitor(link));
            people.len() - 1
        });
        let person = &mut people[n];
        let known = person.cards.iter().any(|card| card.token == link.token);
        if !known && held.insert((link.learner, link.token)) {
            person.cards.push(link.card());
        }
    }
    people
}

fn visitor(link: &Linked) -> Person {
    let number = link.printed_no.clone().unwrap_or_default();
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    Person {
        id: PersonId::Learner(link.learner),
        also: Vec::new(),
        number: String::new(),
        name: String::new(),
        tail: digits[digits.len().saturating_sub(2)..].iter().collect(),
        born: None,
        kinds: Vec::new(),
        telephone: String::new(),
        cards: Vec::new(),
        prefers: Default::default(),
        passed_away: false,
        role: None,
        sites: Vec::new(),
    }
}
