// SPDX-License-Identifier: GPL-3.0-or-later
//! Certified credits into reward points (`conversion/1`), with the remainder carried: nobody loses half a point.

use jiff::civil::Date;

use crate::{
    rules::{AccountName, Cap, Conversion, RuleSet},
    settle::{Period, Reason, cap::Used},
};

/// Credits that were certified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// The rule that gave them.
    pub rule: String,
    /// 1/100 credit; negative for a correction.
    pub amount: i64,
    /// The local day of the certification.
    pub on: Date,
}

/// What is carried from one conversion to the next.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Carried {
    /// 1/100 point, never negative and less than a point.
    pub hundredths: i64,
    /// Points of each period that has a limit, as used so far.
    pub used: std::collections::BTreeMap<(String, Period), i64>,
}

/// What one certification turned into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// Whole points, negative for a correction.
    pub points: i64,
    /// How many times, by campaign.
    pub factor: u32,
    /// 1/100 point left for next time.
    pub carried: i64,
    /// The limit that cut it.
    pub cut: Option<Reason>,
}

/// Converts certified credits in the order given. Credits of rules that earn no points convert to nothing.
#[must_use]
pub fn convert(certified: &[Certified], rules: &RuleSet, carried: &mut Carried) -> Vec<Converted> {
    let Some((rule, conversion)) = rules.conversion() else { return Vec::new() };
    debug_assert_eq!(rule.account, AccountName::Point);
    certified.iter().map(|it| one(it, &rule.caps, conversion, carried)).collect()
}

fn one(it: &Certified, caps: &[Cap], conversion: &Conversion, carried: &mut Carried) -> Converted {
    let factor = conversion
        .factors
        .iter()
        .find(|factor| (factor.from..=factor.to).contains(&it.on))
        .map_or(1, |factor| factor.times);
    if !conversion.from_rules.contains(&it.rule) {
        return Converted { points: 0, factor, carried: carried.hundredths, cut: None };
    }
    let hundredths = it.amount.saturating_mul(i64::from(conversion.per_credit)).saturating_mul(i64::from(factor));
    let sum = hundredths.saturating_add(carried.hundredths);
    let whole = sum.div_euclid(100);
    carried.hundredths = sum.rem_euclid(100);
    if whole < 0 {
        // A correction gives its room back.
        for cap in caps {
            let used = carried.used.entry((cap.group.clone(), Period::around(it.on, cap.per))).or_insert(0);
            *used = used.saturating_add(whole).max(0);
        }
        return Converted { points: whole, factor, carried: carried.hundredths, cut: None };
    }
    let mut used = Used(std::mem::take(&mut carried.used));
    let (points, cut) = used.amount(caps, it.on, whole);
    carried.used = used.0;
    Converted { points, factor, carried: carried.hundredths, cut }
}
