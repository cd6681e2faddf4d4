// SPDX-License-Identifier: GPL-3.0-or-later
//! Where the player leaves the lesson's sound and the mixer fetches it: a short, bounded buffer.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Samples a second and channel that the player delivers; two channels, interleaved.
pub const SAMPLE_RATE: u32 = 48_000;

const PER_MS: usize = SAMPLE_RATE as usize / 1_000 * 2;
/// Sound begins when this much has gathered: 40 ms.
const BEGIN_WITH: usize = 40 * PER_MS;
/// More than this is never kept: 200 ms. A sound card that is slower than the system's clock gets here in about half
/// an hour; the oldest is dropped down to what it began with.
const AT_MOST: usize = 200 * PER_MS;

#[derive(Default)]
struct State {
    samples: VecDeque<f32>,
    running: bool,
    held: bool,
}

/// The buffer. Writing never waits, reading never waits: what is missing is silence.
#[derive(Clone, Default)]
pub struct LessonFeed(Arc<Mutex<State>>);

impl LessonFeed {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds interleaved stereo samples, -1 to 1, at [`SAMPLE_RATE`].
    pub fn write(&self, samples: impl Iterator<Item = f32>) {
        let mut state = self.state();
        state.samples.extend(samples);
        if state.samples.len() > AT_MOST {
            // An even number: left stays left.
            let spare = (state.samples.len() - BEGIN_WITH) & !1;
            state.samples.drain(..spare);
        }
    }

    /// Forgets what was not heard yet: the lesson jumped or ended.
    pub fn flush(&self) {
        let mut state = self.state();
        state.samples.clear();
        state.running = false;
    }

    /// Keeps what was not heard yet while the lesson holds.
    pub fn hold(&self, held: bool) {
        self.state().held = held;
    }

    /// Fills `target` and returns how many samples are the lesson's; the rest is left as it is.
    pub(super) fn read(&self, target: &mut [f32]) -> usize {
        let mut state = self.state();
        if state.held {
            return 0;
        }
        if !state.running {
            if state.samples.len() < BEGIN_WITH {
                return 0;
            }
            state.running = true;
        }
        let count = target.len().min(state.samples.len());
        for (to, from) in target.iter_mut().zip(state.samples.drain(..count)) {
            *to = from;
        }
        state.running = count == target.len();
        count
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here can panic half-way: a poisoned buffer is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(feed: &LessonFeed, count: usize) {
        feed.write(std::iter::repeat_n(0.5, count));
    }

    #[test]
    fn begins_only_with_enough_and_never_keeps_too_much() {
        let feed = LessonFeed::new();
        let mut target = [0.0; 64];
        written(&feed, BEGIN_WITH - 2);
        assert_eq!(feed.read(&mut target), 0);
        written(&feed, 2);
        assert_eq!(feed.read(&mut target), 64);
        for _ in 0..100 {
            written(&feed, 960);
            assert!(feed.state().samples.len() <= AT_MOST);
        }
    }

    #[test]
    fn running_dry_waits_for_enough_again() {
        let feed = LessonFeed::new();
        written(&feed, BEGIN_WITH);
        let mut target = vec![0.0; BEGIN_WITH + 10];
        assert_eq!(feed.read(&mut target), BEGIN_WITH);
        written(&feed, 100);
        assert_eq!(feed.read(&mut target), 0);
    }

    #[test]
    fn holding_keeps_and_flushing_forgets() {
        let feed = LessonFeed::new();
        let mut target = [0.0; 64];
        written(&feed, BEGIN_WITH);
        feed.hold(true);
        assert_eq!(feed.read(&mut target), 0);
        feed.hold(false);
        assert_eq!(feed.read(&mut target), 64);
        feed.flush();
        assert_eq!(feed.read(&mut target), 0);
    }
}
