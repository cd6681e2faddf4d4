// SPDX-License-Identifier: GPL-3.0-or-later
//! One card of a trial, and its line on the sheet.

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use crate::kinds::KINDS;
use crate::tongue::Tongue;

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

/// A row as it stands in the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    kind: u8,
    card: u8,
    taps: String,
    #[serde(default)]
    distance_mm: Option<u16>,
    #[serde(default)]
    uid_bytes: Option<u8>,
    #[serde(default)]
    same: String,
    #[serde(default)]
    atqa: String,
    #[serde(default)]
    sak: String,
    #[serde(default)]
    remark: String,
}

impl Row {
    /// Its line in the file.
    pub(crate) fn text(&self) -> String {
        let mut lines = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        lines.serialize(Line::from(self)).expect("a line has nothing that cannot be written");
        let line = lines.into_inner().expect("a vector takes all");
        String::from_utf8(line).expect("made of text")
    }

    /// Reads its line. Spreadsheets leave out what is empty at its end.
    pub(crate) fn parse(line: &str) -> Result<Self> {
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
