// SPDX-License-Identifier: GPL-3.0-or-later
//! Cards that were handed out or bound at this kiosk.

use xuedian_domain::{
    card::{CardClass, CardToken},
    id::LearnerId,
    record::{Card, Kind, Record},
};

use super::Book;

/// A card that was handed out or bound here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedCard {
    /// Its keyed hash.
    pub token: CardToken,
    /// What the reader could tell beside.
    pub class: CardClass,
    /// Whose it is; a new person is named by the record.
    pub learner: LearnerId,
    /// The number printed on it.
    pub printed_no: Option<String>,
}

impl LinkedCard {
    pub(super) fn of(record: &Record) -> Option<Self> {
        let Kind::Card(Card::Linked { token, class, learner, printed_no, .. }) = &record.kind else {
            return None;
        };
        let learner = learner.unwrap_or(LearnerId(record.id.0));
        Some(Self { token: *token, class: *class, learner, printed_no: printed_no.clone() })
    }
}

impl Book {
    /// The last link of a card made here.
    #[must_use]
    pub fn linked(&self, token: &CardToken) -> Option<&LinkedCard> {
        self.links.iter().rev().find(|link| link.token == *token)
    }

    /// The numbered card of a person who is not in the roster yet.
    #[must_use]
    pub fn linked_to(&self, learner: LearnerId) -> Option<&LinkedCard> {
        self.links.iter().rev().find(|link| link.learner == learner)
    }

    /// How many cards were handed out here: the next number follows.
    #[must_use]
    pub fn handed_out(&self) -> usize {
        self.links.iter().filter(|link| link.printed_no.is_some()).count()
    }
}
