// SPDX-License-Identifier: GPL-3.0-or-later
//! One person's stays and lessons into awards, in the order of the learning.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    id::{LearnerId, SessionId},
    record::AwardSource,
    rules::{AccountName, Forgotten, Method, Needs, Rule, Weight, Where},
    settle::{
        Award, Before, Count, End, Input, Reason, Settlement, Spans, State, Stay, Waiting,
        cap::Used,
        gather::{Gathered, Shown},
        held::Judged,
        lesson::Lessons,
        overlap,
    },
    time::Time,
};

/// A rule that fits a stay.
pub(super) struct Candidate<'a> {
    pub session: SessionId,
    pub rule: &'a Rule,
    pub judged: &'a Judged<'a>,
    pub minutes: u32,
    pub weight: Weight,
    pub reason: Reason,
    pub state: State,
    pub counted: Spans,
    /// When the person was seen there, by taps.
    pub seen: Spans,
    pub at: Time,
}

impl Candidate<'_> {
    /// Units of the rule's account, before limits.
    pub fn units(&self) -> i64 {
        self.weigh(amount(self.rule, self.minutes))
    }

    fn weigh(&self, amount: i64) -> i64 {
        match self.weight {
            Weight::Full => amount,
            Weight::Half => amount / 2,
            Weight::Nothing => 0,
        }
    }
}

fn amount(rule: &Rule, minutes: u32) -> i64 {
    match &rule.method {
        Method::Hours(hours) => hours.amount(minutes),
        Method::Scheduled(scheduled) => scheduled.amount(minutes),
        _ => 0,
    }
}

fn sessions_of(rule: &Rule) -> Option<&Where> {
    match &rule.method {
        Method::Hours(hours) => Some(&hours.at),
        Method::Scheduled(scheduled) => Some(&scheduled.at),
        _ => None,
    }
}

pub(super) fn settle<'a>(
    input: &Input<'a>,
    gathered: &Gathered<'a>,
    held: &BTreeMap<SessionId, Judged<'a>>,
    mut stays: Vec<Stay>,
    out: &mut Settlement,
) {
    stays.sort_by_key(|stay| (stay.learner, held.get(&stay.session).map(|judged| judged.held.start), stay.session));
    let people: BTreeSet<LearnerId> =
        stays.iter().map(|stay| stay.learner).chain(gathered.shown.keys().copied()).collect();
    let unknown = Before::default();
    for learner in people {
        let mine: Vec<&Stay> = stays
            .iter()
            .skip(stays.partition_point(|stay| stay.learner < learner))
            .take_while(|stay| stay.learner == learner)
            .collect();
        let before = input.opening.learners.get(&learner).unwrap_or(&unknown);
        let mut candidates = candidates(input, held, before, &mine);
        overlap::apply(learner, &mut candidates, &mut out.findings);
        Person { input, learner, used: Used(before.used.clone()), lessons: Lessons::new(before) }.settle(
            gathered,
            &candidates,
            out,
        );
    }
    out.stays = stays;
}

fn candidates<'a>(
    input: &Input<'_>,
    held: &'a BTreeMap<SessionId, Judged<'a>>,
    before: &Before,
    stays: &[&Stay],
) -> Vec<Candidate<'a>> {
    let mut forgotten = before.forgotten.clone();
    let mut out = Vec::new();
    for stay in stays {
        let Some(judged) = held.get(&stay.session) else { continue };
        if stay.count == Count::NotYet || before.settled.contains(&stay.session) {
            continue;
        }
        let (weight, reason) = weight(input, judged, stay, &mut forgotten);
        for rule in &judged.rules.rules {
            let Some(at) = sessions_of(rule).filter(|at| at.fits(judged.plan)) else { continue };
            let uncertified = at.site_certified && !judged.plan.site_certified && reason_counts(&reason);
            let (weight, reason) =
                if uncertified { (Weight::Nothing, Reason::NotCertifiedSite) } else { (weight, reason) };
            out.push(Candidate {
                session: stay.session,
                rule,
                judged,
                minutes: stay.minutes,
                weight,
                reason,
                state: state(input, judged, rule, stay),
                counted: stay.counted.clone(),
                seen: seen(judged, stay),
                at: judged.held.start,
            });
        }
    }
    out
}

fn reason_counts(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::Earned | Reason::Forgiven { .. } | Reason::ForgottenHalf { .. } | Reason::ForgottenMinimum { .. }
    )
}

/// How much of a stay counts; a forgotten check-out is counted by the month of the session.
fn weight(
    input: &Input<'_>,
    judged: &Judged<'_>,
    stay: &Stay,
    forgotten: &mut BTreeMap<(i16, i8), u32>,
) -> (Weight, Reason) {
    if let Count::No(reason) = stay.count {
        return (Weight::Nothing, reason);
    }
    if let Some(false) = input.opening.ratings.get(&(stay.learner, stay.session)) {
        return (Weight::Nothing, Reason::RatedPoor);
    }
    match judged.policy.forgotten {
        Forgotten::Monthly { first, later } if stay.end == End::Forgotten => {
            let day = judged.held.start.local_day(input.zone);
            let nth = forgotten.entry((day.year(), day.month())).or_insert(0);
            *nth = nth.saturating_add(1);
            match if *nth == 1 { first } else { later } {
                Weight::Full => (Weight::Full, Reason::Forgiven { nth: *nth }),
                other => (other, Reason::ForgottenHalf { nth: *nth, full: 0 }),
            }
        }
        Forgotten::Minimum if stay.end == End::Forgotten => {
            (Weight::Full, Reason::ForgottenMinimum { minutes: stay.minutes })
        }
        _ => (Weight::Full, Reason::Earned),
    }
}

fn state(input: &Input<'_>, judged: &Judged<'_>, rule: &Rule, stay: &Stay) -> State {
    if !judged.held.over && !judged.held.cancelled {
        return State::Waiting(Waiting::SessionEnd);
    }
    if judged.held.waits_for_headcount && stay.count == Count::Yes {
        return State::Waiting(Waiting::Headcount);
    }
    let rated = input.opening.ratings.contains_key(&(stay.learner, stay.session));
    match rule.needs {
        Needs::StaffRating if !rated => State::Waiting(Waiting::Rating),
        Needs::Other(_) => State::Waiting(Waiting::Other),
        _ => State::Certain,
    }
}

fn seen(judged: &Judged<'_>, stay: &Stay) -> Spans {
    let Some(arrived) = stay.arrived.filter(|_| !stay.unmeasured) else { return stay.counted.clone() };
    let left = stay.left.filter(|left| *left > arrived).unwrap_or(judged.held.real_end).min(judged.held.real_end);
    Spans::from_iter([(arrived.max(judged.held.start).0, left.0)])
}

/// One person while settling.
struct Person<'i, 'a> {
    input: &'i Input<'a>,
    learner: LearnerId,
    used: Used,
    lessons: Lessons,
}

impl<'a> Person<'_, 'a> {
    fn settle(mut self, gathered: &Gathered<'a>, candidates: &[Candidate<'_>], out: &mut Settlement) {
        let mut busy = Spans::default();
        for it in candidates.iter().filter(|it| it.units() > 0) {
            busy.extend(&it.counted);
        }
        let shown = gathered.shown.get(&self.learner).into_iter().flatten();
        let mut pieces: Vec<(&crate::id::LessonKey, &Shown<'a>)> =
            shown.flat_map(|(key, all)| all.iter().map(move |one| (*key, one))).collect();
        pieces.sort_by_key(|(key, one)| (one.at, one.record, *key));
        let mut order: Vec<&Candidate<'_>> = candidates.iter().collect();
        order.sort_by(|a, b| (a.at, a.session, &a.rule.id).cmp(&(b.at, b.session, &b.rule.id)));
        let mut order = order.into_iter().peekable();
        for (key, piece) in pieces {
            while let Some(it) = order.next_if(|it| it.at <= piece.at) {
                self.presence(it, &mut out.awards);
            }
            let award =
                self.lessons.piece(self.input, self.learner, key, piece, &busy, &mut self.used, &mut out.findings);
            out.awards.extend(award);
        }
        for it in order {
            self.presence(it, &mut out.awards);
        }
        self.lessons.close(self.input, self.learner, out);
    }

    fn presence(&mut self, it: &Candidate<'_>, awards: &mut Vec<Award>) {
        let day = it.at.local_day(self.input.zone);
        let mut reason = it.reason;
        let alive = it.weight != Weight::Nothing;
        let asked = if alive { most(it.rule, it.minutes) } else { 0 };
        let (minutes, cut) = self.used.minutes(&it.rule.caps, day, asked);
        let full = it.weigh(amount(it.rule, if cut.is_some() { minutes } else { it.minutes }));
        let (units, cut_amount) = self.used.amount(&it.rule.caps, day, full);
        if let Reason::ForgottenHalf { full, .. } = &mut reason {
            *full = amount(it.rule, it.minutes);
        }
        if alive && full == 0 && reason_counts(&reason) {
            reason = Reason::RoundedDown { minutes: it.minutes, least: least(it.rule) };
        }
        reason = cut_amount.or(cut).unwrap_or(reason);
        let award = self.award(it, it.rule.account, units, reason, day);
        if let Method::Hours(hours) = &it.rule.method {
            if hours.marks_lessons_covered && units > 0 {
                self.lessons.paid(&it.judged.plan.lessons, it.at);
            }
            let also = hours.also(if cut.is_some() { minutes } else { it.minutes });
            awards.extend(also.map(|(account, units)| self.award(it, account, it.weigh(units), reason, day)));
        }
        awards.push(award);
    }

    fn award(&self, it: &Candidate<'_>, account: AccountName, amount: i64, reason: Reason, day: Date) -> Award {
        Award {
            learner: self.learner,
            source: AwardSource::Session(it.session),
            rule: it.rule.id.clone(),
            version: it.judged.rules.version,
            method: it.rule.method.name(),
            account,
            amount,
            minutes: it.minutes,
            reason,
            state: it.state,
            at: it.at,
            day,
        }
    }
}

fn most(rule: &Rule, minutes: u32) -> u32 {
    match &rule.method {
        Method::Hours(hours) => hours.most_minutes.map_or(minutes, |most| most.min(minutes)),
        _ => minutes,
    }
}

/// The least minutes that earn anything.
fn least(rule: &Rule) -> u32 {
    match &rule.method {
        Method::Hours(hours) => hours.per_minutes,
        Method::Scheduled(scheduled) => scheduled.steps.iter().map(|(minutes, _)| *minutes).min().unwrap_or(0),
        _ => 0,
    }
}
