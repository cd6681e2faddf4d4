// SPDX-License-Identifier: GPL-3.0-or-later
//! The PN532 itself: commands in, answers out, after UM0701-02 §7. It knows no line and no time.

use std::collections::BTreeMap;

use crate::card::Uid;
use crate::field::{Field, Tongue};
use crate::memory::{AUTH_FAILED, Conversation, TIMED_OUT, exchange};

/// The chip says: no such target, or it was released.
const RELEASED: u8 = 0x29;
/// Targets the chip holds at once.
const TARGETS: usize = 2;
/// SetParameters: send RATS to a card that speaks ISO 14443-4.
const AUTO_RATS: u8 = 0x10;
/// Version 1.6 of a PN532 that speaks types A and B and ISO 18092.
const FIRMWARE: [u8; 4] = [0x32, 0x01, 0x06, 0x07];
/// The length that a torn card gives for its UID; no card has it.
const TORN_UID_LEN: u8 = 5;

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The answer, at once: code and data.
    Now(Vec<u8>),
    /// The answer, after talking with a card over the air.
    OverAir(Vec<u8>),
    /// The chip looks for cards: call [`Pn532::look`] for each try.
    Search(Search),
    /// The chip did not understand.
    Error,
}

/// An InListPassiveTarget that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Which cards are asked.
    pub tongue: Option<Tongue>,
    /// Tries that are left; `None` for ever.
    pub tries: Option<u32>,
    wanted: usize,
    known: Option<Vec<u8>>,
}

/// The chip's state.
#[derive(Debug)]
pub struct Pn532 {
    /// Asleep until the host's preamble: after power-on and PowerDown.
    asleep: bool,
    registers: BTreeMap<u16, u8>,
    parameters: u8,
    /// Tries of one request beyond the first; FF for ever.
    passive_retries: u8,
    targets: Vec<Target>,
}

#[derive(Debug)]
struct Target {
    shown: Uid,
    conversation: Conversation,
}

impl Default for Pn532 {
    fn default() -> Self {
        Self { asleep: true, registers: BTreeMap::new(), parameters: 0x14, passive_retries: 0xff, targets: Vec::new() }
    }
}

impl Pn532 {
    /// The preamble came.
    pub fn wake(&mut self) {
        self.asleep = false;
    }

    /// Whether commands are heard.
    #[must_use]
    pub fn is_awake(&self) -> bool {
        !self.asleep
    }

    /// Runs a command: its code, then its parameters.
    pub fn command(&mut self, field: &mut Field, command: &[u8]) -> Outcome {
        let Some((&code, data)) = command.split_first() else {
            return Outcome::Error;
        };
        let with = |body: &[u8]| Outcome::Now([&[code + 1], body].concat());
        match code {
            0x00 => self.diagnose(field, data),
            0x02 => with(&FIRMWARE),
            0x04 => with(&self.general_status(field)),
            0x06 => with(&data.chunks_exact(2).map(|a| self.read_register(a)).collect::<Vec<_>>()),
            0x08 => {
                self.write_registers(data);
                with(&[])
            }
            0x12 => {
                self.parameters = data.first().copied().unwrap_or(self.parameters);
                with(&[])
            }
            // Serial speed is of no meaning on a pseudo-terminal; SAM: there is none.
            0x10 | 0x14 => with(&[]),
            0x16 => {
                self.asleep = true;
                field.switch(false);
                with(&[0x00])
            }
            0x32 => {
                self.configure(field, data);
                with(&[])
            }
            0x40 => self.data_exchange(field, data),
            0x42 => self.communicate_thru(field, data),
            0x44 => self.let_go(field, data, 0x45, false),
            0x4a => self.list_passive_target(field, data),
            0x52 => self.let_go(field, data, 0x53, true),
            0x54 => self.select(field, data),
            // Peer-to-peer and speed changes: nobody here answers.
            0x46 | 0x4e | 0x50 | 0x56 => Outcome::OverAir(vec![code + 1, TIMED_OUT]),
            _ => Outcome::Error,
        }
    }

    /// One try of a search: the whole answer as soon as there is something to tell.
    pub fn look(&mut self, field: &mut Field, search: &mut Search) -> Option<Vec<u8>> {
        let tongue = search.tongue?;
        while self.targets.len() < search.wanted {
            let Some(shown) = field.select(tongue, search.known.as_deref()) else {
                break;
            };
            if self.targets.len() + 1 < search.wanted {
                field.halt(&shown);
            }
            self.targets.push(Target { shown, conversation: Conversation::default() });
        }
        if self.targets.is_empty() {
            return None;
        }
        let mut answer = vec![0x4b, u8::try_from(self.targets.len()).expect("two at most")];
        for (n, target) in (1u8..).zip(&self.targets) {
            answer.push(n);
            answer.extend(self.target_data(field, &target.shown, tongue));
        }
        Some(answer)
    }

    /// The answer when no card was found.
    #[must_use]
    pub fn nothing_found() -> Vec<u8> {
        vec![0x4b, 0x00]
    }

    /// The UIDs shown by the targets that the chip holds.
    pub fn held(&self) -> impl Iterator<Item = &Uid> {
        self.targets.iter().map(|t| &t.shown)
    }

    /// Forgets its targets: a selection was not finished.
    pub fn forget(&mut self) {
        self.targets.clear();
    }

    fn target_data(&self, field: &Field, shown: &Uid, tongue: Tongue) -> Vec<u8> {
        let Some(present) = field.cards().iter().find(|p| p.shown == *shown) else {
            return Vec::new();
        };
        if tongue == Tongue::B {
            // ATQB: 50, PUPI, application data, protocol info; then a one-byte answer to ATTRIB.
            return [&[0x50], &shown.bytes()[..4], &[0, 0, 0, 0], &[0x00, 0x81, 0xc1], &[0x01, 0x01]].concat();
        }
        let card = &present.card;
        let len = u8::try_from(shown.bytes().len()).expect("ten at most");
        let mut data = [&card.atqa()[..], &[card.sak(), len], shown.bytes()].concat();
        if present.torn {
            data[3] = TORN_UID_LEN;
            data.resize(4 + usize::from(TORN_UID_LEN), 0xff);
        } else if self.parameters & AUTO_RATS != 0
            && let Some(ats) = card.ats()
        {
            data.extend_from_slice(ats);
        }
        data
    }

    fn diagnose(&self, field: &Field, data: &[u8]) -> Outcome {
        match data {
            [0x00, ..] => Outcome::Now([&[0x01], data].concat()),
            [0x01 | 0x02 | 0x04 | 0x07, ..] => Outcome::Now(vec![0x01, 0x00]),
            [0x06, ..] => {
                let there = self.targets.first().is_some_and(|t| field.active(&t.shown).is_some());
                Outcome::OverAir(vec![0x01, if there { 0x00 } else { TIMED_OUT }])
            }
            _ => Outcome::Error,
        }
    }

    fn general_status(&self, field: &Field) -> Vec<u8> {
        let count = u8::try_from(self.targets.len()).expect("two at most");
        let mut status = vec![0x00, u8::from(field.is_on()), count];
        for n in 1..=count {
            status.extend([n, 0x00, 0x00, 0x00]);
        }
        status.push(0x80);
        status
    }

    fn read_register(&self, address: &[u8]) -> u8 {
        let address = u16::from_be_bytes([address[0], address[1]]);
        self.registers.get(&address).copied().unwrap_or(0x00)
    }

    fn write_registers(&mut self, data: &[u8]) {
        for entry in data.chunks_exact(3) {
            self.registers.insert(u16::from_be_bytes([entry[0], entry[1]]), entry[2]);
        }
    }

    fn configure(&mut self, field: &mut Field, data: &[u8]) {
        match *data {
            [0x01, bits, ..] => field.switch(bits & 0x01 != 0),
            [0x05, _atr, _psl, passive, ..] => self.passive_retries = passive,
            // Timings and analogue settings change nothing here.
            _ => {}
        }
    }

    fn list_passive_target(&mut self, field: &mut Field, data: &[u8]) -> Outcome {
        let [wanted, kind, known @ ..] = data else {
            return Outcome::Error;
        };
        if !(1..=2).contains(wanted) {
            return Outcome::Error;
        }
        let tongue = match kind {
            0x00 => Some(Tongue::A),
            0x03 => Some(Tongue::B),
            // FeliCa and Jewel: asked in vain.
            0x01 | 0x02 | 0x04 => None,
            _ => return Outcome::Error,
        };
        field.switch(true);
        self.targets.clear();
        let known = (tongue == Some(Tongue::A) && !known.is_empty()).then(|| known.to_vec());
        let tries = (self.passive_retries != 0xff).then(|| u32::from(self.passive_retries) + 1);
        Outcome::Search(Search { tongue, tries, wanted: usize::from(*wanted).min(TARGETS), known })
    }

    fn data_exchange(&mut self, field: &mut Field, data: &[u8]) -> Outcome {
        let Some((number, bytes)) = data.split_first() else {
            return Outcome::Error;
        };
        let Some(target) = self.targets.get_mut(usize::from(number & 0x0f).wrapping_sub(1)) else {
            return Outcome::Now(vec![0x41, RELEASED]);
        };
        Outcome::OverAir(talk(0x41, field, target, bytes))
    }

    fn communicate_thru(&mut self, field: &mut Field, bytes: &[u8]) -> Outcome {
        let Some(target) = self.targets.first_mut() else {
            return Outcome::OverAir(vec![0x43, TIMED_OUT]);
        };
        if *bytes == [0x50, 0x00] {
            field.halt(&target.shown);
            return Outcome::OverAir(vec![0x43, TIMED_OUT]);
        }
        Outcome::OverAir(talk(0x43, field, target, bytes))
    }

    /// InDeselect halts targets, InRelease forgets them as well.
    fn let_go(&mut self, field: &mut Field, data: &[u8], code: u8, forget: bool) -> Outcome {
        let number = usize::from(data.first().copied().unwrap_or(0));
        let chosen = |n: usize| number == 0 || n + 1 == number;
        if number > self.targets.len() {
            return Outcome::Now(vec![code, RELEASED]);
        }
        for (_, target) in self.targets.iter().enumerate().filter(|(n, _)| chosen(*n)) {
            field.halt(&target.shown);
        }
        let any = !self.targets.is_empty();
        if forget {
            let mut n = 0;
            self.targets.retain(|_| {
                n += 1;
                !chosen(n - 1)
            });
        }
        if any { Outcome::OverAir(vec![code, 0x00]) } else { Outcome::Now(vec![code, 0x00]) }
    }

    fn select(&mut self, field: &mut Field, data: &[u8]) -> Outcome {
        let number = usize::from(data.first().copied().unwrap_or(0)).wrapping_sub(1);
        let Some(target) = self.targets.get(number) else {
            return Outcome::Now(vec![0x55, RELEASED]);
        };
        let status = if field.wake(&target.shown) { 0x00 } else { TIMED_OUT };
        Outcome::OverAir(vec![0x55, status])
    }
}

fn talk(code: u8, field: &mut Field, target: &mut Target, bytes: &[u8]) -> Vec<u8> {
    let Some(present) = field.active(&target.shown) else {
        return vec![code, TIMED_OUT];
    };
    match exchange(&present.card, &mut target.conversation, bytes) {
        Ok(answer) => [&[code, 0x00], &answer[..]].concat(),
        Err(status) => {
            if status == AUTH_FAILED {
                field.halt(&target.shown);
            }
            vec![code, status]
        }
    }
}

#[cfg(test)]
#[path = "pn532_tests.rs"]
mod tests;
