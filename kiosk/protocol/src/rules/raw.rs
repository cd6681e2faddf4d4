// SPDX-License-Identifier: GPL-3.0-or-later
//! The file as it is written. Every key is named here; another one is refused.

use serde::Deserialize;
use toml::{Spanned, Table, Value, value::Datetime};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "sections that are checked for their keys and used by later releases")]
pub(super) struct File {
    pub document: Document,
    pub accounts: Accounts,
    pub presence: Presence,
    pub rule: Vec<Rule>,
    pub overlap: Overlap,
    pub spending: Table,
    pub expiry: Table,
    pub correction: Correction,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub id: String,
    pub version: u32,
    pub effective: Spanned<Datetime>,
    pub basis: String,
    pub minutes_per_credit: u32,
    pub stale_after_days: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "their units are fixed here; the file repeats them for people")]
pub(super) struct Accounts {
    credit: Account<CreditUnit>,
    point: Account<PointUnit>,
    service: Account<ServiceUnit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "their units are fixed here; the file repeats them for people")]
struct Account<U> {
    unit: U,
    zh: String,
    en: String,
    expires: Option<String>,
}

#[derive(Deserialize)]
enum CreditUnit {
    #[serde(rename = "1/100")]
    Hundredth,
}

#[derive(Deserialize)]
enum PointUnit {
    #[serde(rename = "1")]
    One,
}

#[derive(Deserialize)]
enum ServiceUnit {
    #[serde(rename = "minute")]
    Minute,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the one way that settling knows; the file repeats it for people")]
pub(super) struct Overlap {
    on_site_on_site: Larger,
    on_site_on_demand: OnSite,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Larger {
    Larger,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum OnSite {
    OnSite,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the rest is for the hub's desk")]
pub(super) struct Correction {
    kinds: Vec<String>,
    learner_may_ask_within_days: u32,
    supplement_needs: String,
    pub supplement_within_days: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Presence {
    pub class: Policy,
    pub lecture: Policy,
    pub drop_in: Policy,
    pub screening: Policy,
    pub service: Policy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    pub opens_before_start: Option<u32>,
    pub late_tolerance: Option<u32>,
    pub early_end_tolerance: Option<u32>,
    pub accept_until_after_start: Option<u32>,
    pub checkout: Checkout,
    pub checkout_from_before_end: Option<u32>,
    pub checkout_until_after_end: Option<u32>,
    pub minimum_share: Option<Spanned<[u32; 2]>>,
    pub minimum_minutes: Option<u32>,
    pub repeat_tap_ignored_seconds: Option<u32>,
    pub forgotten: Option<Spanned<Forgotten>>,
    pub headcount: Option<Headcount>,
    pub headcount_tolerance: Option<Spanned<[u32; 2]>>,
    #[expect(dead_code, reason = "for the hub's desk")]
    correct_within_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Checkout {
    Required,
    None,
    OnClose,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Headcount {
    Required,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forgotten {
    pub first_in_month: Option<Weight>,
    pub later: Option<Weight>,
    pub always: Option<Always>,
    #[expect(dead_code, reason = "closing for all is a record: whether a district allows it is for the staff page")]
    staff_may_close_for_all: Option<bool>,
    #[expect(dead_code, reason = "for the hub's desk")]
    correct_within_days: Option<u32>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum Weight {
    Full,
    Half,
    Nothing,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum Always {
    Full,
    Minimum,
    WaitForStaff,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub on: Spanned<String>,
    pub method: Option<Spanned<String>>,
    #[serde(rename = "where")]
    pub at: Option<Spanned<Value>>,
    pub account: Account3,
    pub amount: Spanned<Value>,
    pub also: Option<Spanned<Value>>,
    pub once: Option<Spanned<Value>>,
    #[serde(default)]
    pub caps: Vec<Cap>,
    pub factor: Option<Spanned<Value>>,
    pub needs: Option<String>,
    #[expect(dead_code, reason = "what is decided at the hub has a method that only the hub calls")]
    decided_at: Option<DecidedAt>,
    #[serde(default)]
    pub marks_lessons_covered: bool,
    #[expect(dead_code, reason = "R10 names the rules whose credits become points")]
    earns_points: Option<bool>,
    pub explain_zh: String,
    pub explain_en: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum Account3 {
    Credit,
    Point,
    Service,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum DecidedAt {
    Kiosk,
    Hub,
    People,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cap {
    pub group: Spanned<String>,
    pub per: Per,
    pub most: Option<u32>,
    pub most_minutes: Option<u32>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum Per {
    Day,
    Month,
    Year,
}
