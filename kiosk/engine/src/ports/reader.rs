// SPDX-License-Identifier: GPL-3.0-or-later
//! The reader door: what the director hears of cards and of the reader itself.
//!
//! No UID is in here. The reader's own thread turns it into tokens and forgets it.

use std::fmt;
use std::time::{Duration, Instant};

use xuedian_domain::card::{CardClass, CardToken};

/// Everything that can come from a card reader.
///
/// One presence is one event: a card that stays on the reader is told once, however long it lies there. It is told again
/// after it was away for three looks in a row (about a quarter of a second).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderEvent {
    /// The reader was opened for the first time and takes cards.
    Ready,
    /// One card, alone in the field.
    Card(CardRead),
    /// A card that cannot be taken as it is: words for the person, nothing more.
    Refused(ReaderRefusal),
    /// The field is empty again, after a card or a refusal.
    Removed,
    /// The reader takes no cards. Told once, and again only when the reason changes.
    Lost(ReaderLoss),
    /// The reader takes cards again, after [`ReaderEvent::Lost`].
    Recovered,
}

/// One card, as far as the rest of the program may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRead {
    /// One token for each valid card key, the current key first. Never empty while the door has a key.
    pub tokens: Vec<CardToken>,
    /// What tells two cards apart whose UIDs are alike.
    pub class: CardClass,
    /// What the class says about the chip.
    pub kind: CardKind,
    /// How the card came to be told.
    pub arrival: Arrival,
    /// The look at the field that read it.
    pub times: ReadTimes,
}

/// The look at the field that read a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadTimes {
    /// When the reader was asked what is in the field.
    pub asked: Instant,
    /// When the whole UID was there, before a second card was looked for.
    pub answered: Instant,
}

/// How a card came to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It has just come into the field.
    New,
    /// It was in the field before, as one of several, or left lying while another came.
    ///
    /// As [`ReaderEvent::Card`]: the other card of a wallet was taken away. Whoever took this card already, out of the
    /// two, ignores it; whoever asked for one card only has it now.
    Lying,
}

/// What the chip of a card seems to be, from its class alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardKind {
    /// MIFARE Classic and what answers like it: older transit and campus cards.
    Classic,
    /// NTAG and MIFARE Ultralight: our own numbered cards.
    Tag,
    /// A chip with files and keys of its own (ISO 14443-4): DESFire, social-security and bank cards.
    Processor,
    /// None of these.
    Other,
}

/// A card that is not taken, and what the person is told (DOMAIN §2c).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderRefusal {
    /// The card draws a new UID each time (a phone, some bank cards): 请用学习卡、社保卡或一卡通. There is no token.
    RandomUid,
    /// A type B card, in practice an identity card: 身份证不能签到，请收好. Nothing of it was kept.
    TypeB,
    /// Two or more cards at once. If exactly one is known, or both belong to one person, it may be taken; else
    /// 感应到两张卡，请只拿一张. Cards that give no token (random UID) are counted and not listed.
    TwoCards {
        /// The cards that have a token, in the order in which they were read.
        cards: Vec<CardRead>,
        /// How many cards answered, those without a token too; at least 2.
        count: usize,
    },
    /// Something answered that was no whole card: 没读清楚，请贴稳两秒.
    Unreadable,
}

/// Why the reader takes no cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReaderLoss {
    /// Its port is not there: unplugged, or not yet found.
    Absent,
    /// Its port is there, and it does not answer, or answers nonsense.
    Silent,
    /// Another program holds the port.
    Busy,
    /// The port may not be opened by this user.
    Forbidden,
}

impl CardKind {
    /// What the class tells of the chip. A guess for words and statistics, never for trust.
    #[must_use]
    pub fn of(class: CardClass) -> Self {
        match class.sak {
            sak if sak & 0x20 != 0 => Self::Processor,
            sak if sak & 0x08 != 0 => Self::Classic,
            0x00 => Self::Tag,
            _ => Self::Other,
        }
    }
}

impl ReadTimes {
    /// How long reader and card took.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.answered.duration_since(self.asked)
    }
}

impl fmt::Display for ReaderLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "the reader is not plugged in",
            Self::Silent => "the reader does not answer",
            Self::Busy => "another program holds the reader",
            Self::Forbidden => "the reader's port may not be opened",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sak: u8, expected: CardKind) {
        let class = CardClass { uid_len: 4, sak, atqa: 0x0004 };
        assert_eq!(CardKind::of(class), expected, "SAK {sak:02x}");
    }

    #[test]
    fn the_sak_names_the_chip() {
        check(0x00, CardKind::Tag);
        check(0x08, CardKind::Classic);
        check(0x18, CardKind::Classic);
        check(0x88, CardKind::Classic);
        check(0x20, CardKind::Processor);
        check(0x28, CardKind::Processor);
        check(0x01, CardKind::Other);
    }
}
