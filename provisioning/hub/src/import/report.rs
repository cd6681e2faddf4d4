// SPDX-License-Identifier: GPL-3.0-or-later
//! What became of each row.

use std::fmt;

/// What became of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// `UTF-8`, `UTF-16LE`, `UTF-16BE` or `GB 18030`.
    pub encoding: &'static str,
    /// Each row, in its order.
    pub rows: Vec<RowReport>,
    /// Whether the rows went in.
    pub imported: bool,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReport {
    /// Its line in the file; the headings are line 1.
    pub line: u64,
    /// The number of the district's own list, as written.
    pub number: String,
    /// What became of it.
    pub fate: Fate,
    /// What somebody should know, though nothing is refused.
    pub notes: Vec<String>,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// A new person.
    Added,
    /// A person who was known, changed.
    Changed,
    /// A person who was known, as before.
    Same,
    /// Why it cannot go in, and then nothing does.
    Refused(String),
}

impl Report {
    /// Rows that are refused.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.rows.iter().filter(|row| matches!(row.fate, Fate::Refused(_))).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "encoding: {}", self.encoding)?;
        let count = |fate: &Fate| self.rows.iter().filter(|row| row.fate == *fate).count();
        for row in &self.rows {
            let fate = match &row.fate {
                Fate::Added => "added".to_owned(),
                Fate::Changed => "changed".to_owned(),
                Fate::Same => "same".to_owned(),
                Fate::Refused(why) => format!("REFUSED: {why}"),
            };
            write!(f, "line {}: {}: {fate}", row.line, row.number)?;
            for note in &row.notes {
                write!(f, "; {note}")?;
            }
            writeln!(f)?;
        }
        let (added, changed, same) = (count(&Fate::Added), count(&Fate::Changed), count(&Fate::Same));
        writeln!(
            f,
            "{} rows: {added} added, {changed} changed, {same} same, {} refused",
            self.rows.len(),
            self.refused()
        )?;
        let end = if self.imported { "imported" } else { "nothing was imported" };
        writeln!(f, "{end}")
    }
}
