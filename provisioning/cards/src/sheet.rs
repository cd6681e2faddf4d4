// SPDX-License-Identifier: GPL-3.0-or-later
//! The sheet of a card trial: a file that any spreadsheet opens, a line a card, written and synced as soon as a card is done.
//!
//! There is no number of a card on it: only how long it is, whether it stayed the same, and what the chip says of itself.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use crate::kinds::KINDS;
use crate::tongue::Tongue;
use crate::trouble::SheetTrouble;

/// The first line. It says what a sheet is: a file that begins otherwise is none, and is not touched.
const HEADING: &str = "kind,card,taps,distance_mm,uid_bytes,same,atqa,sak,remark";
/// By it spreadsheets know that the file is UTF-8.
const BOM: char = '\u{feff}';
/// Cards of one kind at most, and taps with each.
pub const MOST: u8 = 99;

/// What happened to one tap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    /// The card was read, in so many milliseconds from the reader's question to the whole number.
    Read(u32),
    /// It was refused in words.
    Refused,
    /// It was not read clearly.
    Unclear,
    /// Nothing happened.
    Nothing,
}

/// What may be kept of a card's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// How long it is, in bytes.
    pub bytes: u8,
    /// Whether it was the same at each tap that was read; `None` below two.
    pub same: Option<bool>,
    /// The ATQA of ISO 14443-3, big end first.
    pub atqa: u16,
    /// The SAK of ISO 14443-3.
    pub sak: u8,
}

/// One card of the trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The number of its kind, from 1.
    pub kind: u8,
    /// Which card of its kind, from 1.
    pub card: u8,
    /// Its taps, in their order.
    pub taps: Vec<Tap>,
    /// What its number showed, if it was read at all.
    pub number: Option<Number>,
    /// From how far away it answers, in millimetres.
    pub distance_mm: Option<u16>,
    /// What the people at the table said of it.
    pub remark: String,
}

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
}

/// A row as it stands in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    kind: u8,
    card: u8,
    taps: String,
    distance_mm: Option<u16>,
    uid_bytes: Option<u8>,
    same: String,
    atqa: String,
    sak: String,
    remark: String,
}

impl Sheet {
    /// Opens a sheet to go on with it, or begins one. A last line that a power cut has torn becomes a note.
    ///
    /// # Errors
    /// When the file cannot be used, is no such sheet, or another trial writes it; it is left as it is then.
    pub fn open(path: &Path) -> Result<Self, SheetTrouble> {
        let unusable = |error: std::io::Error| SheetTrouble::Unusable(path.to_owned(), error);
        // A pipe would be waited for, a device written to.
        if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(SheetTrouble::NoFile(path.to_owned()));
        }
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).open(path).map_err(unusable)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Err(SheetTrouble::InUse(path.to_owned()));
        }
        let text = text_of(&mut file, path)?;
        let content = parse(&text).map_err(|why| SheetTrouble::NoSheet(path.to_owned(), why))?;
        let Content { notes, rows, .. } = content;
        let mut sheet = Self { file, path: path.to_owned(), length: text.len() as u64, note: None, notes, rows };
        let tail = &text[content.whole..];
        if content.whole == 0 {
            sheet.file.set_len(0).map_err(unusable)?;
            sheet.length = 0;
            sheet.append(&format!("{BOM}{HEADING}\n"))?;
        } else if content.unended {
            sheet.append("\n")?;
        } else if !tail.is_empty() {
            // Nothing is thrown away that was written: what is left of the line is kept, and its card is tried again.
            let torn = format!("torn: {tail}");
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
        if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(SheetTrouble::NoFile(path.to_owned()));
        }
        let mut file = File::open(path).map_err(|error| SheetTrouble::Unusable(path.to_owned(), error))?;
        let text = text_of(&mut file, path)?;
        let content = parse(&text).map_err(|why| SheetTrouble::NoSheet(path.to_owned(), why))?;
        let mut notes = content.notes;
        if !content.unended && content.whole < text.len() {
            notes.push(format!("torn: {}", &text[content.whole..]));
        }
        Ok((notes, content.rows))
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

fn text_of(file: &mut File, path: &Path) -> Result<String, SheetTrouble> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| SheetTrouble::Unusable(path.to_owned(), error))?;
    String::from_utf8(bytes).map_err(|_| SheetTrouble::NotUtf8(path.to_owned()))
}

fn parse(text: &str) -> Result<Content> {
    let begin = format!("{BOM}{HEADING}");
    // Also a heading that a power cut has torn.
    if begin.starts_with(text) || HEADING.starts_with(text) {
        return Ok(Content { notes: Vec::new(), rows: Vec::new(), whole: 0, unended: false });
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
    let tail = Row::parse(&text[whole..]).ok().filter(|row| row.text().trim_end() == &text[whole..]);
    let unended = tail.is_some();
    rows.extend(tail);
    Ok(Content { notes, rows, whole, unended })
}

impl Row {
    /// Its line in the file.
    fn text(&self) -> String {
        let mut lines = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        lines.serialize(Line::from(self)).expect("a line has nothing that cannot be written");
        let line = lines.into_inner().expect("a vector takes all");
        String::from_utf8(line).expect("made of text")
    }

    fn parse(line: &str) -> Result<Self> {
        let mut lines = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        let line = lines.deserialize::<Line>().next().context("it is empty")?;
        Self::try_from(line?)
    }
}

impl From<&Row> for Line {
    fn from(row: &Row) -> Self {
        let taps: Vec<String> = row.taps.iter().map(|tap| tap.text()).collect();
        let hex = |what: fn(&Number) -> String| row.number.as_ref().map(what).unwrap_or_default();
        Self {
            kind: row.kind,
            card: row.card,
            taps: taps.join(" "),
            distance_mm: row.distance_mm,
            uid_bytes: row.number.map(|number| number.bytes),
            same: row
                .number
                .and_then(|number| number.same)
                .map_or("", |same| if same { "yes" } else { "no" })
                .to_owned(),
            atqa: hex(|number| format!("{:04x}", number.atqa)),
            sak: hex(|number| format!("{:02x}", number.sak)),
            remark: tame(&row.remark),
        }
    }
}

/// A remark that no spreadsheet takes for a formula, and that stays in its line.
fn tame(remark: &str) -> String {
    let line: String = remark.chars().filter(|c| !c.is_control()).collect();
    if line.starts_with(['=', '+', '-', '@']) { format!(" {line}") } else { line }
}

impl TryFrom<Line> for Row {
    type Error = anyhow::Error;

    fn try_from(line: Line) -> Result<Self> {
        ensure!(KINDS.iter().any(|kind| kind.number == line.kind), "there is no kind {}", line.kind);
        ensure!((1..=MOST).contains(&line.card), "there is no card {}", line.card);
        let number = line.uid_bytes.map(|bytes| -> Result<Number> {
            let same = match line.same.as_str() {
                "" => None,
                "yes" => Some(true),
                "no" => Some(false),
                other => bail!("{other:?} is neither yes nor no"),
            };
            let atqa = u16::from_str_radix(&line.atqa, 16).context("atqa")?;
            let sak = u8::from_str_radix(&line.sak, 16).context("sak")?;
            Ok(Number { bytes, same, atqa, sak })
        });
        Ok(Self {
            kind: line.kind,
            card: line.card,
            taps: line.taps.split_whitespace().map(Tap::parse).collect::<Result<_>>()?,
            number: number.transpose()?,
            distance_mm: line.distance_mm,
            remark: line.remark.trim().to_owned(),
        })
    }
}

impl Tap {
    /// As it stands in the file: no sign that a spreadsheet would take for the beginning of a formula.
    fn text(self) -> String {
        match self {
            Self::Read(ms) => ms.to_string(),
            Self::Refused => "r".to_owned(),
            Self::Unclear => "?".to_owned(),
            Self::Nothing => "no".to_owned(),
        }
    }

    fn parse(text: &str) -> Result<Self> {
        Ok(match text {
            "r" => Self::Refused,
            "?" => Self::Unclear,
            "no" => Self::Nothing,
            ms => Self::Read(ms.parse().with_context(|| format!("{ms:?} is no tap"))?),
        })
    }

    /// As it is printed for people.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Read(_) => "+",
            Self::Refused => "r",
            Self::Unclear => "?",
            Self::Nothing => "–",
        }
    }

    /// What the sign means.
    #[must_use]
    pub fn words(self, tongue: Tongue) -> &'static str {
        match self {
            Self::Read(_) => tongue.pick("读到了", "read"),
            Self::Refused => tongue.pick("提示不能用", "refused in words"),
            Self::Unclear => tongue.pick("没读清楚，再贴一会儿", "not read clearly: hold it a little longer"),
            Self::Nothing => tongue.pick("没反应", "nothing happened"),
        }
    }
}

impl Number {
    /// ATQA and SAK, as the guide's sheet has them.
    #[must_use]
    pub fn class(&self) -> String {
        format!("{:04x} / {:02x}", self.atqa, self.sak)
    }
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
