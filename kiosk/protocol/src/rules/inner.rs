// SPDX-License-Identifier: GPL-3.0-or-later
//! The inner tables of rules, each strict.

use serde::Deserialize;
use toml::value::Datetime;

use super::raw::Account3;
use crate::records::KindWord;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhereSession {
    pub activity: Vec<KindWord>,
    #[serde(default)]
    pub site_certified: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhereLesson {
    pub minimum_coverage: [u32; 2],
    pub quiz_if_any: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhereCredit {
    pub from_rules: Vec<String>,
}

/// The only way to round.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    Down,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remainder {
    Carried,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "there is one way to round")]
pub struct Hours {
    pub per_minutes: u32,
    pub each: u32,
    rounding: Rounding,
    pub most_minutes: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    pub account: Account3,
    pub per_minutes: u32,
    pub each: u32,
    pub most_minutes: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheduled {
    pub by_scheduled_minutes: Vec<(u32, u32)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "there is one way to round")]
pub struct Coverage {
    pub per_minutes_of_lesson: u32,
    pub each: u32,
    pub step: u32,
    rounding: Rounding,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "there is one way to round, and nothing is lost")]
pub struct Conversion {
    pub per_credit: u32,
    rounding: Rounding,
    remainder: Remainder,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Once {
    pub per: OncePer,
    pub within_months: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OncePer {
    Lesson,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    pub from: Datetime,
    pub to: Datetime,
    pub times: u32,
    pub zh: String,
}
