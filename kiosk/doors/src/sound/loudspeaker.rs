// SPDX-License-Identifier: GPL-3.0-or-later
//! The thread that owns the loudspeaker.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rodio::MixerDeviceSink;
use xuedian_engine::ports::lane::DoorSide;
use xuedian_engine::ports::sound::{Earcon, Saying, Silence, SoundCommand, SoundEvent, Tongue, Volume};

use super::clips::{CLIP_RATE, Clips};
use super::device::{self, Health};
use super::feed::LessonFeed;
use super::mixing::{ClipSource, ClipWatch, LessonSource, Levels};
use super::{Loudspeaker, SoundSettings};
use crate::waiting::{Heard, hear};

/// The first wait before a lost loudspeaker is tried again; doubled up to the longest.
const FIRST_RETRY: Duration = Duration::from_secs(2);
/// The longest wait. Somebody who plugs a loudspeaker in looks at it for about that long.
const LONGEST_RETRY: Duration = Duration::from_secs(30);

struct Open {
    sink: MixerDeviceSink,
    health: Arc<Health>,
}

pub(super) struct Owner {
    side: DoorSide<SoundCommand, SoundEvent>,
    settings: SoundSettings,
    feed: LessonFeed,
    clips: Clips,
    levels: Arc<Levels>,
    open: Option<Open>,
    told: Option<SoundEvent>,
    retry: (Instant, Duration),
    earcon: Option<(Arc<ClipWatch>, Instant)>,
    voice: Option<Arc<ClipWatch>>,
}

impl Owner {
    pub(super) fn new(side: DoorSide<SoundCommand, SoundEvent>, settings: SoundSettings, feed: LessonFeed) -> Self {
        let clips = Clips::load(&settings.assets);
        let levels = Arc::new(Levels::default());
        levels.set_volume(Volume::default());
        Self {
            side,
            settings,
            feed,
            clips,
            levels,
            open: None,
            told: None,
            retry: (Instant::now(), FIRST_RETRY),
            earcon: None,
            voice: None,
        }
    }

    /// Runs until nobody can command any more.
    pub(super) fn run(mut self) {
        loop {
            self.look_after_device();
            self.look_after_voice();
            let deadline = (self.open.is_none() && self.may_open()).then_some(self.retry.0);
            match hear(&mut self.side.commands, deadline) {
                Heard::Command(command) => self.obey(command),
                Heard::Nothing => {}
                Heard::Closed => return,
            }
        }
    }

    fn may_open(&self) -> bool {
        self.settings.device != Loudspeaker::None
    }

    fn look_after_device(&mut self) {
        if let Some(open) = &self.open
            && open.health.has_failed()
        {
            tracing::warn!(errors = open.health.errors(), "the loudspeaker failed");
            self.open = None;
            self.retry = (Instant::now() + FIRST_RETRY, FIRST_RETRY);
            self.tell_change(SoundEvent::Silent(Silence::Failed));
        }
        let Loudspeaker::Named(name) = &self.settings.device else {
            return self.tell_change(SoundEvent::Silent(Silence::ByChoice));
        };
        if self.open.is_some() || Instant::now() < self.retry.0 {
            return;
        }
        match device::open(name) {
            Ok((sink, health)) => {
                tracing::info!(device = %name, config = ?sink.config(), "the loudspeaker is open");
                sink.mixer().add(LessonSource::new(self.feed.clone(), Arc::clone(&self.levels)));
                self.open = Some(Open { sink, health });
                self.retry.1 = FIRST_RETRY;
                self.tell_change(SoundEvent::Ready);
            }
            Err(why) => {
                self.retry = (Instant::now() + self.retry.1, (self.retry.1 * 2).min(LONGEST_RETRY));
                self.tell_change(SoundEvent::Silent(why));
            }
        }
    }

    fn look_after_voice(&mut self) {
        if self.voice.as_ref().is_some_and(|voice| voice.has_ended()) {
            self.voice = None;
            self.tell(SoundEvent::VoiceEnded);
        }
    }

    fn obey(&mut self, command: SoundCommand) {
        match command {
            SoundCommand::Ring(earcon) => self.ring(earcon),
            SoundCommand::Say { saying, tongue } => self.say(saying, tongue),
            SoundCommand::Hush => self.hush(),
            SoundCommand::Volume(volume) => self.levels.set_volume(volume),
        }
    }

    fn ring(&mut self, earcon: Earcon) {
        if let Some((before, _)) = self.earcon.take() {
            before.cut();
        }
        if let (Some(open), Some(samples)) = (&self.open, self.clips.earcon(earcon)) {
            let lasts = Duration::from_secs_f64(samples.len() as f64 / f64::from(CLIP_RATE.get()));
            let watch = ClipWatch::new();
            let clip = ClipSource::new((samples, CLIP_RATE), Duration::ZERO, &self.levels, &watch);
            open.sink.mixer().add(clip);
            self.earcon = Some((watch, Instant::now() + lasts));
        }
    }

    /// The voice waits for the earcon of the same moment, and for nothing else.
    fn say(&mut self, saying: Saying, tongue: Tongue) {
        self.hush();
        let Some(open) = &self.open else {
            return self.tell(SoundEvent::VoiceEnded);
        };
        let Some(samples) = self.clips.sentence(saying, tongue) else {
            return self.tell(SoundEvent::VoiceEnded);
        };
        let after =
            self.earcon.as_ref().map_or(Duration::ZERO, |(_, ends)| ends.saturating_duration_since(Instant::now()));
        let watch = ClipWatch::new();
        let clip = ClipSource::new((samples, CLIP_RATE), after, &self.levels, &watch);
        open.sink.mixer().add(clip);
        self.voice = Some(watch);
    }

    fn hush(&mut self) {
        if let Some(voice) = self.voice.take() {
            voice.cut();
        }
    }

    /// Told once, however often a retry ends alike.
    fn tell_change(&mut self, event: SoundEvent) {
        if self.told != Some(event) {
            self.told = Some(event);
            self.tell(event);
        }
    }

    fn tell(&self, event: SoundEvent) {
        // Closed: the director is gone, and `hear` ends the loop.
        let _ = self.side.events.blocking_send(event);
    }
}
