// SPDX-License-Identifier: GPL-3.0-or-later
//! The sheet of a card trial: a file that any spreadsheet opens, a line a card, written and synced as soon as a card is done.
//!
//! There is no number of a card on it: only how long it is, whether it stayed the same, and what the chip says of itself.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::kinds::KINDS;

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
    path: PathBuf,
    /// What stands above the cards: when, at which reader.
    pub notes: Vec<String>,
    /// The cards that are done.
    pub rows: Vec<Row>,
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
    /// Opens a sheet to go on with it, or begins one. The second answer: a last line that was cut off by a power cut had to go.
    ///
    /// # Errors
    /// When the file cannot be used, or is no such sheet; it is left as it is then.
    pub fn open(path: &Path) -> Result<(Self, bool)> {
        let named = || path.display().to_string();
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).with_context(named)?;
        let text = text_of(&mut file).with_context(named)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let (notes, rows) = parse(&text[..whole]).with_context(named)?;
        let cut_off = whole < text.len();
        if cut_off {
            file.set_len(whole as u64).with_context(named)?;
        }
        file.seek(SeekFrom::End(0)).with_context(named)?;
        let mut sheet = Self { file, path: path.to_owned(), notes, rows };
        if whole == 0 {
            let headings: &[&str] =
                &["kind", "card", "taps", "distance_mm", "uid_bytes", "same", "atqa", "sak", "remark"];
            sheet.append(&format!("{}\n", headings.join(",")))?;
        }
        Ok((sheet, cut_off))
    }

    /// Reads a sheet and changes nothing: what stands above the cards, and the cards.
    ///
    /// # Errors
    /// When there is none, or it is no such sheet.
    pub fn read(path: &Path) -> Result<(Vec<String>, Vec<Row>)> {
        let named = || path.display().to_string();
        let text = text_of(&mut File::open(path).with_context(named)?).with_context(named)?;
        parse(&text).with_context(named)
    }

    /// Writes down under which conditions the following cards are tried.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(&mut self, text: &str) -> Result<()> {
        self.append(&format!("# {text}\n"))?;
        self.notes.push(text.to_owned());
        Ok(())
    }

    /// Adds a card that is done. When this comes back it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, row: Row) -> Result<()> {
        let mut lines = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        lines.serialize(Line::from(&row)).context("a line of the sheet")?;
        let line =
            String::from_utf8(lines.into_inner().context("a line of the sheet")?).context("a line of the sheet")?;
        self.append(&line)?;
        self.rows.push(row);
        Ok(())
    }

    /// How many cards of a kind are done.
    #[must_use]
    pub fn done(&self, kind: u8) -> u8 {
        self.rows.iter().filter(|row| row.kind == kind).map(|row| row.card).max().unwrap_or(0)
    }

    fn append(&mut self, text: &str) -> Result<()> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_all());
        written.with_context(|| format!("writing {}", self.path.display()))
    }
}

fn text_of(file: &mut File) -> Result<String> {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Err(error) if error.kind() == ErrorKind::InvalidData => bail!("it is no sheet of a card trial: no UTF-8"),
        read => drop(read?),
    }
    Ok(text)
}

fn parse(text: &str) -> Result<(Vec<String>, Vec<Row>)> {
    let notes = text.lines().filter_map(|line| line.strip_prefix("# ")).map(str::to_owned).collect();
    let mut lines = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let rows = lines.deserialize::<Line>().map(|line| Row::try_from(line?));
    let rows = rows.collect::<Result<_>>().context("it is no sheet of a card trial, or somebody has changed it")?;
    Ok((notes, rows))
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
            remark: row.remark.clone(),
        }
    }
}

impl TryFrom<Line> for Row {
    type Error = anyhow::Error;

    fn try_from(line: Line) -> Result<Self> {
        ensure!(KINDS.iter().any(|kind| kind.number == line.kind), "there is no kind {}", line.kind);
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
            remark: line.remark,
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
            Self::Nothing => "n".to_owned(),
        }
    }

    fn parse(text: &str) -> Result<Self> {
        Ok(match text {
            "r" => Self::Refused,
            "?" => Self::Unclear,
            "n" => Self::Nothing,
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
}

impl Number {
    /// ATQA and SAK, as the guide's sheet has them.
    #[must_use]
    pub fn class(&self) -> String {
        format!("{:04x} / {:02x}", self.atqa, self.sak)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            kind: 3,
            card: 2,
            taps: vec![Tap::Read(31), Tap::Refused, Tap::Unclear, Tap::Nothing],
            number: Some(Number { bytes: 7, same: Some(false), atqa: 0x0344, sak: 0x20 }),
            distance_mm: Some(12),
            remark: "in a purse, \"leather\"".to_owned(),
        }
    }

    #[test]
    fn what_was_written_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sheet.csv");
        let (mut sheet, _) = Sheet::open(&path).expect("a new sheet");
        sheet.note("at the table").expect("a note");
        let bare = Row { number: None, distance_mm: None, remark: String::new(), taps: vec![Tap::Nothing], ..row() };
        sheet.add(row()).expect("a row");
        sheet.add(Row { card: 3, ..bare.clone() }).expect("a row");
        drop(sheet);
        let (again, cut_off) = Sheet::open(&path).expect("the sheet");
        assert!(!cut_off);
        assert_eq!(again.rows, [row(), Row { card: 3, ..bare }]);
        assert_eq!(again.notes, ["at the table"]);
        assert_eq!((again.done(3), again.done(4)), (3, 0));
    }

    #[test]
    fn a_line_that_a_power_cut_tore_goes_and_the_rest_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sheet.csv");
        Sheet::open(&path).expect("a new sheet").0.add(row()).expect("a row");
        let whole = std::fs::read(&path).expect("the file");
        for length in 0..=whole.len() {
            std::fs::write(&path, &whole[..length]).expect("a torn file");
            let (mut sheet, cut_off) = Sheet::open(&path).expect("the sheet opens however it was torn");
            let ends = length == 0 || whole[length - 1] == b'\n';
            assert_eq!(cut_off, !ends, "{length} bytes");
            sheet.add(row()).expect("and goes on");
            let rows = Sheet::read(&path).expect("and is whole").1;
            assert_eq!(rows.len(), 1 + usize::from(length == whole.len()), "{length} bytes");
        }
    }

    #[test]
    fn another_file_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("other.csv");
        for text in ["name,age\nWang,70\n", "kind,card,taps,distance_mm,uid_bytes,same,atqa,sak,remark\n13,1,r,,,,,,\n"]
        {
            std::fs::write(&path, text).expect("a file");
            assert!(Sheet::open(&path).is_err(), "{text}");
            assert_eq!(std::fs::read_to_string(&path).expect("the file"), text);
        }
    }
}
