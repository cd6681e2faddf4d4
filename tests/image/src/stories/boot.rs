// SPDX-License-Identifier: GPL-3.0-or-later
//! How long a start takes, what it waits for, and how much memory it needs.
//!
//! On the wall's clock an emulated processor says little about a board. So one start counts instructions instead: QEMU lets the
//! box's own clock go on by a nanosecond for each (`-icount shift=0`), one processor at a time, however busy this machine is.
//! That is the time of a processor that does a thousand million instructions a second on one core, and waits for no memory.

use std::time::Duration;

use anyhow::{Context, Result};
use xuedian_kit::process::eventually;

use crate::console;
use crate::eyes::Eyes;
use crate::machine::{Machine, Workshop};
use crate::plugs::Plugs;
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{START, idle, sign_in};

/// Starts on the wall's clock.
const STARTS: usize = 3;
/// A shell that counts instructions is slower still.
const PATIENCE: Duration = Duration::from_secs(300);
/// Units that take the longest, as many of them as are told.
const SLOWEST: &str = "12";

/// Runs it and writes down what was seen.
///
/// # Errors
/// When a start does not come to its end.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let mut rig = Rig::new(workshop, "starts", "current")?;
    for (number, card) in (1..=STARTS).zip(["L003", "L004", "L005"]) {
        let mut machine = rig.power(Plugs::default())?;
        idle(&mut machine, eyes)?;
        report.seconds(&format!("start {number}: power to the idle screen, wall"), machine.powered.elapsed());
        sign_in(&rig, &mut machine, eyes, card)?;
        report.seconds(
            &format!("start {number}: power to a card accepted once everything else has started, too, wall"),
            machine.powered.elapsed(),
        );
        machine.cut()?;
    }
    let kernel = vec![console::SHELL.to_owned()];
    let mut machine = rig.power(Plugs { kernel: kernel.clone(), ..Plugs::default() })?;
    idle(&mut machine, eyes)?;
    milestones(&machine, "two emulated processors, wall", report)?;
    memory(&machine, report)?;
    // Other services still start when the screen is there, and the chain is told only when all of them have.
    machine.shell("systemctl is-system-running --wait || true", PATIENCE)?;
    let chain =
        machine.shell("SYSTEMD_COLORS=0 systemd-analyze critical-chain xuedian-kiosk.service --no-pager", PATIENCE)?;
    report.quote("what the terminal waited for (systemd-analyze critical-chain)", &chain);
    let blame =
        machine.shell(&format!("SYSTEMD_COLORS=0 systemd-analyze blame --no-pager | head -n {SLOWEST}"), PATIENCE)?;
    report.quote("what took the longest (systemd-analyze blame)", &blame);
    machine.cut()?;

    let mut machine = rig.power(Plugs { kernel, counted: true, ..Plugs::default() })?;
    idle(&mut machine, eyes)?;
    milestones(&machine, "counted: a thousand million instructions a second, one core", report)?;
    machine.cut()
}

/// When what happened, on the box's own clock, which begins with its kernel.
fn milestones(machine: &Machine, how: &str, report: &mut Report) -> Result<()> {
    let ask = |what: &str| machine.shell(&format!("systemctl show -P {what}"), PATIENCE);
    let micros = |text: String| text.trim().parse::<f64>().map(|micros| micros / 1e6).with_context(|| text.clone());
    let userspace = micros(ask("UserspaceTimestampMonotonic")?)?;
    let begun = micros(ask("ExecMainStartTimestampMonotonic xuedian-kiosk")?)?;
    let drawn = micros(ask("ActiveEnterTimestampMonotonic xuedian-kiosk")?)?;
    let taken = eventually("cards are taken", START, || {
        let log = machine.shell(
            "journalctl -u xuedian-kiosk -o short-monotonic --no-pager | sed -n 's/^\\[ *\\([0-9.]*\\)\\].*cards are taken.*/\\1/p' \
             | head -n 1",
            PATIENCE,
        )?;
        log.trim().parse::<f64>().with_context(|| log.clone())
    })?;
    report.say(&format!(
        "since the kernel began ({how}): systemd {userspace:.1} s, terminal started {begun:.1} s, first picture {drawn:.1} s, \
         cards taken {taken:.1} s"
    ));
    Ok(())
}

fn memory(machine: &Machine, report: &mut Report) -> Result<()> {
    let used = machine.shell("awk '/^MemTotal|^MemAvailable/ { print $2 }' /proc/meminfo | xargs", PATIENCE)?;
    let peak = machine.shell("systemctl show -P MemoryPeak xuedian-kiosk", PATIENCE)?;
    let numbers: Vec<u64> = used.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [total, available] = numbers[..] else { anyhow::bail!("/proc/meminfo: {used}") };
    report.say(&format!(
        "memory: {} of {} MB are not available at the idle screen; the terminal's peak is {} MB",
        (total - available) / 1000,
        total / 1000,
        peak.trim().parse::<u64>().unwrap_or(0) / 1_000_000
    ));
    Ok(())
}
