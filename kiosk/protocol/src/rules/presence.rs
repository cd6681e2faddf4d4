// SPDX-License-Identifier: GPL-3.0-or-later
//! Presence policies: from the file to numbers with their defaults.

use xuedian_domain::rules::{Checkout, Forgotten, Fraction, PresenceRule, PresenceRules, Weight};

use super::{BadRules, error::Place, raw};

pub(super) fn all(place: &Place<'_>, it: &raw::Presence) -> Result<PresenceRules, BadRules> {
    Ok(PresenceRules {
        class: one(place, "class", &it.class)?,
        lecture: one(place, "lecture", &it.lecture)?,
        drop_in: one(place, "drop_in", &it.drop_in)?,
        screening: one(place, "screening", &it.screening)?,
        service: one(place, "service", &it.service)?,
    })
}

fn one(place: &Place<'_>, name: &str, it: &raw::Policy) -> Result<PresenceRule, BadRules> {
    let share = |at: &Option<toml::Spanned<[u32; 2]>>, key: &str| {
        at.as_ref().map(|at| place.fraction(at, &format!("presence.{name}.{key}"))).transpose()
    };
    let plain = PresenceRule::plain(match it.checkout {
        raw::Checkout::Required => Checkout::Required,
        raw::Checkout::None => Checkout::None,
        raw::Checkout::OnClose => Checkout::OnClose,
    });
    let tolerance = share(&it.headcount_tolerance, "headcount_tolerance")?.unwrap_or(Fraction { num: 0, den: 100 });
    Ok(PresenceRule {
        opens_before_start: it.opens_before_start.unwrap_or(plain.opens_before_start),
        late_tolerance: it.late_tolerance.unwrap_or(plain.late_tolerance),
        early_end_tolerance: it.early_end_tolerance.unwrap_or(plain.early_end_tolerance),
        accept_until_after_start: it.accept_until_after_start,
        checkout_from_before_end: it.checkout_from_before_end,
        checkout_until_after_end: it.checkout_until_after_end,
        minimum_share: share(&it.minimum_share, "minimum_share")?,
        minimum_minutes: it.minimum_minutes.unwrap_or(plain.minimum_minutes),
        repeat_tap_ignored_seconds: it.repeat_tap_ignored_seconds.unwrap_or(plain.repeat_tap_ignored_seconds),
        forgotten: it.forgotten.as_ref().map_or(Ok(plain.forgotten), |at| forgotten(place, name, at))?,
        headcount_tolerance: matches!(it.headcount, Some(raw::Headcount::Required)).then_some(tolerance),
        ..plain
    })
}

fn forgotten(place: &Place<'_>, name: &str, at: &toml::Spanned<raw::Forgotten>) -> Result<Forgotten, BadRules> {
    let it = at.get_ref();
    match (it.always, it.first_in_month, it.later) {
        (Some(raw::Always::Full), None, None) => Ok(Forgotten::Whole),
        (Some(raw::Always::Minimum), None, None) => Ok(Forgotten::Minimum),
        (Some(raw::Always::WaitForStaff), None, None) => Ok(Forgotten::WaitForStaff),
        (None, Some(first), Some(later)) => Ok(Forgotten::Monthly { first: weight(first), later: weight(later) }),
        _ => {
            let allowed = "either `always` (full, minimum, wait_for_staff) or both `first_in_month` and `later` (full, half, nothing)";
            Err(place.wrong(at, format!("presence.{name}.forgotten: {allowed} are allowed")))
        }
    }
}

fn weight(it: raw::Weight) -> Weight {
    match it {
        raw::Weight::Full => Weight::Full,
        raw::Weight::Half => Weight::Half,
        raw::Weight::Nothing => Weight::Nothing,
    }
}
