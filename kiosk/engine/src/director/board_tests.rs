// SPDX-License-Identifier: GPL-3.0-or-later
//! When a sign of the board is a fault, and when it is over.

use super::*;

const NOTHING: BoardSigns =
    BoardSigns { celsius: None, slowed: None, under_voltage: None, touch: None, display: None, memory: None };

fn celsius(celsius: i32) -> BoardSigns {
    BoardSigns { celsius: Some(celsius), slowed: Some(false), ..NOTHING }
}

fn power(under_voltage: bool) -> BoardSigns {
    BoardSigns { under_voltage: Some(under_voltage), ..NOTHING }
}

fn touch(there: bool) -> BoardSigns {
    BoardSigns { touch: Some(there), ..NOTHING }
}

fn memory(available_mib: u64, stalled_percent: u8) -> BoardSigns {
    BoardSigns { memory: Some(Memory { available_mib, stalled_percent: Some(stalled_percent) }), ..NOTHING }
}

/// What is said at which second, and what began or ended by it: `+` or `-`, the part, and its number.
fn check(looks: &[(i64, BoardSigns, &str)]) -> Board {
    let mut board = Board::default();
    for (second, signs, expected) in looks {
        let changes = board.look(*signs, second * 1000);
        let said = changes.iter().map(|c| format!("{}{} {}", if c.began { '+' } else { '-' }, c.part, c.detail));
        let said = said.collect::<Vec<_>>().join(", ");
        assert_eq!(said.trim_end(), *expected, "after {second} s of {looks:?}");
    }
    board
}

#[test]
fn heat_begins_at_82_degrees_seen_twice_and_ends_below_72() {
    let slow = BoardSigns { slowed: Some(true), ..celsius(83) };
    check(&[
        (0, celsius(81), ""),
        (2, celsius(82), ""),
        (4, celsius(81), ""),
        (6, celsius(83), ""),
        (8, slow, "+heat 83 °C, slowed down"),
    ]);
    let hot = [(0, celsius(85), ""), (2, celsius(85), "+heat 85 °C")];
    let rest = [(4, celsius(80), ""), (6, celsius(72), ""), (8, celsius(71), "-heat 71 °C"), (10, celsius(81), "")];
    let board = check(&[&hot[..], &rest[..]].concat());
    assert_eq!(board.keeps_films_away(), None);
    assert_eq!(check(&hot).keeps_films_away(), Some(TroubleKind::Heat));
    // A sensor that went is no heat.
    check(&[&hot[..], &[(4, NOTHING, "-heat")]].concat());
}

#[test]
fn a_supply_that_drops_again_and_again_is_one_fault() {
    let begin = [(0, power(false), ""), (2, power(true), "+power"), (4, power(false), "")];
    let again =
        [(500, power(true), ""), (502, power(false), ""), (1_100, power(false), ""), (1_102, power(false), "-power")];
    let board = check(&[&begin[..], &again[..]].concat());
    assert!(!board.lacks_power());
    assert!(check(&begin).lacks_power());
    assert_eq!(check(&begin).keeps_films_away(), None, "everything goes on");
}

#[test]
fn a_panel_that_starts_itself_anew_is_no_fault() {
    check(&[
        (0, touch(true), ""),
        (2, touch(false), ""),
        (4, touch(false), ""),
        (6, touch(true), ""),
        (8, touch(true), ""),
    ]);
    let lost = [(0, touch(false), ""), (2, touch(false), ""), (4, touch(false), "+touch")];
    check(&[&lost[..], &[(6, touch(true), "-touch")]].concat());
    let mut board = check(&lost);
    assert!(board.is_touched() && !board.lacks_touch(), "a finger is the better witness");
    assert!(!board.is_touched());
    for ms in [10_000, 20_000] {
        assert_eq!(board.look(touch(false), ms), [], "it was proven");
    }
    for (ms, there) in [(22_000, true), (24_000, false), (30_000, false)] {
        board.look(touch(there), ms);
    }
    assert!(board.lacks_touch(), "a panel that the board knows can be missed again");
}

#[test]
fn a_display_is_missed_after_ten_seconds() {
    let display = |there| BoardSigns { display: Some(there), ..NOTHING };
    check(&[
        (0, display(true), ""),
        (2, display(false), ""),
        (10, display(false), ""),
        (12, display(false), "+display"),
    ]);
}

#[test]
fn memory_is_short_at_once_and_there_again_after_half_a_minute_of_plenty() {
    let begin = [(0, memory(300, 0), ""), (2, memory(65, 0), ""), (4, memory(63, 0), "+memory 63 MiB are available")];
    let end = [(6, memory(150, 0), ""), (8, memory(170, 0), ""), (36, memory(170, 0), "")];
    let board = check(&[&begin[..], &end[..], &[(38, memory(170, 0), "-memory 170 MiB are available")]].concat());
    assert_eq!(board.keeps_films_away(), None);
    assert_eq!(check(&begin).keeps_films_away(), Some(TroubleKind::Memory));
    // All wait for memory although some is called available; and some other program met a bound of its own.
    check(&[(0, memory(200, 19), ""), (2, memory(200, 20), "+memory 200 MiB are available")]);
    check(&[(0, memory(2_000, 60), "")]);
}

#[test]
fn a_board_that_says_nothing_has_no_fault() {
    let board = check(&[(0, NOTHING, ""), (1_000, NOTHING, "")]);
    assert!(!board.is_hot() && !board.lacks_power() && !board.lacks_touch() && !board.lacks_display());
}
