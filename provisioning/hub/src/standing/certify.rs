// SPDX-License-Identifier: GPL-3.0-or-later
//! Certification (即时认证): what is certain is certified at once, on the day on which the hub first finds it so; then it turns into
//! points.

use std::collections::BTreeMap;

use jiff::civil::Date;
use xuedian_domain::{
    record::AwardSource,
    rules::{AccountName, RuleSet, in_force},
    settle::{Award, Carried, Certified, State, convert},
};

use crate::store::{Certifications, StoreError};

/// Name of an award for ever: who, for what, by which rule. Its amount may be corrected later.
pub(super) fn name(award: &Award) -> String {
    let source = match &award.source {
        AwardSource::Session(session) => session.to_string(),
        // A lesson may earn again after months.
        AwardSource::Lesson(lesson) => format!("{lesson} {}", award.day),
    };
    format!("{} {source} {}", award.learner, award.rule)
}

/// Whether an award may be certified.
pub(super) fn certain(award: &Award) -> bool {
    award.state == State::Certain && award.account == AccountName::Credit && award.amount > 0
}

/// Certifies what is certain and was not yet. Gives the local day of each certification, by the award's name.
pub(super) fn certify(
    store: &(impl Certifications + ?Sized),
    awards: &[Award],
    today: Date,
) -> Result<BTreeMap<String, Date>, StoreError> {
    let mut days: BTreeMap<String, Date> = BTreeMap::new();
    for (award, day) in store.certifications()? {
        let day =
            day.parse().map_err(|why: jiff::Error| StoreError::Row { what: "certification", why: why.to_string() })?;
        days.insert(award, day);
    }
    let new: Vec<String> =
        awards.iter().filter(|a| certain(a)).map(name).filter(|name| !days.contains_key(name)).collect();
    if !new.is_empty() {
        store.put_certifications(&new, &today.to_string())?;
        days.extend(new.into_iter().map(|name| (name, today)));
    }
    Ok(days)
}

/// Points of one learner's certified awards, and the 1/100 point that is carried.
pub(super) fn points(awards: &[&Award], days: &BTreeMap<String, Date>, rules: &[RuleSet]) -> (i64, i64) {
    let mut certified: Vec<(Certified, &Award)> = awards
        .iter()
        .filter(|award| certain(award))
        .filter_map(|award| {
            let on = *days.get(&name(award))?;
            Some((Certified { rule: award.rule.clone(), amount: award.amount, on }, *award))
        })
        .collect();
    certified.sort_by_key(|(it, award)| (it.on, award.at, name(award)));
    let mut carried = Carried::default();
    let mut points = 0;
    for (it, _) in certified {
        let Some(rules) = in_force(rules, it.on) else { continue };
        points += convert(&[it], rules, &mut carried).iter().map(|converted| converted.points).sum::<i64>();
    }
    (points, carried.hundredths)
}
