// SPDX-License-Identifier: GPL-3.0-or-later
//! What the mixer is fed with: the lesson, always there and ducked, and clips, which can be cut.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use rodio::{ChannelCount, SampleRate, Source};
use xuedian_engine::ports::sound::Volume;

use super::feed::{LessonFeed, SAMPLE_RATE};

/// The lesson while a voice or an earcon sounds: a quarter of its loudness, -12 dB.
const DUCKED: f32 = 0.251;
/// How fast loudness changes: all of it in 30 ms.
const STEP: f32 = 1.0 / (0.030 * SAMPLE_RATE as f32);
/// How long a cut voice takes to fade, seconds.
const FADE_S: f32 = 0.010;
/// Samples fetched from the feed at once: 2.7 ms.
const CHUNK: usize = 256;
/// A device that takes this much more than time allows is no device but a file: it is slowed to real time.
const AHEAD: Duration = Duration::from_millis(500);

/// What all sources look at.
#[derive(Default)]
pub(super) struct Levels {
    volume: AtomicU32,
    sounding: AtomicUsize,
}

impl Levels {
    /// Loudness is heard by its logarithm: the square of the setting comes near it.
    pub(super) fn set_volume(&self, volume: Volume) {
        let part = f32::from(volume.percent()) / 100.0;
        self.volume.store((part * part).to_bits(), Ordering::Relaxed);
    }

    fn volume(&self) -> f32 {
        f32::from_bits(self.volume.load(Ordering::Relaxed))
    }
}

fn near(now: f32, wanted: f32) -> f32 {
    now + (wanted - now).clamp(-STEP, STEP)
}

/// The lesson. Never ends; what the feed lacks is silence.
pub(super) struct LessonSource {
    feed: LessonFeed,
    levels: Arc<Levels>,
    chunk: [f32; CHUNK],
    next: usize,
    gain: f32,
    begun: Option<Instant>,
    taken: u64,
}

impl LessonSource {
    pub(super) fn new(feed: LessonFeed, levels: Arc<Levels>) -> Self {
        Self { feed, levels, chunk: [0.0; CHUNK], next: CHUNK, gain: 0.0, begun: None, taken: 0 }
    }

    fn refill(&mut self) {
        self.pace();
        self.chunk = [0.0; CHUNK];
        self.feed.read(&mut self.chunk);
        let duck = if self.levels.sounding.load(Ordering::Relaxed) > 0 { DUCKED } else { 1.0 };
        let wanted = self.levels.volume() * duck;
        for (place, sample) in self.chunk.iter_mut().enumerate() {
            if place % 2 == 0 {
                self.gain = near(self.gain, wanted);
            }
            *sample *= self.gain;
        }
        self.next = 0;
    }

    /// ALSA's `file` and `null` take sound as fast as it is made: without this they would use a whole core and fill
    /// the disk. A real sound card never gets here.
    fn pace(&mut self) {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        self.taken += (CHUNK / 2) as u64;
        let due = Duration::from_micros(self.taken * 1_000_000 / u64::from(SAMPLE_RATE));
        let ahead = due.saturating_sub(begun.elapsed());
        if ahead > AHEAD {
            thread::sleep(ahead - AHEAD);
        }
    }
}

impl Iterator for LessonSource {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.next == CHUNK {
            self.refill();
        }
        let sample = self.chunk[self.next];
        self.next += 1;
        Some(sample)
    }
}

impl Source for LessonSource {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        const STEREO: ChannelCount = NonZero::new(2).expect("two is not zero");
        STEREO
    }

    fn sample_rate(&self) -> SampleRate {
        const RATE: SampleRate = NonZero::new(SAMPLE_RATE).expect("48,000 is not zero");
        RATE
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

/// How the owner watches and cuts a clip.
pub(super) struct ClipWatch {
    cut: AtomicBool,
    ended: AtomicBool,
    owner: Thread,
}

impl ClipWatch {
    /// A clip that the calling thread owns.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { cut: AtomicBool::new(false), ended: AtomicBool::new(false), owner: thread::current() })
    }

    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }

    /// Whether it was heard to its end, or can no longer be.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }
}

/// Decoded sound of one channel.
pub(super) struct ClipSource {
    samples: Arc<[f32]>,
    rate: SampleRate,
    /// Silence before it, samples.
    lead: usize,
    next: usize,
    fade: f32,
    levels: Arc<Levels>,
    watch: Arc<ClipWatch>,
}

impl ClipSource {
    pub(super) fn new(
        (samples, rate): (Arc<[f32]>, SampleRate),
        after: Duration,
        levels: &Arc<Levels>,
        watch: &Arc<ClipWatch>,
    ) -> Self {
        levels.sounding.fetch_add(1, Ordering::Relaxed);
        let lead = after.as_micros() * u128::from(rate.get()) / 1_000_000;
        Self {
            samples,
            rate,
            lead: usize::try_from(lead).unwrap_or(0),
            next: 0,
            fade: 1.0,
            levels: Arc::clone(levels),
            watch: Arc::clone(watch),
        }
    }
}

impl Iterator for ClipSource {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.watch.cut.load(Ordering::Relaxed) {
            self.fade -= 1.0 / (FADE_S * self.rate.get() as f32);
            if self.fade <= 0.0 {
                return None;
            }
        }
        if self.lead > 0 {
            self.lead -= 1;
            return Some(0.0);
        }
        let sample = *self.samples.get(self.next)?;
        self.next += 1;
        Some(sample * self.fade * self.levels.volume())
    }
}

impl Drop for ClipSource {
    fn drop(&mut self) {
        self.levels.sounding.fetch_sub(1, Ordering::Relaxed);
        self.watch.ended.store(true, Ordering::Relaxed);
        self.watch.owner.unpark();
    }
}

impl Source for ClipSource {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        ChannelCount::MIN
    }

    fn sample_rate(&self) -> SampleRate {
        self.rate
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(percent: u8) -> Arc<Levels> {
        let levels = Arc::new(Levels::default());
        levels.set_volume(Volume::new(percent));
        levels
    }

    fn tone(seconds: usize) -> (Arc<[f32]>, SampleRate) {
        let rate = NonZero::new(8_000).expect("not zero");
        (vec![0.5; 8_000 * seconds].into(), rate)
    }

    fn peak(samples: &[f32]) -> f32 {
        samples.iter().fold(0.0, |peak, sample| sample.abs().max(peak))
    }

    #[test]
    fn a_chime_makes_the_lesson_twelve_decibels_softer() {
        let (feed, levels) = (LessonFeed::new(), level(100));
        let mut lesson = LessonSource::new(feed.clone(), Arc::clone(&levels));
        let mut heard = |count: usize| -> Vec<f32> {
            let mut all = Vec::new();
            while all.len() < count {
                feed.write(std::iter::repeat_n(0.5, 4_096));
                all.extend(lesson.by_ref().take(1_024));
            }
            all
        };
        heard(20_480);
        let before = peak(&heard(1_024));
        let chime = ClipSource::new(tone(1), Duration::ZERO, &levels, &ClipWatch::new());
        heard(20_480);
        let during = peak(&heard(1_024));
        drop(chime);
        heard(20_480);
        let after = peak(&heard(1_024));
        let decibels = 20.0 * (during / before).log10();
        assert!((decibels + 12.0).abs() < 0.1, "{decibels} dB");
        assert!((after - before).abs() < 0.001);
    }

    #[test]
    fn a_cut_clip_fades_within_ten_milliseconds_and_says_that_it_ended() {
        let watch = ClipWatch::new();
        let mut clip = ClipSource::new(tone(1), Duration::ZERO, &level(100), &watch);
        assert!(clip.next().is_some());
        watch.cut();
        assert!(clip.by_ref().count() <= 81);
        assert!(!watch.has_ended());
        drop(clip);
        assert!(watch.has_ended());
    }

    #[test]
    fn a_clip_may_wait_for_the_one_before() {
        let mut clip = ClipSource::new(tone(1), Duration::from_millis(100), &level(50), &ClipWatch::new());
        assert_eq!(clip.by_ref().take(800).fold(0.0, f32::max), 0.0);
        // A quarter of its loudness at half the setting.
        assert_eq!(clip.next(), Some(0.125));
    }
}
