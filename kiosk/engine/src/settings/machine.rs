// SPDX-License-Identifier: GPL-3.0-or-later
//! What the settings file says, as types that cannot be wrong.

use std::path::{Path, PathBuf};

use reqwest::Url;

use super::{problem::SettingProblem, read};

/// Where data lives when the command line names no folder.
pub const DEFAULT_DATA: &str = "/var/lib/xuedian";

/// All machine keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `[reader]`
    pub reader: ReaderSettings,
    /// `[hub]`
    pub hub: HubSettings,
    /// `[screen]`
    pub screen: ScreenSettings,
    /// `[sound] device`
    pub sound: SoundDevice,
    /// `[signals]`; None: neither light nor buzzer is connected.
    pub signals: Option<SignalSettings>,
    /// `[paths]`
    pub paths: PathSettings,
    /// `[log] level`
    pub log: LogLevel,
}

/// `[reader]`
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ReaderSettings {
    /// libnfc's connection string, such as `pn532_uart:/dev/xuedian-reader`. None: no reader is known, and staff sign people in.
    pub connection: Option<String>,
}

/// `[hub]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubSettings {
    /// Where the district is. None: the box works alone.
    pub url: Option<Url>,
    /// After a boot or a long outage contact begins after a random part of so many seconds, lest a whole city comes at once.
    pub spread_s: u32,
}

/// `[screen]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScreenSettings {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Pixels per inch; millimetres and points are computed from it.
    pub ppi: u32,
}

/// `[sound] device`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoundDevice {
    /// `none`: silent by choice.
    Silent,
    /// An ALSA name, such as `default`.
    Named(String),
}

/// `[signals]`: the pins of the board that drive light and buzzer, by their GPIO numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalSettings {
    /// Red of the light.
    pub red: u8,
    /// Green of the light.
    pub green: u8,
    /// Blue of the light.
    pub blue: u8,
    /// The buzzer.
    pub buzzer: u8,
}

/// `[paths]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathSettings {
    /// Pictures, sounds, fonts and voices. A relative path begins at the folder of the settings file.
    pub assets: PathBuf,
}

/// `[log] level`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    /// Only what failed.
    Error,
    /// And what was odd.
    Warn,
    /// And what happened.
    Info,
    /// And how.
    Debug,
    /// And every step.
    Trace,
}

impl LogLevel {
    /// The word of the settings file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reader: ReaderSettings::default(),
            hub: HubSettings { url: None, spread_s: 60 },
            screen: ScreenSettings { width: 1280, height: 800, ppi: 149 },
            sound: SoundDevice::Named("default".to_owned()),
            signals: None,
            paths: PathSettings { assets: PathBuf::from("/usr/share/xuedian") },
            log: LogLevel::Info,
        }
    }
}

impl Settings {
    /// Reads a settings file. Never fails: what is wrong or absent takes its default and is told, so that the kiosk starts
    /// and can show what is the matter.
    #[must_use]
    pub fn load(path: &Path) -> (Self, Vec<SettingProblem>) {
        match std::fs::read(path) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Self::parse(&text, path.parent().unwrap_or(Path::new("."))),
                Err(wrong) => {
                    let good = &wrong.as_bytes()[..wrong.utf8_error().valid_up_to()];
                    let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
                    (Self::default(), vec![SettingProblem::not_text(line)])
                }
            },
            Err(error) => (Self::default(), vec![SettingProblem::unreadable(path, &error)]),
        }
    }

    /// Reads the text of a settings file; relative paths begin at `folder`.
    #[must_use]
    pub fn parse(text: &str, folder: &Path) -> (Self, Vec<SettingProblem>) {
        read::read(text, folder)
    }
}
