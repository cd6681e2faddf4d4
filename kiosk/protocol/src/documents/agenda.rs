// SPDX-License-Identifier: GPL-3.0-or-later
//! The agenda: where and when something takes place, and what is to be told.

use serde::{Deserialize, Serialize};
use xuedian_domain::{
    id::{ActivityId, LearnerId, LessonKey, RoomId, SessionId, SiteId},
    session::{Room, SessionPlan},
    time::Time,
};

use super::{
    WordsEntry,
    activity::{KindWord, PolicyWord},
};

/// The agenda of a district.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Agenda {
    /// Learning points.
    pub sites: Vec<SiteEntry>,
    /// Classes and other activities.
    pub series: Vec<SeriesEntry>,
    /// Their occurrences.
    pub sessions: Vec<SessionEntry>,
    /// What the idle screen tells.
    #[serde(default)]
    pub notices: Vec<NoticeEntry>,
}

/// A learning point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteEntry {
    /// Its id.
    #[serde(with = "crate::text")]
    pub site: SiteId,
    /// Its name.
    pub name: WordsEntry,
    /// Whether it may award credits (授权认证点).
    pub certified: bool,
    /// Its rooms.
    pub rooms: Vec<RoomEntry>,
}

/// A room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomEntry {
    /// Its id.
    #[serde(with = "crate::text")]
    pub room: RoomId,
    /// Its name on the door.
    pub name: WordsEntry,
    /// How many may sit; 0 is not known.
    #[serde(default)]
    pub seats: u32,
}

/// A class or another activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesEntry {
    /// Its id.
    #[serde(with = "crate::text")]
    pub activity: ActivityId,
    /// Its name.
    pub title: WordsEntry,
    /// Its name in at most four glyphs or ten letters.
    pub short: WordsEntry,
    /// What kind of activity.
    pub kind: KindWord,
    /// How taps become minutes.
    pub policy: PolicyWord,
    /// How many sessions in all; 0 is no series.
    #[serde(default)]
    pub times: u32,
}

/// One occurrence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEntry {
    /// Its id.
    #[serde(with = "crate::text")]
    pub session: SessionId,
    /// What it is an occurrence of: one of the series.
    #[serde(with = "crate::text")]
    pub activity: ActivityId,
    /// Which of the series (第 5 次); 0 is none.
    #[serde(default)]
    pub number: u32,
    /// Where.
    #[serde(with = "crate::text")]
    pub site: SiteId,
    /// In which of its rooms.
    #[serde(with = "crate::text")]
    pub room: RoomId,
    /// Planned start, milliseconds since 1970.
    pub start_ms: i64,
    /// Planned length in minutes.
    pub minutes: u32,
    /// How many may sit; 0 is no limit.
    #[serde(default)]
    pub seats: u32,
    /// Who is due (应到); empty: open to all.
    #[serde(default, with = "crate::text::list")]
    pub due: Vec<LearnerId>,
    /// Lessons shown, for a screening: `institution/course/lesson`.
    #[serde(default)]
    pub lessons: Vec<String>,
    /// Who leads it.
    #[serde(default)]
    pub teacher: String,
}

/// Something to be told on the idle screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeEntry {
    /// Its id, `n1`.
    pub notice: String,
    /// What it says.
    pub words: WordsEntry,
    /// 紧急
    #[serde(default)]
    pub urgent: bool,
    /// From when, milliseconds since 1970; none is always.
    #[serde(default)]
    pub from_ms: Option<i64>,
    /// Until when; none is always.
    #[serde(default)]
    pub until_ms: Option<i64>,
    /// Where; empty means everywhere.
    #[serde(default, with = "crate::text::list")]
    pub sites: Vec<SiteId>,
}

impl Agenda {
    /// The sessions as the domain plans them. One that names a series, site or room which is not here is left out.
    #[must_use]
    pub fn plans(&self) -> Vec<SessionPlan> {
        self.sessions.iter().filter_map(|session| self.plan(session)).collect()
    }

    fn plan(&self, session: &SessionEntry) -> Option<SessionPlan> {
        let series = self.series.iter().find(|s| s.activity == session.activity)?;
        let site = self.sites.iter().find(|s| s.site == session.site)?;
        let room = site.rooms.iter().find(|r| r.room == session.room)?;
        Some(SessionPlan {
            id: session.session,
            activity: session.activity,
            kind: series.kind.into(),
            policy: series.policy.into(),
            title: series.title.clone().into(),
            short: series.short.clone().into(),
            site: session.site,
            site_certified: site.certified,
            room: Room { id: room.room, name: room.name.clone().into() },
            start: Time(session.start_ms),
            minutes: session.minutes,
            seats: session.seats,
            due: session.due.clone(),
            lessons: session.lessons.iter().cloned().map(LessonKey).collect(),
            teacher: session.teacher.clone(),
        })
    }
}
