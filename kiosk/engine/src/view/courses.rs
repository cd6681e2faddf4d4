// SPDX-License-Identifier: GPL-3.0-or-later
//! Home, courses, one course, and a lesson playing.

/// A course as a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CourseCard {
    /// Given back in commands: `institution/course`.
    pub id: String,
    /// What a person keys in, 101 to 999; 0 when it has none.
    pub number: u32,
    /// Full title.
    pub title: String,
    /// Short title: at most 4 glyphs or 10 letters.
    pub short: String,
    /// Shortest title: at most 2 glyphs or 5 letters.
    pub tiny: String,
    /// Picture code: calligraphy, fraud, exercise, cooking, bell, bus, firstaid, kiosk, papercut.
    pub picture: String,
    /// Lessons.
    pub lessons: u32,
    /// Whole minutes of all lessons together.
    pub minutes: u32,
    /// Credit of all lessons together, 1/100; 0 when none.
    pub credit: i64,
    /// The person at the screen is in the middle of it.
    pub begun: bool,
}

/// A topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// Given back in commands.
    pub id: String,
    /// Name.
    pub name: String,
    /// Short name: at most 4 glyphs or 10 letters.
    pub short: String,
    /// Picture code.
    pub picture: String,
}

/// Where a visit begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Home {
    /// Continue where you stopped, or the course offered first: the course and the lesson that comes next.
    pub go_on: Option<(Course, u32)>,
    /// Own next session: today's, or the next one.
    pub next_session: Option<super::SessionLine>,
}

/// A list of courses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Courses {
    /// The topic shown; `None` shows `topics` when there are any, and all courses otherwise.
    pub topic: Option<Topic>,
    /// The topics, in the catalogue's order.
    pub topics: Vec<Topic>,
    /// The courses, in the catalogue's order.
    pub courses: Vec<CourseCard>,
}

/// A course by its number, keyed in like a television's channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keypad {
    /// The number that was keyed in last and that no course has.
    pub unknown: Option<u32>,
}

/// How far a lesson is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LessonState {
    /// Not seen.
    #[default]
    New,
    /// Begun; hundredths covered, 0 to 99.
    Begun(u8),
    /// Covered.
    Done,
    /// Its media is damaged or not here yet.
    Away,
}

/// A lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lesson {
    /// Number, from 1.
    pub number: u32,
    /// Title.
    pub title: String,
    /// Length, whole minutes, at least 1.
    pub minutes: u32,
    /// How far.
    pub state: LessonState,
}

/// One course.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// The card.
    pub card: CourseCard,
    /// Who made it.
    pub institution: String,
    /// Its lessons, in order.
    pub lessons: Vec<Lesson>,
    /// The lesson that comes next, from 1.
    pub next: u32,
}

/// What the pipeline does, by its own word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Playing {
    /// The first picture is not there yet.
    #[default]
    Loading,
    /// Playing.
    Playing,
    /// Paused.
    Paused,
    /// At the end.
    Ended,
    /// The media is damaged.
    Damaged,
}

/// A lesson playing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Player {
    /// Title of the course.
    pub course: String,
    /// Number of the lesson, from 1.
    pub lesson: u32,
    /// Title of the lesson.
    pub title: String,
    /// State.
    pub playing: Playing,
    /// Position, milliseconds.
    pub position_ms: u64,
    /// Length, milliseconds; 0 while unknown.
    pub length_ms: u64,
    /// Stretches really seen, in 1/1000 of the length, in order: (from, to).
    pub seen: Vec<(u16, u16)>,
    /// Credit earning.
    pub earning: Earning,
    /// The caption now, empty between captions.
    pub caption: String,
    /// Speed, hundredths: 75, 100, 125.
    pub speed: u16,
    /// Volume, 0 to 10.
    pub volume: u8,
    /// The transcript is open: its sentences, newest last.
    pub transcript: Option<Vec<String>>,
    /// The panel at the end of a lesson.
    pub end: Option<LessonEnd>,
}

/// What the lesson is earning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Earning {
    /// A guest, or a lesson that earns nothing.
    #[default]
    Nothing,
    /// So much more to watch.
    Missing {
        /// Seconds still missing.
        seconds: u32,
        /// Credit it will earn, 1/100.
        credit: i64,
        /// Share of the needed coverage, hundredths 0 to 100.
        share: u8,
    },
    /// Earned now or before.
    Earned {
        /// Credit, 1/100.
        credit: i64,
    },
}

/// At the end of a lesson.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LessonEnd {
    /// Credit earned in this sitting and recorded, 1/100; 0 when none.
    pub earned: i64,
    /// The next lesson, when there is one.
    pub next: Option<u32>,
}
