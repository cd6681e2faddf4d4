// SPDX-License-Identifier: GPL-3.0-or-later
//! How a person wants to see and hear; it stays with the card.

/// The size of type, one of three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TypeSize {
    /// 标准, 23 pt.
    #[default]
    Normal,
    /// 大字, 30 pt.
    Large,
    /// 特大字, 42 pt.
    VeryLarge,
}

impl TypeSize {
    /// The next size, round and round.
    pub fn next(self) -> Self {
        match self {
            Self::Normal => Self::Large,
            Self::Large => Self::VeryLarge,
            Self::VeryLarge => Self::Normal,
        }
    }
}

/// The language of the screen and of the names in a view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Moon white.
    #[default]
    Light,
    /// Night.
    Dark,
}

/// What is in force now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Size of type.
    pub type_size: TypeSize,
    /// Language.
    pub language: Language,
    /// Theme.
    pub theme: Theme,
    /// Spoken prompts.
    pub voice: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { type_size: TypeSize::default(), language: Language::default(), theme: Theme::default(), voice: true }
    }
}
