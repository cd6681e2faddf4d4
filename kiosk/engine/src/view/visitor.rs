// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is at the screen.

/// A masked person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The mask: 王*珍, A*** S.
    pub mask: String,
    /// 尾号, the last digits of the card's printed number, when another person present has the same mask;
    /// otherwise empty.
    pub tail: String,
}

impl Person {
    /// A person whose mask nobody else here has.
    pub fn masked(mask: impl Into<String>) -> Self {
        Self { mask: mask.into(), tail: String::new() }
    }
}

/// The post that the desk names instead of a mask where that says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Title {
    /// 工作人员.
    Staff,
    /// 技术员.
    Technician,
}

/// Who is at the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Visitor {
    /// Nobody.
    #[default]
    Nobody,
    /// Somebody who touched without a card.
    Guest,
    /// A learner.
    Learner(Person),
    /// Staff, with a card.
    Staff(Person, Title),
}
