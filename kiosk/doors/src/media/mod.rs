// SPDX-License-Identifier: GPL-3.0-or-later
//! The media door: GStreamer behind the director's commands.
//!
//! One named thread owns the pipeline and its bus. Pictures leave through [`FrameSlot`], newest wins; sound leaves
//! through [`LessonFeed`] to the one owner of the loudspeaker.
//!
//! **Picture and sound together.** The pipeline runs on the system's clock, with or without a loudspeaker. Sound
//! leaves its sink on time and then spends [`SOUND_LATENCY_MS`] in the feed and in the sound card, so the picture's
//! sink is told to be later by the same. The feed is bounded and never makes the pipeline wait: where the sound
//! card's clock drifts away from the system's, the feed drops or waits a few milliseconds, once in many minutes.
//! Rejected: taking the clock from the sound card, because then a card that is pulled out stops the film.

mod captions;
mod coverage;
mod frame_slot;
mod lesson;
mod pipeline;
mod player;
mod teller;

use std::io;
use std::thread::{self, JoinHandle};

use xuedian_engine::ports::lane::DoorSide;
use xuedian_engine::ports::media::{MediaCommand, MediaEvent};

pub use captions::{CaptionsError, read_cues};
pub use coverage::Shown;
pub use frame_slot::{Frame, FrameSlot};

use crate::sound::LessonFeed;

/// How much later sound is heard than it leaves the pipeline, milliseconds: 40 in the feed, 80 in the sound card.
pub const SOUND_LATENCY_MS: u64 = 120;

/// Why the media door could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum MediaDoorError {
    /// GStreamer did not start.
    #[error("starting GStreamer")]
    Start(#[from] gstreamer::glib::Error),
    /// An element that every lesson needs is not installed.
    #[error("GStreamer has no element {0}")]
    Element(&'static str),
    /// No thread for it.
    #[error("starting the media thread")]
    Thread(#[from] io::Error),
}

/// Opens the door: starts the thread that answers `side` until the director lets go of it.
///
/// # Errors
/// When GStreamer or an element that every lesson needs is missing, or no thread can be started.
pub fn open(
    side: DoorSide<MediaCommand, MediaEvent>,
    frames: FrameSlot,
    feed: LessonFeed,
) -> Result<JoinHandle<()>, MediaDoorError> {
    gstreamer::init()?;
    for name in ["playbin", "appsink", "scaletempo"] {
        if gstreamer::ElementFactory::find(name).is_none() {
            return Err(MediaDoorError::Element(name));
        }
    }
    let run = move || player::Player::new(side, frames, feed).run();
    Ok(thread::Builder::new().name("media".into()).spawn(run)?)
}
