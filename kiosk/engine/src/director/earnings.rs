// SPDX-License-Identifier: GPL-3.0-or-later
//! What the rules say here and now: the same fold as at the hub, over what this kiosk knows.

use xuedian_domain::{
    decide::{Attendance, Earning, Forgot, SessionHere},
    id::{LearnerId, LessonKey, RecordId, SessionId},
    record::{AwardSource, Fact, Hand, Kind, Learning, Origin, Presence},
    rules::{Coverage, Method, PresenceRule, RuleSet, in_force},
    session::SessionPlan,
    settle::{Award, Before, Input, Opening, Reason, Settlement, expected, settle},
    time::Time,
};
use xuedian_protocol::documents::CourseEntry;

use super::{Director, lesson::Lesson, show::courses};
use crate::view;

/// The rules in force, and when they were confirmed last.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// All versions that may apply.
    pub sets: Vec<RuleSet>,
    /// When the hub last said that they are in force.
    pub heard: Option<Time>,
}

impl Rules {
    /// Too old to promise anything: the screen says 预计.
    #[must_use]
    pub fn are_old(&self, now: Time) -> bool {
        let newest = self.sets.iter().max_by_key(|set| set.version);
        match (newest, self.heard) {
            (Some(set), Some(heard)) => set.is_stale(heard, now),
            _ => true,
        }
    }
}

impl Director {
    /// How taps of a session become minutes.
    pub(super) fn policy(&self, plan: &SessionPlan) -> PresenceRule {
        self.rules_on(plan.start)
            .map_or_else(|| PresenceRule::without_rules(plan.policy), |set| set.presence(plan.policy).clone())
    }

    fn rules_on(&self, at: Time) -> Option<&RuleSet> {
        in_force(&self.rules.sets, at.local_day(&self.point.zone()))
    }

    /// Whether a person is in a session: by this kiosk's records, and else by the hub's word.
    pub(super) fn attendance(&self, learner: LearnerId, session: SessionId) -> Attendance {
        match self.book.attendance(learner, session) {
            Attendance::NotYet => {
                let standing = self.people.standing(learner);
                let open = standing.iter().flat_map(|s| &s.open).find(|open| open.session == session);
                let elsewhere = RecordId::default();
                open.map_or(Attendance::NotYet, |o| Attendance::In { since: Time(o.since_ms), record: elsewhere })
            }
            here => here,
        }
    }

    /// What a person's stay would earn if it went on to the end.
    pub(super) fn forecast(&self, plan: &SessionPlan, learner: LearnerId) -> Option<Earning> {
        let facts = self.facts_for(learner);
        let sits_in = plan.sits_in(learner);
        let now = self.clock.now();
        let awards = self.with_input(&facts, learner, now, |input| expected(input, learner, plan, now, sits_in));
        awards.iter().find(|award| is_of(award, learner, plan.id)).map(earning)
    }

    /// What a person's stay earns if it ends now. On a full disk credits wait: the hub settles them from the attendance.
    pub(super) fn earned_now(&self, plan: &SessionPlan, learner: LearnerId) -> Option<Earning> {
        if self.faults.disk_full {
            return None;
        }
        let now = self.clock.now();
        let mut facts = self.facts_for(learner);
        let go = Presence::CheckOut { learner, session: plan.id, how: Hand::Card, early: true };
        facts.push(imagined(now, Kind::Presence(go)));
        let settled = self.settle(&facts, learner, now);
        settled.awards.iter().find(|award| is_of(award, learner, plan.id)).map(earning)
    }

    /// What a lesson has earned by what was shown of it up to now.
    pub(super) fn lesson_earning(&self, lesson: &Lesson) -> Option<Earning> {
        let learner = self.learner()?;
        let now = self.clock.now();
        let mut facts = self.facts_for(learner);
        facts.push(imagined(now, Kind::Learning(self.watched(lesson))));
        let settled = self.settle(&facts, learner, now);
        let of = AwardSource::Lesson(LessonKey(lesson.key.clone()));
        settled.awards.iter().rev().find(|award| award.source == of).map(earning)
    }

    fn watched(&self, lesson: &Lesson) -> Learning {
        Learning::Watched {
            learner: self.learner(),
            visit: self.state.visit.as_ref().map_or_else(RecordId::default, |v| v.record),
            lesson: LessonKey(lesson.key.clone()),
            ranges: courses::merged(lesson.shown.clone()),
            length_ms: lesson.length_ms,
            stopped_ms: u32::try_from(lesson.position_ms).unwrap_or(u32::MAX),
        }
    }

    /// This person's facts that the hub's standing does not contain, and all about the sessions they were in.
    pub(super) fn facts_for(&self, learner: LearnerId) -> Vec<Fact> {
        let standing = self.people.standing(learner);
        let open: Vec<SessionId> = standing.iter().flat_map(|s| &s.open).map(|open| open.session).collect();
        self.book.facts_of(learner, self.through(), &open)
    }

    fn settle(&self, facts: &[Fact], learner: LearnerId, now: Time) -> Settlement {
        self.with_input(facts, learner, now, settle)
    }

    fn with_input<T>(&self, facts: &[Fact], learner: LearnerId, now: Time, of: impl FnOnce(&Input<'_>) -> T) -> T {
        let zone = self.point.zone();
        let opening = Opening { learners: [(learner, self.before(learner))].into(), ..Opening::default() };
        of(&Input { plans: self.book.plans(), facts, rules: &self.rules.sets, zone: &zone, opening: &opening, now })
    }

    /// What the hub has settled about a person.
    fn before(&self, learner: LearnerId) -> Before {
        let standing = self.people.standing(learner);
        standing.map(|s| s.before()).unwrap_or_default()
    }

    /// What this person's records that the hub has not settled come to, newest first.
    pub(super) fn own_awards(&self, learner: LearnerId) -> Vec<Award> {
        let facts = self.facts_for(learner);
        let mut awards = self.settle(&facts, learner, self.clock.now()).awards;
        awards.retain(|award| award.learner == learner && !matches!(award.reason, Reason::NotYetCovered { .. }));
        awards.sort_by_key(|award| std::cmp::Reverse(award.at));
        awards
    }

    /// How the last stay was settled when its check-out was forgotten, told at the first check-in after it.
    pub(super) fn forgotten(&self, learner: LearnerId, sessions: &[SessionHere]) -> Option<Forgot> {
        if sessions.iter().any(|s| s.attendance != Attendance::NotYet) {
            return None;
        }
        let last = self.people.standing(learner)?.latest.into_iter().next()?;
        let came = self.book.came_last(learner).map(|at| at.local_day(&self.point.zone()).to_string());
        let told_since = came.is_some_and(|day| day > last.day);
        match last.reason.as_str() {
            _ if told_since => None,
            "forgiven" => Some(Forgot::Forgiven),
            "forgotten_half" => Some(Forgot::Half { amount: last.amount }),
            _ => None,
        }
    }

    /// How many check-outs were forgiven this month.
    pub(super) fn forgiven_this_month(&self, learner: LearnerId) -> u32 {
        let month = self.clock.now().local_day(&self.point.zone()).strftime("%Y-%m").to_string();
        let standing = self.people.standing(learner);
        let times = standing.and_then(|s| s.forgotten.into_iter().find(|f| f.month == month)).map_or(0, |f| f.times);
        times.max(1)
    }

    /// How lessons earn now.
    fn coverage_rule(&self) -> Option<&Coverage> {
        self.rules_on(self.clock.now())?.rules.iter().find_map(|rule| match &rule.method {
            Method::Coverage(coverage) => Some(coverage),
            _ => None,
        })
    }

    /// What all lessons of a course earn together, 1/100 credit.
    pub(super) fn course_credit(&self, course: &CourseEntry) -> i64 {
        let Some(rule) = self.coverage_rule() else { return 0 };
        course.lessons.iter().map(|l| rule.amount(nearest_minutes(l.length_ms))).sum()
    }

    /// Stretches of a lesson that count by now: before this sitting, and in it.
    pub(super) fn seen_so_far(&self, lesson: &Lesson) -> Vec<(u32, u32)> {
        let standing = self.standing();
        let (mut stretches, _) = self.seen(&standing).of(&lesson.key);
        stretches.extend(lesson.shown.iter().copied());
        stretches
    }

    /// What the player says about credit.
    pub(super) fn earning_view(&self, lesson: &Lesson) -> view::Earning {
        let (Some(_), Some(rule)) = (self.learner(), self.coverage_rule()) else { return view::Earning::Nothing };
        let credit = rule.amount(nearest_minutes(lesson.length_ms));
        if credit == 0 {
            return view::Earning::Nothing;
        }
        if lesson.earned > 0 {
            return view::Earning::Earned { credit: lesson.earned };
        }
        match self.lesson_earning(lesson).map(|e| e.why) {
            Some(Reason::NotYetCovered { more_ms }) => {
                let needed = rule.minimum.needed(i64::from(lesson.length_ms)).max(1);
                let share = (needed - more_ms).clamp(0, needed) * 100 / needed;
                view::Earning::Missing {
                    seconds: u32::try_from(more_ms.div_euclid(1000) + 1).unwrap_or(u32::MAX),
                    credit,
                    share: u8::try_from(share).unwrap_or(100),
                }
            }
            Some(Reason::Earned) => view::Earning::Earned { credit },
            Some(_) => view::Earning::Nothing,
            None => view::Earning::Missing {
                seconds: u32::try_from(rule.minimum.needed(i64::from(lesson.length_ms)) / 1000).unwrap_or(u32::MAX),
                credit,
                share: 0,
            },
        }
    }
}

fn is_of(award: &Award, learner: LearnerId, session: SessionId) -> bool {
    award.learner == learner && award.source == AwardSource::Session(session)
}

fn earning(award: &Award) -> Earning {
    Earning {
        rule: award.rule.clone(),
        version: award.version,
        amount: award.amount,
        minutes: award.minutes,
        why: award.reason,
    }
}

/// Minutes of a lesson as the rules count them: to the nearest.
fn nearest_minutes(length_ms: u32) -> u32 {
    (length_ms + 30_000) / 60_000
}

/// A fact that has not happened: for looking ahead. Its place is behind all real ones.
fn imagined(at: Time, kind: Kind) -> Fact {
    let origin = Origin { device: Default::default(), epoch: Default::default(), seq: u64::MAX };
    Fact { id: RecordId([0xff; 16]), origin, at, measurable: true, kind }
}
