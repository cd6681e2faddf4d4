// SPDX-License-Identifier: GPL-3.0-or-later
//! Parts of the machine that are missing, come late, are full or are damaged: what the screen says, and what still works.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use xuedian_kit::process::eventually;

use crate::console;
use crate::disk;
use crate::eyes::Eyes;
use crate::machine::{Machine, Workshop};
use crate::plugs::{Part, Plugs};
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{PATIENCE, START, idle, sign_in, watch};

/// The smallest memory that the film has to live with, MiB.
const LITTLE_MB: u32 = 512;
/// How long a film has to begin.
const FILM: Duration = Duration::from_secs(15);
/// How long a shell may take to answer that has nothing else to do.
const SOON: Duration = Duration::from_secs(20);
/// A program that wants twice as much memory as there is, and how it ended. It is a unit of its own: when the kernel kills a
/// child of the shell's, systemd ends the shell, too.
const EATER: &str = "systemd-run -q --wait --unit=eater sh -c 'head -c 1000m /dev/zero | tail >/dev/null'; \
                     systemctl show -P Result eater; systemctl reset-failed eater";
/// The kiosk's unit.
const KIOSK: &str = "xuedian-kiosk.service";

/// Runs it and writes down what was seen.
///
/// # Errors
/// When anything is not as it should be.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let mut rig = Rig::new(workshop, "faults", "current")?;
    display(&mut rig, eyes, report)?;
    bare(&mut rig, eyes, report)?;
    reader(&mut rig, eyes, report)?;
    memory(&mut rig, eyes, report)?;
    full(&mut rig, eyes, report)?;
    data(&mut rig, eyes, report)
}

fn with_shell(plugs: Plugs) -> Plugs {
    let kernel = [plugs.kernel, vec![console::SHELL.to_owned()]].concat();
    Plugs { kernel, ..plugs }
}

/// No display when the power comes; it comes later.
fn display(rig: &mut Rig, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let kernel = vec!["modprobe.blacklist=virtio_gpu".to_owned()];
    let mut machine = rig.power(with_shell(Plugs { kernel, ..Plugs::default() }))?;
    // What is typed before the shell is there is lost, and so is the wait for its answer.
    machine.rest()?;
    eventually("the system is up", START, || machine.shell("systemctl is-active dbus", SOON))?;
    let before = machine.shell(&format!("systemctl show -P ActiveState {KIOSK}"), PATIENCE)?;
    machine.shell("modprobe virtio_gpu", PATIENCE)?;
    idle(&mut machine, eyes)?;
    sign_in(rig, &mut machine, eyes, "L003")?;
    report.say(&format!(
        "no display when the power comes (the terminal is {before} then): once there is one the idle screen comes by itself, and a \
         card is accepted"
    ));
    machine.cut()
}

/// No touch panel, no loudspeaker, no clock, no network.
fn bare(rig: &mut Rig, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let without = vec![Part::Touch, Part::Sound, Part::Clock, Part::Network];
    let mut machine = rig.power(Plugs { without, ..Plugs::default() })?;
    machine.see(eyes, "trouble-touch", "触摸屏没反应", START)?;
    sign_in(rig, &mut machine, eyes, "L004")?;
    report
        .say("without touch panel, loudspeaker, clock and network: its picture (触摸屏没反应), and a card is accepted");
    machine.cut()?;
    let records = rig.records()?;
    let last = records.iter().rev().find(|record| record["kind"] == "check-in").context("no check-in")?;
    report.say(&format!("its record says how far its time can be trusted: `clock` is {}", last["clock"]));
    Ok(())
}

/// No reader for a long while, then one.
fn reader(rig: &mut Rig, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let mut machine = rig.power(Plugs { without: vec![Part::Reader], ..Plugs::default() })?;
    machine.see(eyes, "trouble-reader", "读卡器没反应", START)?;
    machine.touch(eyes, "trouble-reader", "看课程", PATIENCE)?;
    machine.see(eyes, "courses", "想学什么？", PATIENCE)?;
    machine.touch(eyes, "courses", "返回", PATIENCE)?;
    machine.plug("usb-serial", "reader", &[("chardev", "reader"), ("bus", "usb.0")])?;
    // From wherever the touches have led.
    let _ = machine.touch(eyes, "home", "退出", PATIENCE);
    idle(&mut machine, eyes)?;
    sign_in(rig, &mut machine, eyes, "L005")?;
    report.say(
        "without a reader: its picture (读卡器没反应), courses go on; plugged in, cards are taken without a start",
    );
    machine.cut()
}

/// Something eats the memory while a film plays.
fn memory(rig: &mut Rig, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let mut machine = rig.power(with_shell(Plugs { memory_mb: LITTLE_MB, ..Plugs::default() }))?;
    idle(&mut machine, eyes)?;
    watch(&mut machine, eyes)?;
    let pid = machine.shell(&format!("systemctl show -P MainPID {KIOSK}"), PATIENCE)?;
    std::thread::sleep(FILM);
    // Twice as much as there is: somebody has to give way.
    let ended = machine.shell(EATER, START)?;
    ensure!(ended.contains("oom-kill"), "a gigabyte fits into {LITTLE_MB} MiB: the program ended with {ended}");
    let after = machine.shell(&format!("systemctl show -P MainPID {KIOSK}"), PATIENCE)?;
    ensure!(pid == after, "the kiosk was killed: {pid} is {after} now");
    let _ = machine.touch(eyes, "player", "返回", PATIENCE);
    let _ = machine.touch(eyes, "course", "返回", PATIENCE);
    let _ = machine.touch(eyes, "home", "退出", PATIENCE);
    idle(&mut machine, eyes)?;
    sign_in(rig, &mut machine, eyes, "L006")?;
    let used = machine.shell(&format!("systemctl show -P MemoryPeak {KIOSK}"), PATIENCE)?;
    report.say(&format!(
        "with {LITTLE_MB} MiB a film plays while another program takes all memory: that program is killed, the terminal is the \
         same process as before (at most {} MB), and a card is accepted",
        used.parse::<u64>().unwrap_or(0) / 1_000_000
    ));
    machine.cut()
}

/// The data partition fills up, then even what is kept for attendance is taken, then there is room again.
fn full(rig: &mut Rig, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let mut machine = rig.power(with_shell(Plugs::default()))?;
    idle(&mut machine, eyes)?;
    for (percent, card) in [(82, "L009"), (100, "L101")] {
        fill(&machine, percent, "first")?;
        accepted(rig, &mut machine, eyes, card, report)?;
    }
    // The card found the disk full, and the reserve was given up for it. Somebody takes that, too.
    fill(&machine, 100, "rest")?;
    eventually("the card is read", PATIENCE, || rig.reader.tap("L102"))?;
    machine.see(eyes, "trouble-disk", "存储出了问题", PATIENCE)?;
    report.say("with what is kept for attendance taken as well: nothing is acknowledged (存储出了问题), courses go on");
    machine.shell("rm -f /data/filled-*", PATIENCE)?;
    fill(&machine, 96, "again")?;
    accepted(rig, &mut machine, eyes, "L102", report)?;
    machine.shell("rm -f /data/filled-*", PATIENCE)?;
    machine.cut()
}

/// Waits for the idle screen, with the sign for staff or without: the disk is looked at once a minute.
fn waiting(machine: &mut Machine, eyes: &Eyes) -> Result<()> {
    eventually("the idle screen", START, || {
        let plain = machine.see(eyes, "idle", "贴在这里", Duration::ZERO);
        plain.or_else(|_| machine.see(eyes, "idle-no-sound", "贴在这里", Duration::ZERO))
    })
    .map(drop)
}

/// A card is accepted with so much of the data partition taken as there is.
fn accepted(rig: &Rig, machine: &mut Machine, eyes: &Eyes, card: &str, report: &mut Report) -> Result<()> {
    let taken = machine.shell("df --output=pcent /data | tail -n 1", PATIENCE)?;
    sign_in(rig, machine, eyes, card)?;
    waiting(machine, eyes)?;
    report.say(&format!("with {} of the data partition taken a card is accepted", taken.trim()));
    Ok(())
}

/// Takes so much of what users may have of the data partition.
fn fill(machine: &Machine, percent: u32, name: &str) -> Result<()> {
    let room = "free=$(df --output=avail -B1 /data | tail -n 1); all=$(df --output=size -B1 /data | tail -n 1)";
    let size = format!("size=$((free - all * (100 - {percent}) / 100))");
    let take = format!("[ $size -le 0 ] || fallocate -l $size /data/filled-{name}-{percent}");
    machine.shell(&format!("{room}; {size}; {take}"), START).map(drop)
}

/// The data partition is damaged, then whole again, then turns read-only, then writable again.
fn data(rig: &mut Rig, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let image = rig.image();
    let place = disk::partition(&image, "data")?;
    let before = rig.records()?.len();
    let mut kept = vec![0; 8192];
    let mut file = File::options().read(true).write(true).open(&image)?;
    file.seek(SeekFrom::Start(place.start))?;
    std::io::Read::read_exact(&mut file, &mut kept)?;
    put(&mut file, place.start, &vec![0; kept.len()])?;
    let mut machine = rig.power(Plugs::default())?;
    machine.see(eyes, "trouble-disk", "存储出了问题", START)?;
    report.say("a data partition that cannot be mounted: its picture (存储出了问题), no card is taken, nothing is kept in memory");
    machine.cut()?;
    put(&mut file, place.start, &kept)?;
    let mut machine = rig.power(with_shell(Plugs::default()))?;
    idle(&mut machine, eyes)?;
    // As the kernel does it after an error: without asking those who are writing.
    machine.shell(
        "echo u >/proc/sysrq-trigger; until grep -q ' /data ext4 ro' /proc/mounts; do sleep 1; done",
        PATIENCE,
    )?;
    eventually("the card is read", PATIENCE, || rig.reader.tap("L103"))?;
    machine.see(eyes, "trouble-disk", "存储出了问题", PATIENCE)?;
    machine.shell("mount -o remount,rw /data", PATIENCE)?;
    sign_in(rig, &mut machine, eyes, "L103")?;
    report.say("a data partition that turns read-only: nothing is acknowledged (存储出了问题); writable again, cards are accepted");
    machine.cut()?;
    let after = rig.records()?.len();
    ensure!(after > before, "{before} records before, {after} after");
    Ok(())
}

fn put(file: &mut File, at: u64, bytes: &[u8]) -> Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.write_all(bytes)?;
    file.sync_all().context("the disk of the box")
}
