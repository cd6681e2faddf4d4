// SPDX-License-Identifier: GPL-3.0-or-later
//! The wallet: cards by name, from `cards.csv` (columns uid, kind, learner, role, in any order).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::card::{Card, Uid};

/// One card and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// UID in hexadecimal.
    pub uid: String,
    /// study, transit, senior, social, staff, phone, identity or unknown.
    pub kind: String,
    /// Whose card it is; may be empty.
    pub learner: String,
    /// What that person is here: learner, staff, …; may be empty.
    pub role: String,
}

/// The cards of one desk, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Wallet {
    entries: Vec<Entry>,
}

/// Why a wallet cannot be used, or a card not be found in it.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    /// The file cannot be read.
    #[error("cannot read {0}: {1}")]
    Read(PathBuf, #[source] io::Error),
    /// The first line does not name a column.
    #[error("the first line names no column {0:?}; wanted are uid, kind, learner, role")]
    NoColumn(&'static str),
    /// A line is not a card.
    #[error("line {line}: {why}")]
    Line {
        /// Counted from 1, the heading included.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// No card has this name, and it is no UID.
    #[error("no card {0:?} in the wallet, and it is no UID")]
    Unknown(String),
    /// Several cards have this name.
    #[error("{count} cards are called {name:?}: give the UID")]
    Ambiguous {
        /// The name that was asked for.
        name: String,
        /// How many there are.
        count: usize,
    },
    /// There is no such kind of card.
    #[error("there is no kind of card {0:?}")]
    Kind(String),
}

impl Wallet {
    /// Reads `cards.csv`.
    ///
    /// # Errors
    /// The file cannot be read, or a line is no card.
    pub fn read(path: &Path) -> Result<Self, WalletError> {
        let text = fs::read_to_string(path).map_err(|error| WalletError::Read(path.to_owned(), error))?;
        Self::parse(&text)
    }

    /// Reads the text of `cards.csv`.
    ///
    /// # Errors
    /// A column is missing, or a line is no card.
    pub fn parse(text: &str) -> Result<Self, WalletError> {
        let mut lines = text.trim_start_matches('\u{feff}').lines().zip(1..).filter(|(l, _)| !l.trim().is_empty());
        let heading = lines.next().map(|(line, _)| fields(line)).unwrap_or_default();
        let column = |name| heading.iter().position(|h| h == name).ok_or(WalletError::NoColumn(name));
        let (uid, kind) = (column("uid")?, column("kind")?);
        let (learner, role) = (column("learner")?, column("role")?);
        let mut entries = Vec::new();
        for (text, line) in lines {
            let fields = fields(text);
            let field = |n: usize| fields.get(n).cloned().unwrap_or_default();
            let entry = Entry { uid: field(uid), kind: field(kind), learner: field(learner), role: field(role) };
            card_of(&entry).map_err(|why| WalletError::Line { line, why })?;
            entries.push(entry);
        }
        Ok(Self { entries })
    }

    /// All cards, in the order of the file.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The card with this UID, or of the person with this name, or with the only name that begins so; of several cards of
    /// one person the first that is not lost.
    /// A UID that is not in the wallet is a card too: `kind` says which, or it is guessed.
    ///
    /// # Errors
    /// No card or several have the name; there is no such kind.
    pub fn card(&self, name: &str, kind: Option<&str>) -> Result<Card, WalletError> {
        let (uid, known_kind) = match name.parse::<Uid>() {
            Ok(uid) => {
                let known = self.entries.iter().find(|e| e.uid.parse::<Uid>().as_ref() == Ok(&uid));
                (uid, known.map(|e| e.kind.as_str()))
            }
            Err(_) => {
                let entry = self.named(name)?;
                let uid = entry.uid.parse().map_err(|_| WalletError::Unknown(name.to_owned()))?;
                (uid, Some(entry.kind.as_str()))
            }
        };
        let kind = kind.or(known_kind).unwrap_or("unknown");
        Card::of_kind(uid, kind).ok_or_else(|| WalletError::Kind(kind.to_owned()))
    }

    fn named(&self, name: &str) -> Result<&Entry, WalletError> {
        let exact: Vec<&Entry> = self.entries.iter().filter(|e| e.learner == name).collect();
        let begins = || self.entries.iter().filter(|e| e.learner.starts_with(name)).collect();
        let found: Vec<&Entry> = if exact.is_empty() { begins() } else { exact };
        match found[..] {
            [one] => Ok(one),
            [] => Err(WalletError::Unknown(name.to_owned())),
            // Several cards of one person: the first that is not reported lost.
            [first, ..] if found.iter().all(|e| owner(e) == owner(first)) => {
                Ok(found.iter().find(|e| owner(e) == e.learner).unwrap_or(&first))
            }
            _ => Err(WalletError::Ambiguous { name: name.to_owned(), count: found.len() }),
        }
    }
}

/// Whose card it is, without the remark that it was lost.
fn owner(entry: &Entry) -> &str {
    entry.learner.trim_end_matches(" (lost)")
}

fn card_of(entry: &Entry) -> Result<Card, String> {
    let uid: Uid = entry.uid.parse().map_err(|e| format!("{e}"))?;
    Card::of_kind(uid, &entry.kind).ok_or_else(|| format!("there is no kind of card {:?}", entry.kind))
}

/// The fields of one line; a field may stand in quotes, and a doubled quote in it is one.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let field = fields.last_mut().expect("there is always one field");
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => field.push(c),
        }
    }
    fields.iter().map(|f| f.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::Chip;

    const CARDS: &str = "\u{feff}uid,kind,learner,role
04A1B2C3D4E5F6,study,王秀珍,learner
14A1B2C3,transit,王福来,learner
24A1B2C3,staff,\"李, 敏 \"\"站长\"\"\",staff

08000001,phone,,
34A1B2C3,study,L007 赵国强 (lost),learner
44A1B2C3,study,L007 赵国强,learner
54A1B2C3,transit,L007 赵国强,learner
";

    fn wallet() -> Wallet {
        Wallet::parse(CARDS).expect("the wallet of the test")
    }

    #[test]
    fn cards_are_found_by_name_beginning_and_uid() {
        let uid = |name| wallet().card(name, None).map(|c| c.uid.to_string()).map_err(|e| e.to_string());
        assert_eq!(uid("王秀珍"), Ok("04A1B2C3D4E5F6".to_owned()));
        assert_eq!(uid("李"), Ok("24A1B2C3".to_owned()));
        assert_eq!(uid("14:a1:b2:c3"), Ok("14A1B2C3".to_owned()));
        assert_eq!(uid("99A1B2C3"), Ok("99A1B2C3".to_owned()), "a card that is in no wallet");
        assert_eq!(uid("L007"), Ok("44A1B2C3".to_owned()), "the first that is not lost");
        assert!(uid("王").is_err_and(|e| e.contains("2 cards")));
        assert!(uid("钱").is_err_and(|e| e.contains("no card")));
    }

    #[test]
    fn the_kind_of_the_file_makes_the_chip() {
        let chip = |name, kind| wallet().card(name, kind).map(|c| c.chip).ok();
        assert_eq!(chip("24A1B2C3", None), Some(Chip::Desfire));
        assert_eq!(chip("24A1B2C3", Some("identity")), Some(Chip::TypeB));
        assert_eq!(chip("24A1B2C3", Some("spoon")), None);
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = Wallet::parse("uid,kind,learner,role\n04A1,study,a,b\n").expect_err("no UID");
        assert!(error.to_string().starts_with("line 2:"), "{error}");
        let error = Wallet::parse("uid,kind,name\n").expect_err("no column");
        assert!(error.to_string().contains("learner"), "{error}");
    }
}
