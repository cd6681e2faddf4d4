// SPDX-License-Identifier: GPL-3.0-or-later
//! Torture: kills in the middle of taps and syncs, a broken network, a broken reader. Afterwards nothing that was written may be
//! missing, every chain must hold, and hub and journals must agree record for record.

mod chance;
mod report;
mod verdict;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::district::District;
use crate::hub::Hub;
use crate::kiosk::Kiosk;
use crate::network::{BAD, Weather};
pub use chance::Chance;
pub use report::Report;
pub use verdict::agreed;

/// How much of it.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Kills of kiosks; hubs are killed a tenth as often.
    pub kills: u32,
    /// What chance begins with; the same seed asks for the same faults in the same order.
    pub seed: u64,
}

/// Longest wait for the hub to have everything, once the weather is fine. Back-off may have grown while it was not.
const SETTLING: Duration = Duration::from_secs(180);
/// A kill comes at most so long after a card was put, milliseconds.
const KILL_WITHIN_MS: u64 = 400;
/// Bad weather lasts at most so long, milliseconds.
const WEATHER_MS: u64 = 1500;
/// A broken reader stays broken at most so long, milliseconds.
const READER_MS: u64 = 800;

/// Does it to a fresh district with one kiosk.
///
/// # Errors
/// When a part does not come back, a record is missing, a chain does not hold, or hub and journal disagree.
pub fn torture(plan: Plan) -> Result<Report> {
    let district = District::temporary(1)?;
    let hub = Hub::start(&district)?;
    let kiosk = Kiosk::start(&district, 1, hub.port)?;
    let cards = wallet(&kiosk)?;
    let begun = Instant::now();
    let mut rack = Rack {
        hub,
        kiosk,
        cards,
        chance: Chance::new(plan.seed),
        counts: BTreeMap::new(),
        known: Vec::new(),
        back: Vec::new(),
    };
    while rack.count("kiosk killed") < plan.kills {
        rack.turn().with_context(|| format!("seed {}, after {:?}", plan.seed, rack.counts))?;
    }
    rack.kiosk.network.becomes(Weather::Fine);
    let records = verdict::agreed(&rack.kiosk, &rack.hub, SETTLING)?;
    ensure!(records >= rack.known.len(), "{} records are known, and {records} are there", rack.known.len());
    let disturbed = rack.kiosk.network.disturbed();
    Ok(Report { plan, counts: rack.counts, records, disturbed, took: begun.elapsed(), back: rack.back })
}

/// What is tortured, and what is known of it.
struct Rack {
    hub: Hub,
    kiosk: Kiosk,
    cards: Vec<String>,
    chance: Chance,
    counts: BTreeMap<&'static str, u32>,
    /// Hashes of all records that were seen on the disk; each must stay where it is.
    known: Vec<String>,
    /// How long each start after a kill took.
    back: Vec<Duration>,
}

impl Rack {
    fn count(&self, what: &str) -> u32 {
        self.counts.get(what).copied().unwrap_or(0)
    }

    fn counted(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// One thing that goes wrong, or a person who taps.
    fn turn(&mut self) -> Result<()> {
        match self.chance.below(10) {
            0..=2 => self.tap(),
            3..=6 => self.kill_while_tapping(),
            7..=8 => self.weather(),
            _ if self.chance.below(3) == 0 => self.kill_hub(),
            _ => self.break_reader(),
        }
    }

    /// Any card but the last one, which may still lie on the reader.
    fn any_card(&mut self) -> String {
        let place = self.chance.below(self.cards.len() as u64 - 1);
        let card = self.cards.remove(usize::try_from(place).unwrap_or(0));
        self.cards.push(card.clone());
        card
    }

    fn tap(&mut self) -> Result<()> {
        let card = self.any_card();
        self.counted("card tapped");
        // A reader that was broken a moment ago may miss it: the person taps again, so do we, later.
        let told = self.kiosk.reader.ask(&json!({"do": "tap", "uid": card, "settle": false}))?;
        if told["read"] != true {
            self.counted("card not read at once");
        }
        Ok(())
    }

    fn kill_while_tapping(&mut self) -> Result<()> {
        let card = self.any_card();
        let after = Duration::from_millis(self.chance.below(KILL_WITHIN_MS));
        self.kiosk.reader.ask(&json!({"do": "put", "uid": card, "ms": 300}))?;
        std::thread::sleep(after);
        self.kiosk.kill()?;
        self.counted("kiosk killed");
        let took = self.kiosk.restart()?;
        self.back.push(took);
        self.nothing_is_missing()
    }

    /// Every record that was seen before is still there, at its place.
    fn nothing_is_missing(&mut self) -> Result<()> {
        crate::journal::verify(&self.kiosk.data())?;
        let now = hashes(&self.kiosk.journal()?)?;
        ensure!(
            now.starts_with(&self.known),
            "of {} records that were on the disk {} are left",
            self.known.len(),
            common(&now, &self.known)
        );
        self.known = now;
        Ok(())
    }

    fn kill_hub(&mut self) -> Result<()> {
        self.counted("hub killed");
        self.hub.kill_and_restart()
    }

    fn weather(&mut self) -> Result<()> {
        let bad = BAD[usize::try_from(self.chance.below(BAD.len() as u64)).unwrap_or(0)];
        self.counted(weather_word(bad));
        self.kiosk.network.becomes(bad);
        self.tap()?;
        std::thread::sleep(Duration::from_millis(self.chance.below(WEATHER_MS)));
        self.kiosk.network.becomes(Weather::Fine);
        Ok(())
    }

    fn break_reader(&mut self) -> Result<()> {
        let (word, broken, mended) = match self.chance.below(4) {
            0 => ("reader unplugged", json!({"do": "unplug"}), json!({"do": "plug"})),
            1 => ("reader hung", json!({"do": "hang"}), json!({"do": "recover"})),
            2 => {
                ("answers corrupted", json!({"do": "corrupt", "frames": 3, "how": "garbage"}), json!({"do": "recover"}))
            }
            _ => ("reader silent", json!({"do": "silence", "frames": 2}), json!({"do": "recover"})),
        };
        self.counted(word);
        self.kiosk.reader.ask(&broken)?;
        std::thread::sleep(Duration::from_millis(self.chance.below(READER_MS)));
        self.kiosk.reader.ask(&mended)?;
        Ok(())
    }
}

/// Cards of learners.
fn wallet(kiosk: &Kiosk) -> Result<Vec<String>> {
    let told = kiosk.reader.ask(&json!({"do": "cards"}))?;
    let cards = told["cards"].as_array().context("the wallet")?;
    let learners = cards.iter().filter(|card| card["role"] == "learner");
    Ok(learners.filter_map(|card| card["uid"].as_str().map(str::to_owned)).collect())
}

fn hashes(records: &[Value]) -> Result<Vec<String>> {
    records.iter().map(|record| record["hash"].as_str().map(str::to_owned).context("a record without a hash")).collect()
}

fn common(now: &[String], known: &[String]) -> usize {
    now.iter().zip(known).take_while(|(a, b)| a == b).count()
}

fn weather_word(bad: Weather) -> &'static str {
    match bad {
        Weather::Fine => "fine weather",
        Weather::Cut => "network cut",
        Weather::Slow => "network slow",
        Weather::Reset => "connection reset",
        Weather::AnswersLost => "answers lost (requests repeated)",
        Weather::HalfAnswer => "half an answer",
        Weather::Garbage => "garbage",
        Weather::Late => "requests late (out of order)",
        Weather::Hang => "network hung",
    }
}
