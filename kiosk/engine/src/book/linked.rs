// SPDX-License-Identifier: GPL-3.0-or-later
//! Cards that were handed out or bound at this kiosk.

use xuedian_domain::{
    card::{CardClass, CardToken},
    id::{LearnerId, RecordId},
    record::{Card, Kind},
};

use super::{Book, key::Key};

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
    fn of(id: RecordId, kind: &Kind) -> Option<Self> {
        let Kind::Card(Card::Linked { token, class, learner, printed_no, .. }) = kind else {
            return None;
        };
        let learner = learner.unwrap_or(LearnerId(id.0));
        Some(Self { token: *token, class: *class, learner, printed_no: printed_no.clone() })
    }
}

impl Book {
    /// The last link of a card made here.
    #[must_use]
    pub fn linked(&self, token: &CardToken) -> Option<LinkedCard> {
        self.newest_first(Key::Card(*token)).find_map(|fact| LinkedCard::of(fact.id, &fact.kind))
    }

    /// The numbered card of a person who is not in the roster yet: that of the record by which the person is named.
    #[must_use]
    pub fn linked_to(&self, learner: LearnerId) -> Option<LinkedCard> {
        let id = RecordId(learner.0);
        let link = match self.recent.by_id(id) {
            Some(record) => LinkedCard::of(id, &record.kind),
            None => LinkedCard::of(id, &self.shelf.as_ref()?.by_id(id)?.kind),
        };
        link.filter(|link| link.learner == learner)
    }

    /// How many cards were handed out here: the next number follows.
    #[must_use]
    pub fn handed_out(&self) -> usize {
        self.handed_out
    }
}
