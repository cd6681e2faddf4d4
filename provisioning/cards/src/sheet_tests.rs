// SPDX-License-Identifier: GPL-3.0-or-later
//! What is written is read again, whoever had the file in between; what is no sheet is left alone.

use std::fs::write;

use super::*;
use crate::row::{Number, Tap};

fn row(card: u8) -> Row {
    Row {
        kind: 3,
        card,
        taps: vec![Tap::Read(31), Tap::Refused, Tap::Unclear, Tap::Nothing],
        number: Some(Number { bytes: 7, same: Some(false), atqa: 0x0344, sak: 0x20 }),
        distance_mm: Some(12),
        remark: "钱包, \"皮\"".to_owned(),
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("sheet.csv")
    }

    /// Writes a sheet with these cards, and gives its bytes.
    fn sheet(&self, cards: &[u8]) -> Vec<u8> {
        let mut sheet = Sheet::open(&self.path()).expect("a new sheet");
        sheet.note("at the table");
        for card in cards {
            sheet.add(&row(*card)).expect("a row");
        }
        fs::read(self.path()).expect("the file")
    }
}

#[test]
fn what_was_written_is_read_again() {
    let folder = Folder::new();
    let path = folder.path();
    let bare = Row { number: None, distance_mm: None, remark: "=1+1".to_owned(), taps: vec![Tap::Nothing], ..row(3) };
    folder.sheet(&[2]);
    Sheet::open(&path).expect("the sheet").add(&bare).expect("a row");
    let again = Sheet::open(&path).expect("the sheet");
    assert_eq!(again.rows, [row(2), bare]);
    assert_eq!(again.notes, ["at the table"]);
    assert_eq!((again.left(3, 5), again.left(4, 5)), (4..=5, 1..=5));
    assert!(!fs::read_to_string(path).expect("the file").contains(",=1+1"), "a formula");
}

#[test]
fn a_line_that_a_power_cut_tore_is_kept_as_a_note_and_the_rest_stays() {
    let folder = Folder::new();
    let path = folder.path();
    let whole = folder.sheet(&[1, 2]);
    for length in 0..=whole.len() {
        // A power cut ends a file anywhere, but a text file between two characters.
        if str::from_utf8(&whole[..length]).is_err() {
            continue;
        }
        write(&path, &whole[..length]).expect("a torn file");
        let read = Sheet::read(&path).expect("it can be read").1;
        let mut sheet = Sheet::open(&path).expect("and opened, however it was torn");
        assert!(sheet.rows.starts_with(&read) && read.starts_with(&sheet.rows), "{length} bytes: both see the same");
        sheet.add(&row(9)).expect("and goes on");
        let rows = Sheet::read(&path).expect("and is whole").1;
        assert_eq!(rows.last(), Some(&row(9)), "{length} bytes");
        let text = fs::read_to_string(&path).expect("the file");
        let written = String::from_utf8_lossy(&whole[..length]).into_owned();
        let torn = written.rsplit('\n').next().unwrap_or_default();
        assert!(text.contains(&torn.replace('"', "'")) || text.contains(torn), "{length} bytes: {torn:?} is gone");
    }
}

#[test]
fn a_spreadsheet_may_have_had_it() {
    let folder = Folder::new();
    let path = folder.path();
    let text = String::from_utf8(folder.sheet(&[1, 2])).expect("text");
    let heading_only = text.replace(BOM, "");
    for text in [
        text.replace('\n', "\r\n"),
        heading_only,
        format!("{text},,,,,,,,\n"),
        text.clone() + "4,1,no no\n",
        text.trim_end().to_owned(),
    ] {
        write(&path, &text).expect("a file");
        let mut sheet = Sheet::open(&path).unwrap_or_else(|trouble| panic!("{text:?}: {trouble}"));
        sheet.add(&row(3)).expect("a row");
        let rows = Sheet::read(&path).expect("the sheet").1;
        let ours: Vec<_> = rows.into_iter().filter(|row| row.kind == 3).collect();
        assert_eq!(ours, [row(1), row(2), row(3)], "{text:?}");
    }
}

#[test]
fn another_file_is_refused_and_left_alone() {
    let folder = Folder::new();
    let path = folder.path();
    let no_kind = format!("{HEADING}\n13,1,r,,,,,,\n");
    let other_order = "card,kind,taps,distance_mm,uid_bytes,same,atqa,sak,remark\n1,1,r,,,,,,\n";
    for text in
        ["name,age\n", "xuedian-box\n", "{\"a\":1}", "# my notes\n", "kind,card,taps\r1,2,r\r", other_order, &no_kind]
    {
        write(&path, text).expect("a file");
        assert!(matches!(Sheet::open(&path), Err(SheetTrouble::NoSheet(..))), "{text}");
        assert!(Sheet::read(&path).is_err(), "{text}");
        assert_eq!(fs::read_to_string(&path).expect("the file"), text);
    }
    write(&path, b"\xcf\xeb\xc4\xda").expect("a file");
    assert!(matches!(Sheet::open(&path), Err(SheetTrouble::NotUtf8(_))));
    assert!(matches!(Sheet::open(folder.0.path()), Err(SheetTrouble::NoFile(_))));
}

#[test]
fn two_trials_do_not_share_a_sheet() {
    let folder = Folder::new();
    let _first = Sheet::open(&folder.path()).expect("a new sheet");
    assert!(matches!(Sheet::open(&folder.path()), Err(SheetTrouble::InUse(_))));
}

#[test]
fn when_another_hand_has_changed_the_file_everything_goes_on_in_a_new_one() {
    let folder = Folder::new();
    let path = folder.path();
    let mut sheet = Sheet::open(&path).expect("a new sheet");
    sheet.add(&row(1)).expect("a row");
    write(&path, format!("{HEADING}\n")).expect("somebody saves it");
    assert!(matches!(sheet.add(&row(2)), Err(SheetTrouble::Changed(_))));
    sheet.move_on().expect("another file");
    sheet.add(&row(2)).expect("a row");
    assert_eq!(sheet.path, folder.0.path().join("sheet-2.csv"));
    assert_eq!(Sheet::read(&sheet.path).expect("the new sheet").1, [row(1), row(2)]);
    assert_eq!(fs::read_to_string(&path).expect("theirs"), format!("{HEADING}\n"));
}
