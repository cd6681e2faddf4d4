// SPDX-License-Identifier: GPL-3.0-or-later
//! The rules of a district as they are written: a TOML file for people, read into what the domain settles with.
//!
//! Everything in the file is known by name: a misspelt key is refused with its line and what is allowed. Rules whose
//! method this release does not compute are kept, and listed by `RuleSet::not_computed`.

mod error;
mod inner;
mod presence;
mod raw;
mod rule;

use xuedian_domain::rules::RuleSet;

pub use error::BadRules;

/// Reads a rules file.
///
/// # Errors
/// The first thing that is wrong: its line, its key, and what is allowed.
pub fn parse(text: &str) -> Result<RuleSet, BadRules> {
    let file: raw::File = toml::from_str(text).map_err(|error| BadRules::from_toml(text, &error))?;
    let place = error::Place { text };
    let document = file.document;
    Ok(RuleSet {
        id: document.id,
        version: document.version,
        effective: place.date(&document.effective, "document.effective")?,
        basis: document.basis,
        minutes_per_credit: document.minutes_per_credit,
        stale_after_days: document.stale_after_days,
        supplement_within_days: file.correction.supplement_within_days,
        presence: presence::all(&place, &file.presence)?,
        rules: file.rule.into_iter().map(|rule| rule::one(&place, rule)).collect::<Result<_, _>>()?,
    })
}
