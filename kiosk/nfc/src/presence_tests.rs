// SPDX-License-Identifier: GPL-3.0-or-later
//! What is news in the field, look by look.

use std::time::Instant;

use super::*;

/// A token that shows which card it came from; tests only.
fn tokens(uid: &[u8]) -> Vec<CardToken> {
    vec![CardToken { key: 1, mac: [uid[0]; 16] }]
}

fn card(first: u8) -> Answer {
    Answer::Card { uid: vec![first, 1, 2, 3], class: CardClass { uid_len: 4, sak: 0x08, atqa: 4 } }
}

fn now() -> ReadTimes {
    let now = Instant::now();
    ReadTimes { asked: now, answered: now }
}

/// One look at the field and what all of it answers; an empty one is a miss.
enum Look {
    A(&'static [u8]),
    Again(u8),
    Torn,
    B,
    NoB,
}

fn short(event: &ReaderEvent) -> String {
    let name = |read: &CardRead| {
        let lying = if read.arrival == Arrival::Lying { " lying" } else { "" };
        format!("{:02x}{lying}", read.tokens[0].mac[0])
    };
    match event {
        ReaderEvent::Card(read) => name(read),
        ReaderEvent::Refused(ReaderRefusal::TwoCards { cards, count }) => {
            format!("{count}: {}", cards.iter().map(name).collect::<Vec<_>>().join(", "))
        }
        ReaderEvent::Refused(other) => format!("{other:?}"),
        other => format!("{other:?}"),
    }
}

fn check(looks: &[Look], expected: &[&str]) {
    let mut presence = Presence::default();
    let mut told = Vec::new();
    for look in looks {
        let all: Vec<Answer> = match look {
            Look::A(firsts) => firsts.iter().map(|first| card(*first)).collect(),
            Look::Again(first) => vec![card(*first)],
            Look::Torn => vec![Answer::Torn],
            Look::B => vec![Answer::TypeB],
            Look::NoB => Vec::new(),
        };
        let news = match &all[..] {
            [] if matches!(look, Look::NoB) => {
                presence.missed_b();
                None
            }
            [] => {
                presence.missed_a();
                None
            }
            [first, ..] if presence.sees_again(first) => None,
            _ => Some(presence.arrived(&all, now(), &tokens)),
        };
        told.extend(news.or_else(|| presence.settle(&tokens)).iter().map(short));
    }
    assert_eq!(told, expected);
}

const EMPTY: Look = Look::A(&[]);

#[test]
fn a_card_left_lying_is_told_once() {
    check(&[Look::A(&[0x14]), Look::Again(0x14), Look::Again(0x14), Look::Again(0x14)], &["14"]);
}

#[test]
fn two_misses_are_a_trembling_hand_and_three_are_gone() {
    let tremble = [Look::A(&[0x14]), EMPTY, EMPTY, Look::Again(0x14)];
    check(&tremble, &["14"]);
    check(&[Look::A(&[0x14]), EMPTY, EMPTY, EMPTY, Look::A(&[0x14])], &["14", "Removed", "14"]);
}

#[test]
fn a_swapped_card_is_told_at_once() {
    check(&[Look::A(&[0x14]), Look::A(&[0x24])], &["14", "24"]);
}

#[test]
fn two_cards_are_told_together_and_the_one_that_stays_alone() {
    let looks = [Look::A(&[0x14, 0x24]), Look::Again(0x14), Look::Again(0x24), Look::Again(0x14), Look::Again(0x14)];
    check(&looks, &["2: 14, 24"]);
    let looks = [Look::A(&[0x14, 0x24]), Look::Again(0x14), Look::Again(0x14), Look::Again(0x14), EMPTY, EMPTY, EMPTY];
    check(&looks, &["2: 14, 24", "14 lying", "Removed"]);
}

#[test]
fn two_cards_that_are_taken_away_together_are_two_to_the_end() {
    let looks = [Look::A(&[0x14, 0x24]), Look::Again(0x14), Look::Again(0x24), EMPTY, EMPTY, EMPTY];
    check(&looks, &["2: 14, 24", "Removed"]);
}

#[test]
fn a_card_beside_one_left_lying_says_which_is_new() {
    check(&[Look::A(&[0x14]), Look::A(&[0x24, 0x14])], &["14", "2: 24, 14 lying"]);
}

#[test]
fn a_card_left_lying_is_not_told_again_when_its_neighbour_goes() {
    let looks = [Look::A(&[0x14]), Look::A(&[0x24, 0x14]), Look::Again(0x14), Look::Again(0x14), Look::Again(0x14)];
    check(&looks, &["14", "2: 24, 14 lying"]);
}

#[test]
fn phones_and_torn_cards_are_refused_once() {
    check(&[Look::A(&[0x08]), Look::Again(0x08), EMPTY], &["RandomUid"]);
    check(&[Look::Torn, Look::Torn, EMPTY, EMPTY, EMPTY], &["Unreadable", "Removed"]);
}

#[test]
fn a_card_in_the_case_of_a_phone_is_the_only_one_with_a_token() {
    check(&[Look::A(&[0x08, 0x14])], &["2: 14"]);
}

#[test]
fn an_identity_card_is_refused_until_it_is_gone() {
    let looks = [Look::B, EMPTY, Look::B, EMPTY, Look::NoB, EMPTY, Look::NoB, EMPTY, Look::NoB];
    check(&looks, &["TypeB", "Removed"]);
}
