// SPDX-License-Identifier: GPL-3.0-or-later
//! Cards: their UIDs, their chips, and how they answer when a reader selects them.

use std::fmt;
use std::str::FromStr;

/// A UID, or the PUPI of a type B card: 4, 7 or 10 bytes. In this emulator it is data, not a secret.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid(Vec<u8>);

/// Why some text is no UID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no UID: 4, 7 or 10 bytes in hexadecimal")]
pub struct NoUid(String);

/// What a card is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chip {
    /// NTAG213: 45 pages of 4 bytes, no keys.
    Ntag,
    /// MIFARE Classic 1K: sectors behind keys; the factory's key FFFFFFFFFFFF opens this one.
    Classic,
    /// DESFire EV1: ISO 14443-4, SAK 20.
    Desfire,
    /// Another card with a processor, as social-security and transit cards have: ISO 14443-4, SAK 28.
    Processor,
    /// A phone: ISO 14443-4, and a new UID beginning 08 each time it is powered.
    Phone,
    /// ISO 14443 type B: an identity card.
    TypeB,
}

/// One card of the wallet, or of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its UID; for a phone only a name to call it by.
    pub uid: Uid,
    /// What it is made of.
    pub chip: Chip,
}

impl Uid {
    /// A UID of 4, 7 or 10 bytes.
    ///
    /// # Errors
    /// Another length.
    pub fn new(bytes: &[u8]) -> Result<Self, NoUid> {
        match bytes.len() {
            4 | 7 | 10 => Ok(Self(bytes.to_vec())),
            _ => Err(NoUid(hex(bytes))),
        }
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The UID with its cascade tags (88), as a host names it to select one known card.
    #[must_use]
    pub fn cascaded(&self) -> Vec<u8> {
        match self.0.len() {
            7 => [&[0x88], &self.0[..]].concat(),
            10 => [&[0x88], &self.0[..3], &[0x88], &self.0[3..]].concat(),
            _ => self.0.clone(),
        }
    }
}

impl FromStr for Uid {
    type Err = NoUid;

    /// Reads `04A1B2C3`, with or without colons, blanks or dashes between bytes.
    fn from_str(text: &str) -> Result<Self, NoUid> {
        let no = || NoUid(text.to_owned());
        let digits: Vec<char> = text.chars().filter(|c| !matches!(c, ':' | ' ' | '-')).collect();
        let bytes: Option<Vec<u8>> = digits
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(u8::try_from(high.to_digit(16)? << 4 | low.to_digit(16)?).ok()?),
                _ => None,
            })
            .collect();
        Self::new(&bytes.ok_or_else(no)?).map_err(|_| no())
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Card {
    /// The card that a UID belongs to when nothing else is said: by its length, and 08 for a phone.
    #[must_use]
    pub fn guessed(uid: Uid) -> Self {
        let chip = match uid.bytes() {
            [0x08, _, _, _] => Chip::Phone,
            [_, _, _, _] => Chip::Classic,
            _ => Chip::Ntag,
        };
        Self { uid, chip }
    }

    /// A card of a kind that people name: those of `cards.csv`, or a chip. `None` when there is no such kind.
    #[must_use]
    pub fn of_kind(uid: Uid, kind: &str) -> Option<Self> {
        let four = uid.bytes().len() == 4;
        let chip = match kind {
            "study" | "ntag" => Chip::Ntag,
            "transit" | "social" | "processor" => Chip::Processor,
            "senior" if four => Chip::Classic,
            "senior" => Chip::Ntag,
            "classic" => Chip::Classic,
            "staff" | "desfire" => Chip::Desfire,
            "phone" => Chip::Phone,
            "identity" | "type-b" => Chip::TypeB,
            "unknown" => return Some(Self::guessed(uid)),
            _ => return None,
        };
        Some(Self { uid, chip })
    }

    /// ATQA, big end first.
    #[must_use]
    pub fn atqa(&self) -> [u8; 2] {
        let size = match self.uid.bytes().len() {
            7 => 0x40,
            10 => 0x80,
            _ => 0x00,
        };
        match self.chip {
            Chip::Desfire => [0x03, 0x04 | size],
            _ => [0x00, 0x04 | size],
        }
    }

    /// SAK of the last cascade level.
    #[must_use]
    pub fn sak(&self) -> u8 {
        match self.chip {
            Chip::Ntag => 0x00,
            Chip::Classic => 0x08,
            Chip::Desfire | Chip::Phone => 0x20,
            Chip::Processor => 0x28,
            Chip::TypeB => 0x00,
        }
    }

    /// The answer to select (ATS) of cards that speak ISO 14443-4, its length byte first.
    #[must_use]
    pub fn ats(&self) -> Option<&'static [u8]> {
        match self.chip {
            Chip::Desfire => Some(&[0x06, 0x75, 0x77, 0x81, 0x02, 0x80]),
            Chip::Processor => Some(&[0x05, 0x78, 0x80, 0x70, 0x02]),
            Chip::Phone => Some(&[0x05, 0x78, 0x80, 0x70, 0x02]),
            _ => None,
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(text: &str) -> Uid {
        text.parse().expect("a UID of the test")
    }

    #[test]
    fn uids_are_read_in_the_forms_people_write() {
        for text in ["04a1b2c3", "04:A1:B2:C3", "04 a1 b2 c3", "04-A1-B2-C3"] {
            assert_eq!(uid(text).bytes(), [0x04, 0xa1, 0xb2, 0xc3], "{text}");
        }
    }

    #[test]
    fn what_is_no_uid_is_refused() {
        for text in ["", "04A1B2", "04A1B2C", "04A1B2C3D4", "zz112233", "é1"] {
            assert!(text.parse::<Uid>().is_err(), "{text}");
        }
    }

    #[test]
    fn long_uids_carry_cascade_tags() {
        assert_eq!(hex(&uid("04A1B2C3D4E5F6").cascaded()), "8804A1B2C3D4E5F6");
        assert_eq!(hex(&uid("04A1B2C3D4E5F6070809").cascaded()), "8804A1B288C3D4E5F6070809");
    }

    #[test]
    fn the_atqa_tells_the_length() {
        let low = |text| Card::guessed(uid(text)).atqa()[1];
        assert_eq!(low("04A1B2C3"), 0x04);
        assert_eq!(low("04A1B2C3D4E5F6"), 0x44);
        assert_eq!(low("04A1B2C3D4E5F6070809"), 0x84);
    }

    #[test]
    fn kinds_of_the_wallet_have_chips() {
        let chip = |kind| Card::of_kind(uid("04A1B2C3"), kind).map(|card| card.chip);
        assert_eq!(chip("staff"), Some(Chip::Desfire));
        assert_eq!(chip("identity"), Some(Chip::TypeB));
        assert_eq!(chip("phone"), Some(Chip::Phone));
        assert_eq!(chip("spoon"), None);
    }
}
