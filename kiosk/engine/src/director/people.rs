// SPDX-License-Identifier: GPL-3.0-or-later
//! Whom the director asks about people. The real answer is a file of the whole city; a test has a handful.

use xuedian_domain::{
    card::{CardClass, CardToken},
    id::{LearnerId, StaffId},
};
use xuedian_protocol::documents::{Prefers, StaffRole, StandingLine};

/// Somebody as a kiosk may know them.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownLearner {
    /// Who.
    pub learner: LearnerId,
    /// Masked name; empty when only a number is known.
    pub mask: String,
    /// 尾号
    pub tail: String,
    /// Year of birth.
    pub born: Option<u16>,
    /// The account rests.
    pub resting: bool,
    /// What travels with the card.
    pub prefers: Prefers,
}

/// A member of staff as a kiosk may know them.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownStaff {
    /// Who.
    pub staff: StaffId,
    /// Masked name.
    pub mask: String,
    /// What they may do.
    pub role: StaffRole,
}

/// Whose card it is.
#[derive(Clone, Debug, PartialEq)]
pub struct CardOwner {
    /// The owner.
    pub owner: Owner,
    /// The class of the card when it was bound, if that was noted.
    pub class: Option<CardClass>,
    /// The card was reported lost.
    pub lost: bool,
}

/// A learner or a member of staff.
#[derive(Clone, Debug, PartialEq)]
pub enum Owner {
    /// A learner.
    Learner(KnownLearner),
    /// Staff.
    Staff(KnownStaff),
}

/// Looks people up; never waits for a writer.
pub trait People: Send {
    /// All whose card has this token: none, one, or, rarely, two.
    fn by_token(&self, token: &CardToken) -> Vec<CardOwner>;
    /// Whether the last answer can be relied upon. Otherwise people are not laid out yet, or could not be read, and a card
    /// that was not found may be that of somebody who has been coming for years.
    fn can_tell(&self) -> bool;
    /// A learner, by the id in force or by one that meant the same person before.
    fn learner(&self, learner: LearnerId) -> Option<KnownLearner>;
    /// A member of staff.
    fn staff(&self, staff: StaffId) -> Option<KnownStaff>;
    /// What the hub has settled about a learner.
    fn standing(&self, learner: LearnerId) -> Option<StandingLine>;
    /// Those whom initials, last digits or a printed number fit, at most `most`.
    fn search(&self, typed: &str, most: usize) -> Vec<KnownLearner>;
}
