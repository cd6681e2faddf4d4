// SPDX-License-Identifier: GPL-3.0-or-later
//! An occurrence of an activity as it was planned.

use crate::{
    id::{ActivityId, LearnerId, LessonKey, RoomId, SessionId, SiteId},
    time::Time,
};

/// Words in the two languages of the screen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Words {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// What kind of activity; rules ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActivityKind {
    /// 班级课
    Class,
    /// 工作坊
    Workshop,
    /// 讲座
    Lecture,
    /// 集体收看
    Screening,
    /// 志愿服务
    Service,
    /// 展演
    Showing,
    /// 参观
    Tour,
    /// 开放时段
    OpenHours,
}

/// How taps become minutes (出勤办法).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PresencePolicy {
    /// In and out; a forgotten check-out is forgiven once a month.
    Class,
    /// In only; a headcount closes it.
    Lecture,
    /// In and out at any time.
    DropIn,
    /// In; staff close for all who are in the room.
    Screening,
    /// In and out; a forgotten check-out waits for staff.
    Service,
}

/// A room of a learning point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// Its name on the door.
    pub name: Words,
}

/// One occurrence as planned. What happened to it since is in records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPlan {
    /// Its id.
    pub id: SessionId,
    /// What it is an occurrence of.
    pub activity: ActivityId,
    /// Kind of activity.
    pub kind: ActivityKind,
    /// How taps become minutes.
    pub policy: PresencePolicy,
    /// Its name.
    pub title: Words,
    /// Its name in at most four glyphs or ten letters.
    pub short: Words,
    /// The learning point.
    pub site: SiteId,
    /// Whether the learning point may award credits.
    pub site_certified: bool,
    /// Where.
    pub room: Room,
    /// Planned start.
    pub start: Time,
    /// Planned length in minutes.
    pub minutes: u32,
    /// How many may sit; 0 is no limit.
    pub seats: u32,
    /// Who is due (应到): enrolled, no leave taken. Empty: open to all.
    pub due: Vec<LearnerId>,
    /// Lessons shown, for a screening.
    pub lessons: Vec<LessonKey>,
    /// Who leads it.
    pub teacher: String,
}

impl SessionPlan {
    /// Planned end.
    #[must_use]
    pub fn end(&self) -> Time {
        self.start.plus_minutes(i64::from(self.minutes))
    }

    /// Whether a person who comes would sit in (旁听): there is a list, and the person is not on it.
    #[must_use]
    pub fn sits_in(&self, learner: LearnerId) -> bool {
        !self.due.is_empty() && !self.due.contains(&learner)
    }
}
