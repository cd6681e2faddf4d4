// SPDX-License-Identifier: GPL-3.0-or-later
//! What staff do with the box itself: a stick with a release, and a factory reset by two of them.

use std::time::Duration;

use anyhow::{Result, ensure};
use xuedian_kit::process::eventually;

use crate::console;
use crate::eyes::Eyes;
use crate::machine::{Machine, Workshop};
use crate::plugs::Plugs;
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{PATIENCE, START, idle, sign_in};

/// Two of the demo's staff.
const STAFF: [&str; 2] = ["L029", "L030"];
/// The release on the sticks: today's programs under the next name, signed by the district and by a stranger.
const RELEASE: &str = "2026.12";
const OURS: &str = "desk-ours";
const THEIRS: &str = "desk-theirs";
/// How long a page may take.
const AT_ONCE: Duration = Duration::from_secs(30);
/// How long the terminal and RAUC may take to look into a stick.
const LOOKING: Duration = Duration::from_secs(30);
/// Writing a slot under emulation.
const INSTALLING: Duration = Duration::from_secs(900);

/// Runs it and writes down what was seen.
///
/// # Errors
/// When anything is not as it should be.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<()> {
    for (name, signer) in [(OURS, "district"), (THEIRS, "stranger")] {
        workshop.run("bundle", &[name, "current", RELEASE, signer])?;
        workshop.run("stick", &[&format!("{name}.stick"), &format!("{name}.raucb")])?;
    }
    let mut rig = Rig::new(workshop, "desk", "current")?;
    let kernel = vec![console::SHELL.to_owned()];
    let mut machine = rig.power(Plugs { kernel, ..Plugs::default() })?;
    idle(&mut machine, eyes)?;
    machine.rest()?;
    foreign(&rig, &mut machine, eyes, report)?;
    stick(&rig, &mut machine, eyes, report)?;
    reset(&rig, &mut machine, eyes, report)?;
    machine.cut()
}

/// A stick that a stranger has signed, put in while staff stand there.
fn foreign(rig: &Rig, machine: &mut Machine, eyes: &Eyes, report: &mut Report) -> Result<()> {
    staff(rig, machine, eyes, STAFF[0])?;
    machine.plug_stick(&format!("{THEIRS}.stick"))?;
    // Before they are taken for gone.
    machine.touch(eyes, "staff-update-none", "知道了", PATIENCE)?;
    machine.pull_stick()?;
    leave(machine, eyes)?;
    report.say(
        "a stick with a release that a stranger has signed: staff are told that it cannot be installed, and not asked",
    );
    Ok(())
}

/// The district's stick: found, asked about, written, and it can be taken out.
fn stick(rig: &Rig, machine: &mut Machine, eyes: &Eyes, report: &mut Report) -> Result<()> {
    machine.plug_stick(&format!("{OURS}.stick"))?;
    std::thread::sleep(LOOKING);
    eventually("the staff card is read", PATIENCE, || rig.reader.tap(STAFF[0]))?;
    machine.touch(eyes, "staff-update-ask", "是的", PATIENCE)?;
    machine.see(eyes, "staff-update-writing", "请别拔U盘", PATIENCE)?;
    // Staff do not stand there for minutes: the page closes, people go on, and who comes again is told how it stands.
    eventually("the release is written", INSTALLING, || {
        rig.reader.tap(STAFF[0])?;
        machine.see(eyes, "staff-update-done", "装好了", AT_ONCE).map(drop)
    })?;
    let boot = rig.boot_variables()?;
    ensure!(boot.get("BOOT_ORDER").is_some_and(|order| order.starts_with('B')), "{boot:?}");
    machine.pull_stick()?;
    machine.touch(eyes, "staff-update-done", "好了", PATIENCE)?;
    leave(machine, eyes)?;
    report.say(
        "the district's stick: the terminal finds it, asks 装新版本吗？, has it written, says 装好了 and that the stick can be \
         taken out; the other slot is the first to start",
    );
    Ok(())
}

/// Two of staff reset the box; what the hub has not got is kept.
fn reset(rig: &Rig, machine: &mut Machine, eyes: &Eyes, report: &mut Report) -> Result<()> {
    machine.network(false)?;
    sign_in(rig, machine, eyes, "L003")?;
    idle(machine, eyes)?;
    staff(rig, machine, eyes, STAFF[0])?;
    machine.touch(eyes, "staff-choose", "自检", PATIENCE)?;
    machine.touch(eyes, "courses", "下页", PATIENCE)?;
    machine.touch(eyes, "self-test", "恢复出厂", PATIENCE)?;
    machine.touch(eyes, "staff-reset-ask", "是的", PATIENCE)?;
    machine.see(eyes, "staff-reset-second", "请另一位", PATIENCE)?;
    eventually("the second card is read", PATIENCE, || rig.reader.tap(STAFF[1]))?;
    machine.see(eyes, "idle-not-set-up", "还没有设置好", START)?;
    let kept = machine.shell("ls /data/xuedian/kiosk/kept/*/journal.db", PATIENCE)?;
    report.say(&format!(
        "two of staff reset the box: it starts again by itself and is nobody's kiosk (还没有设置好); a record that the hub had not \
         got is in {}",
        kept.trim()
    ));
    Ok(())
}

/// A staff card, and the list of sessions after it.
fn staff(rig: &Rig, machine: &mut Machine, eyes: &Eyes, card: &str) -> Result<()> {
    eventually("the staff card is read", PATIENCE, || rig.reader.tap(card))?;
    if machine.see(eyes, "staff-choose", "自检", AT_ONCE).is_err() {
        // Where one class runs, its roll comes first.
        machine.touch(eyes, "staff-roll", "返回", PATIENCE)?;
    }
    machine.see(eyes, "staff-choose", "自检", PATIENCE).map(drop)
}

/// Staff leave, or have been taken for gone meanwhile.
fn leave(machine: &mut Machine, eyes: &Eyes) -> Result<()> {
    let _ = machine.touch(eyes, "staff-choose", "退出", AT_ONCE);
    idle(machine, eyes)
}
