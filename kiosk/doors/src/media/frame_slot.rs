// SPDX-License-Identifier: GPL-3.0-or-later
//! The mailbox between the decoder and the screen: one place, newest wins.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gstreamer_video::prelude::*;
use gstreamer_video::{VideoFrame, video_frame::Readable};

use super::coverage::Shown;

/// One picture, as the decoder left it in memory; nothing was copied yet.
pub struct Frame {
    video: VideoFrame<Readable>,
    run: u64,
    at_ns: u64,
    stands_ns: u64,
}

impl Frame {
    /// `at_ns` and `stands_ns` in the lesson's time.
    pub(super) fn new(video: VideoFrame<Readable>, at_ns: u64, stands_ns: u64) -> Self {
        Self { video, run: 0, at_ns, stands_ns }
    }

    /// Width and height, pixels.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.video.width(), self.video.height())
    }

    /// Where in the lesson, milliseconds.
    #[must_use]
    pub fn at_ms(&self) -> u64 {
        self.at_ns / 1_000_000
    }

    /// The rows from the top, each `width * 4` bytes: red, green, blue, alpha (always 255).
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        let (width, height) = self.size();
        let row = width as usize * 4;
        let stride = usize::try_from(self.video.plane_stride()[0]).unwrap_or(row);
        let pixels = self.video.plane_data(0).unwrap_or(&[]);
        pixels.chunks(stride.max(1)).take(height as usize).map(move |line| &line[..row.min(line.len())])
    }

    /// Copies the picture into `target` (`width * height * 4` bytes, RGBA, no padding).
    pub fn copy_rgba(&self, target: &mut [u8]) {
        let (width, height) = self.size();
        let row = width as usize * 4;
        let whole = row * height as usize;
        if let Ok(pixels) = self.video.plane_data(0)
            && self.video.plane_stride()[0] as usize == row
            && pixels.len() >= whole
            && target.len() >= whole
        {
            target[..whole].copy_from_slice(&pixels[..whole]);
            return;
        }
        for (line, to) in self.rows().zip(target.chunks_mut(row.max(1))) {
            let bytes = line.len().min(to.len());
            to[..bytes].copy_from_slice(&line[..bytes]);
        }
    }
}

type Waker = Arc<dyn Fn() + Send + Sync>;

#[derive(Default)]
struct State {
    frame: Option<Frame>,
    run: u64,
    shown: Shown,
    taken: u64,
    overwritten: u64,
    /// Whether this lesson has pictures.
    pictures: bool,
    /// Shut until the lesson stands where it is to begin.
    shut: bool,
    waker: Option<Waker>,
}

/// The slot. The decoder puts, the screen takes; taking is what "shown" means.
///
/// The waker is called only when the slot was empty, so at most one wake is under way: the screen's closure takes
/// whatever is newest when it runs.
#[derive(Clone, Default)]
pub struct FrameSlot(Arc<Mutex<State>>);

impl FrameSlot {
    /// An empty slot.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what is called, on the decoder's thread, when a frame comes into the empty slot. It must not block.
    pub fn wake_with(&self, waker: impl Fn() + Send + Sync + 'static) {
        self.state().waker = Some(Arc::new(waker));
    }

    /// Takes the newest frame to show it.
    #[must_use]
    pub fn take(&self) -> Option<Frame> {
        let mut state = self.state();
        let frame = state.frame.take()?;
        state.shown.frame(frame.run, frame.at_ns, frame.stands_ns);
        state.taken += 1;
        Some(frame)
    }

    /// Whether a frame waits to be taken.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.state().frame.is_some()
    }

    pub(super) fn put(&self, mut frame: Frame) {
        let waker = {
            let mut state = self.state();
            frame.run = state.run;
            state.pictures = true;
            if state.shut {
                return;
            }
            if state.frame.replace(frame).is_some() {
                state.overwritten += 1;
                None
            } else {
                state.waker.clone()
            }
        };
        if let Some(wake) = waker {
            wake();
        }
    }

    /// Sound was handed on. In a lesson without pictures that counts as shown.
    pub(super) fn heard(&self, at_ns: u64, lasts_ns: u64) {
        let mut state = self.state();
        if !state.pictures {
            let run = state.run;
            state.shown.frame(run, at_ns, lasts_ns);
        }
    }

    /// A new lesson: nothing shown, nothing lost. `shut`: no frame comes in before the first jump.
    pub(super) fn clear(&self, shut: bool) {
        let mut state = self.state();
        state.frame = None;
        state.shown = Shown::default();
        (state.taken, state.overwritten) = (0, 0);
        state.pictures = false;
        state.shut = shut;
        state.run += 1;
    }

    /// What comes from now on is of another place.
    pub(super) fn jump(&self) {
        let mut state = self.state();
        state.run += 1;
        state.shut = false;
    }

    pub(super) fn is_shut(&self) -> bool {
        self.state().shut
    }

    pub(super) fn set_length(&self, length_ns: u64) {
        self.state().shown.set_length(length_ns);
    }

    pub(super) fn shown(&self) -> Shown {
        self.state().shown.clone()
    }

    /// Frames that the screen took.
    pub(super) fn taken(&self) -> u64 {
        self.state().taken
    }

    /// Frames that the screen did not take in time.
    pub(super) fn overwritten(&self) -> u64 {
        self.state().overwritten
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here can panic half-way: a poisoned slot is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
