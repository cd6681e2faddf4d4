// SPDX-License-Identifier: GPL-3.0-or-later
//! The papers as the office receives them: read back from the files, column by column.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::civil::{date, time};
use xuedian_papers::{
    ActivityLedger, Fonts, LedgerFigures, LedgerRow, LedgerTotals, Names, Pdf, RedemptionRegister, RedemptionRow,
    Remark, SignInRow, SignInSheet, SignInTotals,
};

fn sheet(people: usize) -> SignInSheet {
    let rare = ["欧阳*博", "王*珍", "𠮷*㛃", "阿***提", "高*", "阿不都热依木·买买提吐尔逊·阿卜杜热合曼"];
    let row = |n: usize| SignInRow {
        name: rare[n % rare.len()].to_owned(),
        card_tail: format!("{:02}", n % 100),
        signed_in: Some(time(8, 50 + (n % 10) as i8, 0, 0)),
        signed_out: (n % 7 != 3).then(|| time(10, 30, 0, 0)),
        class_hours: (n % 7 != 3).then_some(if n.is_multiple_of(2) { 200 } else { 150 }),
        remarks: match n % 11 {
            1 => vec![Remark::ByHand],
            4 => vec![Remark::Listener, Remark::LateEntry],
            6 => vec![Remark::Other("迟到 20 分钟，已向授课教师说明情况，由班长登记".into())],
            _ => Vec::new(),
        },
    };
    SignInSheet {
        organisation: "银杏区枫林街道社区教育学校（演示）".into(),
        activity: "书法基础班（秋季）第 9 次课".into(),
        date: date(2026, 11, 22),
        start: time(9, 0, 0, 0),
        end: time(10, 30, 0, 0),
        place: "二层 204 教室".into(),
        teacher: "单雪梅".into(),
        names: Names::Masked,
        rows: (0..people).map(row).collect(),
        totals: SignInTotals { expected: Some(45), present: people as u32, on_leave: 2, listeners: 1 },
        filled_in_by: String::new(),
        checked_by: "尉迟兰".into(),
    }
}

fn fonts(fallbacks: &[&str]) -> Fonts {
    let ours = Path::new("../../assets/fonts/xuedian-sans-regular.otf");
    Fonts::read(ours, &fallbacks.iter().map(PathBuf::from).collect::<Vec<_>>()).unwrap()
}

const SYSTEM_FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

/// The words of a page, laid out as on paper.
fn words(pdf: &Pdf, page: usize) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("paper.pdf");
    std::fs::write(&path, &pdf.bytes).unwrap();
    let page = page.to_string();
    let output =
        Command::new("pdftotext").args(["-layout", "-f", &page, "-l", &page]).arg(&path).arg("-").output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// A part of a spreadsheet's file.
fn part(xlsx: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(xlsx)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// What stands in a spreadsheet, row by row; a number as it is kept, a blank as nothing.
fn rows(xlsx: &[u8]) -> Vec<Vec<String>> {
    let strings: Vec<String> = part(xlsx, "xl/sharedStrings.xml").split("<si>").skip(1).map(text_of).collect();
    let sheet = part(xlsx, "xl/worksheets/sheet1.xml");
    let cell = |cell: &str| {
        let value =
            cell.split_once("<v>").map(|(_, rest)| rest.split('<').next().unwrap().to_owned()).unwrap_or_default();
        if cell.split('>').next().unwrap().contains("t=\"s\"") {
            strings[value.parse::<usize>().unwrap()].clone()
        } else {
            value
        }
    };
    sheet.split("<row ").skip(1).map(|row| row.split("<c ").skip(1).map(cell).collect()).collect()
}

fn text_of(item: &str) -> String {
    let text = item.split("<t").nth(1).unwrap().split_once('>').unwrap().1.split("</t>").next().unwrap();
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

const SIGN_IN_HEAD: [&str; 8] = ["序号", "姓名", "卡尾号", "签到", "签退", "学时", "本人签字", "备注"];

#[test]
fn forty_one_people_are_three_pages_with_head_and_foot_on_each() {
    let pdf = sheet(41).pdf(&mut fonts(&[SYSTEM_FONT])).unwrap();
    assert_eq!((pdf.pages, pdf.missing.as_slice()), (3, [].as_slice()));
    for page in 1..=3 {
        let words = words(&pdf, page);
        let foot = format!("第 {page} 页");
        for expected in [
            "银杏区枫林街道社区教育学校（演示）",
            "活动名称：书法基础班（秋季）第 9 次课",
            "2026年11月22日",
            "09:00—10:30",
            "二层 204 教室",
            "单雪梅",
            "应到：45 人",
            "实到：41 人",
            "请假：2 人",
            "旁听：1 人",
            "填表人：＿＿＿",
            "审核人：尉迟兰",
            "（盖章处）",
            "隐去的字",
            &foot,
        ] {
            // How wide a space is drawn decides whether it is read back as one.
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            assert!(bare(&words).contains(&bare(expected)), "{expected} on page {page}:\n{words}");
        }
        let head = words.lines().find(|line| line.contains("卡尾号")).unwrap();
        assert_eq!(head.split_whitespace().collect::<Vec<_>>(), SIGN_IN_HEAD);
        assert_eq!(words.contains("以下空白"), page == 3);
    }
    let first = words(&pdf, 1);
    let row = first.lines().find(|line| line.contains("欧阳*博")).unwrap();
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["1", "欧阳*博", "00", "08:50", "10:30", "2"]);
    let rare = first.lines().find(|line| line.contains("𠮷*㛃")).unwrap();
    assert_eq!(rare.split_whitespace().next(), Some("3"));
    assert!(words(&pdf, 3).lines().any(|line| line.split_whitespace().next() == Some("41")));
    assert!(!words(&pdf, 2).lines().any(|line| line.split_whitespace().next() == Some("41")));
}

#[test]
fn pages_are_a4_and_fonts_are_embedded_as_subsets() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("paper.pdf");
    let pdf = sheet(20).pdf(&mut fonts(&[SYSTEM_FONT])).unwrap();
    std::fs::write(&path, &pdf.bytes).unwrap();
    let run = |program: &str| String::from_utf8(Command::new(program).arg(&path).output().unwrap().stdout).unwrap();
    let info = run("pdfinfo");
    assert!(info.contains("(A4)") && info.contains("Pages:           1"), "{info}");
    let fonts = run("pdffonts");
    let embedded: Vec<Vec<_>> = fonts.lines().skip(2).map(|line| line.split_whitespace().rev().collect()).collect();
    // From the right: object, generation and number; ToUnicode, subset, embedded.
    assert!(!embedded.is_empty() && embedded.iter().all(|font| font[2..5] == ["yes", "yes", "yes"]), "{fonts}");
    assert!(pdf.bytes.len() < 400_000, "{} bytes", pdf.bytes.len());
}

#[test]
fn a_character_that_no_font_has_is_named() {
    let mut unknown = sheet(1);
    unknown.rows[0].name = "\u{e000}*明".into();
    let pdf = unknown.pdf(&mut fonts(&[SYSTEM_FONT, "/nowhere/font.ttf"])).unwrap();
    assert_eq!(pdf.missing, ['\u{e000}']);
    let again = sheet(1).pdf(&mut fonts(&[])).unwrap();
    assert_eq!(again.missing, []);
}

#[test]
fn whole_names_carry_no_note_and_an_empty_sheet_has_a_page() {
    let whole = SignInSheet { names: Names::Whole, rows: Vec::new(), ..sheet(0) };
    let pdf = whole.pdf(&mut fonts(&[])).unwrap();
    assert_eq!(pdf.pages, 1);
    assert!(!words(&pdf, 1).contains("隐去"));
    assert_eq!(pdf.bytes, whole.pdf(&mut fonts(&[])).unwrap().bytes, "the same sheet gives the same bytes");
}

#[test]
fn the_sign_in_spreadsheet_is_right_to_the_column() {
    let xlsx = sheet(41).xlsx().unwrap();
    let rows = rows(&xlsx);
    assert_eq!(rows[0][0], "银杏区枫林街道社区教育学校（演示）");
    assert_eq!((rows[1][0].as_str(), rows[2][0].as_str()), ("签到表", "活动名称：书法基础班（秋季）第 9 次课"));
    assert_eq!(rows[3][0], "日期：2026年11月22日　起止时间：09:00—10:30　地点：二层 204 教室　主讲人：单雪梅");
    assert_eq!(rows[4], SIGN_IN_HEAD);
    let in_days = |hour: f64, minute: f64| (hour * 60.0 + minute) / 1440.0;
    let second: Vec<_> = rows[6].iter().map(String::as_str).collect();
    assert_eq!((second[0], second[1], second[2], second[6], second[7]), ("2", "王*珍", "01", "", "人工"));
    let numbers: Vec<f64> = second[3..6].iter().map(|n| n.parse().unwrap()).collect();
    assert!((numbers[0] - in_days(8.0, 51.0)).abs() < 1e-6 && (numbers[1] - in_days(10.0, 30.0)).abs() < 1e-6);
    assert_eq!(numbers[2].to_string(), "1.5");
    assert_eq!((rows[8][4].as_str(), rows[8][5].as_str()), ("", ""), "not signed out, not settled");
    assert_eq!(rows[9][7], "旁听、补录");
    assert_eq!(rows[45][0], "41");
    assert_eq!(rows[46][0], "应到：45 人　实到：41 人　请假：2 人　旁听：1 人");
    assert_eq!(rows[48][0], "填表人：＿＿＿＿＿＿　　审核人：尉迟兰　　（盖章处）");
    let sheet = part(&xlsx, "xl/worksheets/sheet1.xml");
    // Excel keeps heights in pixels of 0.75 points: 12 mm are 45 of them.
    for expected in ["<brk id=\"25\"", "<brk id=\"45\"", "ht=\"33.75\""] {
        let near: Vec<_> = sheet.match_indices("<brk").map(|(at, _)| &sheet[at..(at + 30).min(sheet.len())]).collect();
        let height = sheet.find("ht=\"").map(|at| &sheet[at..at + 12]);
        assert!(sheet.contains(expected), "{expected}: {near:?} {height:?}");
    }
}

#[test]
fn the_ledger_is_right_to_the_column() {
    let row = LedgerRow {
        date: date(2026, 11, 3),
        start: time(9, 0, 0, 0),
        end: time(10, 30, 0, 0),
        activity: "书法基础班".into(),
        category: "文化艺术".into(),
        form: "课程".into(),
        place: "204 教室".into(),
        teacher: "单雪梅/社区学院".into(),
        figures: LedgerFigures {
            expected: Some(30),
            present: 28,
            check_ins: 27,
            over_60: None,
            volunteers: 2,
            class_hours: 200,
            credits: 4050,
        },
        responsible: "尉迟兰".into(),
        photographs: "P-031".into(),
        remarks: String::new(),
    };
    let ledger = ActivityLedger {
        organisation: "银杏区枫林街道社区教育学校".into(),
        month: "2026年11月".into(),
        rows: vec![row],
        this_month: LedgerTotals { sessions: 1, visits: 27, persons: 26 },
        so_far: LedgerTotals { sessions: 90, visits: 2100, persons: 312 },
    };
    let rows = rows(&ledger.xlsx().unwrap());
    let head = "序号 · 日期 · 时间 · 活动名称 · 类别 · 形式 · 地点 · 主讲人/单位 · 应到 · 实到 · 签到人次 · 其中60岁以上 · 志愿者 · 课时 · 学分合计 · 负责人 · 照片编号 · 备注";
    assert_eq!(rows[3].join(" · "), head);
    let first = "1 · 46329 · 09:00—10:30 · 书法基础班 · 文化艺术 · 课程 · 204 教室 · 单雪梅/社区学院 · 30 · 28 · 27 ·  · 2 · 2 · 40.5 · 尉迟兰 · P-031 · ";
    assert_eq!(rows[4].join(" · "), first);
    assert_eq!(rows[5][0], "本月：场次 1　人次 27　人数(去重) 26");
    assert_eq!(rows[6][0], "累计：场次 90　人次 2100　人数(去重) 312");
}

#[test]
fn the_redemption_register_is_right_to_the_column() {
    let row = RedemptionRow {
        date: date(2026, 11, 3),
        name: "欧阳*博".into(),
        card_tail: "07".into(),
        item: "环保布袋".into(),
        kind: "大号".into(),
        count: 1,
        price: Some(650),
        points: 20,
        handled_by: "高*".into(),
        checked_by: "王*珍".into(),
        left: Some(14),
    };
    let register = RedemptionRegister {
        organisation: "银杏区枫林街道社区教育学校".into(),
        span: "2026年11月".into(),
        rows: vec![row],
    };
    let rows = rows(&register.xlsx().unwrap());
    let head = "序号 · 日期 · 姓名 · 卡尾号 · 物品/服务 · 规格 · 数量 · 单价(元) · 扣积分 · 领取人签字 · 经办人 · 复核人 · 结存";
    assert_eq!(rows[3].join(" · "), head);
    assert_eq!(rows[4].join(" · "), "1 · 46329 · 欧阳*博 · 07 · 环保布袋 · 大号 · 1 · 6.5 · 20 ·  · 高* · 王*珍 · 14");
}
