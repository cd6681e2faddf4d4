// SPDX-License-Identifier: GPL-3.0-or-later
//! A day of a box: power, cards, a course by touch, no network, and the plug.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::Value;
use xuedian_kit::process::eventually;

use crate::disk;
use crate::eyes::Eyes;
use crate::machine::Workshop;
use crate::plugs::Plugs;
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{PATIENCE, at_hub, idle, sign_in, stored, watch};

/// Whether the network is really out: what would have been sent has this long.
const QUIET: Duration = Duration::from_secs(10);

/// Runs it and writes down what was seen.
///
/// # Errors
/// When anything is not as it should be.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let mut rig = Rig::new(workshop, "day", "current")?;
    let before = stored(&rig)?;
    let mut machine = rig.power(Plugs::default())?;
    idle(&mut machine, eyes)?;
    report.seconds("power to the idle screen, first start of a new disk", machine.powered.elapsed());

    sign_in(&rig, &mut machine, eyes, "L003")?;
    report.seconds("power to a card accepted once everything else has started, too", machine.powered.elapsed());
    machine.touch(eyes, "result-signed-in", "继续", PATIENCE)?;
    machine.touch(eyes, "home", "我的学分", PATIENCE)?;
    machine.touch(eyes, "credits", "返回", PATIENCE)?;
    machine.touch(eyes, "home", "退出", PATIENCE)?;
    idle(&mut machine, eyes)?;
    report.say("a card was accepted; the touch panel led from the result over home to my credits, back, and out");
    let reached = at_hub(&rig, before + 1)?;
    report.say("its record is at the hub");

    watch(&mut machine, eyes)?;
    std::thread::sleep(QUIET);
    machine.touch(eyes, "player", "返回", PATIENCE)?;
    machine.touch(eyes, "course", "返回", PATIENCE)?;
    idle(&mut machine, eyes)?;
    report.say("two touches from the idle screen a course plays; two more lead back");

    machine.network(false)?;
    sign_in(&rig, &mut machine, eyes, "L004")?;
    std::thread::sleep(QUIET);
    let without = stored(&rig)?;
    machine.network(true)?;
    let with = at_hub(&rig, without.max(reached) + 1)?;
    report.say(&format!(
        "without a network a card is accepted; with it again the hub goes from {without} to {with} records"
    ));

    sign_in(&rig, &mut machine, eyes, "L006")?;
    machine.cut()?;
    report.say("the plug is pulled in the moment in which the screen says 签到成功");
    let records = disk::records_of(&workshop.build, &workshop.cache.join("day.img"))?;
    let signed_in = disk::check_ins(&records);
    report.say(&format!("on the disk: a chain of {} records that holds, {signed_in} of them check-ins", records.len()));

    let begun = Instant::now();
    let mut machine = rig.power(Plugs::default())?;
    idle(&mut machine, eyes)?;
    report.seconds("power to the idle screen, after the plug was pulled", begun.elapsed());
    let all = u64::try_from(records.len())?;
    at_hub(&rig, all)?;
    machine.switch_off(PATIENCE)?;
    let at_last = disk::records_of(&workshop.build, &workshop.cache.join("day.img"))?;
    eventually("everything at the hub, once each", PATIENCE, || {
        ensure!(stored(&rig)? <= u64::try_from(at_last.len())?, "the hub has more than the box");
        Ok(())
    })?;
    ensure!(begins_with(&at_last, &records), "what was on the disk when the plug was pulled has changed");
    report.say("after the next start everything that was on the disk is there unchanged, and at the hub once each");
    Ok(())
}

fn begins_with(longer: &[Value], shorter: &[Value]) -> bool {
    longer.len() >= shorter.len() && longer.iter().zip(shorter).all(|(one, two)| one["hash"] == two["hash"])
}
