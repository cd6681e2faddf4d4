// SPDX-License-Identifier: GPL-3.0-or-later
//! The activity ledger (活动台账): one line a session, with the month and the year so far at its foot.

use jiff::civil::{Date, Time};

use crate::cells::{Cell, Column, Grid};
use crate::{PaperError, clock};

/// Height of a line, millimetres.
const LINE_MM: f32 = 8.0;

/// The columns, with their widths in millimetres: 283 together, A4 across.
const COLUMNS: [(&str, f32); 18] = [
    ("序号", 9.0),
    ("日期", 20.0),
    ("时间", 20.0),
    ("活动名称", 36.0),
    ("类别", 14.0),
    ("形式", 14.0),
    ("地点", 20.0),
    ("主讲人/单位", 24.0),
    ("应到", 10.0),
    ("实到", 10.0),
    ("签到人次", 12.0),
    ("其中60岁以上", 13.0),
    ("志愿者", 12.0),
    ("课时", 10.0),
    ("学分合计", 13.0),
    ("负责人", 14.0),
    ("照片编号", 16.0),
    ("备注", 16.0),
];

/// A month of a learning point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityLedger {
    /// 单位全称.
    pub organisation: String,
    /// The month, as it shall stand: "2026年11月".
    pub month: String,
    /// The sessions, oldest first.
    pub rows: Vec<LedgerRow>,
    /// 本月.
    pub this_month: LedgerTotals,
    /// 累计.
    pub so_far: LedgerTotals,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// 日期.
    pub date: Date,
    /// 时间: from.
    pub start: Time,
    /// 时间: to.
    pub end: Time,
    /// 活动名称.
    pub activity: String,
    /// 类别.
    pub category: String,
    /// 形式.
    pub form: String,
    /// 地点.
    pub place: String,
    /// 主讲人/单位.
    pub teacher: String,
    /// What was counted.
    pub figures: LedgerFigures,
    /// 负责人.
    pub responsible: String,
    /// 照片编号.
    pub photographs: String,
    /// 备注.
    pub remarks: String,
}

/// What was counted at one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerFigures {
    /// 应到, persons; none where there is no roll.
    pub expected: Option<u32>,
    /// 实到, persons: the headcount.
    pub present: u32,
    /// 签到人次: check-ins.
    pub check_ins: u32,
    /// 其中60岁以上, persons; none where it is not known, as on a kiosk.
    pub over_60: Option<u32>,
    /// 志愿者, persons.
    pub volunteers: u32,
    /// 课时, hundredths of a class hour.
    pub class_hours: u32,
    /// 学分合计, hundredths of a credit.
    pub credits: u32,
}

/// The foot. 人次 counts visits, 人数 counts each person once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerTotals {
    /// 场次.
    pub sessions: u32,
    /// 人次.
    pub visits: u32,
    /// 人数(去重).
    pub persons: u32,
}

impl ActivityLedger {
    /// The ledger as XLSX.
    ///
    /// # Errors
    /// When the spreadsheet cannot be put together.
    pub fn xlsx(&self) -> Result<Vec<u8>, PaperError> {
        let mut grid = Grid::landscape("活动台账", COLUMNS.map(|(title, mm)| Column { title, mm }).to_vec())?;
        grid.title(&self.organisation, "活动台账")?;
        grid.line(&self.month)?;
        grid.head()?;
        for (n, row) in self.rows.iter().enumerate() {
            grid.row(LINE_MM, &row.cells(n + 1))?;
        }
        for (span, totals) in [("本月", self.this_month), ("累计", self.so_far)] {
            let LedgerTotals { sessions, visits, persons } = totals;
            grid.line(&format!("{span}：场次 {sessions}　人次 {visits}　人数(去重) {persons}"))?;
        }
        grid.finish()
    }
}

impl LedgerRow {
    fn cells(&self, number: usize) -> [Cell; 18] {
        let text = |text: &String| Cell::Text(text.clone());
        let count = |n: u32| Cell::Whole(n.into());
        let f = self.figures;
        [
            Cell::Whole(number as i64),
            Cell::Day(self.date),
            Cell::Text(format!("{}—{}", clock(self.start), clock(self.end))),
            text(&self.activity),
            text(&self.category),
            text(&self.form),
            text(&self.place),
            text(&self.teacher),
            f.expected.map_or(Cell::Blank, count),
            count(f.present),
            count(f.check_ins),
            f.over_60.map_or(Cell::Blank, count),
            count(f.volunteers),
            Cell::Hundredths(f.class_hours.into()),
            Cell::Hundredths(f.credits.into()),
            text(&self.responsible),
            text(&self.photographs),
            text(&self.remarks),
        ]
    }
}
