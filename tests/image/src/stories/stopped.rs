// SPDX-License-Identifier: GPL-3.0-or-later
//! A terminal that ends, one that cannot start at all, and one that can again: nobody has to be called for it.

use anyhow::{Result, ensure};
use xuedian_kit::process::eventually;

use crate::console;
use crate::eyes::Eyes;
use crate::machine::{Machine, Workshop};
use crate::plugs::Plugs;
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{PATIENCE, START, idle, sign_in, trouble_picture};

/// Ends it as a fault would.
const KILL: &str = "systemctl kill --signal=KILL --kill-whom=main xuedian-kiosk";
/// Starts that have failed since the machine was switched on, as systemd has written them down.
const FAILED: &str = "journalctl --boot --no-pager --unit=xuedian-kiosk | grep -c 'code=exited, status=1'";
/// Starts of which the last calls the picture (`StartLimitBurst=`).
const BURST: u32 = 6;

/// Runs it and writes down what was seen.
///
/// # Errors
/// When anything is not as it should be.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let mut rig = Rig::new(workshop, "stopped", "current")?;
    let mut machine = rig.power(Plugs { kernel: vec![console::SHELL.to_owned()], ..Plugs::default() })?;
    idle(&mut machine, eyes)?;
    // Whether the release is good is another story's.
    machine.shell("systemctl stop xuedian-verdict.timer", PATIENCE)?;
    sign_in(&rig, &mut machine, eyes, "L003")?;

    let before = machine.shell("systemctl show -P MainPID xuedian-kiosk", PATIENCE)?;
    machine.shell(KILL, PATIENCE)?;
    eventually("another process is the terminal", START, || {
        let now = machine.shell("systemctl show -P MainPID xuedian-kiosk", PATIENCE)?;
        ensure!(now != before && now != "0", "it is {now}");
        Ok(())
    })?;
    idle(&mut machine, eyes)?;
    sign_in(&rig, &mut machine, eyes, "L004")?;
    ensure!(called(&machine)? == "0", "the trouble picture was called for one end");
    report.say("a terminal that is killed is back by itself, without a picture of trouble, and a card is accepted");

    machine.shell("mount --bind /usr/bin/false /usr/bin/xuedian-kiosk", PATIENCE)?;
    machine.shell(KILL, PATIENCE)?;
    trouble_picture(&mut machine, workshop)?;
    let (first, called) = (failed(&machine)?, called(&machine)?);
    // Whoever is impatient makes it no worse.
    machine.shell("systemctl --no-block start xuedian-kiosk", PATIENCE)?;
    // The picture itself stays where it is: what has called it again says so.
    let again = eventually("it is tried again, and the picture is called again", START, || {
        ensure!(self::called(&machine)? != called, "the picture was not called again");
        failed(&machine)
    })?;
    ensure!(again >= first + BURST, "{again} starts failed, {first} before the first picture");
    trouble_picture(&mut machine, workshop)?;
    machine.shell("umount --lazy /usr/bin/xuedian-kiosk", PATIENCE)?;
    idle(&mut machine, eyes)?;
    sign_in(&rig, &mut machine, eyes, "L005")?;
    report.say(&format!(
        "one that cannot start: its picture (终端暂时不能用) when {first} starts had failed, also after somebody started it by hand meanwhile; again when {again} had; once it can start, it \
         is there without anybody's doing, and a card is accepted"
    ));
    machine.cut()
}

/// When the trouble picture was called last, on the machine's clock.
fn called(machine: &Machine) -> Result<String> {
    machine.shell("systemctl show -P InactiveExitTimestampMonotonic xuedian-trouble", PATIENCE)
}

fn failed(machine: &Machine) -> Result<u32> {
    Ok(machine.shell(FAILED, PATIENCE)?.trim().parse()?)
}
