// SPDX-License-Identifier: GPL-3.0-or-later
//! What travels with a card: type size, language, theme, voice.

use serde::{Deserialize, Serialize};

/// Preferences of a person; none is the kiosk's own. Values are those of the record `preference`.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prefers {
    /// `normal`, `large`, `very-large`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub type_size: Option<String>,
    /// `zh`, `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// `light`, `dark`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// `off`, `on`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// `low`: everything to be touched is in the lower half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<String>,
}

impl Prefers {
    /// Puts in what a record `preference` says; a key that is unknown here is passed over.
    pub fn set(&mut self, key: &str, value: &str) {
        let slot = match key {
            "type_size" => &mut self.type_size,
            "language" => &mut self.language,
            "theme" => &mut self.theme,
            "voice" => &mut self.voice,
            "reach" => &mut self.reach,
            _ => return,
        };
        *slot = Some(value.to_owned());
    }
}
