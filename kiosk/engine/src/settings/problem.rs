// SPDX-License-Identifier: GPL-3.0-or-later
//! What is wrong with a settings file: which key, where, and what is allowed.

use std::{fmt, io, path::Path};

use super::allowed::Allowed;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblem {
    /// The key with its table, `screen.ppi`; the table alone; or empty when it is the whole file.
    pub key: String,
    /// Line in the file, from 1. None when the key or the file is not there.
    pub line: Option<usize>,
    /// What is the matter.
    pub fault: SettingFault,
    /// What is allowed there.
    pub allowed: Allowed,
}

/// What is the matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingFault {
    /// The file cannot be read: the system's words.
    Unreadable(String),
    /// The file is not TOML at this place: the parser's words.
    NotToml(String),
    /// The key must be there and is not.
    Absent,
    /// What stands there is not allowed; this is what stood there.
    Wrong(String),
    /// Nobody knows this key. Reported only: newer or older software may.
    Unknown,
}

impl SettingProblem {
    /// Whether the machine lacks something because of it. An unknown key is only worth a line in the log.
    #[must_use]
    pub fn is_trouble(&self) -> bool {
        self.fault != SettingFault::Unknown
    }

    /// Whether no card can be taken because of it: what concerns the reader, or the file as a whole.
    #[must_use]
    pub fn keeps_the_reader_away(&self) -> bool {
        self.is_trouble() && (self.key.is_empty() || self.key.starts_with("reader"))
    }

    pub(super) fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self {
            key: String::new(),
            line: None,
            fault: SettingFault::Unreadable(format!("{}: {error}", path.display())),
            allowed: Allowed::File,
        }
    }

    pub(super) fn not_text(line: usize) -> Self {
        Self {
            key: String::new(),
            line: Some(line),
            fault: SettingFault::NotToml("not UTF-8".to_owned()),
            allowed: Allowed::Toml,
        }
    }
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        match &self.fault {
            SettingFault::Unreadable(why) | SettingFault::NotToml(why) => f.write_str(why)?,
            SettingFault::Absent => f.write_str("missing")?,
            SettingFault::Wrong(found) => write!(f, "{found} is not allowed")?,
            SettingFault::Unknown => f.write_str("nobody knows this key")?,
        }
        write!(f, "; allowed: {}", self.allowed)
    }
}
