// SPDX-License-Identifier: GPL-3.0-or-later
//! Lessons: what was really shown, and what covering one earns.

use std::collections::BTreeMap;

use jiff::ToSpan as _;

use crate::{
    id::{LearnerId, LessonKey},
    record::AwardSource,
    rules::{Coverage, Method, Rule, RuleSet, in_force},
    settle::{Award, Before, Finding, Input, Reason, Settlement, Spans, State, cap::Used, gather::Shown},
    time::{MINUTE_MS, Time},
};

/// What of a lesson was really shown since it last earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watching {
    /// Who.
    pub learner: LearnerId,
    /// What.
    pub lesson: LessonKey,
    /// Stretches shown, milliseconds from the start.
    pub shown: Spans,
    /// The lesson's length, milliseconds; 0 where only what was shown elsewhere is known.
    pub length_ms: u32,
    /// Where the person stopped last, milliseconds from the start.
    pub stopped_ms: u32,
    /// When that was.
    pub at: Time,
    /// How often it was covered in the facts given.
    pub covered: u32,
}

#[derive(Default)]
struct Progress {
    shown: Spans,
    length_ms: u32,
    stopped_ms: u32,
    at: Time,
    covered: u32,
    touched: bool,
}

/// One person's lessons while settling.
pub(super) struct Lessons {
    progress: BTreeMap<LessonKey, Progress>,
    paid: BTreeMap<LessonKey, Time>,
}

impl Lessons {
    pub fn new(before: &Before) -> Self {
        let progress = |(key, shown): (&LessonKey, &Spans)| {
            (key.clone(), Progress { shown: shown.clone(), ..Progress::default() })
        };
        Self { progress: before.shown.iter().map(progress).collect(), paid: before.paid.clone() }
    }

    /// These lessons have earned, otherwise than by watching.
    pub fn paid(&mut self, lessons: &[LessonKey], at: Time) {
        for lesson in lessons {
            let last = self.paid.entry(lesson.clone()).or_insert(at);
            *last = at.max(*last);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "all of one person's state meets in this step")]
    pub fn piece(
        &mut self,
        input: &Input<'_>,
        learner: LearnerId,
        lesson: &LessonKey,
        piece: &Shown<'_>,
        busy: &Spans,
        used: &mut Used,
        findings: &mut Vec<Finding>,
    ) -> Option<Award> {
        let progress = self.progress.entry(lesson.clone()).or_default();
        progress.touched = true;
        progress.at = piece.at;
        progress.stopped_ms = piece.stopped_ms.min(piece.length_ms);
        // A new cut of a lesson may be shorter; what is asked is the longer of the two.
        progress.length_ms = progress.length_ms.max(piece.length_ms);
        let length = i64::from(piece.length_ms);
        let shown: Spans =
            piece.ranges.iter().map(|(from, to)| (i64::from(*from), i64::from(*to).min(length))).collect();
        if elsewhere(piece, &shown, busy) {
            findings.push(Finding::WatchedElsewhere { learner, lesson: lesson.clone(), record: piece.record });
            return None;
        }
        progress.shown.extend(&shown);
        let (rules, rule, coverage) = rule_at(input, piece.at)?;
        let needed = coverage.minimum.needed(i64::from(progress.length_ms));
        if needed == 0 || progress.shown.total() < needed {
            return None;
        }
        progress.shown = Spans::default();
        progress.covered = progress.covered.saturating_add(1);
        let minutes = minutes(progress.length_ms);
        let mut award = award(input, learner, lesson, (rules, rule), minutes, piece.at);
        if let Some(last) = self.paid.get(lesson).filter(|last| within(input, **last, piece.at, coverage)) {
            award.reason = Reason::Once { last: *last };
            return Some(award);
        }
        let full = coverage.amount(minutes);
        let (amount, cut) = used.amount(&rule.caps, award.day, full);
        let rounded = Reason::RoundedDown {
            minutes,
            least: coverage.per_minutes.saturating_mul(coverage.step).div_ceil(coverage.each.max(1)),
        };
        award.reason = cut.unwrap_or(if full == 0 { rounded } else { Reason::Earned });
        award.amount = amount;
        if amount > 0 {
            self.paid(std::slice::from_ref(lesson), piece.at);
        }
        Some(award)
    }

    /// What is begun and has not earned.
    pub fn close(self, input: &Input<'_>, learner: LearnerId, out: &mut Settlement) {
        for (lesson, it) in self.progress {
            if !it.touched {
                continue;
            }
            if it.shown.total() > 0
                && let Some((rules, rule, coverage)) = rule_at(input, it.at)
            {
                let more_ms = coverage.minimum.needed(i64::from(it.length_ms)).saturating_sub(it.shown.total());
                let mut award = award(input, learner, &lesson, (rules, rule), minutes(it.length_ms), it.at);
                award.reason = Reason::NotYetCovered { more_ms };
                out.awards.push(award);
            }
            let Progress { shown, length_ms, stopped_ms, at, covered, .. } = it;
            out.lessons.push(Watching { learner, lesson, shown, length_ms, stopped_ms, at, covered });
        }
    }
}

/// More than half of the time that a piece took belongs to a session that earns.
fn elsewhere(piece: &Shown<'_>, shown: &Spans, busy: &Spans) -> bool {
    let took = shown.total();
    let span = Spans::from_iter([(piece.at.0.saturating_sub(took), piece.at.0)]);
    piece.measurable && took > 0 && span.shared(busy) > took / 2
}

fn rule_at<'a>(input: &Input<'a>, at: Time) -> Option<(&'a RuleSet, &'a Rule, &'a Coverage)> {
    let rules = in_force(input.rules, at.local_day(input.zone))?;
    rules.rules.iter().find_map(|rule| match &rule.method {
        Method::Coverage(coverage) => Some((rules, rule, coverage)),
        _ => None,
    })
}

fn within(input: &Input<'_>, last: Time, at: Time, coverage: &Coverage) -> bool {
    let Some(months) = coverage.once_within_months else { return false };
    // Longer than any calendar is for ever.
    let again = last.local_day(input.zone).checked_add(i64::from(months.min(120_000)).months());
    again.map_or(true, |again| at.local_day(input.zone) < again)
}

/// To the nearest minute.
fn minutes(length_ms: u32) -> u32 {
    u32::try_from((i64::from(length_ms) + MINUTE_MS / 2) / MINUTE_MS).unwrap_or(u32::MAX)
}

fn award(
    input: &Input<'_>,
    learner: LearnerId,
    lesson: &LessonKey,
    (rules, rule): (&RuleSet, &Rule),
    minutes: u32,
    at: Time,
) -> Award {
    Award {
        learner,
        source: AwardSource::Lesson(lesson.clone()),
        rule: rule.id.clone(),
        version: rules.version,
        method: rule.method.name(),
        account: rule.account,
        amount: 0,
        minutes,
        reason: Reason::Earned,
        state: State::Certain,
        at,
        day: at.local_day(input.zone),
    }
}
