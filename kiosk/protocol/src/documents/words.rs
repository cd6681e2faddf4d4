// SPDX-License-Identifier: GPL-3.0-or-later
//! Words in the two languages of the screen.

use serde::{Deserialize, Serialize};
use xuedian_domain::session::Words;

/// Words in the two languages of the screen.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WordsEntry {
    /// 中文.
    pub zh: String,
    /// English; empty where there is none, and the screen shows the Chinese.
    #[serde(default)]
    pub en: String,
}

impl From<WordsEntry> for Words {
    fn from(entry: WordsEntry) -> Self {
        Self { zh: entry.zh, en: entry.en }
    }
}

impl From<Words> for WordsEntry {
    fn from(words: Words) -> Self {
        Self { zh: words.zh, en: words.en }
    }
}
