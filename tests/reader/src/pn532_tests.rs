// SPDX-License-Identifier: GPL-3.0-or-later
//! Commands and answers of the chip, byte for byte.

use super::*;
use crate::card::Card;

struct Bench {
    chip: Pn532,
    field: Field,
}

fn bench(cards: &[(&str, &str)]) -> Bench {
    let mut field = Field::default();
    for (uid, kind) in cards {
        let uid = uid.parse().expect("a UID of the test");
        assert!(field.put(Card::of_kind(uid, kind).expect("a kind of the test"), false));
    }
    let mut chip = Pn532::default();
    chip.wake();
    // As libnfc does with InfiniteSelect off.
    chip.command(&mut field, &[0x32, 0x05, 0x00, 0x01, 0x02]);
    Bench { chip, field }
}

impl Bench {
    fn say(&mut self, command: &[u8]) -> Vec<u8> {
        match self.chip.command(&mut self.field, command) {
            Outcome::Now(answer) | Outcome::OverAir(answer) => answer,
            Outcome::Error => Vec::new(),
            Outcome::Search(mut search) => (0..search.tries.expect("bounded"))
                .find_map(|_| self.chip.look(&mut self.field, &mut search))
                .unwrap_or_else(Pn532::nothing_found),
        }
    }
}

#[test]
fn the_chip_presents_itself() {
    let mut bench = bench(&[]);
    assert_eq!(bench.say(&[0x02]), [0x03, 0x32, 0x01, 0x06, 0x07]);
    assert_eq!(bench.say(b"\x00\x00libnfc"), b"\x01\x00libnfc");
    assert!(bench.say(&[0x77]).is_empty(), "an error frame");
}

#[test]
fn registers_keep_what_is_written() {
    let mut bench = bench(&[]);
    assert_eq!(bench.say(&[0x08, 0x63, 0x02, 0x80, 0x63, 0x3d, 0x07]), [0x09]);
    assert_eq!(bench.say(&[0x06, 0x63, 0x3d, 0x63, 0x02, 0x63, 0x03]), [0x07, 0x07, 0x80, 0x00]);
}

#[test]
fn an_empty_field_is_told_as_no_target() {
    assert_eq!(bench(&[]).say(&[0x4a, 0x01, 0x00]), [0x4b, 0x00]);
}

#[test]
fn a_card_is_listed_with_its_class() {
    let mut bench = bench(&[("04A1B2C3", "classic")]);
    let expected = [0x4b, 0x01, 0x01, 0x00, 0x04, 0x08, 0x04, 0x04, 0xa1, 0xb2, 0xc3];
    assert_eq!(bench.say(&[0x4a, 0x01, 0x00]), expected);
    assert_eq!(bench.say(&[0x4a, 0x01, 0x00]), expected, "again, since it still lies there");
}

#[test]
fn the_answer_to_select_comes_only_when_asked_for() {
    let mut bench = bench(&[("04A1B2C3D4E5F6", "desfire")]);
    let with = bench.say(&[0x4a, 0x01, 0x00]);
    assert_eq!(with[with.len() - 6..], [0x06, 0x75, 0x77, 0x81, 0x02, 0x80]);
    bench.say(&[0x12, 0x04]);
    assert_eq!(bench.say(&[0x4a, 0x01, 0x00]).len(), with.len() - 6);
}

#[test]
fn the_second_card_is_found_when_the_first_is_deselected() {
    let mut bench = bench(&[("04A1B2C3", "classic"), ("14A1B2C3", "classic")]);
    let first = bench.say(&[0x4a, 0x01, 0x00]);
    assert_eq!(bench.say(&[0x44, 0x00]), [0x45, 0x00]);
    let second = bench.say(&[0x4a, 0x01, 0x00]);
    assert_eq!((first[7], second[7]), (0x04, 0x14));
    bench.say(&[0x44, 0x00]);
    assert_eq!(bench.say(&[0x4a, 0x01, 0x00]), [0x4b, 0x00], "both are halted");
    bench.say(&[0x32, 0x01, 0x00]);
    assert_eq!(bench.say(&[0x4a, 0x01, 0x00]), first, "the field was off");
}

#[test]
fn two_targets_can_be_held_at_once() {
    let mut bench = bench(&[("04A1B2C3", "classic"), ("14A1B2C3", "classic")]);
    assert_eq!(bench.say(&[0x4a, 0x02, 0x00])[1], 2);
}

#[test]
fn type_b_is_seen_by_its_own_request() {
    let mut bench = bench(&[("11223344", "identity")]);
    assert_eq!(bench.say(&[0x4a, 0x01, 0x00]), [0x4b, 0x00]);
    let seen = bench.say(&[0x4a, 0x01, 0x03, 0x00]);
    assert_eq!(seen[..8], [0x4b, 0x01, 0x01, 0x50, 0x11, 0x22, 0x33, 0x44]);
    assert_eq!(seen.len(), 17);
}

#[test]
fn data_goes_to_the_selected_card() {
    let mut bench = bench(&[("04A1B2C3", "classic")]);
    assert_eq!(bench.say(&[0x40, 0x01, 0x30, 0x00]), [0x41, 0x29], "no target yet");
    bench.say(&[0x4a, 0x01, 0x00]);
    let auth = [0x40, 0x01, 0x60, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x04, 0xa1, 0xb2, 0xc3];
    assert_eq!(bench.say(&auth), [0x41, 0x00]);
    assert_eq!(bench.say(&[0x40, 0x01, 0x30, 0x00])[..6], [0x41, 0x00, 0x04, 0xa1, 0xb2, 0xc3]);
    bench.field.clear();
    assert_eq!(bench.say(&[0x40, 0x01, 0x30, 0x00]), [0x41, 0x01], "taken away");
}

#[test]
fn power_down_sleeps_until_the_preamble() {
    let mut bench = bench(&[]);
    assert_eq!(bench.say(&[0x16, 0xf0]), [0x17, 0x00]);
    assert!(!bench.chip.is_awake());
    bench.chip.wake();
    assert!(bench.chip.is_awake());
}
