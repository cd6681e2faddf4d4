// SPDX-License-Identifier: GPL-3.0-or-later
//! The machine's settings: read once from one file, and checked key by key.
//!
//! Only what belongs to this box is in here (reader, screen, sound, light and buzzer, hub, paths, log). What belongs to the learning point
//! comes from the district as a document and changes while running; no key exists in both.

mod allowed;
mod machine;
mod problem;
mod read;

pub use allowed::Allowed;
pub use machine::{
    DEFAULT_DATA, HubSettings, LogLevel, PathSettings, ReaderSettings, ScreenSettings, Settings, SignalSettings,
    SoundDevice,
};
pub use problem::{SettingFault, SettingProblem};
