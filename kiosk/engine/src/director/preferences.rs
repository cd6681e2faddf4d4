// SPDX-License-Identifier: GPL-3.0-or-later
//! How the person at the screen wants to see and hear.

use xuedian_domain::id::LearnerId;
use xuedian_protocol::documents::Prefers;

use super::Director;
use crate::{
    ports::sound::Tongue,
    view::{Language, Preferences, Theme, TypeSize},
};

/// What was chosen: the point's own at rest, a person's or a guest's during a visit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Chosen {
    home: Preferences,
    now: Option<Preferences>,
}

impl Chosen {
    pub(super) fn in_force(&self) -> Preferences {
        self.now.unwrap_or(self.home)
    }

    pub(super) fn language(&self) -> Language {
        self.in_force().language
    }

    pub(super) fn voice(&self) -> bool {
        self.in_force().voice
    }

    pub(super) fn tongue(&self) -> Tongue {
        match self.language() {
            Language::Chinese => Tongue::Mandarin,
            Language::English => Tongue::English,
        }
    }

    /// The point's own language.
    pub(super) fn set_home(&mut self, language: &str) {
        self.home.language = read_language(language).unwrap_or_default();
    }

    /// A visit begins; a guest keeps what was chosen on the idle screen.
    pub(super) fn begin(&mut self, prefers: Option<Prefers>) {
        let start = self.now.unwrap_or(self.home);
        self.now = Some(match prefers {
            Some(prefers) => read(&prefers, self.home),
            None => start,
        });
    }

    pub(super) fn end(&mut self) {
        self.now = None;
    }

    /// Changes one of them, and says it as a record does: key and value.
    pub(super) fn change(&mut self, choice: crate::command::Prefer) -> (&'static str, &'static str) {
        use crate::command::Prefer;
        let now = self.now.get_or_insert(self.home);
        match choice {
            Prefer::TypeSize(size) => {
                now.type_size = size;
                ("type_size", type_size_word(size))
            }
            Prefer::Language(language) => {
                now.language = language;
                ("language", if language == Language::English { "en" } else { "zh" })
            }
            Prefer::Theme(theme) => {
                now.theme = theme;
                ("theme", if theme == Theme::Dark { "dark" } else { "light" })
            }
            Prefer::Voice(on) => {
                now.voice = on;
                ("voice", if on { "on" } else { "off" })
            }
        }
    }
}

fn type_size_word(size: TypeSize) -> &'static str {
    match size {
        TypeSize::Normal => "normal",
        TypeSize::Large => "large",
        TypeSize::VeryLarge => "very-large",
    }
}

fn read(prefers: &Prefers, home: Preferences) -> Preferences {
    let type_size = match prefers.type_size.as_deref() {
        Some("large") => TypeSize::Large,
        Some("very-large") => TypeSize::VeryLarge,
        Some(_) => TypeSize::Normal,
        None => home.type_size,
    };
    let theme = match prefers.theme.as_deref() {
        Some("dark") => Theme::Dark,
        Some(_) => Theme::Light,
        None => home.theme,
    };
    Preferences {
        type_size,
        theme,
        language: prefers.language.as_deref().and_then(read_language).unwrap_or(home.language),
        voice: prefers.voice.as_deref().map_or(home.voice, |word| word != "off"),
    }
}

fn read_language(word: &str) -> Option<Language> {
    match word {
        "zh" => Some(Language::Chinese),
        "en" => Some(Language::English),
        _ => None,
    }
}

impl Director {
    /// The hub's word, and what was chosen here since.
    pub(super) fn prefers_of(&self, learner: LearnerId) -> Prefers {
        let mut prefers = self.known(learner).prefers;
        let standing = self.people.standing(learner).map(|s| s.prefers).unwrap_or_default();
        let from_hub = [
            ("type_size", standing.type_size),
            ("language", standing.language),
            ("theme", standing.theme),
            ("voice", standing.voice),
        ];
        for (key, value) in from_hub {
            if let Some(value) = value {
                prefers.set(key, &value);
            }
        }
        for (key, value) in self.book.preferences(learner, self.through()) {
            prefers.set(&key, &value);
        }
        prefers
    }
}
