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
    let pictures = machine.shell("systemctl show -P ExecMainStartTimestampMonotonic xuedian-trouble", PATIENCE)?;
    ensure!(pictures == "0", "the trouble picture was called for one end");
    report.say("a terminal that is killed is back by itself, without a picture of trouble, and a card is accepted");

    machine.shell("mount --bind /usr/bin/false /usr/bin/xuedian-kiosk", PATIENCE)?;
    machine.shell(KILL, PATIENCE)?;
    trouble_picture(&mut machine, workshop)?;
    let first = failed(&machine)?;
    eventually("it is tried again", START, || {
        let now = failed(&machine)?;
        ensure!(now > first, "{now} starts failed, {first} before the picture");
        Ok(())
    })?;
    trouble_picture(&mut machine, workshop)?;
    machine.shell("umount --lazy /usr/bin/xuedian-kiosk", PATIENCE)?;
    idle(&mut machine, eyes)?;
    sign_in(&rig, &mut machine, eyes, "L005")?;
    report.say(&format!(
        "one that cannot start: its picture (终端暂时不能用) after {first} starts, six more, the picture again; once it can start, it \
         is there without anybody's doing, and a card is accepted"
    ));
    machine.cut()
}

fn failed(machine: &Machine) -> Result<u32> {
    Ok(machine.shell(FAILED, PATIENCE)?.trim().parse()?)
}
