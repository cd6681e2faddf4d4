// SPDX-License-Identifier: GPL-3.0-or-later
//! Frames, whole and broken.

use super::*;

fn check(bytes: &[u8], expected: &[FromHost]) {
    assert_eq!(Parser::default().push(bytes), expected, "in one piece");
    let mut parser = Parser::default();
    let heard: Vec<_> = bytes.iter().flat_map(|b| parser.push(&[*b])).collect();
    assert_eq!(heard, expected, "byte by byte");
}

/// What libnfc really sends at first: the preamble, then SAMConfiguration.
const WAKE: [u8; 16] = [0x55, 0x55, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

#[test]
fn a_command_is_heard() {
    let firmware = [0x00, 0x00, 0xff, 0x02, 0xfe, 0xd4, 0x02, 0x2a, 0x00];
    check(&firmware, &[FromHost::Command(vec![0x02])]);
}

#[test]
fn the_preamble_wakes_and_the_command_follows() {
    let mut bytes = WAKE.to_vec();
    bytes.extend(command(&[0x14, 0x01]));
    check(&bytes, &[FromHost::Wake, FromHost::Command(vec![0x14, 0x01])]);
}

#[test]
fn ack_and_nack_are_heard() {
    let bytes = [ACK, NACK].concat();
    check(&bytes, &[FromHost::Ack, FromHost::Nack]);
}

#[test]
fn a_wrong_checksum_is_broken_and_the_next_frame_is_heard() {
    let mut bytes = command(&[0x02]);
    let dcs = bytes.len() - 2;
    bytes[dcs] ^= 0x01;
    bytes.extend(command(&[0x04]));
    check(&bytes, &[FromHost::Broken, FromHost::Command(vec![0x04])]);
}

#[test]
fn noise_between_frames_is_skipped() {
    let mut bytes = vec![0x12, 0x34, 0xff, 0x00, 0x07];
    bytes.extend(command(&[0x02]));
    check(&bytes, &[FromHost::Command(vec![0x02])]);
}

#[test]
fn long_commands_come_in_extended_frames() {
    let long: Vec<u8> = (0..=255).chain(0..4).collect();
    let frame = command(&long);
    assert_eq!(&frame[..8], &[0x00, 0x00, 0xff, 0xff, 0xff, 0x01, 0x05, 0xfa]);
    check(&frame, &[FromHost::Command(long)]);
}

#[test]
fn an_answer_has_the_bytes_of_the_manual() {
    let expected = [0x00, 0x00, 0xff, 0x06, 0xfa, 0xd5, 0x03, 0x32, 0x01, 0x06, 0x07, 0xe8, 0x00];
    assert_eq!(answer(&[0x03, 0x32, 0x01, 0x06, 0x07]), expected);
}

#[test]
fn an_answer_to_itself_is_no_command() {
    check(&answer(&[0x03]), &[FromHost::Broken]);
}
