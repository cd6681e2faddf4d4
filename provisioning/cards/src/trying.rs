// SPDX-License-Identifier: GPL-3.0-or-later
//! A card while it is tried, and what of it comes onto the sheet.

use xuedian_domain::card::{CardClass, CardToken};

use crate::kinds::Kind;
use crate::row::{Number, Row, Tap};
use crate::tongue::Tongue;

/// A number that was read, as far as it may be known: under the trial's own key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    /// From the reader's question to the whole number, in milliseconds.
    pub ms: u32,
    pub token: CardToken,
    pub class: CardClass,
}

/// A card while it is tried.
pub(crate) struct Trying {
    pub kind: &'static Kind,
    pub card: u8,
    pub taps: Vec<(Tap, Option<Read>)>,
    /// Read and not counted, since it is odd; and the card whose number it has.
    pub odd: Option<(Read, Option<(u8, u8)>)>,
    /// The card whose number it has, though it is another one; and that number.
    pub shared: Option<((u8, u8), CardToken)>,
    /// It is an identity card, and it was read.
    pub alarm: bool,
    pub distance_mm: Option<u16>,
    pub notes: Vec<String>,
}

impl Trying {
    pub fn new(kind: &'static Kind, card: u8) -> Self {
        Self {
            kind,
            card,
            taps: Vec::new(),
            odd: None,
            shared: None,
            alarm: false,
            distance_mm: None,
            notes: Vec::new(),
        }
    }

    /// Which card it is.
    pub fn name(&self) -> (u8, u8) {
        (self.kind.number, self.card)
    }

    /// Whether a number is another one than at its taps before.
    pub fn differs(&self, read: &Read) -> bool {
        self.reads().next().is_some_and(|first| !first.alike(read))
    }

    pub fn has(&self, token: CardToken) -> bool {
        self.reads().any(|read| read.token == token)
    }

    pub fn is_unclear(&self) -> bool {
        self.taps.last().is_some_and(|(tap, _)| *tap == Tap::Unclear)
    }

    /// Its line of the sheet.
    pub fn row(&self, tongue: Tongue) -> Row {
        let shared = self.shared.map(|((kind, card), _)| match tongue {
            Tongue::Zh => format!("号码跟第 {kind} 种第 {card} 张一样"),
            Tongue::En => format!("same number as card {card} of kind {kind}"),
        });
        let notes: Vec<String> = shared.into_iter().chain(self.notes.iter().cloned()).collect();
        Row {
            kind: self.kind.number,
            card: self.card,
            taps: self.taps.iter().map(|(tap, _)| *tap).collect(),
            number: self.number(),
            distance_mm: self.distance_mm,
            remark: notes.join("; "),
        }
    }

    fn number(&self) -> Option<Number> {
        let first = self.reads().next()?;
        let same = (self.reads().count() > 1).then(|| self.reads().all(|read| read.alike(&first)));
        Some(Number { bytes: first.class.uid_len, same, atqa: first.class.atqa, sak: first.class.sak })
    }

    fn reads(&self) -> impl Iterator<Item = Read> {
        self.taps.iter().filter_map(|(_, read)| *read)
    }
}

impl Read {
    fn alike(&self, other: &Self) -> bool {
        self.token == other.token && self.class == other.class
    }
}
