// SPDX-License-Identifier: GPL-3.0-or-later
//! The sheet of a card trial: a file that any spreadsheet opens, a line a card, written and synced as soon as a card is done.
//!
//! There is no number of a card on it: only how long it is, whether it stayed the same, and what the chip says of itself.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::row::{MOST, Row};
use crate::trouble::SheetTrouble;

/// The first line. It says what a sheet is: a file that begins otherwise is none, and is not touched.
const HEADING: &str = "kind,card,taps,distance_mm,uid_bytes,same,atqa,sak,remark";
/// By it spreadsheets know that the file is UTF-8.
const BOM: char = '\u{feff}';

/// A sheet, whose file is kept in step.
#[derive(Debug)]
pub struct Sheet {
    file: File,
    /// Where it lies.
    pub path: PathBuf,
    /// How long it was when it was last written: another length means another hand.
    length: u64,
    /// A condition that is written down with the next card.
    note: Option<String>,
    /// What stands above the cards: when, at which reader.
    pub notes: Vec<String>,
    /// The cards that are done.
    pub rows: Vec<Row>,
}

/// What a sheet's text says.
struct Content {
    notes: Vec<String>,
    rows: Vec<Row>,
    /// How many bytes of it are whole lines.
    whole: usize,
    /// What stands behind them is a card, too, and lacks only the end of its line: some editors leave it out.
    unended: bool,
    /// Or it was torn by a power cut: what is left of it. Without quotes, or a spreadsheet would take the lines behind it for a
    /// part of it.
    torn: Option<String>,
}

impl Sheet {
    /// Opens a sheet to go on with it, or begins one. A last line that a power cut has torn becomes a note.
    ///
    /// # Errors
    /// When the file cannot be used, is no such sheet, or another trial writes it; it is left as it is then.
    pub fn open(path: &Path) -> Result<Self, SheetTrouble> {
        let unusable = |error: std::io::Error| SheetTrouble::Unusable(path.to_owned(), error);
        let mut file = of_file(path, OpenOptions::new().read(true).append(true).create(true))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(SheetTrouble::InUse(path.to_owned())),
            Err(error) => return Err(unusable(error.into())),
        }
        let (text, content) = content(&mut file, path)?;
        let Content { notes, rows, .. } = content;
        let mut sheet = Self { file, path: path.to_owned(), length: text.len() as u64, note: None, notes, rows };
        if content.whole == 0 {
            sheet.file.set_len(0).map_err(unusable)?;
            sheet.length = 0;
            sheet.append(&format!("{BOM}{HEADING}\n"))?;
        } else if content.unended {
            sheet.append("\n")?;
        } else if let Some(torn) = content.torn {
            // Nothing is thrown away that was written: what is left of the line is kept, and its card is tried again.
            sheet.file.set_len(content.whole as u64).map_err(unusable)?;
            sheet.length = content.whole as u64;
            sheet.append(&format!("# {torn}\n"))?;
            sheet.notes.push(torn);
        }
        Ok(sheet)
    }

    /// Reads a sheet and changes nothing: what stands above the cards, and the cards.
    ///
    /// # Errors
    /// When there is none, or it is no such sheet.
    pub fn read(path: &Path) -> Result<(Vec<String>, Vec<Row>), SheetTrouble> {
        let mut file = of_file(path, OpenOptions::new().read(true))?;
        let (_, Content { mut notes, rows, torn, .. }) = content(&mut file, path)?;
        notes.extend(torn);
        Ok((notes, rows))
    }

    /// Writes down under which conditions the following cards are tried, with the first of them.
    pub fn note(&mut self, text: &str) {
        self.note = Some(text.to_owned());
    }

    /// Adds a card that is done. When this comes back it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written: the file is as it was then, and it may be tried again. When somebody else has changed the
    /// file: [`Sheet::move_on`] goes on in another one.
    pub fn add(&mut self, row: &Row) -> Result<(), SheetTrouble> {
        let there = fs::metadata(&self.path).map(|there| (there.dev(), there.ino(), there.len()));
        let ours = self.file.metadata().map(|ours| (ours.dev(), ours.ino(), self.length));
        if !matches!((there, ours), (Ok(there), Ok(ours)) if there == ours) {
            return Err(SheetTrouble::Changed(self.path.clone()));
        }
        let note = self.note.as_ref().map(|note| format!("# {note}\n")).unwrap_or_default();
        self.append(&format!("{note}{}", row.text()))?;
        self.notes.extend(self.note.take());
        self.rows.push(row.clone());
        Ok(())
    }

    /// Goes on in a new file beside this one, with everything that this trial knows.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn move_on(&mut self) -> Result<(), SheetTrouble> {
        let stem = self.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let free =
            (2..).map(|number| self.path.with_file_name(format!("{stem}-{number}.csv"))).find(|path| !path.exists());
        let mut next = Self::open(&free.expect("numbers do not end"))?;
        let notes: String = self.notes.iter().map(|note| format!("# {note}\n")).collect();
        let rows: String = self.rows.iter().map(Row::text).collect();
        next.append(&format!("{notes}{rows}"))?;
        (next.notes, next.rows, next.note) = (self.notes.clone(), self.rows.clone(), self.note.take());
        *self = next;
        Ok(())
    }

    /// The cards of a kind that are not done, of so many.
    #[must_use]
    pub fn left(&self, kind: u8, cards: u8) -> std::ops::RangeInclusive<u8> {
        let done = self.rows.iter().filter(|row| row.kind == kind).map(|row| row.card).max().unwrap_or(0);
        done.saturating_add(1)..=cards.min(MOST)
    }

    fn append(&mut self, text: &str) -> Result<(), SheetTrouble> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_all());
        if let Err(error) = written {
            // A part of it may be there. If that cannot be taken back either, the next start finds a torn line.
            let _ = self.file.set_len(self.length);
            return Err(SheetTrouble::Unusable(self.path.clone(), error));
        }
        self.length += text.len() as u64;
        Ok(())
    }
}

fn of_file(path: &Path, how: &OpenOptions) -> Result<File, SheetTrouble> {
    // A pipe would be waited for, a device written to.
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(SheetTrouble::NoFile(path.to_owned()));
    }
    how.open(path).map_err(|error| SheetTrouble::Unusable(path.to_owned(), error))
}

fn content(file: &mut File, path: &Path) -> Result<(String, Content), SheetTrouble> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| SheetTrouble::Unusable(path.to_owned(), error))?;
    let text = String::from_utf8(bytes).map_err(|_| SheetTrouble::NotUtf8(path.to_owned()))?;
    let content = parse(&text).map_err(|why| SheetTrouble::NoSheet(path.to_owned(), why))?;
    Ok((text, content))
}

fn parse(text: &str) -> Result<Content> {
    let begin = format!("{BOM}{HEADING}");
    // Also a heading that a power cut has torn.
    if begin.starts_with(text) || HEADING.starts_with(text) {
        return Ok(Content { notes: Vec::new(), rows: Vec::new(), whole: 0, unended: false, torn: None });
    }
    let first = text.lines().next().unwrap_or_default().trim_start_matches(BOM);
    ensure!(first == HEADING, "its first line is not {HEADING:?}");
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let (mut notes, mut rows) = (Vec::new(), Vec::new());
    for (number, line) in text[..whole].lines().enumerate().skip(1) {
        match line.strip_prefix('#') {
            Some(note) => notes.push(note.trim_start().to_owned()),
            // What a spreadsheet leaves of an empty line.
            None if line.chars().all(|c| c == ',') => {}
            None => rows.push(Row::parse(line).with_context(|| format!("line {}", number + 1))?),
        }
    }
    // Exactly as we write it, or it may have been torn in the middle of its remark.
    let tail = &text[whole..];
    let last = Row::parse(tail).ok().filter(|row| row.text().trim_end() == tail);
    let unended = last.is_some();
    let torn = (!unended && !tail.is_empty()).then(|| format!("torn: {}", tail.replace('"', "'")));
    rows.extend(last);
    Ok(Content { notes, rows, whole, unended, torn })
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
