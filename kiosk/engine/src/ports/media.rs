// SPDX-License-Identifier: GPL-3.0-or-later
//! The media door: one lesson at a time, shown and heard.
//!
//! Pictures go straight to the screen and sound straight to the sound door; neither passes through here.

use std::path::PathBuf;
use std::sync::Arc;

/// One playing of one lesson, numbered by the director, so that a late event of an earlier one is known as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlayId(pub u64);

/// What the director asks of the player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaCommand {
    /// Opens a lesson, ends the one before, and shows its first picture without playing.
    Load(LoadLesson),
    /// Goes on playing.
    Play,
    /// Holds the picture.
    Pause,
    /// Goes back ten seconds and keeps playing or holding.
    Back10,
    /// Goes to a place.
    Seek {
        /// Milliseconds from the beginning.
        to_ms: u64,
    },
    /// Changes the speed; the pitch stays.
    Rate(Rate),
    /// Changes the captions of the lesson that is loaded; `None` takes them away.
    Captions(Option<PathBuf>),
    /// Ends the lesson and frees the decoder.
    Stop,
}

/// A lesson to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadLesson {
    /// The number that its events carry.
    pub play: PlayId,
    /// The media file, already verified.
    pub media: PathBuf,
    /// Its captions (WebVTT) in the language of the screen.
    pub captions: Option<PathBuf>,
    /// Where to begin, milliseconds.
    pub start_ms: u64,
    /// How fast.
    pub rate: Rate,
}

/// How fast a lesson plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Rate {
    /// 慢一点
    Slow,
    /// As recorded.
    #[default]
    Normal,
    /// 快一点
    Quick,
}

impl Rate {
    /// Per cent of the recorded speed.
    #[must_use]
    pub fn percent(self) -> u32 {
        match self {
            Self::Slow => 75,
            Self::Normal => 100,
            Self::Quick => 125,
        }
    }
}

/// What the player reports, with the playing it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaEvent {
    /// Which playing.
    pub play: PlayId,
    /// What happened.
    pub what: MediaNews,
}

/// What happened to a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaNews {
    /// The first picture is there, or the sound of a lesson without pictures; it holds until `Play`.
    Loaded {
        /// Length of the lesson, milliseconds.
        duration_ms: u64,
        /// All captions in order: the transcript.
        cues: Arc<[Cue]>,
    },
    /// The pipeline plays.
    Playing,
    /// The pipeline holds.
    Paused,
    /// Where it is; about four times a second while playing, and at once after a jump. May be skipped.
    Position(Position),
    /// The caption of now, when it changes. `None`: none.
    Caption(Option<Arc<str>>),
    /// Captions were changed or could not be read (then `cues` is empty and the lesson plays without).
    Cues(Arc<[Cue]>),
    /// All that was really shown since `Load`: sorted, disjoint, never beyond the length. About once a second while
    /// playing, and before `Paused`, `Ended`, `Damaged` and `Stopped`.
    Shown(Vec<ShownRange>),
    /// The last picture was shown. The decoder is free again.
    Ended,
    /// It cannot be played, or no further. The decoder is free again.
    Damaged(MediaDamage),
    /// `Stop` was done. The decoder is free again.
    Stopped,
}

/// A place in a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Milliseconds from the beginning.
    pub position_ms: u64,
    /// Length, milliseconds.
    pub duration_ms: u64,
    /// Frames that came too late or that the screen did not take, since `Load`.
    pub dropped_frames: u64,
}

/// Part of a lesson that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShownRange {
    /// First millisecond.
    pub from_ms: u64,
    /// First millisecond that no longer belongs to it.
    pub to_ms: u64,
}

/// One caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// Shown from here, milliseconds.
    pub from_ms: u64,
    /// Gone from here, milliseconds.
    pub to_ms: u64,
    /// Its words, lines parted by `\n`.
    pub text: Arc<str>,
}

/// Why a lesson cannot be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaDamage {
    /// The file is not there or cannot be read.
    Absent,
    /// It is not media, or not of a kind that this box decodes.
    Undecodable,
    /// It began well and broke off.
    Broken,
    /// Nothing came for too long.
    Stuck,
}
