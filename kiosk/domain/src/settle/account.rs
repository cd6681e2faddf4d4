// SPDX-License-Identifier: GPL-3.0-or-later
//! One person's stays and lessons into awards, in the order of the learning.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    id::{LearnerId, LessonKey, SessionId},
    record::AwardSource,
    rules::{AccountName, Method, Weight},
    settle::{
        Award, Before, Input, Reason, Settlement, Spans, Stay,
        candidate::{Candidate, amount, candidates, least, most, nothing_against},
        cap::Used,
        gather::{Gathered, Shown},
        held::Judged,
        lesson::Lessons,
        overlap,
    },
};

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
        let mut pieces: Vec<(&LessonKey, &Shown<'a>)> =
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
        if alive && full == 0 && nothing_against(&reason) {
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
