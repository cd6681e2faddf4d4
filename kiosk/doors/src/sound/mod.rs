// SPDX-License-Identifier: GPL-3.0-or-later
//! The sound door: the one owner of the loudspeaker.
//!
//! On a Pi's HDMI only one stream can be open, so earcons, voice and the lesson are mixed here and leave through one
//! device. One named thread owns it, opens it, and tries again by itself when it is gone. Nothing is queued: a new
//! voice cuts the old one, and the lesson is 12 dB softer while either of them sounds.

mod clips;
mod device;
mod feed;
mod loudspeaker;
mod mixing;
mod words;

use std::io;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use xuedian_engine::ports::lane::DoorSide;
use xuedian_engine::ports::sound::{SoundCommand, SoundEvent};

pub use feed::{LessonFeed, SAMPLE_RATE};
pub use words::clips_of;

/// What the settings file says of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoundSettings {
    /// Which loudspeaker.
    pub device: Loudspeaker,
    /// The folder that holds `sounds/` and `voice/`.
    pub assets: PathBuf,
}

/// `[sound] device`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loudspeaker {
    /// `none`
    None,
    /// A name as `aplay -L` lists it, or `default`.
    Named(String),
}

impl Loudspeaker {
    /// From the word in the settings.
    #[must_use]
    pub fn from_setting(word: &str) -> Self {
        match word {
            "none" => Self::None,
            name => Self::Named(name.into()),
        }
    }
}

/// Opens the door: starts the thread that answers `side` until the director lets go of it.
///
/// `feed` is where the media door leaves the lesson's sound. That there is no loudspeaker is an event, not an error.
///
/// # Errors
/// When no thread can be started.
pub fn open(
    side: DoorSide<SoundCommand, SoundEvent>,
    settings: SoundSettings,
    feed: LessonFeed,
) -> io::Result<JoinHandle<()>> {
    let run = move || loudspeaker::Owner::new(side, settings, feed).run();
    thread::Builder::new().name("sound".into()).spawn(run)
}
