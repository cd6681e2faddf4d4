// SPDX-License-Identifier: GPL-3.0-or-later
//! Which cards lie in the field, and what of that is news. No reader and no clock in here.

use xuedian_domain::card::{CardClass, CardToken};
use xuedian_engine::ports::reader::{Arrival, CardKind, CardRead, ReadTimes, ReaderEvent, ReaderRefusal};

use crate::device::Answer;

/// Looks in a row without a card after which it is gone.
const MISSES_UNTIL_GONE: u8 = 3;

/// The cards that lie in the field, each told once.
#[derive(Default)]
pub(super) struct Presence {
    lying: Vec<Lying>,
}

struct Lying {
    who: Who,
    misses: u8,
    /// It was told alone, not only as one of several.
    told_alone: bool,
    times: ReadTimes,
}

/// Who lies there. A phone's UID changes whenever the field was off, so that only its kind can be recognised.
#[derive(Clone, PartialEq, Eq)]
enum Who {
    Card { uid: Vec<u8>, class: CardClass },
    Random,
    TypeB,
    Torn,
}

/// Makes tokens of a UID, one for each valid key.
pub(super) type Tokens<'a> = &'a dyn Fn(&[u8]) -> Vec<CardToken>;

impl Presence {
    /// Whether this answer comes from a card that is known to lie there. Then it was seen, and the others were missed.
    pub fn sees_again(&mut self, answer: &Answer) -> bool {
        let who = Who::of(answer);
        let known = self.lying.iter().any(|l| l.who == who);
        if known {
            for lying in self.lying.iter_mut().filter(|l| l.who.answers_a()) {
                lying.misses = if lying.who == who { 0 } else { lying.misses + 1 };
            }
        }
        known
    }

    /// Whether a type B card lies there.
    pub fn has_type_b(&self) -> bool {
        self.lying.iter().any(|l| l.who == Who::TypeB)
    }

    /// Whether nothing lies there.
    pub fn is_empty(&self) -> bool {
        self.lying.is_empty()
    }

    /// A look for type A found nothing.
    pub fn missed_a(&mut self) {
        for lying in self.lying.iter_mut().filter(|l| l.who.answers_a()) {
            lying.misses += 1;
        }
    }

    /// A look for type B found nothing.
    pub fn missed_b(&mut self) {
        for lying in self.lying.iter_mut().filter(|l| !l.who.answers_a()) {
            lying.misses += 1;
        }
    }

    /// A card came that was not there before; `all` is everything that answers now, the newcomer first.
    pub fn arrived(&mut self, all: &[Answer], times: ReadTimes, tokens: Tokens<'_>) -> ReaderEvent {
        let mut now: Vec<Who> = Vec::new();
        for who in all.iter().map(Who::of) {
            if !now.contains(&who) {
                now.push(who);
            }
        }
        let before: Vec<Who> = self.lying.iter().map(|l| l.who.clone()).collect();
        for who in &now {
            match self.lying.iter_mut().find(|l| l.who == *who) {
                Some(lying) => lying.misses = 0,
                None => self.lying.push(Lying { who: who.clone(), misses: 0, told_alone: now.len() == 1, times }),
            }
        }
        if let [only] = &now[..] {
            return only.told(Arrival::New, times, tokens);
        }
        let arrival = |who: &Who| if before.contains(who) { Arrival::Lying } else { Arrival::New };
        let cards = now.iter().filter_map(|who| who.read(arrival(who), times, tokens)).collect();
        ReaderEvent::Refused(ReaderRefusal::TwoCards { cards, count: now.len() })
    }

    /// Lets go of cards that were missed too often; the news of that, if any.
    pub fn settle(&mut self, tokens: Tokens<'_>) -> Option<ReaderEvent> {
        let before = self.lying.len();
        self.lying.retain(|l| l.misses < MISSES_UNTIL_GONE);
        match &mut self.lying[..] {
            [] if before > 0 => Some(ReaderEvent::Removed),
            // Seen just now: of two that are taken away together, the last one missed has not stayed.
            [last] if !last.told_alone && last.misses == 0 => {
                last.told_alone = true;
                Some(last.who.told(Arrival::Lying, last.times, tokens))
            }
            _ => None,
        }
    }

    /// Forgets everything: what still lies there will be news.
    pub fn forget(&mut self) {
        self.lying.clear();
    }
}

impl Who {
    fn of(answer: &Answer) -> Self {
        match answer {
            // ISO 14443-3: a UID of four bytes that begins with 08 is drawn at random.
            Answer::Card { uid, .. } if uid.len() == 4 && uid[0] == 0x08 => Self::Random,
            Answer::Card { uid, class } => Self::Card { uid: uid.clone(), class: *class },
            Answer::TypeB => Self::TypeB,
            Answer::Torn => Self::Torn,
        }
    }

    fn answers_a(&self) -> bool {
        *self != Self::TypeB
    }

    fn read(&self, arrival: Arrival, times: ReadTimes, tokens: Tokens<'_>) -> Option<CardRead> {
        let Self::Card { uid, class } = self else {
            return None;
        };
        Some(CardRead { tokens: tokens(uid), class: *class, kind: CardKind::of(*class), arrival, times })
    }

    fn told(&self, arrival: Arrival, times: ReadTimes, tokens: Tokens<'_>) -> ReaderEvent {
        match self.read(arrival, times, tokens) {
            Some(read) => ReaderEvent::Card(read),
            None => ReaderEvent::Refused(match self {
                Self::Random => ReaderRefusal::RandomUid,
                Self::TypeB => ReaderRefusal::TypeB,
                Self::Card { .. } | Self::Torn => ReaderRefusal::Unreadable,
            }),
        }
    }
}

#[cfg(test)]
#[path = "presence_tests.rs"]
mod tests;
