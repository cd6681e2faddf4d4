// SPDX-License-Identifier: GPL-3.0-or-later
//! What is on: the idle screen and the agenda.

use super::{CancelReason, Clock, CourseCard, Day};

/// Nobody is here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Idle {
    /// Today's sessions that are not over, the next one first.
    pub today: Vec<SessionLine>,
    /// Up to three courses, as pictures.
    pub courses: Vec<CourseCard>,
    /// Notices, the most urgent first.
    pub notices: Vec<Notice>,
    /// False on a box that no learning point owns yet.
    pub set_up: bool,
}

/// A sentence from the hub, in the view's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub words: String,
    /// 紧急通知.
    pub urgent: bool,
}

/// How a session stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum SessionState {
    /// As planned.
    #[default]
    Planned,
    /// Begun.
    Running,
    /// Starts so many minutes later.
    Delayed(u32),
    /// Takes place in this room instead.
    Moved(String),
    /// Does not take place.
    Cancelled(CancelReason),
    /// Over.
    Ended,
}

/// One session in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionLine {
    /// Given back in commands.
    pub id: String,
    /// Name of the activity.
    pub name: String,
    /// Short name: at most 4 glyphs or 10 letters.
    pub short: String,
    /// Room.
    pub room: String,
    /// The day.
    pub day: Day,
    /// Start.
    pub starts: Clock,
    /// End.
    pub ends: Clock,
    /// How it stands.
    pub state: SessionState,
    /// The person at the screen is on its list.
    pub mine: bool,
}

/// The agenda: sessions of today and the next days, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhatsOn {
    /// In order.
    pub sessions: Vec<SessionLine>,
}
