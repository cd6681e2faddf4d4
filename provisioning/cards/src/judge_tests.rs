// SPDX-License-Identifier: GPL-3.0-or-later
//! Verdicts, by what happened to five cards of a kind.

use super::*;
use crate::row::Number;
use Tap::{Nothing, Refused, Unclear};

const READ: Tap = Tap::Read(30);

fn row(kind: u8, card: u8, taps: &[Tap], same: Option<bool>) -> Row {
    let number = taps.contains(&READ).then_some(Number { bytes: 4, same, atqa: 4, sak: 8 });
    Row { kind, card, taps: taps.to_vec(), number, distance_mm: None, remark: String::new() }
}

fn kind(number: u8) -> &'static Kind {
    KINDS.iter().find(|known| known.number == number).expect("a kind")
}

/// Five cards of a kind: the taps of the first, and those of the four others.
fn check(number: u8, first: &[Tap], others: &[Tap], expected: Verdict) {
    let mut rows = vec![row(number, 1, first, Some(true))];
    rows.extend((2..=5).map(|card| row(number, card, others, Some(true))));
    let judged = judge(kind(number), &rows);
    assert_eq!((judged.verdict, judged.whole), (expected, true), "kind {number}: {first:?}, {others:?}");
}

#[test]
fn cards_to_bind_are_good_when_each_of_them_is_read() {
    let all = [READ; 5];
    check(1, &all, &all, Verdict::Good);
    check(1, &[READ, READ, READ, READ, Nothing], &all, Verdict::Good);
    check(1, &[READ, READ, READ, Unclear, Nothing], &all, Verdict::LookAgain);
    check(1, &[Nothing; 5], &all, Verdict::SomeNever);
    check(1, &all, &[Nothing; 5], Verdict::SomeNever);
    check(
        1,
        &[READ, READ, Nothing, Nothing, Nothing],
        &[READ, READ, READ, Nothing, Nothing],
        Verdict::NotWithThisReader,
    );
    check(1, &[Nothing; 5], &[Nothing; 5], Verdict::NotWithThisReader);
    check(1, &[READ, Refused, READ, READ, READ], &all, Verdict::Changes);
    check(7, &[Refused; 5], &[Refused; 5], Verdict::Refused);
    check(7, &[Refused; 5], &all, Verdict::SomeRefused);
    check(9, &all, &[Refused; 5], Verdict::SomeRefused);
    check(9, &[Refused; 5], &[Refused, Refused, Refused, Refused, Nothing], Verdict::Refused);
    let mut rows: Vec<Row> = (1..=5).map(|card| row(1, card, &all, Some(true))).collect();
    rows[2].number.as_mut().expect("it was read").same = Some(false);
    assert_eq!(judge(kind(1), &rows).verdict, Verdict::Changes);
}

#[test]
fn what_must_not_be_read_is_judged_by_what_people_are_told() {
    check(10, &[Refused; 5], &[Refused; 5], Verdict::AsItMustBe);
    check(10, &[Nothing; 5], &[Nothing; 5], Verdict::NotNoticed);
    check(10, &[Unclear; 5], &[Unclear; 5], Verdict::NotNoticed);
    check(10, &[Refused, Refused, READ, Refused, Refused], &[Refused; 5], Verdict::Alarm);
    check(11, &[Refused; 5], &[Refused; 5], Verdict::AsItMustBe);
    check(11, &[READ; 5], &[Refused; 5], Verdict::ReadAfterAll);
    check(11, &[READ, Refused, Refused, Refused, Refused], &[Refused; 5], Verdict::Changes);
    check(11, &[Nothing; 5], &[Nothing; 5], Verdict::NotNoticed);
    check(12, &[Nothing; 5], &[Nothing; 5], Verdict::AsItMustBe);
    check(12, &[Nothing, READ, Nothing, Nothing, Nothing], &[Nothing; 5], Verdict::Noticed);
}

#[test]
fn without_cards_there_is_no_verdict_and_with_few_it_is_one_so_far() {
    let nobody = judge(kind(1), &[]);
    assert_eq!((nobody.verdict, nobody.whole), (Verdict::NotTried, false));
    let one = judge(kind(1), &[row(1, 1, &[READ; 5], Some(true))]);
    assert_eq!((one.verdict, one.whole), (Verdict::Good, false));
    let same_again: Vec<Row> = (0..5).map(|_| row(1, 1, &[READ; 5], Some(true))).collect();
    assert!(!judge(kind(1), &same_again).whole, "one card five times is no five cards");
}

#[test]
fn a_module_that_reads_only_short_numbers_is_found_out() {
    let mute = |number: u8| (1..=5).map(move |card| row(number, card, &[Nothing; 5], None));
    let mut rows: Vec<Row> = mute(5).collect();
    rows.push(row(6, 1, &[READ; 5], Some(true)));
    assert!(reads_only_short_numbers(&rows));
    assert!(!reads_only_short_numbers(&rows[1..]), "kind 5 was not tried to its end");
    rows[0].number = Some(Number { bytes: 7, same: None, atqa: 0x44, sak: 0 });
    assert!(!reads_only_short_numbers(&rows));
}
