// SPDX-License-Identifier: GPL-3.0-or-later
//! Which fault is shown when there are several, and what still works beside it.

use super::*;
use crate::ports::board::{BoardSigns, Memory};

/// A fault for ever.
fn lasting() -> Latch {
    let mut latch = Latch::default();
    latch.look(true, 0, Hold { begins: 0, ends: 0 });
    latch
}

fn board(signs: BoardSigns) -> Board {
    let mut board = Board::default();
    for ms in [0, 10_000, 20_000] {
        board.look(signs, ms);
    }
    board
}

fn hot() -> BoardSigns {
    BoardSigns { celsius: Some(90), ..BoardSigns::default() }
}

fn settings(text: &str) -> Option<SettingProblem> {
    let (_, problems) = crate::settings::Settings::parse(text, std::path::Path::new("/"));
    problems.into_iter().find(SettingProblem::is_trouble)
}

/// Makes a fault begin.
type Begin<'a> = &'a dyn Fn(&mut Faults);

#[test]
fn the_worst_fault_is_the_first_of_this_list_that_is_there() {
    let none = BoardSigns::default();
    let low = Memory { available_mib: 1, stalled_percent: None };
    let no_reader = settings("");
    let no_level = settings("[reader]\nconnection = \"a:b\"\n[hub]\nurl = \"https://h\"\n[log]\nlevel = \"loud\"\n");
    assert!(no_reader.as_ref().is_some_and(SettingProblem::keeps_the_reader_away) && no_level.is_some());
    let in_order: [(&str, Begin<'_>); 14] = [
        ("DiskBroken", &|f| f.disk_broken = true),
        ("Settings", &|f| f.settings = settings("")),
        ("Reader", &|f| f.reader = Some(ReaderLoss::Absent)),
        ("Touch", &|f| f.board = board(BoardSigns { touch: Some(false), ..f.board.signs })),
        ("DiskFull", &|f| f.disk_full = true),
        ("Heat", &|f| f.board = board(BoardSigns { celsius: Some(90), ..f.board.signs })),
        ("Memory", &|f| f.board = board(BoardSigns { memory: Some(low), ..f.board.signs })),
        ("JournalDoubted", &|f| f.journal_doubted = true),
        ("Power", &|f| f.board = board(BoardSigns { under_voltage: Some(true), ..f.board.signs })),
        ("Settings", &|f| f.settings = no_level.clone()),
        ("Document", &|f| f.document = true),
        ("Clock", &|f| f.no_time = lasting()),
        ("Sound", &|f| f.silent = lasting()),
        ("Journal", &|f| f.journal_aside = true),
    ];
    // From the least to the worst: each hides all before it.
    let mut faults = Faults { board: board(none), ..Faults::default() };
    assert_eq!(faults.worst(), None);
    for (name, breaks) in in_order.iter().rev() {
        breaks(&mut faults);
        let shown = format!("{:?}", faults.worst());
        assert!(shown.starts_with(&format!("Some({name}")), "{name} is hidden by {shown}");
    }
}

#[test]
fn nothing_is_called_working_that_does_not() {
    let all = StillWorks { courses: true, cards: true, by_hand: true, touch: true };
    let with = |faults: Faults| faults.trouble().map(|trouble| trouble.still);
    let of = |signs| Faults { board: board(signs), ..Faults::default() };
    assert_eq!(with(Faults { disk_full: true, ..Faults::default() }), Some(all));
    assert_eq!(with(of(hot())), Some(StillWorks { courses: false, ..all }));
    assert_eq!(with(of(BoardSigns { under_voltage: Some(true), ..BoardSigns::default() })), Some(all));
    let no_touch = of(BoardSigns { touch: Some(false), ..BoardSigns::default() });
    let cards_alone = StillWorks { cards: true, ..StillWorks::default() };
    assert_eq!(with(no_touch.clone()), Some(cards_alone));
    let nothing = Faults { reader: Some(ReaderLoss::Absent), ..no_touch };
    assert_eq!(with(nothing), Some(StillWorks::default()));
    let no_disk = Faults { disk_broken: true, ..Faults::default() };
    assert_eq!(with(no_disk), Some(StillWorks { cards: false, by_hand: false, ..all }));
}

#[test]
fn a_film_that_is_kept_away_has_its_own_page_whatever_is_worse() {
    let faults = Faults { reader: Some(ReaderLoss::Absent), board: board(hot()), ..Faults::default() };
    let Some(page) = faults.no_films() else { panic!("films play") };
    assert_eq!(page.kind, TroubleKind::Heat);
    assert!(!page.still.courses && !page.still.cards && page.still.by_hand);
    assert_eq!(faults.worst(), Some(TroubleKind::Reader));
    assert_eq!(Faults::default().no_films(), None);
}
