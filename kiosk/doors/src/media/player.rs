// SPDX-License-Identifier: GPL-3.0-or-later
//! The media thread: commands and the pipeline's messages in, news out.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use gstreamer as gst;
use tokio::sync::mpsc::Receiver;
use xuedian_engine::ports::lane::DoorSide;
use xuedian_engine::ports::media::{LoadLesson, MediaCommand, MediaDamage, MediaEvent, MediaNews, Rate};

use super::frame_slot::FrameSlot;
use super::lesson::{Lesson, Phase, cues_or_none};
use super::teller::Teller;
use crate::sound::LessonFeed;
use crate::waiting::{Heard, hear};

/// How far "back" goes, milliseconds.
const BACK_MS: u64 = 10_000;

pub(super) struct Player {
    commands: Receiver<MediaCommand>,
    teller: Teller,
    frames: FrameSlot,
    feed: LessonFeed,
    lesson: Option<Lesson>,
}

/// How a lesson ended.
enum Outcome {
    Ended,
    Damaged(MediaDamage),
    Stopped,
}

impl Player {
    pub(super) fn new(side: DoorSide<MediaCommand, MediaEvent>, frames: FrameSlot, feed: LessonFeed) -> Self {
        let teller = Teller::new(side.events, frames.clone());
        Self { commands: side.commands, teller, frames, feed, lesson: None }
    }

    /// Runs until nobody can command any more.
    pub(super) fn run(mut self) {
        loop {
            let deadline = self.lesson.as_ref().and_then(|lesson| self.teller.next_look(lesson));
            match hear(&mut self.commands, deadline) {
                Heard::Command(command) => self.obey(command),
                Heard::Nothing => {}
                Heard::Closed => return,
            }
            self.read_bus();
            self.look(Instant::now());
        }
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
            MediaCommand::Captions(path) => self.change_captions(path.as_deref()),
            MediaCommand::Stop => self.end(Outcome::Stopped),
        }
    }

    fn load(&mut self, load: &LoadLesson) {
        self.end(Outcome::Stopped);
        match Lesson::open(load, &self.frames, &self.feed) {
            Ok(lesson) => self.lesson = Some(lesson),
            Err(damage) => self.teller.tell(load.play, MediaNews::Damaged(damage)),
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
        if lesson.phase == Phase::Opening {
            lesson.start_ms = to_ms;
        } else {
            self.frames.jump();
            lesson.go_to(to_ms);
            self.teller.place_changed();
        }
    }

    fn change_rate(&mut self, rate: Rate) {
        let Some(lesson) = self.lesson.as_mut() else {
            return;
        };
        if lesson.rate != rate {
            lesson.rate = rate;
            if lesson.phase != Phase::Opening {
                let at = lesson.at_ms();
                self.seek(at);
            }
        }
    }

    fn change_captions(&mut self, path: Option<&Path>) {
        let Some(lesson) = self.lesson.as_mut() else {
            return;
        };
        lesson.cues = path.map(cues_or_none).unwrap_or_default();
        lesson.caption = None;
        self.teller.tell(lesson.play, MediaNews::Caption(None));
        self.teller.tell(lesson.play, MediaNews::Cues(Arc::clone(&lesson.cues)));
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
        lesson.arrived();
        if lesson.phase == Phase::Opening {
            let length_ns = lesson.pipeline.length_ns().unwrap_or(0);
            self.frames.set_length(length_ns);
            lesson.length_ms = length_ns / 1_000_000;
            if lesson.start_ms > 0 || lesson.rate != Rate::Normal || self.frames.is_shut() {
                lesson.phase = Phase::Placing;
                self.frames.jump();
                if lesson.go_to(if lesson.start_ms < lesson.length_ms { lesson.start_ms } else { 0 }) {
                    return;
                }
            }
        }
        if lesson.phase != Phase::Ready {
            lesson.phase = Phase::Ready;
            let news = MediaNews::Loaded { duration_ms: lesson.length_ms, cues: Arc::clone(&lesson.cues) };
            self.teller.tell(lesson.play, news);
            let playing = lesson.playing;
            self.want(playing);
        }
        self.teller.place_changed();
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
        self.teller.playing(lesson, playing);
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

    fn look(&mut self, now: Instant) {
        let Some(lesson) = self.lesson.as_mut() else {
            return;
        };
        if lesson.is_stuck(now) {
            self.end(Outcome::Damaged(MediaDamage::Stuck));
        } else if lesson.phase == Phase::Ready {
            self.teller.look(lesson, now);
        }
    }

    /// Ends the lesson, if there is one, with all that it still has to tell.
    fn end(&mut self, outcome: Outcome) {
        let Some(lesson) = self.lesson.take() else {
            return;
        };
        self.teller.shown(&lesson);
        let dropped = lesson.position(&self.frames).dropped_frames;
        tracing::info!(taken = self.frames.taken(), dropped, "frames of a lesson");
        let play = lesson.play;
        // Frees the decoder before anybody hears of the end.
        drop(lesson);
        let last = match outcome {
            Outcome::Ended => MediaNews::Ended,
            Outcome::Damaged(damage) => MediaNews::Damaged(damage),
            Outcome::Stopped => MediaNews::Stopped,
        };
        self.teller.tell(play, last);
    }
}
