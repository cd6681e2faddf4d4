// SPDX-License-Identifier: GPL-3.0-or-later
//! What one more record costs a journal that is long, and what its length costs a start.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use xuedian_kit::cards::Reader;
use xuedian_kit::district::{District, change_settings};

use crate::Plan;
use crate::district::open_hub;
use crate::fill::Filling;
use crate::picture::Display;
use crate::process::{mb, pss_kb};
use crate::report::Section;
use crate::spread::{Spread, shown};
use crate::start;

/// Appends for one figure.
const APPENDS: u64 = 1_000;
/// A cost that grows less than this from the first to the last is flat.
const FLAT: f64 = 1.5;

/// Measures appends and starts at growing lengths.
pub fn measure(plan: &Plan) -> Result<Section> {
    let mut section = Section::new(
        "A long journal",
        "One record at a time into the kiosk's journal, each on the disk before the next: 1,000 at each length. Flat means that \
         the p50 at the end is less than 1.5 times that at the beginning. Then the kiosk is started on that journal, with a hub \
         that does not answer.",
    );
    let district = District::temporary(1)?;
    let folder = district.kiosk(1);
    let learners = learners(&district)?;
    let reader = Reader::start(&folder, &district.cards())?;
    let nobody = "https://127.0.0.1:9".to_owned();
    let connection = format!("pn532_uart:{}", reader.link.display());
    let changes = [("reader", "connection", connection.into()), ("hub", "url", nobody.into())];
    change_settings(&folder.join("settings.toml"), &changes)?;
    let display = Display::start(&folder.join("display.log"))?;
    // The demo's own journal is of a day; ours begins beside it.
    std::fs::remove_file(folder.join("data/journal.db")).context("the demo's journal")?;
    let (mut first, mut last) = (Duration::ZERO, Duration::ZERO);
    for length in [1, 10_000, 100_000, plan.number(1_000_000, 200_000)] {
        let mut filling = Filling::open(&folder.join("data"), learners.clone())?;
        filling.until(length)?;
        filling.journal.checkpoint()?;
        let appends = appends(&mut filling)?;
        drop(filling);
        last = appends.p50();
        first = if first.is_zero() { last } else { first };
        section.fact(&format!("append at {length} records"), appends);
        let mut starts = Vec::new();
        let mut memory = 0;
        for _ in 0..plan.number(5, 1) {
            let start = start::kiosk(&folder, &display)?;
            starts.push(start.ready);
            memory = pss_kb(start.program.id())?;
        }
        let starts = Spread::of(starts);
        let words = format!("p50 {}, slowest {}; memory {}", shown(starts.p50()), shown(starts.slowest()), mb(memory));
        section.fact(&format!("start at {length} records, until cards are taken"), words);
    }
    let growth = last.as_secs_f64() / first.as_secs_f64().max(f64::EPSILON);
    section.promise("append: p50 at the end to that at the beginning", format!("{growth:.2}"), "flat", growth < FLAT);
    Ok(section)
}

fn appends(filling: &mut Filling) -> Result<Spread> {
    let mut times = Vec::new();
    for _ in 0..APPENDS {
        let decision = filling.next();
        let began = Instant::now();
        filling.journal.append(&decision.stamp, &decision.drafts)?;
        times.push(began.elapsed());
    }
    Ok(Spread::of(times))
}

/// Everybody of a district, as records name them.
pub fn learners(district: &District) -> Result<Vec<String>> {
    let hub = open_hub(&district.hub().join("data"))?;
    let people = hub.store.people()?;
    Ok(people
        .iter()
        .filter_map(|person| match person.id {
            xuedian_hub::store::PersonId::Learner(learner) => Some(learner.to_string()),
            _ => None,
        })
        .collect())
}
