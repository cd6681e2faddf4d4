// SPDX-License-Identifier: GPL-3.0-or-later
//! Which language the trial speaks: two people at a table in a hall do it, not only whoever knows the machine.

use clap::ValueEnum;

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tongue {
    /// Chinese
    Zh,
    /// English
    En,
}

impl Tongue {
    /// The language of a locale's name, such as `zh_CN.UTF-8`; English where it says nothing.
    #[must_use]
    pub fn of_locale(name: &str) -> Self {
        if name.starts_with("zh") { Self::Zh } else { Self::En }
    }

    /// The one of two wordings that is in this language.
    #[must_use]
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}
