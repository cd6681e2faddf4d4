// SPDX-License-Identifier: GPL-3.0-or-later
//! The radio field and the cards in it: who answers a request, by the states of ISO 14443-3.
//!
//! A powered card is idle; a request (REQA, REQB) that it hears while active sends it back to idle without an answer; a
//! halted one is deaf to requests until the field is switched off and on.

use crate::card::{Card, Chip, Uid};

/// The field of one reader.
#[derive(Debug, Default)]
pub struct Field {
    on: bool,
    present: Vec<Present>,
    /// Counts power-ups and arrivals, so that each phone shows another UID each time.
    draws: u32,
}

/// A card in the field.
#[derive(Clone, Debug)]
pub struct Present {
    /// The card.
    pub card: Card,
    /// The UID that it shows since it was powered: its own, or a phone's random one.
    pub shown: Uid,
    /// How often a reader was told of it since it was put.
    pub reads: u64,
    /// It answers with a UID of impossible length, as a card at the very edge of the field.
    pub torn: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Active,
    Halted,
}

/// The two kinds of request that cards answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    /// ISO 14443-A at 106 kbit/s.
    A,
    /// ISO 14443-B at 106 kbit/s.
    B,
}

impl Field {
    /// Switches the field. Cards lose their state when it goes off.
    pub fn switch(&mut self, on: bool) {
        if on && !self.on {
            for n in 0..self.present.len() {
                let shown = self.draw(&self.present[n].card.clone());
                self.present[n].shown = shown;
                self.present[n].state = State::Idle;
            }
        }
        self.on = on;
    }

    /// Whether the field is on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Puts a card into the field; `false` when it is there already.
    pub fn put(&mut self, card: Card, torn: bool) -> bool {
        if self.find(&card.uid).is_some() {
            return false;
        }
        let shown = self.draw(&card);
        self.present.push(Present { card, shown, reads: 0, torn, state: State::Idle });
        true
    }

    /// Takes a card away; `false` when it was not there.
    pub fn remove(&mut self, uid: &Uid) -> bool {
        let before = self.present.len();
        self.present.retain(|p| p.card.uid != *uid);
        self.present.len() != before
    }

    /// Takes all cards away.
    pub fn clear(&mut self) {
        self.present.clear();
    }

    /// The cards in the field, in the order in which they were put.
    #[must_use]
    pub fn cards(&self) -> &[Present] {
        &self.present
    }

    /// The card with this UID (its own, not the one that a phone shows).
    #[must_use]
    pub fn find(&self, uid: &Uid) -> Option<&Present> {
        self.present.iter().find(|p| p.card.uid == *uid)
    }

    /// One request and, if any card answers, anticollision and selection: the UID shown by the card that is now active.
    ///
    /// Of several cards the one with the lowest UID wins, as if zero bits were heard first. With `known`, only the card
    /// that shows this UID (given with cascade tags) is selected.
    pub fn select(&mut self, tongue: Tongue, known: Option<&[u8]>) -> Option<Uid> {
        if !self.on {
            return None;
        }
        let mut answering = Vec::new();
        for (n, p) in self.present.iter_mut().enumerate().filter(|(_, p)| p.tongue() == tongue) {
            match p.state {
                State::Idle => answering.push(n),
                State::Active => p.state = State::Idle,
                State::Halted => {}
            }
        }
        let chosen = answering
            .into_iter()
            .filter(|n| known.is_none_or(|uid| self.present[*n].shown.cascaded() == uid))
            .min_by_key(|n| self.present[*n].shown.clone())?;
        self.present[chosen].state = State::Active;
        Some(self.present[chosen].shown.clone())
    }

    /// The active card that shows this UID, if it is still in the field.
    #[must_use]
    pub fn active(&self, shown: &Uid) -> Option<&Present> {
        self.present.iter().find(|p| p.shown == *shown && p.state == State::Active && self.on)
    }

    /// Halts the card that shows this UID.
    pub fn halt(&mut self, shown: &Uid) {
        for p in self.present.iter_mut().filter(|p| p.shown == *shown) {
            p.state = State::Halted;
        }
    }

    /// Wakes a halted card and selects it again (WUPA), as the chip's InSelect does.
    pub fn wake(&mut self, shown: &Uid) -> bool {
        let on = self.on;
        let card = self.present.iter_mut().find(|p| p.shown == *shown && on);
        card.map(|p| p.state = State::Active).is_some()
    }

    /// Counts that a reader was told of this card.
    pub fn count_read(&mut self, shown: &Uid) {
        for p in self.present.iter_mut().filter(|p| p.shown == *shown) {
            p.reads += 1;
        }
    }

    fn draw(&mut self, card: &Card) -> Uid {
        if card.chip != Chip::Phone {
            return card.uid.clone();
        }
        self.draws = self.draws.wrapping_add(1);
        // Any scramble will do: only that it differs each time matters.
        let seed = card.uid.bytes().iter().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(*b)).wrapping_mul(0x0100_0193));
        let [_, a, b, c] = (seed ^ self.draws.wrapping_mul(0x9e37_79b1)).to_be_bytes();
        Uid::new(&[0x08, a, b, c]).expect("four bytes are a UID")
    }
}

impl Present {
    fn tongue(&self) -> Tongue {
        match self.card.chip {
            Chip::TypeB => Tongue::B,
            _ => Tongue::A,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(text: &str) -> Uid {
        text.parse().expect("a UID of the test")
    }

    fn field(uids: &[&str]) -> Field {
        let mut field = Field::default();
        field.switch(true);
        for text in uids {
            assert!(field.put(Card::guessed(uid(text)), false));
        }
        field
    }

    #[test]
    fn a_card_is_selected_and_silent_once_when_asked_again() {
        let mut field = field(&["04A1B2C3"]);
        assert_eq!(field.select(Tongue::A, None), Some(uid("04A1B2C3")));
        assert_eq!(field.select(Tongue::A, None), None);
        assert_eq!(field.select(Tongue::A, None), Some(uid("04A1B2C3")));
    }

    #[test]
    fn a_halted_card_is_deaf_until_the_field_was_off() {
        let mut field = field(&["04A1B2C3"]);
        let shown = field.select(Tongue::A, None).expect("a card");
        field.halt(&shown);
        assert_eq!(field.select(Tongue::A, None), None);
        field.switch(false);
        assert_eq!(field.select(Tongue::A, None), None);
        field.switch(true);
        assert_eq!(field.select(Tongue::A, None), Some(shown));
    }

    #[test]
    fn two_cards_are_told_apart_by_halting_the_first() {
        let mut field = field(&["14A1B2C3", "04A1B2C3D4E5F6"]);
        let first = field.select(Tongue::A, None).expect("a card");
        field.halt(&first);
        let second = field.select(Tongue::A, None).expect("a second card");
        assert_eq!((first, second), (uid("04A1B2C3D4E5F6"), uid("14A1B2C3")));
    }

    #[test]
    fn type_b_answers_only_its_own_request() {
        let mut field = Field::default();
        field.switch(true);
        field.put(Card { uid: uid("11223344"), chip: Chip::TypeB }, false);
        assert_eq!(field.select(Tongue::A, None), None);
        assert!(field.select(Tongue::B, None).is_some());
    }

    #[test]
    fn a_phone_shows_another_uid_each_time_it_is_powered() {
        let mut field = field(&["08000001"]);
        let first = field.select(Tongue::A, None).expect("a phone");
        field.switch(false);
        field.switch(true);
        let second = field.select(Tongue::A, None).expect("a phone");
        assert_ne!(first, second);
        assert_eq!((first.bytes()[0], second.bytes()[0]), (0x08, 0x08));
    }

    #[test]
    fn a_known_card_is_selected_by_its_uid() {
        let mut field = field(&["14A1B2C3", "04A1B2C3D4E5F6"]);
        let wanted = uid("14A1B2C3");
        assert_eq!(field.select(Tongue::A, Some(&wanted.cascaded())), Some(wanted));
    }
}
