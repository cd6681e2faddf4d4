// SPDX-License-Identifier: GPL-3.0-or-later
//! Power cuts: runs with cards, a flapping network, an update and a killed machine, recorded write by write and cut off anywhere.
//! Each run begins with the disk that the kill before it has left, so that each kill is followed by a start.

mod record;
mod wear;

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::cuts::replay::{Card, Found, replay};
use crate::eyes::Eyes;
use crate::machine::Workshop;
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{at_hub, idle, stored};
use record::record;
use wear::Wear;

/// Runs on one disk before it is made anew: so many groups of people are on the roll of the class that runs.
const ON_ONE_DISK: u64 = record::GROUPS.len() as u64;
/// The release that is installed in one run of each disk, and in which.
const RELEASE: (&str, &str) = ("cuts.raucb", "2026.12");
const UPDATING: u64 = 2;
/// States of a card that lies about flushing, looked at in each run until some are found to lack something.
const LYING: usize = 20;

/// Records so many runs and looks at so many states of each.
///
/// # Errors
/// When a state lacks what was acknowledged, or cannot be mended, or the box does not start from what a kill has left; and when
/// a card that lies about flushing is not found out.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report, runs: u64, states: usize) -> Result<()> {
    workshop.run("bundle", &["cuts", "next", RELEASE.1])?;
    let folder = tempfile::Builder::new().prefix("xuedian-cuts-").tempdir_in(memory())?;
    let (mut all, mut lying, mut wear) = (Found::default(), Found::default(), Wear::default());
    let mut done = 0;
    while done < runs {
        let mut rig = Rig::new(workshop, "cuts", "current")?;
        let now = ON_ONE_DISK.min(runs - done);
        for group in 0..now {
            done += 1;
            // The first disk's update is enough for a campaign; it takes as long as all else together.
            let offer = (done == UPDATING).then_some(RELEASE);
            let run = record(&mut rig, eyes, done, usize::try_from(group)?, offer, folder.path())?;
            let found = replay(&run, states, Card::Honest, done, &workshop.build, folder.path())?;
            report.say(&format!(
                "run {done}: {} check-ins acknowledged, then killed; {} writes and flushes; {} states, {} writes lost on \
                 purpose, nothing that was acknowledged is missing{}",
                run.acknowledged.len(),
                run.log.entries.len(),
                found.states,
                found.lost,
                if offer.is_some() {
                    format!("; a release was fetched and written meanwhile, {} states start it", found.updated)
                } else {
                    String::new()
                }
            ));
            wear.add(&run);
            add(&mut all, found);
            add(&mut lying, replay(&run, LYING, Card::Lies, done, &workshop.build, folder.path())?);
        }
        last_start(&mut rig, eyes)?;
    }
    ensure!(lying.bad > 0, "a card that lies about flushing was not found out in {} states", lying.states);
    report.say(&format!(
        "together: {} states of {done} runs and {done} kills, {} writes lost on purpose. In each state the file system was clean \
         after what a start mends, the chain held, its records were the first of the run's, every check-in that the screen had \
         acknowledged was among them, and the boot variables named a slot that was whole. After each kill the box started, and \
         after the last one of each disk every record came to the hub once.",
        all.states, all.lost
    ));
    report.say(&format!(
        "the same with a card that says flushed and loses it all the same (the campaign must find that): {} of {} states lacked \
         something",
        lying.bad, lying.states
    ));
    wear.say(report);
    Ok(())
}

/// The box starts once more, and the hub has everything, once each.
fn last_start(rig: &mut Rig, eyes: &Eyes) -> Result<()> {
    let all = u64::try_from(rig.records()?.len())?;
    let mut machine = rig.power(crate::plugs::Plugs::default())?;
    idle(&mut machine, eyes)?;
    at_hub(rig, all)?;
    machine.cut()?;
    let at_last = u64::try_from(rig.records()?.len())?;
    let stored = stored(rig)?;
    ensure!(stored <= at_last, "the hub has {stored} records, the box {at_last}");
    Ok(())
}

fn add(all: &mut Found, found: Found) {
    all.states += found.states;
    all.bad += found.bad;
    all.updated += found.updated;
    all.lost += found.lost;
}

/// States are made and thrown away by the hundred: in memory where there is a file system for that.
fn memory() -> PathBuf {
    let shared = Path::new("/dev/shm");
    if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() }
}
