// SPDX-License-Identifier: GPL-3.0-or-later
//! The sign-in sheet (签到表): what stands on it, and its spreadsheet.

use jiff::civil::{Date, Time};

use crate::cells::{Cell, Column, Grid};
use crate::{PaperError, clock, date_words};

/// People to a page.
pub(crate) const ROWS_A_PAGE: usize = 20;
/// Height of a line, millimetres: room for a signature by an old hand.
pub(crate) const LINE_MM: f32 = 12.0;

/// The columns, with their widths in millimetres: 190 together, A4 between margins of 10.
pub(crate) const COLUMNS: [(&str, f32); 8] = [
    ("序号", 10.0),
    ("姓名", 28.0),
    ("卡尾号", 15.0),
    ("签到", 17.0),
    ("签退", 17.0),
    ("学时", 13.0),
    ("本人签字", 54.0),
    ("备注", 36.0),
];

/// Said on a sheet with masked names.
pub(crate) const MASKED_NOTE: &str = "姓名中 * 为隐去的字，请本人签全名。";

/// One session's sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInSheet {
    /// 单位全称.
    pub organisation: String,
    /// 活动名称.
    pub activity: String,
    /// 日期.
    pub date: Date,
    /// 起止时间: when it began.
    pub start: Time,
    /// 起止时间: when it ended.
    pub end: Time,
    /// 地点.
    pub place: String,
    /// 主讲人.
    pub teacher: String,
    /// Whether the names are whole.
    pub names: Names,
    /// Those who came, in the order of the sheet.
    pub rows: Vec<SignInRow>,
    /// The foot.
    pub totals: SignInTotals,
    /// 填表人; empty to be filled in by hand.
    pub filled_in_by: String,
    /// 审核人; empty to be filled in by hand.
    pub checked_by: String,
}

/// What the names on a sheet are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Whole, as only a hub knows them.
    Whole,
    /// Masked: whole names never lie on a kiosk. The sheet says so, and the signature completes it.
    Masked,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRow {
    /// 姓名, whole or masked.
    pub name: String,
    /// 卡尾号: the end of the printed number; empty without a card.
    pub card_tail: String,
    /// 签到.
    pub signed_in: Option<Time>,
    /// 签退.
    pub signed_out: Option<Time>,
    /// 学时, hundredths; none when not settled.
    pub class_hours: Option<u32>,
    /// 备注.
    pub remarks: Vec<Remark>,
}

/// 备注.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// 人工: signed in by staff, without the card.
    ByHand,
    /// 旁听: not on the roll.
    Listener,
    /// 补录: entered later, from paper.
    LateEntry,
    /// Anything else, as it shall stand.
    Other(String),
}

impl Remark {
    fn words(&self) -> &str {
        match self {
            Self::ByHand => "人工",
            Self::Listener => "旁听",
            Self::LateEntry => "补录",
            Self::Other(words) => words,
        }
    }
}

/// The foot of the sheet, persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInTotals {
    /// 应到; none where there is no roll.
    pub expected: Option<u32>,
    /// 实到.
    pub present: u32,
    /// 请假.
    pub on_leave: u32,
    /// 旁听.
    pub listeners: u32,
}

impl SignInSheet {
    /// The sheet as XLSX: times are times and class hours numbers, so that the office can reckon with them.
    ///
    /// # Errors
    /// When the spreadsheet cannot be put together.
    pub fn xlsx(&self) -> Result<Vec<u8>, PaperError> {
        let mut grid = Grid::portrait("签到表", COLUMNS.map(|(title, mm)| Column { title, mm }).to_vec())?;
        grid.title(&self.organisation, "签到表")?;
        grid.line(&self.about())?;
        grid.line(&self.when_and_where())?;
        grid.head()?;
        for (n, row) in self.rows.iter().enumerate() {
            grid.row(LINE_MM, &row.cells(n + 1))?;
        }
        grid.page_breaks(ROWS_A_PAGE)?;
        grid.line(&self.totals_line())?;
        if self.names == Names::Masked {
            grid.line(MASKED_NOTE)?;
        }
        grid.line(&self.hands_line())?;
        grid.finish()
    }

    pub(crate) fn about(&self) -> String {
        format!("活动名称：{}", self.activity)
    }

    pub(crate) fn when_and_where(&self) -> String {
        let (date, start, end) = (date_words(self.date), clock(self.start), clock(self.end));
        format!("日期：{date}　起止时间：{start}—{end}　地点：{}　主讲人：{}", self.place, self.teacher)
    }

    pub(crate) fn totals_line(&self) -> String {
        let SignInTotals { expected, present, on_leave, listeners } = self.totals;
        let expected = expected.map_or("—".to_owned(), |n| n.to_string());
        format!("应到：{expected} 人　实到：{present} 人　请假：{on_leave} 人　旁听：{listeners} 人")
    }

    pub(crate) fn hands_line(&self) -> String {
        let name = |name: &str| {
            if name.is_empty() { "＿＿＿＿＿＿".to_owned() } else { name.to_owned() }
        };
        format!("填表人：{}　　审核人：{}　　（盖章处）", name(&self.filled_in_by), name(&self.checked_by))
    }
}

impl SignInRow {
    fn cells(&self, number: usize) -> [Cell; 8] {
        [
            Cell::Whole(number as i64),
            Cell::Text(self.name.clone()),
            Cell::Text(self.card_tail.clone()),
            self.signed_in.map_or(Cell::Blank, Cell::Clock),
            self.signed_out.map_or(Cell::Blank, Cell::Clock),
            self.class_hours.map_or(Cell::Blank, |hours| Cell::Hundredths(hours.into())),
            Cell::Blank,
            Cell::Text(self.remarks()),
        ]
    }

    /// The columns as words, for the printed sheet.
    pub(crate) fn words(&self, number: usize) -> [String; 8] {
        [
            number.to_string(),
            self.name.clone(),
            self.card_tail.clone(),
            self.signed_in.map(clock).unwrap_or_default(),
            self.signed_out.map(clock).unwrap_or_default(),
            self.class_hours.map(hundredths).unwrap_or_default(),
            String::new(),
            self.remarks(),
        ]
    }

    fn remarks(&self) -> String {
        self.remarks.iter().map(Remark::words).collect::<Vec<_>>().join("、")
    }
}

/// "1.5", "2", "0.25".
fn hundredths(amount: u32) -> String {
    let text = format!("{}.{:02}", amount / 100, amount % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
