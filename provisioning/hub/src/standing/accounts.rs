// SPDX-License-Identifier: GPL-3.0-or-later
//! A line of the standing for each learner, from what was settled.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use xuedian_domain::{
    id::{LearnerId, SessionId},
    record::{AwardSource, Kind, Record, Visit},
    rules::{AccountName, Most, Per, RuleSet},
    session::SessionPlan,
    settle::{Award, Count, End, Held, Reason, State, Stay},
    time::Time,
};
use xuedian_protocol::documents::{
    CapUsed, Covered, Forgot, OpenCheckIn, PaidLesson, Prefers, StandingEntry, StandingLine, StandingState,
};

use super::{certify, folded::Settled};
use crate::{hub::Hub, store::StoreError};

/// Awards that are told to the page "my credits".
const LATEST: usize = 12;
/// Days for which a day's use of a cap, and a settled session, is told.
const RECENT_DAYS: i64 = 8;
/// Minutes of a day.
const DAY_MINUTES: i64 = 24 * 60;

/// What the lines are made from.
pub(super) struct Accounts<'a> {
    pub hub: &'a Hub,
    pub folded: &'a [Record],
    pub rules: &'a [RuleSet],
}

/// One learner's part of what was settled.
#[derive(Default)]
struct Part<'a> {
    awards: Vec<&'a Award>,
    stays: Vec<&'a Stay>,
    covered: Vec<Covered>,
    prefers: Prefers,
}

impl Accounts<'_> {
    /// The lines, by learner.
    pub fn lines(&self, settled: &Settled) -> Result<Vec<StandingLine>, StoreError> {
        let today = Time(self.hub.clock.now_ms()).local_day(&self.hub.zone);
        let awards = &settled.settlement.awards;
        let days = certify::certify(&*self.hub.store, awards, today)?;
        let sessions: BTreeMap<SessionId, &Held> = settled.settlement.sessions.iter().map(|s| (s.session, s)).collect();
        let plans: BTreeMap<SessionId, &SessionPlan> = settled.plans.iter().map(|plan| (plan.id, plan)).collect();
        let parts = self.parts(settled);
        let line = |(learner, part): (LearnerId, Part<'_>)| {
            let (points, carried) = certify::points(&part.awards, &days, self.rules);
            self.line(learner, &part, (points, carried), &sessions, &plans)
        };
        Ok(parts.into_iter().map(line).collect())
    }

    fn parts<'s>(&self, settled: &'s Settled) -> BTreeMap<LearnerId, Part<'s>> {
        let mut parts: BTreeMap<LearnerId, Part<'s>> = BTreeMap::new();
        for award in &settled.settlement.awards {
            parts.entry(award.learner).or_default().awards.push(award);
        }
        for stay in &settled.settlement.stays {
            parts.entry(stay.learner).or_default().stays.push(stay);
        }
        for lesson in &settled.settlement.lessons {
            let narrow = |ms: i64| u32::try_from(ms).unwrap_or(u32::MAX);
            let covered = Covered {
                lesson: lesson.lesson.0.clone(),
                ranges: lesson.shown.as_slice().iter().map(|(from, to)| (narrow(*from), narrow(*to))).collect(),
                length_ms: lesson.length_ms,
                stopped_ms: lesson.stopped_ms,
                at_ms: lesson.at.0,
            };
            parts.entry(lesson.learner).or_default().covered.push(covered);
        }
        for record in self.folded {
            if let Kind::Visit(Visit::Preference { learner, key, value }) = &record.kind {
                parts.entry(settled.opening.person(*learner)).or_default().prefers.set(key, value);
            }
        }
        parts
    }

    fn line(
        &self,
        learner: LearnerId,
        part: &Part<'_>,
        (points, carried): (i64, i64),
        sessions: &BTreeMap<SessionId, &Held>,
        plans: &BTreeMap<SessionId, &SessionPlan>,
    ) -> StandingLine {
        let sum = |account, state: fn(&State) -> bool| -> i64 {
            let of = part.awards.iter().filter(|award| award.account == account && state(&award.state));
            of.map(|award| award.amount).sum()
        };
        let certain = |state: &State| *state == State::Certain;
        let waiting = |state: &State| *state != State::Certain;
        StandingLine {
            learner,
            gone: false,
            certified: sum(AccountName::Credit, certain),
            waiting: sum(AccountName::Credit, waiting),
            points: points + sum(AccountName::Point, certain),
            carried,
            service_minutes: sum(AccountName::Service, certain),
            used: self.used(&part.awards),
            forgotten: forgotten(&part.awards),
            paid: paid(&part.awards, plans),
            coverage: part.covered.clone(),
            open: open(&part.stays, sessions),
            settled: self.settled(&part.stays, sessions),
            latest: latest(&part.awards),
            prefers: part.prefers.clone(),
        }
    }

    /// What is used of caps, in the periods in which something may still be learned.
    fn used(&self, awards: &[&Award]) -> Vec<CapUsed> {
        let mut used: BTreeMap<(String, String), i64> = BTreeMap::new();
        let today = Time(self.hub.clock.now_ms()).local_day(&self.hub.zone);
        for award in awards.iter().filter(|award| award.amount > 0) {
            let set = self.rules.iter().find(|rules| rules.version == award.version);
            let rule = set
                .and_then(|set| set.rules.iter().find(|rule| rule.id == award.rule && rule.account == award.account));
            let Some(rule) = rule else { continue };
            for cap in &rule.caps {
                if let Some(period) = period(award.day, cap.per, today) {
                    let amount = match cap.most {
                        Most::Amount(_) => award.amount,
                        Most::Minutes(_) => i64::from(award.minutes),
                    };
                    *used.entry((cap.group.clone(), period)).or_insert(0) += amount;
                }
            }
        }
        used.into_iter().map(|((group, period), amount)| CapUsed { group, period, amount }).collect()
    }

    /// Sessions of the last days in which the learner's stay is over for good.
    fn settled(&self, stays: &[&Stay], sessions: &BTreeMap<SessionId, &Held>) -> Vec<SessionId> {
        let since = Time(self.hub.clock.now_ms()).plus_minutes(-RECENT_DAYS * DAY_MINUTES);
        let over = |stay: &&&Stay| {
            let held = sessions.get(&stay.session);
            let ended = !matches!(stay.end, End::Open | End::Forgotten) && stay.count != Count::NotYet;
            ended && held.is_some_and(|held| held.over && !held.waits_for_headcount && held.real_end > since)
        };
        stays.iter().filter(over).map(|stay| stay.session).collect()
    }
}

/// The name of a period, while it is recent enough to matter.
fn period(day: Date, per: Per, today: Date) -> Option<String> {
    let last_month = today.first_of_month().yesterday().unwrap_or(today);
    match per {
        Per::Day => {
            let days = today.since(day).ok().map_or(i64::MAX, |span| i64::from(span.get_days()));
            (days < RECENT_DAYS).then(|| day.to_string())
        }
        Per::Month => (day >= last_month.first_of_month()).then(|| format!("{:04}-{:02}", day.year(), day.month())),
        Per::Year => (day.year() + 1 >= today.year()).then(|| format!("{:04}", day.year())),
    }
}

fn forgotten(awards: &[&Award]) -> Vec<Forgot> {
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for award in awards {
        if let Reason::Forgiven { nth } | Reason::ForgottenHalf { nth, .. } = award.reason {
            let month = format!("{:04}-{:02}", award.day.year(), award.day.month());
            let most = times.entry(month).or_insert(0);
            *most = nth.max(*most);
        }
    }
    let newest = times.into_iter().rev().take(2);
    newest.map(|(month, times)| Forgot { month, times }).collect()
}

fn paid(awards: &[&Award], plans: &BTreeMap<SessionId, &SessionPlan>) -> Vec<PaidLesson> {
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    for award in awards.iter().filter(|award| award.amount > 0) {
        let lessons = match &award.source {
            AwardSource::Lesson(lesson) => std::slice::from_ref(lesson),
            AwardSource::Session(session) => plans.get(session).map_or(&[][..], |plan| &plan.lessons),
        };
        for lesson in lessons {
            let at = last.entry(&lesson.0).or_insert(award.at.0);
            *at = award.at.0.max(*at);
        }
    }
    let mut paid: Vec<PaidLesson> =
        last.into_iter().map(|(lesson, at_ms)| PaidLesson { lesson: lesson.to_owned(), at_ms }).collect();
    paid.sort_by_key(|paid| std::cmp::Reverse(paid.at_ms));
    paid
}

fn open(stays: &[&Stay], sessions: &BTreeMap<SessionId, &Held>) -> Vec<OpenCheckIn> {
    let going_on = |stay: &&&Stay| stay.end == End::Open && sessions.get(&stay.session).is_some_and(|held| !held.over);
    let open = stays.iter().filter(going_on).filter_map(|stay| {
        let since_ms = stay.arrived?.0;
        Some(OpenCheckIn { session: stay.session, since_ms, sits_in: stay.sits_in, unmeasured: stay.unmeasured })
    });
    open.collect()
}

fn latest(awards: &[&Award]) -> Vec<StandingEntry> {
    let mut newest: Vec<&&Award> = awards.iter().filter(|award| award.account == AccountName::Credit).collect();
    newest.sort_by_key(|award| std::cmp::Reverse((award.at, certify::name(award))));
    let mut told = BTreeSet::new();
    newest.retain(|award| told.insert(certify::name(award)));
    newest.into_iter().take(LATEST).map(|award| entry(award)).collect()
}

fn entry(award: &Award) -> StandingEntry {
    StandingEntry {
        day: award.day.to_string(),
        source: match &award.source {
            AwardSource::Session(session) => session.to_string(),
            AwardSource::Lesson(lesson) => lesson.0.clone(),
        },
        rule: award.rule.clone(),
        minutes: award.minutes,
        amount: award.amount,
        reason: award.reason.code().to_owned(),
        state: if award.state == State::Certain { StandingState::Certified } else { StandingState::Waiting },
    }
}
