// SPDX-License-Identifier: GPL-3.0-or-later
//! A planned session on the wire: in `session-opened` when it was made here, and in the agenda.

use serde::{Deserialize, Serialize};
use xuedian_domain::{
    id::{ActivityId, LearnerId, LessonKey, RoomId, SessionId, SiteId},
    session::{ActivityKind, PresencePolicy, Room, SessionPlan, Words},
    time::Time,
};

use super::Text;

/// Words in the two languages of the screen.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WordsText {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

impl From<&Words> for WordsText {
    fn from(it: &Words) -> Self {
        Self { zh: it.zh.clone(), en: it.en.clone() }
    }
}

impl From<WordsText> for Words {
    fn from(it: WordsText) -> Self {
        Self { zh: it.zh, en: it.en }
    }
}

macro_rules! word {
    ($(#[$doc:meta])* $word:ident for $inner:ident { $($name:ident),* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each is documented at the inner type")]
        pub enum $word { $($name),* }

        impl From<$inner> for $word {
            fn from(it: $inner) -> Self {
                match it { $($inner::$name => Self::$name),* }
            }
        }

        impl From<$word> for $inner {
            fn from(it: $word) -> Self {
                match it { $($word::$name => Self::$name),* }
            }
        }
    };
}

word!(
    /// `class`, `workshop`, `lecture`, `screening`, `service`, `showing`, `tour`, `open_hours`.
    KindWord for ActivityKind { Class, Workshop, Lecture, Screening, Service, Showing, Tour, OpenHours }
);
word!(
    /// `class`, `lecture`, `drop_in`, `screening`, `service`.
    PolicyWord for PresencePolicy { Class, Lecture, DropIn, Screening, Service }
);

/// A planned session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is documented at the inner type")]
pub struct PlanText {
    pub id: Text<SessionId>,
    pub activity: Text<ActivityId>,
    pub kind: KindWord,
    pub policy: PolicyWord,
    pub title: WordsText,
    pub short: WordsText,
    pub site: Text<SiteId>,
    pub site_certified: bool,
    pub room: Text<RoomId>,
    pub room_name: WordsText,
    pub start_ms: i64,
    pub minutes: u32,
    pub seats: u32,
    pub due: Vec<Text<LearnerId>>,
    pub lessons: Vec<String>,
    pub teacher: String,
}

impl From<&SessionPlan> for PlanText {
    fn from(it: &SessionPlan) -> Self {
        Self {
            id: Text(it.id),
            activity: Text(it.activity),
            kind: it.kind.into(),
            policy: it.policy.into(),
            title: (&it.title).into(),
            short: (&it.short).into(),
            site: Text(it.site),
            site_certified: it.site_certified,
            room: Text(it.room.id),
            room_name: (&it.room.name).into(),
            start_ms: it.start.0,
            minutes: it.minutes,
            seats: it.seats,
            due: it.due.iter().copied().map(Text).collect(),
            lessons: it.lessons.iter().map(|key| key.0.clone()).collect(),
            teacher: it.teacher.clone(),
        }
    }
}

impl From<PlanText> for SessionPlan {
    fn from(it: PlanText) -> Self {
        Self {
            id: it.id.0,
            activity: it.activity.0,
            kind: it.kind.into(),
            policy: it.policy.into(),
            title: it.title.into(),
            short: it.short.into(),
            site: it.site.0,
            site_certified: it.site_certified,
            room: Room { id: it.room.0, name: it.room_name.into() },
            start: Time(it.start_ms),
            minutes: it.minutes,
            seats: it.seats,
            due: it.due.into_iter().map(|id| id.0).collect(),
            lessons: it.lessons.into_iter().map(LessonKey).collect(),
            teacher: it.teacher,
        }
    }
}
