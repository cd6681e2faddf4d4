// SPDX-License-Identifier: GPL-3.0-or-later
//! The lesson that plays: what the player says of it, and what is recorded of it.

use xuedian_domain::{
    decide::{Earning, Event, Sitting},
    id::LessonKey,
};

use super::{Director, Rim, place::Place, show::courses};
use crate::{
    command::PlayerCommand,
    media_cache::ContentHash,
    ports::{
        media::{Cue, LoadLesson, MediaCommand, MediaEvent, MediaNews, PlayId, Rate},
        sound::{Earcon, SoundCommand, Volume},
    },
    view::{Language, Playing},
};
use xuedian_protocol::documents::{CourseEntry, LessonEntry};

/// What was watched is recorded at least this often, milliseconds: so much is lost when the plug is pulled.
const RECORD_EVERY_MS: i64 = 30_000;

/// The lesson that plays.
#[derive(Clone, Debug)]
pub(super) struct Lesson {
    pub play: PlayId,
    pub course: String,
    pub key: String,
    pub number: u32,
    pub length_ms: u32,
    pub playing: Playing,
    pub position_ms: u64,
    pub caption: String,
    pub cues: std::sync::Arc<[Cue]>,
    pub transcript: bool,
    pub rate: Rate,
    /// Stretches shown since it was loaded, milliseconds.
    pub shown: Vec<(u32, u32)>,
    /// What was shown at the last record.
    recorded: Vec<(u32, u32)>,
    recorded_at_ms: i64,
    /// Credit recorded in this sitting, 1/100.
    pub earned: i64,
}

impl Director {
    pub(super) fn start_lesson(&mut self, course: &str, number: u32, from_start: bool) {
        self.end_lesson();
        if self.faults.no_films().is_some() {
            self.ring(Earcon::Refused);
            return self.way.go(Place::Player);
        }
        let Some((course, entry)) = self.find_lesson(course, number) else { return };
        let Some(media) = entry.video.as_ref().and_then(|file| self.cached(&file.sha256)) else {
            // It was here a moment ago. A touch is never answered by nothing.
            self.ring(Earcon::Refused);
            return;
        };
        let captions = self.captions(&entry);
        let start_ms = if from_start { 0 } else { self.resume_at(&entry) };
        self.last_play += 1;
        let lesson = Lesson {
            play: PlayId(self.last_play),
            course: course.course,
            key: entry.lesson.clone(),
            number,
            length_ms: entry.length_ms,
            playing: Playing::Loading,
            position_ms: u64::from(start_ms),
            caption: String::new(),
            cues: [].into(),
            transcript: false,
            rate: Rate::Normal,
            shown: Vec::new(),
            recorded: Vec::new(),
            recorded_at_ms: self.clock.mono_ms(),
            earned: 0,
        };
        let load = LoadLesson { play: lesson.play, media, captions, start_ms: u64::from(start_ms), rate: lesson.rate };
        self.lesson = Some(lesson);
        Rim::tell(&self.rim.media, MediaCommand::Load(load));
        Rim::tell(&self.rim.media, MediaCommand::Play);
        self.way.go(Place::Player);
    }

    fn find_lesson(&self, course: &str, number: u32) -> Option<(CourseEntry, LessonEntry)> {
        let course = self.point.course(course)?;
        let lesson = course.lessons.iter().find(|l| l.number == number)?;
        Some((course.clone(), lesson.clone()))
    }

    fn captions(&self, entry: &LessonEntry) -> Option<std::path::PathBuf> {
        let language = if self.preferences.language() == Language::English { "en" } else { "zh" };
        let file = entry.captions.iter().find(|c| c.language == language).or(entry.captions.first())?;
        self.cached(&file.file.sha256)
    }

    /// Whether a lesson's film is on this machine: nothing is offered that cannot be played.
    pub(super) fn is_here(&self, lesson: &LessonEntry) -> bool {
        let hash = lesson.video.as_ref().and_then(|file| file.sha256.parse::<ContentHash>().ok());
        hash.is_some_and(|hash| self.rim.media_cache.has(&hash))
    }

    pub(super) fn cached(&self, sha256: &str) -> Option<std::path::PathBuf> {
        let hash: ContentHash = sha256.parse().ok()?;
        self.rim.media_cache.path(&hash)
    }

    /// Where the person stopped, unless that was at the end.
    fn resume_at(&self, entry: &LessonEntry) -> u32 {
        let standing = self.standing();
        let seen = self.seen(&standing);
        let (_, stopped) = seen.of(&entry.lesson);
        stopped.filter(|ms| u64::from(*ms) * 100 < u64::from(entry.length_ms) * 97).unwrap_or(0)
    }

    pub(super) fn on_media(&mut self, event: MediaEvent) {
        let Some(lesson) = self.lesson.as_mut().filter(|l| l.play == event.play) else { return };
        match event.what {
            MediaNews::Loaded { duration_ms, cues } => {
                lesson.length_ms = u32::try_from(duration_ms).unwrap_or(lesson.length_ms);
                lesson.cues = cues;
            }
            MediaNews::Playing => {
                lesson.playing = Playing::Playing;
                self.decide(Event::Playing(true));
            }
            MediaNews::Paused => {
                lesson.playing = Playing::Paused;
                self.decide(Event::Playing(false));
                self.record_watched();
            }
            MediaNews::Position(at) => lesson.position_ms = at.position_ms,
            MediaNews::Caption(text) => lesson.caption = text.map_or_else(String::new, |t| t.to_string()),
            MediaNews::Cues(cues) => lesson.cues = cues,
            MediaNews::Shown(ranges) => {
                let ms = |ms: u64| u32::try_from(ms).unwrap_or(u32::MAX);
                lesson.shown = ranges.iter().map(|r| (ms(r.from_ms), ms(r.to_ms).min(lesson.length_ms))).collect();
                self.earn_on_the_way();
            }
            MediaNews::Ended => {
                lesson.playing = Playing::Ended;
                self.decide(Event::Playing(false));
                self.record_watched();
            }
            MediaNews::Damaged(damage) => {
                tracing::warn!(?damage, lesson = lesson.key, "a lesson cannot be played");
                lesson.playing = Playing::Damaged;
                self.decide(Event::Playing(false));
                self.record_watched();
            }
            MediaNews::Stopped => {}
        }
    }

    pub(super) fn lesson_tick(&mut self) {
        // On a full disk it is recorded once, when it ends.
        let due = !self.faults.disk_full
            && self.lesson.as_ref().is_some_and(|lesson| {
                lesson.playing == Playing::Playing && self.clock.mono_ms() - lesson.recorded_at_ms >= RECORD_EVERY_MS
            });
        if due {
            self.record_watched();
        }
    }

    /// The moment a lesson has earned, it is recorded: nobody has to watch the credits roll.
    fn earn_on_the_way(&mut self) {
        let Some(lesson) = self.lesson.as_ref().filter(|l| l.earned == 0 && !self.faults.disk_full) else { return };
        if self.lesson_earning(lesson).is_some_and(|earning| earning.amount > 0) {
            self.record_watched();
        }
    }

    /// Records what was shown since the last time, if anything was.
    pub(super) fn record_watched(&mut self) {
        let Some(lesson) = self.lesson.clone() else { return };
        let shown = courses::merged(lesson.shown.clone());
        if shown == lesson.recorded || shown.is_empty() || self.state.visit.is_none() {
            return;
        }
        let counts = |e: &Earning| e.amount > 0 && lesson.earned == 0 && !self.faults.disk_full;
        let earned = self.lesson_earning(&lesson).filter(counts);
        if let Some(now) = self.lesson.as_mut() {
            now.recorded = shown.clone();
            now.recorded_at_ms = self.clock.mono_ms();
        }
        self.decide(Event::Watched(Sitting {
            lesson: LessonKey(lesson.key),
            ranges: shown,
            length_ms: lesson.length_ms,
            stopped_ms: u32::try_from(lesson.position_ms).unwrap_or(u32::MAX),
            earned,
        }));
    }

    pub(super) fn lesson_earned(&mut self, amount: i64) {
        if let Some(lesson) = &mut self.lesson {
            lesson.earned = amount;
        }
    }

    /// Ends the lesson, after recording what was shown of it.
    pub(super) fn end_lesson(&mut self) {
        self.record_watched();
        if self.lesson.take().is_some() {
            Rim::tell(&self.rim.media, MediaCommand::Stop);
            self.decide(Event::Playing(false));
        }
        if self.way.here() == &Place::Player && self.state.visit.is_none() {
            self.way.begin(Place::Idle);
        }
    }

    pub(super) fn player_key(&mut self, command: PlayerCommand) {
        let Some(lesson) = self.lesson.as_mut() else { return };
        match command {
            PlayerCommand::Play => Rim::tell(&self.rim.media, MediaCommand::Play),
            PlayerCommand::Pause => Rim::tell(&self.rim.media, MediaCommand::Pause),
            PlayerCommand::BackTen => Rim::tell(&self.rim.media, MediaCommand::Back10),
            PlayerCommand::Speed => {
                lesson.rate = match lesson.rate {
                    Rate::Normal => Rate::Slow,
                    Rate::Slow => Rate::Quick,
                    Rate::Quick => Rate::Normal,
                };
                Rim::tell(&self.rim.media, MediaCommand::Rate(lesson.rate));
            }
            PlayerCommand::Transcript => lesson.transcript = !lesson.transcript,
            PlayerCommand::Quieter => self.louder(-1),
            PlayerCommand::Louder => self.louder(1),
            PlayerCommand::Next => self.other_lesson(1),
            PlayerCommand::Again => self.other_lesson(0),
        }
    }

    fn other_lesson(&mut self, step: u32) {
        let Some((course, number)) = self.lesson.as_ref().map(|l| (l.course.clone(), l.number + step)) else { return };
        self.start_lesson(&course, number, step == 0);
    }

    fn louder(&mut self, step: i8) {
        self.volume = self.volume.saturating_add_signed(step).clamp(1, 10);
        self.say_volume();
    }

    pub(super) fn say_volume(&self) {
        Rim::tell(&self.rim.sound, SoundCommand::Volume(Volume::new(self.volume * 10)));
    }
}
