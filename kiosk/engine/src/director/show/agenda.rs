// SPDX-License-Identifier: GPL-3.0-or-later
//! Sessions in lists.

use xuedian_domain::{id::LearnerId, record::Kind, session::SessionPlan, time::Time};

use super::super::point::{Point, entry, words};
use super::moment;
use crate::{
    book::{Book, Story},
    view::{CancelReason, Language, Notice, SessionLine, SessionState},
};

/// What every list needs.
#[derive(Clone)]
pub struct Lists<'a> {
    pub point: &'a Point,
    pub book: &'a Book,
    pub zone: jiff::tz::TimeZone,
    pub language: Language,
    pub now: Time,
    pub learner: Option<LearnerId>,
}

/// How many days ahead people look.
const DAYS_AHEAD: i64 = 7;

impl Lists<'_> {
    /// One session as a line.
    pub fn line(&self, plan: &SessionPlan) -> SessionLine {
        let story = self.book.story(plan.id);
        let later = i64::from(story.delay);
        let (start, end) = (plan.start.plus_minutes(later), end(plan, &story));
        SessionLine {
            id: plan.id.to_string(),
            name: words(&plan.title, self.language),
            short: words(&plan.short, self.language),
            room: self.point.place(plan, story.moved_to, self.language),
            day: moment::day(start, &self.zone),
            starts: moment::clock(start, &self.zone),
            ends: moment::clock(end, &self.zone),
            state: self.state(plan, &story),
            mine: self.learner.is_some_and(|learner| plan.due.contains(&learner)),
        }
    }

    fn state(&self, plan: &SessionPlan, story: &Story) -> SessionState {
        let start = plan.start.plus_minutes(i64::from(story.delay));
        if let Some(reason) = &story.cancelled {
            SessionState::Cancelled(cancel_reason(reason))
        } else if story.is_over() || end(plan, story) <= self.now {
            SessionState::Ended
        } else if story.moved_to.is_some() {
            SessionState::Moved(self.point.place(plan, story.moved_to, self.language))
        } else if start <= self.now {
            SessionState::Running
        } else if story.delay > 0 {
            SessionState::Delayed(story.delay)
        } else {
            SessionState::Planned
        }
    }

    /// Today's sessions that are not over, the next one first.
    pub fn today(&self) -> Vec<SessionLine> {
        let today = self.now.local_day(&self.zone);
        let plans = self.book.plans();
        let today = plans.iter().filter(|p| p.start.local_day(&self.zone) == today).map(|p| self.line(p));
        today.filter(|line| line.state != SessionState::Ended).collect()
    }

    /// All of today's sessions in the rooms of this kiosk, for staff.
    pub fn of_this_kiosk(&self) -> Vec<SessionLine> {
        let today = self.now.local_day(&self.zone);
        let here = |p: &&SessionPlan| {
            p.start.local_day(&self.zone) == today
                && self.point.serves(self.book.story(p.id).moved_to.unwrap_or(p.room.id))
        };
        self.book.plans().iter().filter(here).map(|p| self.line(p)).collect()
    }

    /// Today's and the next days'.
    pub fn whats_on(&self) -> Vec<SessionLine> {
        let last = self.now.plus_minutes(DAYS_AHEAD * 24 * 60);
        let plans = self.book.plans().iter();
        let lines = plans.filter(|p| self.now <= end(p, &self.book.story(p.id)) && p.start <= last);
        lines.map(|p| self.line(p)).collect()
    }

    /// The person's own next session.
    pub fn next_of_mine(&self) -> Option<SessionLine> {
        self.whats_on().into_iter().find(|line| line.mine)
    }

    pub fn notices(&self) -> Vec<Notice> {
        let notices = self.point.notices(self.now).into_iter();
        notices.map(|n| Notice { words: entry(&n.words, self.language), urgent: n.urgent }).collect()
    }
}

/// When a session ends or ended, by all that staff have said of it.
pub fn end(plan: &SessionPlan, story: &Story) -> Time {
    let planned = plan.end().plus_minutes(i64::from(story.delay));
    [story.ended_early, story.closed].into_iter().flatten().fold(planned, Time::min)
}

/// Reasons travel as words for people; the six that staff choose from are known here.
pub fn cancel_reason(reason: &str) -> CancelReason {
    REASONS.iter().find(|(_, words)| *words == reason).map_or(CancelReason::Other, |(code, _)| *code)
}

/// The words of a reason, for the record.
pub fn cancel_words(code: CancelReason) -> &'static str {
    REASONS.iter().find(|(known, _)| *known == code).map_or("其他原因", |(_, words)| *words)
}

const REASONS: [(CancelReason, &str); 6] = [
    (CancelReason::AirQuality, "空气质量红色预警"),
    (CancelReason::Weather, "天气"),
    (CancelReason::Teacher, "老师有事"),
    (CancelReason::Power, "停电停水"),
    (CancelReason::TooFew, "人数不足"),
    (CancelReason::Other, "其他原因"),
];

/// Whether a fact is someone's coming, for counts of attendances (人次).
pub fn is_attendance(kind: &Kind) -> bool {
    matches!(kind, Kind::Presence(xuedian_domain::record::Presence::CheckIn { .. }))
}
