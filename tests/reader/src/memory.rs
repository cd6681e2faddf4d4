// SPDX-License-Identifier: GPL-3.0-or-later
//! What a selected card answers to data: NTAG and MIFARE Classic reads, DESFire's version, and "no" to the rest.

use crate::card::{Card, Chip};

/// The card did not answer in time.
pub const TIMED_OUT: u8 = 0x01;
/// MIFARE Classic refused the key; the card halts.
pub const AUTH_FAILED: u8 = 0x14;

/// The key that opens each sector of the Classic cards here.
const FACTORY_KEY: [u8; 6] = [0xff; 6];
const NTAG213_VERSION: [u8; 8] = [0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x0f, 0x03];
/// Pages of an NTAG213.
const NTAG_PAGES: u8 = 45;

/// What one selection of a card remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The sector of a Classic card that a key has opened.
    open_sector: Option<u8>,
    /// Which part of DESFire's version comes next.
    version_part: u8,
}

/// The card's answer to `data`, or the status byte with which the chip reports its silence.
///
/// # Errors
/// [`TIMED_OUT`] and [`AUTH_FAILED`].
pub fn exchange(card: &Card, conversation: &mut Conversation, data: &[u8]) -> Result<Vec<u8>, u8> {
    match card.chip {
        Chip::Ntag => ntag(card, data),
        Chip::Classic => classic(card, conversation, data),
        Chip::Desfire => desfire(card, conversation, data),
        Chip::Processor | Chip::Phone => Ok(application(data)),
        Chip::TypeB => Err(TIMED_OUT),
    }
}

fn ntag(card: &Card, data: &[u8]) -> Result<Vec<u8>, u8> {
    match *data {
        [0x30, page] if page < NTAG_PAGES => {
            Ok((0..4).flat_map(|n| ntag_page(card, (page + n) % NTAG_PAGES)).collect())
        }
        [0x3a, from, to] if from <= to && to < NTAG_PAGES => {
            Ok((from..=to).flat_map(|page| ntag_page(card, page)).collect())
        }
        [0x60] => Ok(NTAG213_VERSION.to_vec()),
        _ => Err(TIMED_OUT),
    }
}

fn ntag_page(card: &Card, page: u8) -> [u8; 4] {
    // A UID of another length than 7 is padded: such an NTAG exists only in tests.
    let mut u = [0; 7];
    for (to, from) in u.iter_mut().zip(card.uid.bytes()) {
        *to = *from;
    }
    match page {
        0 => [u[0], u[1], u[2], 0x88 ^ u[0] ^ u[1] ^ u[2]],
        1 => [u[3], u[4], u[5], u[6]],
        2 => [u[3] ^ u[4] ^ u[5] ^ u[6], 0x48, 0x00, 0x00],
        3 => [0xe1, 0x10, 0x12, 0x00],
        4 => [0x03, 0x00, 0xfe, 0x00],
        _ => [0; 4],
    }
}

fn classic(card: &Card, conversation: &mut Conversation, data: &[u8]) -> Result<Vec<u8>, u8> {
    match *data {
        [0x60 | 0x61, block, ref key_and_uid @ ..] if block < 64 => {
            let tail = &card.uid.bytes()[card.uid.bytes().len() - 4..];
            let opened = key_and_uid.len() >= 10 && key_and_uid[..6] == FACTORY_KEY && key_and_uid[6..10] == *tail;
            conversation.open_sector = opened.then_some(block / 4);
            if opened { Ok(Vec::new()) } else { Err(AUTH_FAILED) }
        }
        [0x30, block] if conversation.open_sector == Some(block / 4) => Ok(classic_block(card, block).to_vec()),
        _ => Err(TIMED_OUT),
    }
}

fn classic_block(card: &Card, block: u8) -> [u8; 16] {
    let mut bytes = [0; 16];
    if block == 0 {
        let uid = card.uid.bytes();
        bytes[..uid.len()].copy_from_slice(uid);
        bytes[uid.len()] = uid.iter().fold(0, |sum, b| sum ^ b);
        bytes[uid.len() + 1] = card.sak();
    } else if block % 4 == 3 {
        // The trailer: key A reads as zeros, then the factory's access bits and key B.
        bytes[6..10].copy_from_slice(&[0xff, 0x07, 0x80, 0x69]);
        bytes[10..].copy_from_slice(&FACTORY_KEY);
    }
    bytes
}

fn desfire(card: &Card, conversation: &mut Conversation, data: &[u8]) -> Result<Vec<u8>, u8> {
    let (wrapped, command) = match *data {
        [0x90, command, 0, 0, ..] => (true, command),
        [command] => (false, command),
        _ => return Ok(application(data)),
    };
    let part = match command {
        0x60 => 0,
        0xaf if conversation.version_part > 0 => conversation.version_part,
        _ => return Ok(application(data)),
    };
    let (status, body) = match part {
        0 => (0xaf, vec![0x04, 0x01, 0x01, 0x01, 0x00, 0x18, 0x05]),
        1 => (0xaf, vec![0x04, 0x01, 0x01, 0x01, 0x04, 0x18, 0x05]),
        _ => (0x00, [card.uid.bytes(), &[0; 5], &[0x12, 0x21]].concat()),
    };
    conversation.version_part = (part + 1) % 3;
    Ok(if wrapped { [&body[..], &[0x91, status]].concat() } else { [&[status], &body[..]].concat() })
}

/// A processor card with no application that this reader may know.
fn application(data: &[u8]) -> Vec<u8> {
    match data {
        [_, 0xa4, ..] => vec![0x6a, 0x82],
        _ => vec![0x6d, 0x00],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::hex;

    fn card(uid: &str, kind: &str) -> Card {
        Card::of_kind(uid.parse().expect("a UID of the test"), kind).expect("a kind of the test")
    }

    #[test]
    fn an_ntag_reads_its_uid_with_check_bytes() {
        let card = card("04A1B2C3D4E5F6", "ntag");
        let read = exchange(&card, &mut Conversation::default(), &[0x30, 0x00]).expect("a read");
        assert_eq!(hex(&read), "04A1B29FC3D4E5F604480000E1101200");
    }

    #[test]
    fn a_classic_reads_only_what_its_key_has_opened() {
        let card = card("04A1B2C3", "classic");
        let mut talk = Conversation::default();
        assert_eq!(exchange(&card, &mut talk, &[0x30, 0x00]), Err(TIMED_OUT));
        let auth = |key: [u8; 6]| [&[0x60, 0x00], &key[..], card.uid.bytes()].concat();
        assert_eq!(exchange(&card, &mut talk, &auth([0; 6])), Err(AUTH_FAILED));
        assert_eq!(exchange(&card, &mut talk, &auth([0xff; 6])), Ok(Vec::new()));
        let read = exchange(&card, &mut talk, &[0x30, 0x00]).expect("a read");
        assert_eq!(read[..5], [0x04, 0xa1, 0xb2, 0xc3, 0x04 ^ 0xa1 ^ 0xb2 ^ 0xc3]);
        assert_eq!(exchange(&card, &mut talk, &[0x30, 0x04]), Err(TIMED_OUT), "another sector");
    }

    #[test]
    fn a_desfire_tells_its_version_in_three_parts() {
        let card = card("04A1B2C3D4E5F6", "desfire");
        let mut talk = Conversation::default();
        let mut say = |data: &[u8]| exchange(&card, &mut talk, data).expect("an answer");
        assert_eq!(say(&[0x60])[0], 0xaf);
        assert_eq!(say(&[0xaf])[0], 0xaf);
        let last = say(&[0xaf]);
        assert_eq!((last[0], &last[1..8]), (0x00, card.uid.bytes()));
        assert_eq!(say(&[0x00, 0xa4, 0x04, 0x00, 0x00]), [0x6a, 0x82]);
    }
}
