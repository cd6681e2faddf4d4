// SPDX-License-Identifier: GPL-3.0-or-later
//! The first start of a box from the factory: it shows a code, is let into the district, and takes cards.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use xuedian_kit::process::eventually;

use crate::disk;
use crate::eyes::Eyes;
use crate::machine::Workshop;
use crate::plugs::Plugs;
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{PATIENCE, START, at_hub, idle, sign_in};

/// The learning point that it becomes a kiosk of.
const SITE: &str = "梧桐里社区学习点";
/// Eight films of twenty megabytes in all, paced, under emulation.
const COURSES: Duration = Duration::from_secs(300);

/// Runs it and writes down what was seen.
///
/// # Errors
/// When anything is not as it should be.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let mut rig = Rig::blank(workshop, "first", "current")?;
    let mut machine = rig.power(Plugs::default())?;
    machine.touch(eyes, "idle-not-set-up", "还没有设置好", START)?;
    report.seconds(
        "power to the first picture of a box that has only its settings (还没有设置好)",
        machine.powered.elapsed(),
    );
    machine.see(eyes, "pairing", "绑定学习点", PATIENCE)?;
    report.say("a touch of it leads to the page with its code");
    let code = eventually("the box waits at the hub", PATIENCE, || waiting(&rig))?;
    let approved = Instant::now();
    rig.operator(&["approve", &code, "--site", SITE])?;
    // Learners' cards are known before the films are here.
    idle(&mut machine, eyes)?;
    report.seconds("from the operator's approval to the idle screen of a learning point", approved.elapsed());
    sign_in(&rig, &mut machine, eyes, "L003")?;
    report.seconds("to a card of its roster accepted, once the box has little else to do", approved.elapsed());
    machine.touch(eyes, "result-signed-in", "继续", PATIENCE)?;
    machine.touch(eyes, "home", "退出", PATIENCE)?;
    machine.see(eyes, "idle", "手指操", COURSES)?;
    report.seconds("to its courses on the idle screen", approved.elapsed());
    at_hub(&rig, 3)?;
    machine.cut()?;
    let records = disk::records_of(&workshop.build, &rig.image())?;
    ensure!(records.iter().any(|record| record["kind"] == "check-in"), "no check-in among {} records", records.len());
    report.say("paired by a code, it received roster, agenda, rules and courses, took a card and sent its records");
    Ok(())
}

/// The code of the one box that waits.
fn waiting(rig: &Rig) -> Result<String> {
    let text = rig.operator(&["waiting"])?;
    let words = text.split_whitespace().find(|word| is_code(word));
    words.map(str::to_owned).with_context(|| format!("nobody waits: {text}"))
}

/// As on the screen: `WXTK-3907`.
fn is_code(word: &str) -> bool {
    let mut halves = word.split('-');
    let letters = halves.next().is_some_and(|half| half.len() == 4 && half.chars().all(|c| c.is_ascii_uppercase()));
    letters && halves.next().is_some_and(|half| half.len() == 4) && halves.next().is_none()
}
