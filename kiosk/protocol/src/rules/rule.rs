// SPDX-License-Identifier: GPL-3.0-or-later
//! Rules: the event that a rule is on, and the form of its amount, tell its method.

use toml::{Spanned, Value};
use xuedian_domain::{
    rules::{
        AccountName, Also, Cap, Conversion, Coverage, Factor, Hours, Method, Most, Needs, Per, Rule, Scheduled, Where,
    },
    session::Words,
};

use super::{
    BadRules,
    error::{Place, civil},
    inner, raw,
};

/// What rules may be on. The last six are known and not computed by this release.
const EVENTS: [&str; 9] = [
    "presence.settled",
    "lesson.covered",
    "credit.certified",
    "series.closed",
    "teaching.settled",
    "showing.confirmed",
    "evidence.approved",
    "duty.assessed",
    "learner.first_attendance",
];

pub(super) fn one(place: &Place<'_>, it: raw::Rule) -> Result<Rule, BadRules> {
    let method = method(place, &it)?;
    if let Some(named) = it.method.as_ref().filter(|named| named.get_ref() != method.name()) {
        return Err(
            place.wrong(named, format!("{}.method: {} is allowed with this event and amount", it.id, method.name()))
        );
    }
    Ok(Rule {
        name: Words { zh: it.zh, en: it.en },
        account: account(it.account),
        method,
        needs: match it.needs {
            None => Needs::Nothing,
            Some(needs) if needs == "staff_rating" => Needs::StaffRating,
            Some(other) => Needs::Other(other),
        },
        caps: it.caps.iter().map(|at| cap(place, &it.id, at)).collect::<Result<_, _>>()?,
        explain: Words { zh: it.explain_zh, en: it.explain_en },
        id: it.id,
    })
}

fn method(place: &Place<'_>, it: &raw::Rule) -> Result<Method, BadRules> {
    Ok(match it.on.get_ref().as_str() {
        "presence.settled" if it.amount.get_ref().get("by_scheduled_minutes").is_some() => {
            Method::Scheduled(scheduled(place, it)?)
        }
        "presence.settled" => Method::Hours(hours(place, it)?),
        "lesson.covered" => Method::Coverage(coverage(place, it)?),
        "credit.certified" => Method::Conversion(conversion(place, it)?),
        on if EVENTS.contains(&on) => Method::NotComputed { on: on.to_owned() },
        on => {
            return Err(
                place.wrong(&it.on, format!("{}.on: `{on}` is not known; {} are allowed", it.id, EVENTS.join(", ")))
            );
        }
    })
}

fn hours(place: &Place<'_>, it: &raw::Rule) -> Result<Hours, BadRules> {
    let amount: inner::Hours = place.read(&it.amount, &format!("{}.amount", it.id))?;
    let also = |at: &Spanned<Value>| {
        let key = format!("{}.also", it.id);
        let also: inner::Also = place.read(at, &key)?;
        Ok(Also {
            account: account(also.account),
            per_minutes: above_zero(place, at, also.per_minutes, &format!("{key}.per_minutes"))?,
            each: also.each,
            most_minutes: also.most_minutes,
        })
    };
    Ok(Hours {
        at: sessions(place, it)?,
        per_minutes: above_zero(place, &it.amount, amount.per_minutes, &format!("{}.amount.per_minutes", it.id))?,
        each: amount.each,
        most_minutes: amount.most_minutes,
        also: it.also.as_ref().map(also).transpose()?,
        marks_lessons_covered: it.marks_lessons_covered,
    })
}

fn scheduled(place: &Place<'_>, it: &raw::Rule) -> Result<Scheduled, BadRules> {
    let amount: inner::Scheduled = place.read(&it.amount, &format!("{}.amount", it.id))?;
    let mut steps = amount.by_scheduled_minutes;
    steps.sort_unstable();
    Ok(Scheduled { at: sessions(place, it)?, steps })
}

fn coverage(place: &Place<'_>, it: &raw::Rule) -> Result<Coverage, BadRules> {
    let at: inner::WhereLesson = place.read(required(place, it)?, &format!("{}.where", it.id))?;
    let amount: inner::Coverage = place.read(&it.amount, &format!("{}.amount", it.id))?;
    let once = it.once.as_ref().map(|once| place.read::<inner::Once>(once, &format!("{}.once", it.id))).transpose()?;
    let [num, den] = at.minimum_coverage;
    above_zero(place, required(place, it)?, den, &format!("{}.where.minimum_coverage", it.id))?;
    Ok(Coverage {
        minimum: xuedian_domain::rules::Fraction { num, den },
        quiz_if_any: at.quiz_if_any,
        per_minutes: above_zero(
            place,
            &it.amount,
            amount.per_minutes_of_lesson,
            &format!("{}.amount.per_minutes_of_lesson", it.id),
        )?,
        each: amount.each,
        step: above_zero(place, &it.amount, amount.step, &format!("{}.amount.step", it.id))?,
        once_within_months: once.and_then(|once| match once.per {
            inner::OncePer::Lesson => once.within_months,
        }),
    })
}

fn conversion(place: &Place<'_>, it: &raw::Rule) -> Result<Conversion, BadRules> {
    let at: inner::WhereCredit = place.read(required(place, it)?, &format!("{}.where", it.id))?;
    let amount: inner::Conversion = place.read(&it.amount, &format!("{}.amount", it.id))?;
    let key = format!("{}.factor", it.id);
    let factors: Vec<inner::Factor> = it.factor.as_ref().map_or(Ok(Vec::new()), |at| place.read(at, &key))?;
    let factor = |factor: inner::Factor| {
        Some(Factor { from: civil(&factor.from)?, to: civil(&factor.to)?, times: factor.times, zh: factor.zh })
    };
    let factors = factors.into_iter().map(factor).collect::<Option<Vec<_>>>().ok_or_else(|| {
        let at = it.factor.as_ref().or(it.at.as_ref()).unwrap_or(&it.amount);
        place.wrong(at, format!("{key}: dates as 2026-11-01 are allowed"))
    })?;
    Ok(Conversion { from_rules: at.from_rules, per_credit: amount.per_credit, factors })
}

fn sessions(place: &Place<'_>, it: &raw::Rule) -> Result<Where, BadRules> {
    let at: inner::WhereSession = place.read(required(place, it)?, &format!("{}.where", it.id))?;
    Ok(Where { activities: at.activity.into_iter().map(Into::into).collect(), site_certified: at.site_certified })
}

fn required<'a>(place: &Place<'_>, it: &'a raw::Rule) -> Result<&'a Spanned<Value>, BadRules> {
    it.at.as_ref().ok_or_else(|| place.wrong(&it.on, format!("{}.where is missing", it.id)))
}

fn above_zero(place: &Place<'_>, at: &Spanned<Value>, value: u32, key: &str) -> Result<u32, BadRules> {
    if value == 0 {
        return Err(place.wrong(at, format!("{key}: a whole number above 0 is allowed")));
    }
    Ok(value)
}

fn cap(place: &Place<'_>, rule: &str, it: &raw::Cap) -> Result<Cap, BadRules> {
    let most = match (it.most, it.most_minutes) {
        (Some(most), None) => Most::Amount(i64::from(most)),
        (None, Some(most)) => Most::Minutes(i64::from(most)),
        _ => {
            return Err(
                place.wrong(&it.group, format!("{rule}.caps: exactly one of `most` and `most_minutes` is allowed"))
            );
        }
    };
    let per = match it.per {
        raw::Per::Day => Per::Day,
        raw::Per::Month => Per::Month,
        raw::Per::Year => Per::Year,
    };
    Ok(Cap { group: it.group.get_ref().clone(), per, most })
}

fn account(it: raw::Account3) -> AccountName {
    match it {
        raw::Account3::Credit => AccountName::Credit,
        raw::Account3::Point => AccountName::Point,
        raw::Account3::Service => AccountName::Service,
    }
}
