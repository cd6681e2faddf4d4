// SPDX-License-Identifier: GPL-3.0-or-later
//! One lesson under way: what was asked, how far the pipeline is, what was told.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gstreamer as gst;
use xuedian_engine::ports::media::{Cue, LoadLesson, MediaDamage, PlayId, Position, Rate};

use super::captions::read_cues;
use super::frame_slot::FrameSlot;
use super::pipeline::Pipeline;
use crate::sound::LessonFeed;

/// Opening, seeking and playing may go this long without any progress before the lesson counts as stuck, seconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// A film that ends this much before its length has broken off, milliseconds.
const SHORT_BY_MS: u64 = 2_000;

/// How far the pipeline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Waiting for the first picture.
    Opening,
    /// The first seek, to where the learner stopped last time.
    Placing,
    /// It obeys.
    Ready,
}

pub(super) struct Lesson {
    pub(super) play: PlayId,
    pub(super) pipeline: Pipeline,
    pub(super) phase: Phase,
    /// What was asked: playing or holding.
    pub(super) playing: bool,
    /// What was last told of it.
    pub(super) told_playing: Option<bool>,
    pub(super) rate: Rate,
    pub(super) start_ms: u64,
    pub(super) length_ms: u64,
    pub(super) cues: Arc<[Cue]>,
    /// Where a jump under way goes, milliseconds: two touches of "back" go back twice.
    goal_ms: Option<u64>,
    /// The cue that is told, as its place in `cues`.
    pub(super) caption: Option<usize>,
    progress: (u64, Instant),
    /// Frames dropped, as each element of the pipeline counts them.
    late: HashMap<String, u64>,
}

impl Lesson {
    pub(super) fn open(load: &LoadLesson, frames: &FrameSlot, feed: &LessonFeed) -> Result<Self, MediaDamage> {
        let readable = std::fs::File::open(&load.media).and_then(|file| file.metadata());
        if !readable.is_ok_and(|about| about.is_file()) {
            return Err(MediaDamage::Absent);
        }
        frames.clear(load.start_ms > 0 || load.rate != Rate::Normal);
        let pipeline = Pipeline::open(&load.media, frames, feed, std::thread::current()).map_err(|error| {
            tracing::error!(%error, "building the pipeline of a lesson");
            MediaDamage::Undecodable
        })?;
        Ok(Self {
            play: load.play,
            pipeline,
            phase: Phase::Opening,
            playing: false,
            told_playing: None,
            rate: load.rate,
            start_ms: load.start_ms,
            length_ms: 0,
            cues: load.captions.as_deref().map(cues_or_none).unwrap_or_default(),
            goal_ms: None,
            caption: None,
            progress: (u64::MAX, Instant::now()),
            late: HashMap::new(),
        })
    }

    /// Where it is or will be when the jump under way is done, milliseconds.
    pub(super) fn at_ms(&self) -> u64 {
        let at = self.goal_ms.or_else(|| self.pipeline.position_ms());
        at.unwrap_or(0).min(self.length_ms)
    }

    /// Jumps; says whether the pipeline took it.
    pub(super) fn go_to(&mut self, to_ms: u64) -> bool {
        self.moved();
        let to_ms = to_ms.min(self.length_ms);
        let taken = self.pipeline.seek(to_ms, self.rate);
        self.goal_ms = taken.then_some(to_ms);
        if !taken {
            tracing::warn!(to_ms, "the pipeline refuses to jump");
        }
        taken
    }

    /// The pipeline stands where it was sent to.
    pub(super) fn arrived(&mut self) {
        self.goal_ms = None;
        self.moved();
    }

    pub(super) fn position(&self, frames: &FrameSlot) -> Position {
        Position {
            position_ms: self.at_ms(),
            duration_ms: self.length_ms,
            dropped_frames: frames.overwritten() + self.late.values().sum::<u64>(),
        }
    }

    /// An element dropped frames because they were late.
    pub(super) fn note_late(&mut self, message: &gst::message::Qos) {
        let (_, dropped) = message.stats();
        let name = message.src().map(|source| gst::prelude::GstObjectExt::name(source).to_string());
        if let (Some(name), gst::GenericFormattedValue::Buffers(Some(dropped))) = (name, dropped) {
            tracing::debug!(name, dropped = *dropped, at_ms = self.at_ms(), "frames came too late");
            self.late.insert(name, *dropped);
        }
    }

    /// The cue that stands at `at_ms`, as its place in the list. The latest to begin wins.
    pub(super) fn cue_at(&self, at_ms: u64) -> Option<usize> {
        let begun = self.cues.partition_point(|cue| cue.from_ms <= at_ms);
        (0..begun).rev().find(|&place| at_ms < self.cues[place].to_ms)
    }

    /// Real time until the caption changes next, when it plays.
    pub(super) fn until_next_cue(&self, at_ms: u64) -> Option<Duration> {
        let edges = self.cues.iter().flat_map(|cue| [cue.from_ms, cue.to_ms]);
        let next = edges.filter(|&edge| edge > at_ms).min()?;
        Some(Duration::from_millis((next - at_ms) * 100 / u64::from(self.rate.percent())))
    }

    /// Whether nothing has moved for longer than anything may take.
    pub(super) fn is_stuck(&mut self, now: Instant) -> bool {
        let waiting = self.phase != Phase::Ready || self.playing;
        let at = self.pipeline.position_ms().unwrap_or(u64::MAX);
        if !waiting || (self.phase == Phase::Ready && at != self.progress.0) {
            self.progress = (at, now);
        }
        now.duration_since(self.progress.1) > PATIENCE
    }

    /// Something was asked or answered: patience begins anew.
    pub(super) fn moved(&mut self) {
        self.progress.1 = Instant::now();
    }

    /// Whether the stream ended well before the length that the file claims.
    pub(super) fn broke_off(&self, last_shown_ms: u64) -> bool {
        last_shown_ms + SHORT_BY_MS < self.length_ms
    }
}

/// A lesson without its captions is still a lesson.
pub(super) fn cues_or_none(path: &Path) -> Arc<[Cue]> {
    read_cues(path).unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "no captions");
        Arc::default()
    })
}
