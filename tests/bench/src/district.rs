// SPDX-License-Identifier: GPL-3.0-or-later
//! The demo's district, arranged for measuring: one class runs, and everybody may come.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use xuedian_hub::{clock::SystemClock, documents::text};
use xuedian_kit::district::{District, change_settings};
use xuedian_kit::hub::Hub;
use xuedian_kit::kiosk::{Kiosk, Shown};
use xuedian_kit::torture::agreed;

use crate::picture::Display;

/// The class that runs when the demo is written.
const CLASS: &str = "楷书初级班";
/// How long a kiosk may settle before anything is measured.
const SETTLE: Duration = Duration::from_secs(5);
/// Sessions that begin within so long of now might be meant by a tap too, milliseconds.
const NEAR_MS: i64 = 12 * 60 * 60 * 1000;
/// People of the demo whom its stories tell of; their cards are below the first usual one.
const STORIES: usize = 40;
/// The first card of a usual learner.
const FIRST_CARD: &str = "L101";
/// Where the demo lies.
const TIME_ZONE: &str = "Asia/Shanghai";
/// How long anything but a figure may take.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A learning point whose screen can be looked at.
#[derive(Debug)]
pub struct Point {
    pub kiosk: Kiosk,
    pub hub: Hub,
    pub display: Display,
    pub district: District,
}

impl Point {
    /// Starts one with so many usual learners, and waits until it has come to rest.
    pub fn start(learners: usize) -> Result<Self> {
        let district = District::of_learners(1, STORIES + learners)?;
        everybody_may_come(&district)?;
        let folder = district.kiosk(1);
        change_settings(&folder.join("settings.toml"), &[("log", "level", "debug".into())])?;
        let hub = Hub::start(&district)?;
        let display = Display::start(&folder.join("display.log"))?;
        let shown = Shown::On(display.name.clone());
        let kiosk = Kiosk::start_on(&district, 1, hub.port, shown, None)?;
        agreed(&kiosk, &hub, PATIENCE)?;
        // The documents have come and are drawn.
        std::thread::sleep(SETTLE);
        Ok(Self { kiosk, hub, display, district })
    }

    /// Cards of learners who have none of the demo's troubles.
    pub fn cards(&self) -> Result<Vec<String>> {
        let told = self.kiosk.reader.ask(&json!({"do": "cards"}))?;
        let cards = told["cards"].as_array().context("the wallet")?;
        let usual = cards.iter().filter(|card| {
            card["role"] == "learner" && card["learner"].as_str().is_some_and(|name| name >= FIRST_CARD)
        });
        Ok(usual.filter_map(|card| card["uid"].as_str().map(str::to_owned)).collect())
    }

    /// What the kiosk has logged.
    pub fn log(&self) -> std::path::PathBuf {
        self.district.kiosk(1).join("kiosk.log")
    }
}

/// No other session is near, and the class has neither a list nor a last seat.
fn everybody_may_come(district: &District) -> Result<()> {
    let hub = open_hub(&district.hub().join("data"))?;
    let mut agenda = hub.agenda()?;
    let series = agenda.series.iter().find(|series| series.title.zh == CLASS).context("the demo's class")?.activity;
    let now_ms = jiff::Timestamp::now().as_millisecond();
    let is_near = |start_ms: i64| (start_ms - now_ms).abs() < NEAR_MS;
    agenda.sessions.retain(|session| session.activity == series || !is_near(session.start_ms));
    for session in agenda.sessions.iter_mut().filter(|session| session.activity == series) {
        session.due.clear();
        session.seats = 0;
    }
    ensure!(agenda.sessions.iter().any(|session| session.activity == series), "the class is not on today");
    Ok(hub.store.put_text(text::AGENDA, &serde_json::to_string(&agenda)?)?)
}

/// The data of a hub that does not run.
pub fn open_hub(data: &Path) -> Result<xuedian_hub::hub::Hub> {
    xuedian_hub::hub::Hub::open(data, TIME_ZONE, Arc::new(SystemClock)).context("the hub's data folder")
}
