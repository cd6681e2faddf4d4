// SPDX-License-Identifier: GPL-3.0-or-later
//! What hands on the desk and the reader share: the field, the faults to come, and what the reader has been seen to do.

use std::collections::VecDeque;
use std::time::Duration;

use crate::field::Field;

/// How an answer of the reader is spoilt on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// Its checksum is wrong.
    Checksum,
    /// An error frame comes instead.
    ErrorFrame,
    /// Its second half never comes.
    Cut,
    /// Other bytes come instead.
    Garbage,
}

/// The shared state, behind one lock.
#[derive(Debug)]
pub struct Desk {
    /// The cards and their power.
    pub field: Field,
    /// How long the chip needs to find and select a card.
    pub latency: Duration,
    /// The chip hears nothing and says nothing.
    pub hung: bool,
    /// Commands that get no reply at all.
    pub silent: u32,
    /// Answers that are spoilt, the next one first.
    pub spoilt: VecDeque<Spoil>,
    /// Codes of commands that this chip does not know: another make, or an older one.
    pub lacks: Vec<u8>,
    /// Codes of commands that it gives no reply to.
    pub mute_to: Vec<u8>,
    /// Whether the reader should be plugged in.
    pub wanted: bool,
    /// Whether it is.
    pub plugged: bool,
    /// Why it could not be plugged in.
    pub plug_error: Option<String>,
    /// The thread ends.
    pub stop: bool,
    /// What was seen of the reader.
    pub seen: Seen,
}

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Commands heard.
    pub commands: u64,
    /// Searches for type A that ended without a card.
    pub empty_a: u64,
    /// Searches for type B that ended without a card.
    pub empty_b: u64,
}

impl Desk {
    pub(crate) fn new(latency: Duration) -> Self {
        Self {
            field: Field::default(),
            latency,
            hung: false,
            silent: 0,
            spoilt: VecDeque::new(),
            lacks: Vec::new(),
            mute_to: Vec::new(),
            wanted: true,
            plugged: false,
            plug_error: None,
            stop: false,
            seen: Seen::default(),
        }
    }
}
