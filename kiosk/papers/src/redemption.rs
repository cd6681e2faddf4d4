// SPDX-License-Identifier: GPL-3.0-or-later
//! The redemption register (兑换登记表): what was handed over, to whom, and what is left on the shelf.

use jiff::civil::Date;

use crate::PaperError;
use crate::cells::{Cell, Column, Grid};

/// Height of a line, millimetres: it is signed.
const LINE_MM: f32 = 12.0;

/// The columns, with their widths in millimetres: 277 together, A4 across.
const COLUMNS: [(&str, f32); 13] = [
    ("序号", 11.0),
    ("日期", 22.0),
    ("姓名", 26.0),
    ("卡尾号", 15.0),
    ("物品/服务", 38.0),
    ("规格", 22.0),
    ("数量", 12.0),
    ("单价(元)", 17.0),
    ("扣积分", 16.0),
    ("领取人签字", 44.0),
    ("经办人", 19.0),
    ("复核人", 19.0),
    ("结存", 16.0),
];

/// The register of a learning point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedemptionRegister {
    /// 单位全称.
    pub organisation: String,
    /// The span of time, as it shall stand: "2026年11月".
    pub span: String,
    /// What was handed over, oldest first.
    pub rows: Vec<RedemptionRow>,
}

/// One hand-over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedemptionRow {
    /// 日期.
    pub date: Date,
    /// 姓名, whole or masked.
    pub name: String,
    /// 卡尾号.
    pub card_tail: String,
    /// 物品/服务.
    pub item: String,
    /// 规格.
    pub kind: String,
    /// 数量.
    pub count: u32,
    /// 单价(元), hundredths of a yuan; none where it has no price.
    pub price: Option<u32>,
    /// 扣积分, points.
    pub points: u32,
    /// 经办人.
    pub handled_by: String,
    /// 复核人.
    pub checked_by: String,
    /// 结存: how many are left; none where it is not counted.
    pub left: Option<u32>,
}

impl RedemptionRegister {
    /// The register as XLSX.
    ///
    /// # Errors
    /// When the spreadsheet cannot be put together.
    pub fn xlsx(&self) -> Result<Vec<u8>, PaperError> {
        let mut grid = Grid::landscape("兑换登记表", COLUMNS.map(|(title, mm)| Column { title, mm }).to_vec())?;
        grid.title(&self.organisation, "兑换登记表")?;
        grid.line(&self.span)?;
        grid.head()?;
        for (n, row) in self.rows.iter().enumerate() {
            grid.row(LINE_MM, &row.cells(n + 1))?;
        }
        grid.finish()
    }
}

impl RedemptionRow {
    fn cells(&self, number: usize) -> [Cell; 13] {
        let text = |text: &String| Cell::Text(text.clone());
        [
            Cell::Whole(number as i64),
            Cell::Day(self.date),
            text(&self.name),
            text(&self.card_tail),
            text(&self.item),
            text(&self.kind),
            Cell::Whole(self.count.into()),
            self.price.map_or(Cell::Blank, |price| Cell::Hundredths(price.into())),
            Cell::Whole(self.points.into()),
            Cell::Blank,
            text(&self.handled_by),
            text(&self.checked_by),
            self.left.map_or(Cell::Blank, |left| Cell::Whole(left.into())),
        ]
    }
}
