// SPDX-License-Identifier: GPL-3.0-or-later
//! The columns of a sheet of people, by their Chinese or English headings.

use super::ImportError;

/// Headings that are known: ours, and what else it is called.
pub const COLUMNS: [(&str, &[&str]); 12] = [
    ("number", &["编号", "学号", "id"]),
    ("name", &["姓名"]),
    ("born", &["出生年", "出生年份", "出生日期", "birth"]),
    ("kind", &["学员类别", "类别"]),
    ("telephone", &["电话", "手机", "联系电话"]),
    ("tail", &["尾号", "卡尾号"]),
    ("cards", &["卡", "卡号", "uid"]),
    ("printed_no", &["卡面编号"]),
    ("prefers", &["偏好"]),
    ("role", &["角色"]),
    ("site", &["学习点"]),
    ("remark", &["备注", "what it tries"]),
];

/// One row, by our headings.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Its line in the file.
    pub line: u64,
    /// It has more cells than there are headings: a comma too many has moved them.
    pub moved: bool,
    cells: [String; COLUMNS.len()],
}

impl Row {
    /// What stands under a heading; empty when there is no such column.
    pub fn cell(&self, heading: &str) -> &str {
        let at = COLUMNS.iter().position(|(ours, _)| *ours == heading);
        at.map_or("", |at| self.cells[at].trim())
    }
}

/// The rows of a text.
pub(super) fn rows(text: &str) -> Result<Vec<Row>, ImportError> {
    let mut sheet = csv::ReaderBuilder::new().flexible(true).has_headers(true).from_reader(text.as_bytes());
    let headings: Vec<String> = sheet.headers()?.iter().map(|heading| heading.trim().to_lowercase()).collect();
    let places = headings.iter().map(|heading| place(heading)).collect::<Result<Vec<_>, _>>()?;
    for (missing, at) in [("number (编号)", 0), ("name (姓名)", 1)] {
        if !places.contains(&Some(at)) {
            return Err(ImportError::Headings { missing, found: headings.join(", ") });
        }
    }
    for (n, at) in places.iter().enumerate() {
        if at.is_some() && places[..n].contains(at) {
            return Err(ImportError::TwoAlike(headings[n].clone()));
        }
    }
    let mut rows = Vec::new();
    for record in sheet.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let moved = record.iter().skip(places.len()).any(|cell| !cell.trim().is_empty());
        let mut row = Row { line, moved, ..Row::default() };
        for (cell, at) in record.iter().zip(&places) {
            if let Some(at) = at {
                cell.clone_into(&mut row.cells[*at]);
            }
        }
        if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn place(heading: &str) -> Result<Option<usize>, ImportError> {
    if heading.is_empty() {
        return Ok(None);
    }
    let found = COLUMNS.iter().position(|(ours, others)| *ours == heading || others.contains(&heading));
    found.map(Some).ok_or_else(|| {
        let known: Vec<&str> = COLUMNS.iter().map(|(ours, _)| *ours).collect();
        ImportError::UnknownHeading(heading.to_owned(), known.join(", "))
    })
}
