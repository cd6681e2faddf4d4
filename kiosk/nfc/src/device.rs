// SPDX-License-Identifier: GPL-3.0-or-later
//! An opened reader: the few libnfc calls that this door makes, and what their errors mean.
//!
//! Deliberately absent: `poll_target`, which can block for ever, and `list_passive_targets`, which pads its answer.

use std::fs::File;
use std::time::{Duration, Instant};

use nfc1::target_info::TargetInfo;
use nfc1::{BaudRate, Context, Device, Error, Modulation, ModulationType, Property, Target};
use xuedian_domain::card::CardClass;
use xuedian_engine::ports::reader::ReaderLoss;

use crate::connection::Connection;

/// Cards looked for at once; more are told as "several" all the same.
const MOST_CARDS: usize = 4;

/// Failed looks for other cards in a row after which the first is taken to be alone.
const MOST_FAILED_OTHERS: u32 = 2;
/// For how long then. Some readers have no way to deselect; one that has was only disturbed.
const ALONE: Duration = Duration::from_secs(60);

/// Whether a reader can look for other cards. It outlives the opening: one that fails at this may have to be opened anew.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Doubt {
    /// Looks that failed, one after the other.
    failed: u32,
    /// Other cards are not looked for until then.
    until: Option<Instant>,
}

/// What answered one select.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// A card with its whole UID.
    Card { uid: Vec<u8>, class: CardClass },
    /// A type B card; nothing of it is kept.
    TypeB,
    /// Something that was no whole card.
    Torn,
}

/// What a failed call means for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// One answer was spoilt; the next may be whole.
    Spoilt,
    /// No answer came in time.
    Timeout,
}

/// The reader, open. Closed when dropped; the port is free from then on.
pub(super) struct OpenReader {
    device: Device,
    /// A card may be halted, and deaf until the field was off.
    halted: bool,
    /// Keeps other openers out.
    _lock: Option<File>,
}

impl OpenReader {
    /// Opens the reader and makes it look for cards once at a time.
    pub fn open(context: &mut Context, connection: &Connection) -> Result<Self, ReaderLoss> {
        let lock = connection.lock()?;
        let silent = |_| ReaderLoss::Silent;
        let mut device = context.open_with_connstring(&connection.text).map_err(silent)?;
        device.initiator_init().map_err(silent)?;
        // With the default a select without a card waits for one.
        device.set_property_bool(Property::InfiniteSelect, false).map_err(silent)?;
        // No answer to select (ATS) is wanted: it costs time, and libnfc trusts the length byte that the card gives in it.
        device.set_property_bool(Property::AutoIso144434, false).map_err(silent)?;
        Ok(Self { device, halted: false, _lock: lock })
    }

    /// Looks for one type A card.
    pub fn select_a(&mut self) -> Result<Option<Answer>, Trouble> {
        // Only after a failure in the middle of `others`.
        self.wake_halted()?;
        self.select(ModulationType::Iso14443a)
    }

    /// Looks for one type B card.
    pub fn select_b(&mut self) -> Result<Option<Answer>, Trouble> {
        self.select(ModulationType::Iso14443b)
    }

    /// All cards beside the one that was just selected. A reader that fails at this twice in a row is believed to be unable to,
    /// and for a while the first card is taken to be alone: better than taking none.
    pub fn others(&mut self, first: &Answer, doubt: &mut Doubt) -> Result<Vec<Answer>, Trouble> {
        if doubt.until.is_some_and(|until| Instant::now() < until) {
            return Ok(Vec::new());
        }
        let found = self.look_beside(first);
        match found {
            Err(trouble) if doubt.failed + 1 >= MOST_FAILED_OTHERS => {
                tracing::warn!(?trouble, "the reader cannot look for a second card; the first is taken to be alone");
                *doubt = Doubt { failed: 0, until: Some(Instant::now() + ALONE) };
                return Ok(Vec::new());
            }
            Err(_) => doubt.failed += 1,
            Ok(_) => doubt.failed = 0,
        }
        found
    }

    /// Afterwards the field was off for a moment, so that the cards that were halted for this answer again.
    fn look_beside(&mut self, first: &Answer) -> Result<Vec<Answer>, Trouble> {
        let mut others = Vec::new();
        for _ in 1..MOST_CARDS {
            self.halted = true;
            self.device.initiator_deselect_target().map_err(trouble)?;
            match self.select(ModulationType::Iso14443a)? {
                Some(answer) if answer != *first && !others.contains(&answer) => others.push(answer),
                _ => break,
            }
        }
        self.wake_halted()?;
        Ok(others)
    }

    /// Switches the field off and on, if a card may be halted.
    fn wake_halted(&mut self) -> Result<(), Trouble> {
        if self.halted {
            self.device.set_property_bool(Property::ActivateField, false).map_err(trouble)?;
            self.device.set_property_bool(Property::ActivateField, true).map_err(trouble)?;
            self.halted = false;
        }
        Ok(())
    }

    fn select(&mut self, modulation_type: ModulationType) -> Result<Option<Answer>, Trouble> {
        let modulation = Modulation { modulation_type, baud_rate: BaudRate::Baud106 };
        match self.device.initiator_select_passive_target(&modulation) {
            Ok(target) => Ok(answer(&target)),
            // The radio failed, not the line: something is in the field, and it was no whole card.
            Err(Error::RfTransmissionError | Error::Chip | Error::TargetReleased) => Ok(Some(Answer::Torn)),
            Err(error) => Err(trouble(error)),
        }
    }
}

/// libnfc answers "no card" with a type A target without a UID.
fn answer(target: &Target) -> Option<Answer> {
    let card = match &target.target_info {
        TargetInfo::Iso14443a(card) => card,
        _ => return Some(Answer::TypeB),
    };
    let class = |uid_len| CardClass { uid_len, sak: card.sak, atqa: u16::from_be_bytes(card.atqa) };
    match card.uid_len {
        0 if card.atqa == [0, 0] && card.sak == 0 => None,
        4 | 7 | 10 => {
            let uid = card.uid[..card.uid_len].to_vec();
            let uid_len = u8::try_from(uid.len()).expect("ten at most");
            Some(Answer::Card { uid, class: class(uid_len) })
        }
        _ => Some(Answer::Torn),
    }
}

fn trouble(error: Error) -> Trouble {
    match error {
        Error::Timeout => Trouble::Timeout,
        _ => Trouble::Spoilt,
    }
}
