// SPDX-License-Identifier: GPL-3.0-or-later
//! What the director is told, and when.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Sender;
use xuedian_engine::ports::media::{MediaEvent, MediaNews, PlayId};

use super::frame_slot::FrameSlot;
use super::lesson::Lesson;

/// How often the place is told while playing.
const TELL_POSITION: Duration = Duration::from_millis(250);
/// How often the shown ranges are told while playing.
const TELL_SHOWN: Duration = Duration::from_secs(1);
/// How often a lesson that does not play is looked at, to see whether it is stuck.
const LOOK: Duration = Duration::from_millis(250);

pub(super) struct Teller {
    events: Sender<MediaEvent>,
    frames: FrameSlot,
    /// When the place is told next; none while it holds.
    next_position: Option<Instant>,
    /// When the shown ranges are told next; none while it holds.
    next_shown: Option<Instant>,
}

impl Teller {
    pub(super) fn new(events: Sender<MediaEvent>, frames: FrameSlot) -> Self {
        Self { events, frames, next_position: None, next_shown: None }
    }

    pub(super) fn tell(&self, play: PlayId, what: MediaNews) {
        // Closed: the director is gone, and the player's loop ends by itself.
        let _ = self.events.blocking_send(MediaEvent { play, what });
    }

    /// The place has changed by itself: it is told at the next look.
    pub(super) fn place_changed(&mut self) {
        self.next_position = Some(Instant::now());
    }

    /// Tells that the lesson plays or holds, once.
    pub(super) fn playing(&mut self, lesson: &mut Lesson, playing: bool) {
        if lesson.told_playing == Some(playing) {
            return;
        }
        lesson.told_playing = Some(playing);
        if playing {
            self.tell(lesson.play, MediaNews::Playing);
        } else {
            self.shown(lesson);
            self.tell(lesson.play, MediaNews::Paused);
        }
        self.place_changed();
        self.next_shown = playing.then(|| Instant::now() + TELL_SHOWN);
    }

    /// Tells what is due at `now`.
    pub(super) fn look(&mut self, lesson: &mut Lesson, now: Instant) {
        let playing = lesson.told_playing == Some(true);
        let caption = lesson.cue_at(lesson.at_ms());
        if caption != lesson.caption {
            lesson.caption = caption;
            let words = caption.map(|place| Arc::clone(&lesson.cues[place].text));
            self.tell(lesson.play, MediaNews::Caption(words));
        }
        if self.next_position.is_some_and(|due| now >= due) {
            self.next_position = playing.then(|| now + TELL_POSITION);
            self.position(lesson);
        }
        if self.next_shown.is_some_and(|due| now >= due) {
            self.next_shown = playing.then(|| now + TELL_SHOWN);
            self.shown(lesson);
        }
    }

    /// When to look next.
    pub(super) fn next_look(&self, lesson: &Lesson) -> Option<Instant> {
        if lesson.told_playing != Some(true) {
            return Some(Instant::now() + LOOK);
        }
        let cue = lesson.until_next_cue(lesson.at_ms()).map(|wait| Instant::now() + wait);
        [self.next_position, self.next_shown, cue].into_iter().flatten().min()
    }

    /// Tells all that was shown.
    pub(super) fn shown(&self, lesson: &Lesson) {
        self.tell(lesson.play, MediaNews::Shown(self.frames.shown().ranges()));
    }

    /// Tells where it is; skipped when the director is behind.
    fn position(&self, lesson: &Lesson) {
        let what = MediaNews::Position(lesson.position(&self.frames));
        // Full: the next one is a quarter of a second away. Closed: the player's loop ends by itself.
        let _ = self.events.try_send(MediaEvent { play: lesson.play, what });
    }
}
