// SPDX-License-Identifier: GPL-3.0-or-later
//! Reasons with their numbers, as the screen's words take them.

use xuedian_domain::{
    decide::Earning,
    id::{LessonKey, SessionId},
    record::AwardSource,
    rules::{Method, Per, RuleSet},
    session::{ActivityKind, SessionPlan},
    settle::{Award, Reason},
};
use xuedian_protocol::documents::{StandingEntry, StandingState};

use super::super::{Director, point::entry};
use crate::view::{Amount, Day, Entry, EntryState, Less, Why};

impl Director {
    /// An amount and its reason, for a session.
    pub(in super::super) fn amount_and_why(&self, earning: &Earning, session: SessionId) -> Option<(Amount, Why)> {
        let plan = self.book.plan(session)?;
        Some((Amount::Credit(earning.amount), self.session_why(plan, &earning.rule, earning.minutes, earning.why)))
    }

    fn session_why(&self, plan: &SessionPlan, rule: &str, minutes: u32, reason: Reason) -> Why {
        if let Some(less) = less(reason) {
            return Why::Less(less);
        }
        match plan.kind {
            ActivityKind::Lecture => Why::Lecture { scheduled: plan.minutes },
            ActivityKind::Screening => Why::Screening { minutes },
            ActivityKind::OpenHours => Why::DropIn { minutes },
            ActivityKind::Service => Why::Service { minutes },
            _ => step_of(&self.rules.sets, rule).map_or(Why::DropIn { minutes }, |(step_minutes, each)| Why::PerStep {
                minutes,
                step_minutes,
                each,
            }),
        }
    }

    fn lesson_why(&self, key: &LessonKey, minutes: u32, reason: Reason) -> Why {
        if let Some(less) = less(reason) {
            return Why::Less(less);
        }
        let lesson = self.point.lesson(&key.0);
        Why::Watched {
            title: lesson.map_or_else(String::new, |(c, _)| entry(&c.title, self.preferences.language())),
            lesson: lesson.map_or(1, |(_, l)| l.number),
            minutes: minutes.max(1),
        }
    }

    /// What this kiosk's own records come to, with how far they have come and the amount.
    pub(in super::super) fn own_entries(
        &self,
        learner: xuedian_domain::id::LearnerId,
    ) -> Vec<(Entry, EntryState, i64)> {
        let awards = self.own_awards(learner);
        awards
            .iter()
            .map(|award| {
                let state = if self.is_sent(award) { EntryState::Waiting } else { EntryState::NotSent };
                (self.own_entry(award, state), state, award.amount)
            })
            .collect()
    }

    fn own_entry(&self, award: &Award, state: EntryState) -> Entry {
        let (title, why) = match &award.source {
            AwardSource::Session(session) => {
                let why =
                    self.book.plan(*session).map(|p| self.session_why(p, &award.rule, award.minutes, award.reason));
                (self.session_name(*session), why.unwrap_or(Why::DropIn { minutes: award.minutes }))
            }
            AwardSource::Lesson(key) => (self.lesson_title(&key.0), self.lesson_why(key, award.minutes, award.reason)),
        };
        Entry { day: Some(Day::of(award.day)), amount: Amount::Credit(award.amount), title, why, state }
    }

    fn lesson_title(&self, key: &str) -> String {
        let lesson = self.point.lesson(key);
        lesson.map_or_else(String::new, |(course, _)| entry(&course.title, self.preferences.language()))
    }

    /// Whether everything that an award stands on was acknowledged by the hub.
    fn is_sent(&self, award: &Award) -> bool {
        let acked = self.acked();
        self.facts_for(award.learner).iter().filter(|fact| concerns(&fact.kind, award)).all(|f| f.origin.seq <= acked)
    }

    /// An entry that the hub has settled.
    pub(in super::super) fn standing_entry(&self, line: &StandingEntry) -> Entry {
        let state = match line.state {
            StandingState::Waiting => EntryState::Waiting,
            StandingState::Certified => EntryState::Certified,
        };
        let minutes = line.minutes;
        let session = line.source.parse::<SessionId>().ok().and_then(|id| self.book.plan(id));
        let (title, why) = match session {
            Some(plan) => (self.session_name(plan.id), self.session_why(plan, &line.rule, minutes, Reason::Earned)),
            None if line.source.contains('/') => {
                let key = LessonKey(line.source.clone());
                (self.lesson_title(&key.0), self.lesson_why(&key, minutes, Reason::Earned))
            }
            None => (
                String::new(),
                step_of(&self.rules.sets, &line.rule).map_or(Why::Brought, |(step_minutes, each)| Why::PerStep {
                    minutes,
                    step_minutes,
                    each,
                }),
            ),
        };
        let day = line.day.parse().ok().map(Day::of);
        Entry { day, amount: Amount::Credit(line.amount), title, why, state }
    }
}

/// Why it is nothing, or less than hoped; none when it is what the rule says.
fn less(reason: Reason) -> Option<Less> {
    Some(match reason {
        Reason::Earned | Reason::Forgiven { .. } | Reason::ForgottenMinimum { .. } | Reason::NotYetCovered { .. } => {
            return None;
        }
        Reason::ForgottenHalf { .. } => Less::Half,
        Reason::WaitsForStaff | Reason::RatedPoor => Less::WaitsForStaff,
        Reason::TooLate { .. } => Less::TooLate,
        Reason::TooShort { needed, .. } | Reason::RoundedDown { least: needed, .. } => Less::TooShort { needed },
        Reason::Cancelled => Less::Cancelled,
        Reason::NotEnrolled => Less::SatIn,
        Reason::NotCertifiedSite => Less::NotCertified,
        Reason::Cap { per: Per::Day, most, .. } => Less::DayCap { most },
        Reason::Cap { most, .. } => Less::YearCap { most },
        Reason::Once { .. } => Less::Once,
        Reason::Overlap { .. } => Less::Overlap,
    })
}

/// Minutes of a step and credit for each, 1/100, of a rule that counts hours.
fn step_of(sets: &[RuleSet], rule: &str) -> Option<(u32, i64)> {
    let rules = sets.iter().rev().flat_map(|set| &set.rules);
    rules.filter(|r| r.id == rule).find_map(|r| match &r.method {
        Method::Hours(hours) => Some((hours.per_minutes, i64::from(hours.each))),
        _ => None,
    })
}

fn concerns(kind: &xuedian_domain::record::Kind, award: &Award) -> bool {
    use xuedian_domain::record::{Kind, Learning, Presence};
    match (kind, &award.source) {
        (
            Kind::Presence(Presence::CheckIn { session, learner, .. } | Presence::CheckOut { session, learner, .. }),
            AwardSource::Session(of),
        ) => session == of && *learner == award.learner,
        (Kind::Learning(Learning::Watched { lesson, .. }), AwardSource::Lesson(of)) => lesson == of,
        _ => false,
    }
}
