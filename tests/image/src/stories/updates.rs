// SPDX-License-Identifier: GPL-3.0-or-later
//! What may happen to a box when a release is put into its other slot.
//!
//! The serial console stands in for whoever puts a stick in and starts an installation; a release that the hub offers comes by
//! itself. Everything after that is seen from outside.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use xuedian_kit::process::eventually;

use crate::console;
use crate::disk;
use crate::eyes::Eyes;
use crate::machine::{Machine, Workshop};
use crate::plugs::Plugs;
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{PATIENCE, START, at_hub, idle, sign_in, trouble_picture};

/// Writing a slot under emulation.
const INSTALLING: Duration = Duration::from_secs(600);
/// Fetching a release and writing it under emulation.
const FETCHING: Duration = Duration::from_secs(1500);
/// Three tries, each until the verdict of the test machine (five minutes), and the start after them.
const THREE_TRIES: Duration = Duration::from_secs(3 * (300 + 120) + 300);
/// How long an installation runs before the plug is pulled.
const IN_THE_MIDDLE: Duration = Duration::from_secs(8);
/// What is on the sticks: release, slot, signer, board.
const BUNDLES: &[(&str, &str, &str, &str, &str)] = &[
    ("good", "next", "2026.12", "district", "qemuarm64"),
    ("older", "older", "2026.10", "district", "qemuarm64"),
    ("broken", "broken", "2026.13", "district", "qemuarm64"),
    ("foreign", "next", "2026.12", "stranger", "qemuarm64"),
    ("other-board", "next", "2026.12", "district", "raspberrypi4"),
];

/// Runs it and writes down what was seen.
///
/// # Errors
/// When anything is not as it should be.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<()> {
    sticks(workshop)?;
    let mut rig = Rig::new(workshop, "updates", "older")?;
    let mut machine = start(&mut rig, eyes)?;
    sign_in(&rig, &mut machine, eyes, "L003")?;
    good(&machine, "A", report)?;
    refused(&mut machine, report)?;
    let machine = cut_short(&mut rig, machine, eyes, report)?;
    let machine = offered(&mut rig, machine, eyes, report)?;
    let machine = back(&mut rig, machine, eyes, report)?;
    let mut machine = given_up(&rig, machine, workshop, eyes, report)?;
    hang(&mut machine, eyes, report)?;
    machine.switch_off(PATIENCE)?;
    let records = rig.records()?;
    let signed_in = disk::check_ins(&records);
    report.say(&format!("after all of it the chain of {} records holds, {signed_in} of them check-ins", records.len()));
    Ok(())
}

fn sticks(workshop: &Workshop) -> Result<()> {
    for (out, slot, version, signer, board) in BUNDLES {
        workshop.run("bundle", &[out, slot, version, signer, board])?;
        workshop.run("stick", &[&format!("{out}.stick"), &format!("{out}.raucb")])?;
    }
    tamper(&workshop.cache, "good.raucb", "tampered.raucb")?;
    workshop.run("stick", &["tampered.stick", "tampered.raucb"])
}

/// Gives power to the box, with a shell on its console.
fn start(rig: &mut Rig, eyes: &Eyes) -> Result<Machine> {
    let mut machine = rig.power(Plugs { kernel: vec![console::SHELL.to_owned()], ..Plugs::default() })?;
    idle(&mut machine, eyes)?;
    Ok(machine)
}

fn refused(machine: &mut Machine, report: &mut Report) -> Result<()> {
    for (name, why) in [("foreign", "signature"), ("other-board", "ompatible"), ("tampered", "")] {
        let refused = install(machine, name);
        let said = refused.err().with_context(|| format!("the bundle {name} was installed"))?.to_string();
        ensure!(said.contains(why), "the bundle {name} is refused for another reason: {said}");
        report.say(&format!("the bundle `{name}` is refused: {}", reason(&said)));
    }
    // A slot that was begun and not finished is out of the order; what runs stays first.
    let order = variable(machine, "BOOT_ORDER")?;
    ensure!(order.starts_with('A'), "a refused bundle changed which slot starts: {order}");
    Ok(())
}

/// The plug is pulled in the middle of an installation.
fn cut_short(rig: &mut Rig, mut machine: Machine, eyes: &Eyes, report: &mut Report) -> Result<Machine> {
    plug_in(&mut machine, "good")?;
    machine.shell("(rauc install /run/stick/*.raucb >/run/install.log 2>&1 &)", PATIENCE)?;
    std::thread::sleep(IN_THE_MIDDLE);
    let log = machine.shell("cat /run/install.log", PATIENCE)?;
    ensure!(!log.contains("succeeded"), "the installation was over before the plug was pulled: {log}");
    machine.cut()?;
    let machine = start(rig, eyes)?;
    good(&machine, "A", report)?;
    report.say("the plug was pulled in the middle of an installation: the box starts the release it had");
    Ok(machine)
}

/// A release that the hub offers.
fn offered(rig: &mut Rig, machine: Machine, eyes: &Eyes, report: &mut Report) -> Result<Machine> {
    rig.offer("good.raucb", "2026.12")?;
    let offered = Instant::now();
    eventually("the offered release is written", FETCHING, || {
        let order = variable(&machine, "BOOT_ORDER")?;
        ensure!(order.starts_with('B'), "the slots start in the order {order}");
        Ok(())
    })?;
    report.seconds("from the offer at the hub until the release was fetched and written", offered.elapsed());
    machine.switch_off(PATIENCE)?;
    let mut machine = start(rig, eyes)?;
    ensure!(runs(&machine, "2026.12")?, "the new release does not run");
    good(&machine, "B", report)?;
    sign_in(rig, &mut machine, eyes, "L004")?;
    report.say(
        "a release that the hub offered came over the network, runs after the next power-on, and takes cards on the data of the \
         one before",
    );
    Ok(machine)
}

/// The release before, brought by a stick, runs on the data of the newer one.
fn back(rig: &mut Rig, mut machine: Machine, eyes: &Eyes, report: &mut Report) -> Result<Machine> {
    rig.operator(&["release"])?;
    install(&mut machine, "older")?;
    machine.switch_off(PATIENCE)?;
    let before = rig.records()?;
    let mut machine = start(rig, eyes)?;
    ensure!(runs(&machine, "2026.10")?, "the release before does not run");
    good(&machine, "A", report)?;
    sign_in(rig, &mut machine, eyes, "L005")?;
    at_hub(rig, u64::try_from(before.len())? + 1)?;
    machine.cut()?;
    let after = rig.records()?;
    let same = after.iter().zip(&before).filter(|(one, two)| one["hash"] == two["hash"]).count();
    ensure!(same == before.len(), "of {} records of the newer release {same} are as they were", before.len());
    report.say(&format!(
        "the release before, put back from a stick, runs on the data of the newer one: its {} records are as they were, \
         everything is at the hub, and a card is accepted",
        before.len()
    ));
    start(rig, eyes)
}

/// A release whose terminal cannot be started.
fn given_up(rig: &Rig, mut machine: Machine, workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<Machine> {
    install(&mut machine, "broken")?;
    machine.shell("systemctl reboot", PATIENCE).ok();
    trouble_picture(&mut machine, workshop)?;
    report.say("a terminal that cannot be started ends in its picture: 终端暂时不能用");
    eventually("the release before is back", THREE_TRIES, || {
        let starts = starts(&machine)?;
        ensure!(starts.ends_with('A') && starts.contains('B'), "it started {starts}");
        Ok(())
    })?;
    idle(&mut machine, eyes)?;
    let starts = starts(&machine)?;
    ensure!(starts.contains("BBBA"), "it started {starts}");
    good(&machine, "A", report)?;
    report.say(&format!(
        "a release whose terminal cannot start was tried three times and given up (slots that started, in order: {starts}); \
         the first file system counts"
    ));
    sign_in(rig, &mut machine, eyes, "L006")?;
    Ok(machine)
}

fn runs(machine: &Machine, version: &str) -> Result<bool> {
    Ok(machine.shell("cat /etc/os-release", PATIENCE)?.contains(version))
}

/// Waits until the terminal has told the updater that the release is good.
fn good(machine: &Machine, slot: &str, report: &mut Report) -> Result<()> {
    eventually(&format!("slot {slot} is good"), START, || {
        let left = variable(machine, &format!("BOOT_{slot}_LEFT"))?;
        ensure!(left == "3", "{left} tries are left");
        Ok(())
    })?;
    let uptime = machine.shell("cut -d ' ' -f 1 /proc/uptime", PATIENCE)?;
    report.say(&format!("slot {slot} is marked good by the terminal, seen {uptime} s after its start"));
    Ok(())
}

/// Makes the kernel crash and stand still: only the machine's watchdog can start it again.
fn hang(machine: &mut Machine, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let before = starts(machine)?.len();
    // Nobody answers any more.
    let crash = "sysctl -qw kernel.panic=0; sync; echo c >/proc/sysrq-trigger";
    ensure!(machine.shell(crash, Duration::from_secs(5)).is_err(), "the kernel did not crash");
    let hung = Instant::now();
    eventually("the watchdog starts the machine again", START, || {
        ensure!(starts(machine)?.len() > before, "it stands still");
        Ok(())
    })?;
    report
        .seconds("a kernel that stands still was started again by the machine's watchdog (20 s) after", hung.elapsed());
    idle(machine, eyes)
}

fn variable(machine: &Machine, name: &str) -> Result<String> {
    machine.shell(&format!("fw_printenv -n {name}"), PATIENCE)
}

/// The slots that started since the power came, in order.
fn starts(machine: &Machine) -> Result<String> {
    let console = machine.console()?;
    Ok(console.split("xuedian: slot ").skip(1).filter_map(|rest| rest.chars().next()).collect())
}

fn plug_in(machine: &mut Machine, name: &str) -> Result<()> {
    machine.plug_stick(&format!("{name}.stick"))?;
    let mount = "mkdir -p /run/stick && mount -o ro,noexec,nodev,nosuid /dev/disk/by-label/XUEDIAN /run/stick";
    eventually("the stick is mounted", PATIENCE, || machine.shell(mount, PATIENCE).map(drop))
}

fn install(machine: &mut Machine, name: &str) -> Result<()> {
    plug_in(machine, name)?;
    let installed = machine.shell("rauc install /run/stick/*.raucb", INSTALLING);
    // RAUC lets go of a bundle a moment after its last word.
    eventually("the stick is let go of", PATIENCE, || machine.shell("umount /run/stick", PATIENCE))?;
    machine.pull_stick()?;
    installed.map(drop)
}

/// Changes one byte in the middle of a bundle's payload.
fn tamper(cache: &Path, from: &str, to: &str) -> Result<()> {
    fs::copy(cache.join(from), cache.join(to))?;
    let mut file = fs::File::options().read(true).write(true).open(cache.join(to))?;
    let middle = file.metadata()?.len() / 2;
    file.seek(SeekFrom::Start(middle))?;
    let mut byte = [0];
    std::io::Read::read_exact(&mut file, &mut byte)?;
    file.seek(SeekFrom::Start(middle))?;
    file.write_all(&[!byte[0]])?;
    Ok(())
}

/// The line that says why: RAUC puts it before its last.
fn reason(text: &str) -> &str {
    let why = text.lines().find_map(|line| line.split_once("LastError: "));
    why.map(|(_, why)| why.trim())
        .unwrap_or_else(|| text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or(text))
}
