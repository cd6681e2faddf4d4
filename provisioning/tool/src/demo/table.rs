// SPDX-License-Identifier: GPL-3.0-or-later
//! The tables of the demo district as they stand in `demo/*.csv`, and ids made from their names.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// A learning point.
#[derive(Clone, Debug, Deserialize)]
pub struct SiteRow {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub certified: String,
    /// `多功能厅(40)|书画室(20)`: names and seats.
    pub rooms: String,
    pub rooms_en: String,
    pub silent: String,
}

/// An activity and its one occurrence in the demo.
#[derive(Clone, Debug, Deserialize)]
pub struct ActivityRow {
    pub id: String,
    pub zh: String,
    pub en: String,
    pub short_zh: String,
    pub short_en: String,
    pub kind: String,
    pub presence: String,
    pub site: String,
    pub room: String,
    /// `D0` is the day of the demo, `D1` the day after.
    pub day: String,
    /// `09:00`.
    pub at: String,
    pub minutes: u32,
    pub seats: u32,
    pub number: u32,
    pub times: u32,
    pub teacher: String,
}

/// A person, or a card without one.
#[derive(Clone, Debug, Deserialize)]
pub struct PersonRow {
    pub id: String,
    pub name: String,
    pub tail: String,
    pub born: Option<u16>,
    pub kind: String,
    /// `study 7B (lost)|study 7B`.
    pub cards: String,
    pub prefers: String,
    pub role: String,
    pub site: String,
}

/// Learning points of the district.
pub fn sites() -> Result<Vec<SiteRow>> {
    rows("sites.csv", include_str!("../../demo/sites.csv"))
}

/// A name in both languages.
#[derive(Clone, Debug, Deserialize)]
pub struct NameRow {
    pub id: String,
    pub zh: String,
    pub en: String,
}

/// The names of `topics` or `institutions`.
pub fn names(what: &str) -> Result<Vec<NameRow>> {
    match what {
        "topics" => rows("topics.csv", include_str!("../../demo/topics.csv")),
        _ => rows("institutions.csv", include_str!("../../demo/institutions.csv")),
    }
}

/// What takes place.
pub fn activities() -> Result<Vec<ActivityRow>> {
    rows("activities.csv", include_str!("../../demo/activities.csv"))
}

/// The people around whom the others are generated.
pub fn people() -> Result<Vec<PersonRow>> {
    rows("people.csv", include_str!("../../demo/people.csv"))
}

/// The rules, as they are sent: the same text whose worked cases are tested.
const RULES: &str = include_str!("../../../../tests/fixtures/rules/yinxing.toml");

/// The rules of the demo. Its films last a minute: rounded to 0.05 they would earn nothing, and nobody could watch a lesson earn.
pub fn demo_rules() -> String {
    RULES.replacen("step = 5, ", "step = 1, ", 1)
}

fn rows<Row: DeserializeOwned>(name: &str, text: &str) -> Result<Vec<Row>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().with_context(|| format!("the demo's own table {name}"))
}

/// The same 16 bytes for the same words, each time a demo is written, so that two demos can be compared.
pub fn id16(words: &str) -> [u8; 16] {
    let digest = Sha256::digest(format!("xuedian demo district\n{words}"));
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
}
