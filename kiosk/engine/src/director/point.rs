// SPDX-License-Identifier: GPL-3.0-or-later
//! The learning point as the hub's documents describe it.

use jiff::tz::TimeZone;
use xuedian_domain::{
    id::RoomId,
    session::{SessionPlan, Words},
    time::Time,
};
use xuedian_protocol::documents::{
    Agenda, Catalogue, CourseEntry, HOME_ZONE, LessonEntry, NoticeEntry, PointSettings, WordsEntry,
};

use crate::view::Language;

/// The documents in force. An unpaired kiosk has none of them and works all the same.
#[derive(Clone, Debug, Default)]
pub struct Point {
    /// Point keys.
    pub settings: Option<PointSettings>,
    /// What is on.
    pub agenda: Agenda,
    /// What can be watched.
    pub catalogue: Catalogue,
}

impl Point {
    /// The time zone of the point.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        let name = self.settings.as_ref().map_or(HOME_ZONE, |s| s.time_zone.as_str());
        TimeZone::get(name).or_else(|_| TimeZone::get(HOME_ZONE)).unwrap_or(TimeZone::UTC)
    }

    /// Whether it is known whose learning point this is, and what is there.
    #[must_use]
    pub fn is_set_up(&self) -> bool {
        self.settings.is_some() && !self.agenda.sites.is_empty()
    }

    /// Whether a session of this point takes place in one of the rooms that this kiosk serves.
    #[must_use]
    pub fn serves(&self, room: RoomId) -> bool {
        self.settings.as_ref().is_some_and(|s| s.rooms.is_empty() || s.rooms.contains(&room))
    }

    /// The name of the room in which a session takes place: the one that staff moved it to, when they did.
    #[must_use]
    pub fn place(&self, plan: &SessionPlan, moved_to: Option<RoomId>, language: Language) -> String {
        let mut rooms = self.agenda.sites.iter().flat_map(|site| &site.rooms);
        let moved = moved_to.and_then(|room| rooms.find(|r| r.room == room));
        moved.map_or_else(|| words(&plan.room.name, language), |room| entry(&room.name, language))
    }

    /// The rooms of this point, in the order of the agenda.
    pub fn rooms(&self) -> impl Iterator<Item = (RoomId, &WordsEntry)> {
        let site = self.settings.as_ref().map(|s| s.site);
        let here = self.agenda.sites.iter().filter(move |s| Some(s.site) == site);
        here.flat_map(|s| &s.rooms).map(|r| (r.room, &r.name))
    }

    /// The sessions of this point.
    #[must_use]
    pub fn plans(&self) -> Vec<SessionPlan> {
        let Some(site) = self.settings.as_ref().map(|s| s.site) else {
            return Vec::new();
        };
        self.agenda.plans().into_iter().filter(|plan| plan.site == site).collect()
    }

    /// What is to be told now, the urgent first.
    #[must_use]
    pub fn notices(&self, now: Time) -> Vec<&NoticeEntry> {
        let site = self.settings.as_ref().map(|s| s.site);
        let mut notices: Vec<_> = self
            .agenda
            .notices
            .iter()
            .filter(|n| n.sites.is_empty() || site.is_some_and(|site| n.sites.contains(&site)))
            .filter(|n| n.from_ms.is_none_or(|from| from <= now.0) && n.until_ms.is_none_or(|until| now.0 < until))
            .collect();
        notices.sort_by_key(|n| !n.urgent);
        notices
    }

    /// A course by `institution/course`, if it may still be shown.
    #[must_use]
    pub fn course(&self, id: &str) -> Option<&CourseEntry> {
        self.catalogue.courses.iter().find(|c| c.course == id)
    }

    /// The courses that may be shown on a day.
    pub fn courses(&self, today: jiff::civil::Date) -> impl Iterator<Item = &CourseEntry> {
        let last_day =
            |course: &CourseEntry| course.rights_until.as_ref().and_then(|d| d.parse::<jiff::civil::Date>().ok());
        self.catalogue.courses.iter().filter(move |c| last_day(c).is_none_or(|last| today <= last))
    }

    /// A lesson by its key, with its course.
    #[must_use]
    pub fn lesson(&self, key: &str) -> Option<(&CourseEntry, &LessonEntry)> {
        let (course, _) = key.rsplit_once('/')?;
        let course = self.course(course)?;
        course.lessons.iter().find(|l| l.lesson == key).map(|lesson| (course, lesson))
    }
}

/// Words in the language of the screen; where there is no English, the Chinese.
#[must_use]
pub fn words(words: &Words, language: Language) -> String {
    choose(&words.zh, &words.en, language).to_owned()
}

/// The same for words as they come from a document.
#[must_use]
pub fn entry(words: &WordsEntry, language: Language) -> String {
    choose(&words.zh, &words.en, language).to_owned()
}

fn choose<'a>(zh: &'a str, en: &'a str, language: Language) -> &'a str {
    match language {
        Language::English if !en.is_empty() => en,
        _ => zh,
    }
}
