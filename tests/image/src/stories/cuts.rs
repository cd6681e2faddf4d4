// SPDX-License-Identifier: GPL-3.0-or-later
//! Power cuts: runs with cards, a flapping network and a killed machine, recorded write by write and cut off anywhere.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use xuedian_kit::process::eventually;

use crate::cuts::log::Log;
use crate::cuts::replay::{Dice, Found, Recorded, replay};
use crate::disk;
use crate::eyes::Eyes;
use crate::machine::{Plugs, Workshop};
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{PATIENCE, idle};

/// Cards of the demo. Some of their people are on the roll of the class that runs; others are asked something first.
const CARDS: &[&str] = &["L003", "L004", "L006", "L005", "L011"];
/// So many of them have to be accepted at once, or the run says nothing.
const ENOUGH: usize = 3;
/// How long the screen may take to say that one is.
const AT_ONCE: Duration = Duration::from_secs(15);
/// The longest time between two cards, milliseconds.
const BETWEEN_MS: usize = 4000;

/// Records so many runs, looks at so many states of each, and starts the box once from one of them.
///
/// # Errors
/// When a state lacks what was acknowledged, or cannot be mended, or the box does not start from it.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report, runs: u64, states: usize) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("xuedian-cuts-").tempdir_in(memory())?;
    let mut all = Found::default();
    for seed in 1..=runs {
        let run = record(workshop, eyes, seed, folder.path())?;
        let found = replay(&run, states, seed, &workshop.build, folder.path())?;
        report.say(&format!(
            "run {seed}: {} check-ins acknowledged, then the machine was killed; {} writes and flushes in the log; {} states with \
             {} to {} records, {} writes lost on purpose: nothing that was acknowledged is missing",
            run.acknowledged.len(),
            found.entries,
            found.states,
            found.records.0,
            found.records.1,
            found.lost
        ));
        all.states += found.states;
        all.lost += found.lost;
    }
    report.say(&format!(
        "together: {} states of {runs} runs, {} writes lost on purpose; in each the file system was clean after what a start mends, \
         the chain held, its records were the first of the run's, and every check-in that the screen had acknowledged was among them",
        all.states, all.lost
    ));
    Ok(())
}

/// One run on a new disk, killed a moment after its last card.
fn record(workshop: &Workshop, eyes: &Eyes, seed: u64, folder: &Path) -> Result<Recorded> {
    let mut dice = Dice::new(seed);
    let mut rig = Rig::new(workshop, "cuts", "current")?;
    let image = workshop.cache.join("cuts.img");
    let partition = disk::partition(&image, "data")?;
    let before = folder.join("before");
    disk::copy_part(&image, partition, &before)?;
    let log = workshop.cache.join("cuts.log");
    std::fs::write(&log, "").with_context(|| log.display().to_string())?;
    let plugs = Plugs { writes: Some("/image/cuts.log".to_owned()), ..Plugs::default() };
    let mut machine = rig.power(plugs)?;
    idle(&mut machine, eyes)?;
    let already = rig.check_ins()?;
    let mut lengths = Vec::new();
    for card in CARDS {
        machine.network(dice.below(3) != 0)?;
        eventually("the card is read", PATIENCE, || rig.reader.tap(card))?;
        if machine.see(eyes, "result-signed-in", "签到成功", AT_ONCE).is_ok() {
            lengths.push((std::fs::metadata(&log)?.len(), already + lengths.len() + 1));
        }
        // Home comes after the result by itself. Who does not leave there is signed off a minute later: as good, but slower.
        let _ = machine.touch(eyes, "home", "退出", AT_ONCE);
        // Or the next card would be taken for accepted by the picture of this one.
        idle(&mut machine, eyes)?;
        std::thread::sleep(Duration::from_millis(dice.below(BETWEEN_MS) as u64));
    }
    machine.cut()?;
    ensure!(lengths.len() >= ENOUGH, "only {} cards were accepted at once in run {seed}", lengths.len());
    let records = disk::records_of(&workshop.build, &image)?;
    let log = Log::read(&log)?;
    ensure!(!log.entries.is_empty(), "nothing was written in run {seed}");
    let acknowledged = lengths.iter().map(|(length, count)| (log.entries_at(*length), *count)).collect();
    Ok(Recorded { log, before, partition, records, acknowledged })
}

/// States are made and thrown away by the hundred: in memory where there is a file system for that.
fn memory() -> std::path::PathBuf {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() }
}
