// SPDX-License-Identifier: GPL-3.0-or-later
//! Sheets of people: each row's fate, nothing half-imported, no character lost.
#![expect(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::sync::Arc;

use xuedian_hub::{
    clock::Clock,
    hub::Hub,
    import::{Fate, ImportError, Report},
    store::PersonId,
};
use xuedian_protocol::documents::RosterLine;

struct Noon;

impl Clock for Noon {
    fn now_ms(&self) -> i64 {
        1_795_320_000_000
    }
}

fn hub() -> (tempfile::TempDir, Hub) {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::open(folder.path(), "Asia/Shanghai", Arc::new(Noon)).unwrap();
    (folder, hub)
}

const HEADINGS: &str = "编号,姓名,出生年,卡号,卡面编号,偏好,角色\n";

fn import(hub: &Hub, rows: &str) -> Report {
    hub.import_roster(format!("{HEADINGS}{rows}").as_bytes(), false).unwrap()
}

/// The fate of one row by itself.
fn check(row: &str, expected: &str) {
    let (_folder, hub) = hub();
    let report = import(&hub, row);
    let told = report.to_string();
    assert!(told.contains(expected), "{row}: {told}");
    let refused = report.refused() > 0;
    assert_eq!(report.imported, !refused);
    assert_eq!(hub.people().unwrap().is_empty(), refused);
}

#[test]
fn each_row_has_its_fate() {
    for (row, expected) in [
        ("L001,王淑珍,1951,04A1B2C3D4E5F6,,large,\n", "L001: added"),
        ("L001,王淑珍,1951-02-30,,,,\n", "REFUSED: the date of birth \"1951-02-30\" does not exist"),
        ("L001,王淑珍,1851,,,,\n", "REFUSED: born 1851"),
        ("L001,王淑珍,2031,,,,\n", "REFUSED: born 2031"),
        ("L001,王淑珍,1951年3月8日,,,,\n", "L001: added"),
        (",王淑珍,1951,,,,\n", "REFUSED: it has no number"),
        ("L001,王淑珍,,04A1,,,\n", "REFUSED: a card number is not"),
        ("L001,王淑珍,,08A1B2C3,,,\n", "REFUSED: a card number begins with 08"),
        ("L001,王淑珍,,,,purple,\n", "REFUSED: the preference \"purple\" is not known"),
        ("L001,王淑珍,,,,,emperor\n", "REFUSED: the role \"emperor\" is not known"),
        ("L001,甲,,04A1B2C3D4E5F6,,,\nL001,乙,,,,,\n", "REFUSED: its number stands in line 2 too"),
        (
            "L001,甲,,04A1B2C3D4E5F6,,,\nL002,乙,,04A1B2C3D4E5F6,,,\n",
            "line 2: L001: REFUSED: its card is that of L002 too",
        ),
        ("L025,黄永福,,3A5C7E10,,,\nL026,宋长庚,,3A5C7E10,,,\n", "answers like that of L026: the screen will ask"),
        ("L005,阿依努尔•麦麦提,,,,,\n", "old codes, dots or invisible marks of the name put right"),
        ("L008,李\u{200b}秀\u{202e}兰,,,,,\n", "invisible marks of the name put right"),
        ("L009,,,,,,\n", "it has no name"),
        ("L010,王芳,1951,,,,,,,,,,,,,一格太多\n", "more cells than there are headings"),
        ("L007,张\u{e863},,,,,\n", "old codes, dots or invisible marks of the name put right"),
        ("L009,张\u{f8ff},,,,,\n", "will not show: private U+F8FF"),
        ("L008,赵\u{2a6a5},,,,,\n", "may not show on every screen: \u{2a6a5}"),
        ("L010,王\u{fffd},,,,,\n", "REFUSED: its name has the character U+FFFD"),
    ] {
        check(row, expected);
    }
}

#[test]
fn one_bad_row_keeps_all_out_and_a_dry_run_changes_nothing() {
    let (_folder, hub) = hub();
    let good = "L001,王淑珍,1951,,,,\n";
    let report = import(&hub, &format!("{good}L002,王淑珍,1948-13-01,,,,\n"));
    assert!(!report.imported && report.rows[0].fate == Fate::Added && report.refused() == 1);
    assert!(hub.people().unwrap().is_empty());
    let dry = hub.import_roster(format!("{HEADINGS}{good}").as_bytes(), true).unwrap();
    assert!(!dry.imported && hub.people().unwrap().is_empty());
    assert!(import(&hub, good).imported);
    assert_eq!(import(&hub, good).rows[0].fate, Fate::Same);
    let id = hub.people().unwrap()[0].0;
    assert_eq!(import(&hub, "L001,王淑真,1951,,,,\n").rows[0].fate, Fate::Changed);
    assert_eq!(hub.people().unwrap(), [(id, "王淑真".to_owned())]);
}

#[test]
fn a_sheet_in_gbk_keeps_every_name() {
    let (_folder, hub) = hub();
    let sheet = format!("{HEADINGS}L001,王淑珍,1951,,,,\nL005,阿依努尔·麦麦提,1979,,,,\n");
    let (bytes, _, lossy) = encoding_rs::GB18030.encode(&sheet);
    assert!(!lossy);
    let mut bytes = bytes.into_owned();
    // 张䶮 as a GBK system of 1995 writes it: FE 9F in its private area.
    bytes.extend(b"L007,\xd5\xc5\xfe\x9f,1988,,,,\n");
    let report = hub.import_roster(&bytes, false).unwrap();
    assert_eq!(report.encoding, "GB 18030");
    let names: Vec<String> = hub.people().unwrap().into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["王淑珍", "阿依努尔·麦麦提", "张䶮"]);
    assert!(names.iter().all(|name| !name.contains(['?', '\u{fffd}'])));
}

#[test]
fn a_sheet_that_cannot_be_read_says_why() {
    let (_folder, hub) = hub();
    let fault = |text: &str| hub.import_roster(text.as_bytes(), false).unwrap_err().to_string();
    assert!(fault("姓名\n王\n").contains("number (编号)"));
    assert!(fault("编号,姓名,血型\n").contains("血型"));
    assert!(fault("编号,学号,姓名\n").contains("two columns mean the same"));
    let broken = b"number,name\nL001,\xff\xff\n".to_vec();
    assert!(matches!(hub.import_roster(&broken, false), Err(ImportError::Encoding { line: 2 })));
}

#[test]
fn the_roster_has_masks_and_initials_and_no_name_or_uid() {
    let (_folder, hub) = hub();
    import(&hub, "L004,欧阳文博,1955,04A1B2C3D4E5F7,0042,very large,\nL029,何敏,1975,04FFEEDDCCBBAA,,,认证管理员\n");
    let versions = hub.store.versions(xuedian_protocol::documents::DocumentKind::Roster, "district", 1).unwrap();
    let text = String::from_utf8(hub.files.read(&versions[0].full).unwrap()).unwrap();
    assert!(!text.contains("文博") && !text.to_lowercase().contains("04a1b2c3"));
    let lines: Vec<RosterLine> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let RosterLine::Learner(learner) = &lines[0] else { panic!("a learner") };
    assert_eq!((learner.mask.as_str(), learner.tail.as_str(), learner.born), ("欧阳*博", "42", Some(1955)));
    assert_eq!(learner.initials, ["oywb"]);
    assert_eq!(learner.cards[0].printed_no.as_deref(), Some("0042"));
    let uid = [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf7];
    assert_eq!(learner.cards[0].token, hub.keys.cards[0].token(&uid));
    let RosterLine::Staff(staff) = &lines[1] else { panic!("staff") };
    assert_eq!(staff.mask, "何*");
    assert!(matches!(hub.people().unwrap()[1].0, PersonId::Staff(_)));
}
