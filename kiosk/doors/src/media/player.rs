// SPDX-License-Identifier: GPL-3.0-or-later
//! The media thread: commands and the pipeline's messages in, news out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use gstreamer as gst;
use xuedian_engine::ports::lane::DoorSide;
use xuedian_engine::ports::media::{LoadLesson, MediaCommand, MediaDamage, MediaEvent, MediaNews, PlayId, Rate};

use super::frame_slot::FrameSlot;
use super::lesson::{Lesson, Phase, cues_or_none};
use crate::sound::LessonFeed;
use crate::waiting::{Heard, hear};

/// How often the place is told while playing.
const TELL_POSITION: Duration = Duration::from_millis(250);
/// How often the shown ranges are told while playing.
const TELL_SHOWN: Duration = Duration::from_secs(1);
/// How far "back" goes, milliseconds.
const BACK_MS: u64 = 10_000;

pub(super) struct Player {
    side: DoorSide<MediaCommand, MediaEvent>,
    frames: FrameSlot,
    feed: LessonFeed,
    lesson: Option<Lesson>,
    /// When the place is told next; none while it holds.
    next_position: Option<Instant>,
    next_shown: Option<Instant>,
}

/// How a lesson ended.
enum Outcome {
    Ended,
    Damaged(MediaDamage),
    Stopped,
}

impl Player {
    pub(super) fn new(side: DoorSide<MediaCommand, MediaEvent>, frames: FrameSlot, feed: LessonFeed) -> Self {
        Self { side, frames, feed, lesson: None, next_position: None, next_shown: None }
    }

    /// Runs until nobody can command any more.
    pub(super) fn run(mut self) {
        loop {
            let deadline = self.deadline();
            match hear(&mut self.side.commands, deadline) {
                Heard::Command(command) => self.obey(command),
                Heard::Nothing => {}
                Heard::Closed => return,
            }
            self.read_bus();
            self.tick(Instant::now());
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let lesson = self.lesson.as_ref()?;
        if lesson.told_playing != Some(true) {
            return Some(Instant::now() + TELL_POSITION);
        }
        let cue = lesson.until_next_cue(lesson.at_ms()).map(|wait| Instant::now() + wait);
        [self.next_position, self.next_shown, cue].into_iter().flatten().min()
    }

    fn obey(&mut self, command: MediaCommand) {
        match command {
            MediaCommand::Load(load) => self.load(&load),
            MediaCommand::Play => self.want(true),
            MediaCommand::Pause => self.want(false),
            MediaCommand::Back10 => {
                let at = self.lesson.as_ref().map_or(0, Lesson::at_ms);
                self.seek(at.saturating_sub(BACK_MS));
            }
            MediaCommand::Seek { to_ms } => self.seek(to_ms),
            MediaCommand::Rate(rate) => self.change_rate(rate),
            MediaCommand::Captions(path) => {
                let cues = path.as_deref().map(cues_or_none).unwrap_or_default();
                if let Some(lesson) = self.lesson.as_mut() {
                    lesson.cues = Arc::clone(&cues);
                    lesson.caption = None;
                    let play = lesson.play;
                    self.tell(play, MediaNews::Caption(None));
                    self.tell(play, MediaNews::Cues(cues));
                }
            }
            MediaCommand::Stop => self.end(Outcome::Stopped),
        }
    }

    fn load(&mut self, load: &LoadLesson) {
        self.end(Outcome::Stopped);
        match Lesson::open(load, &self.frames, &self.feed) {
            Ok(lesson) => self.lesson = Some(lesson),
            Err(damage) => self.tell(load.play, MediaNews::Damaged(damage)),
        }
    }

    fn want(&mut self, playing: bool) {
        let Some(lesson) = self.lesson.as_mut() else {
            return;
        };
        lesson.playing = playing;
        lesson.moved();
        if lesson.phase == Phase::Ready {
            if playing {
                lesson.pipeline.play();
            } else {
                lesson.pipeline.pause();
            }
        }
    }

    fn seek(&mut self, to_ms: u64) {
        let Some(lesson) = self.lesson.as_mut() else {
            return;
        };
        if lesson.phase != Phase::Ready {
            lesson.start_ms = to_ms;
            return;
        }
        self.frames.jump();
        lesson.moved();
        if !lesson.pipeline.seek(to_ms.min(lesson.length_ms), lesson.rate) {
            tracing::warn!(to_ms, "the pipeline refused to seek");
        }
        self.next_position = Some(Instant::now());
    }

    fn change_rate(&mut self, rate: Rate) {
        let Some(lesson) = self.lesson.as_mut() else {
            return;
        };
        if lesson.rate != rate {
            lesson.rate = rate;
            let at = lesson.at_ms();
            if lesson.phase == Phase::Ready {
                self.seek(at);
            }
        }
    }

    fn read_bus(&mut self) {
        while let Some(message) = self.lesson.as_ref().and_then(|lesson| lesson.pipeline.message()) {
            match message.view() {
                gst::MessageView::AsyncDone(_) => self.arrived(),
                gst::MessageView::StateChanged(change) => self.state_changed(&message, change),
                gst::MessageView::Eos(_) => self.ran_out(),
                gst::MessageView::Error(error) => self.failed(error),
                gst::MessageView::Qos(late) => {
                    if let Some(lesson) = self.lesson.as_mut() {
                        lesson.note_late(late);
                    }
                }
                _ => {}
            }
        }
    }

    /// The pipeline stands at the place it was sent to.
    fn arrived(&mut self) {
        let Some(lesson) = self.lesson.as_mut() else {
            return;
        };
        lesson.moved();
        if lesson.phase == Phase::Opening {
            let length_ns = lesson.pipeline.length_ns().unwrap_or(0);
            self.frames.set_length(length_ns);
            lesson.length_ms = length_ns / 1_000_000;
            if lesson.start_ms > 0 || lesson.rate != Rate::Normal || self.frames.is_shut() {
                let start_ms = if lesson.start_ms < lesson.length_ms { lesson.start_ms } else { 0 };
                lesson.phase = Phase::Placing;
                self.frames.jump();
                if lesson.pipeline.seek(start_ms, lesson.rate) {
                    return;
                }
            }
        }
        if lesson.phase != Phase::Ready {
            lesson.phase = Phase::Ready;
            let (play, playing) = (lesson.play, lesson.playing);
            let news = MediaNews::Loaded { duration_ms: lesson.length_ms, cues: Arc::clone(&lesson.cues) };
            self.tell(play, news);
            self.want(playing);
        }
        self.next_position = Some(Instant::now());
    }

    fn state_changed(&mut self, message: &gst::Message, change: &gst::message::StateChanged) {
        let Some(lesson) = self.lesson.as_mut() else {
            return;
        };
        if lesson.phase != Phase::Ready || !lesson.pipeline.is_own(message) {
            return;
        }
        // In a jump the pipeline passes through holding: only what was asked for is news.
        let playing = match change.current() {
            gst::State::Playing if lesson.playing => true,
            gst::State::Paused if !lesson.playing && lesson.told_playing == Some(true) => false,
            _ => return,
        };
        if lesson.told_playing == Some(playing) {
            return;
        }
        lesson.told_playing = Some(playing);
        let play = lesson.play;
        if playing {
            self.tell(play, MediaNews::Playing);
        } else {
            self.tell_shown();
            self.tell(play, MediaNews::Paused);
        }
        self.next_position = Some(Instant::now());
        self.next_shown = playing.then(|| Instant::now() + TELL_SHOWN);
    }

    fn ran_out(&mut self) {
        let Some(lesson) = self.lesson.as_ref() else {
            return;
        };
        let outcome = if lesson.phase != Phase::Ready {
            Outcome::Damaged(MediaDamage::Undecodable)
        } else if lesson.broke_off(lesson.at_ms()) {
            Outcome::Damaged(MediaDamage::Broken)
        } else {
            Outcome::Ended
        };
        self.end(outcome);
    }

    fn failed(&mut self, error: &gst::message::Error) {
        let Some(lesson) = self.lesson.as_ref() else {
            return;
        };
        tracing::warn!(error = %error.error(), detail = ?error.debug(), "lesson cannot be played");
        let damage = if lesson.phase == Phase::Ready { MediaDamage::Broken } else { MediaDamage::Undecodable };
        self.end(Outcome::Damaged(damage));
    }

    fn tick(&mut self, now: Instant) {
        let Some(lesson) = self.lesson.as_mut() else {
            return;
        };
        if lesson.is_stuck(now) {
            return self.end(Outcome::Damaged(MediaDamage::Stuck));
        }
        if lesson.phase != Phase::Ready {
            return;
        }
        let (play, playing) = (lesson.play, lesson.told_playing == Some(true));
        let caption = lesson.cue_at(lesson.at_ms());
        if caption != lesson.caption {
            lesson.caption = caption;
            let words = caption.map(|place| Arc::clone(&lesson.cues[place].text));
            self.tell(play, MediaNews::Caption(words));
        }
        if self.next_position.is_some_and(|due| now >= due) {
            self.next_position = playing.then(|| now + TELL_POSITION);
            self.tell_position();
        }
        if self.next_shown.is_some_and(|due| now >= due) {
            self.next_shown = playing.then(|| now + TELL_SHOWN);
            self.tell_shown();
        }
    }

    /// Ends the lesson, if there is one, with all that it still has to tell.
    fn end(&mut self, outcome: Outcome) {
        if self.lesson.is_none() {
            return;
        }
        self.tell_shown();
        let Some(lesson) = self.lesson.take() else {
            return;
        };
        let play = lesson.play;
        // Frees the decoder before anybody hears of the end.
        drop(lesson);
        self.tell(
            play,
            match outcome {
                Outcome::Ended => MediaNews::Ended,
                Outcome::Damaged(damage) => MediaNews::Damaged(damage),
                Outcome::Stopped => MediaNews::Stopped,
            },
        );
    }

    /// Where it is; skipped when the director is behind.
    fn tell_position(&self) {
        if let Some(lesson) = &self.lesson {
            let what = MediaNews::Position(lesson.position(&self.frames));
            let play = lesson.play;
            // Full: the next one is a quarter of a second away. Closed: `hear` ends the loop.
            let _ = self.side.events.try_send(MediaEvent { play, what });
        }
    }

    fn tell_shown(&self) {
        if let Some(lesson) = &self.lesson {
            self.tell(lesson.play, MediaNews::Shown(self.frames.shown().ranges()));
        }
    }

    fn tell(&self, play: PlayId, what: MediaNews) {
        // Closed: the director is gone, and `hear` ends the loop.
        let _ = self.side.events.blocking_send(MediaEvent { play, what });
    }
}
