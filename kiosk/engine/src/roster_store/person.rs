// SPDX-License-Identifier: GPL-3.0-or-later
//! Who was found.

use xuedian_domain::card::CardClass;
use xuedian_protocol::documents::{LearnerEntry, StaffEntry};

/// Somebody of the roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    /// A learner.
    Learner(LearnerEntry),
    /// A member of staff.
    Staff(StaffEntry),
}

/// Somebody who carries a card of a given token. There may be several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub person: Person,
    /// What the reader told of this card when it was bound, if that is known.
    pub class: Option<CardClass>,
    /// This card was reported lost.
    pub lost: bool,
    /// The number printed on it.
    pub printed_no: Option<String>,
}

impl Holder {
    /// Whether a card that the reader describes like this can be this person's. An unknown class fits every card.
    #[must_use]
    pub fn fits(&self, class: CardClass) -> bool {
        self.class.is_none_or(|known| known == class)
    }
}
