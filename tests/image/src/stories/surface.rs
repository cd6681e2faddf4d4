// SPDX-License-Identifier: GPL-3.0-or-later
//! Somebody with a keyboard, with strange things for the USB port, and with many fingers: nothing of it leads anywhere.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::console;
use crate::cuts::replay::Dice;
use crate::eyes::Eyes;
use crate::machine::{Machine, Workshop};
use crate::plugs::{PANEL, Plugs};
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{PATIENCE, START, idle, sign_in};

/// Keys that lead somewhere on other machines: other terminals, a restart, the kernel, a menu, a window's end.
const KEYS: &[&[&str]] = &[
    &["ctrl", "alt", "f1"],
    &["ctrl", "alt", "f2"],
    &["ctrl", "alt", "f3"],
    &["ctrl", "alt", "f7"],
    &["alt", "f2"],
    &["alt", "left"],
    &["alt", "right"],
    &["ctrl", "alt", "delete"],
    &["ctrl", "alt", "backspace"],
    &["alt", "sysrq", "r"],
    &["alt", "sysrq", "k"],
    &["alt", "sysrq", "e"],
    &["alt", "sysrq", "b"],
    &["ctrl", "c"],
    &["ctrl", "z"],
    &["ctrl", "q"],
    &["alt", "f4"],
    &["alt", "tab"],
    &["meta_l"],
    &["esc"],
    &["f1"],
    &["f11"],
    &["print"],
    &["shift", "f10"],
    &["r"],
    &["o"],
    &["o"],
    &["t"],
    &["ret"],
];
/// Seven of these within two seconds restart other machines at once.
const DELETES: usize = 8;
/// What else somebody may plug in, with what QEMU wants to know of it.
const DEVICES: &[(&str, &[(&str, &str)])] = &[
    ("usb-mouse", &[]),
    ("usb-tablet", &[]),
    ("usb-wacom-tablet", &[]),
    ("usb-hub", &[]),
    ("usb-audio", &[("audiodev", "sound")]),
    ("usb-serial", &[("chardev", "nothing")]),
    ("usb-braille", &[("chardev", "braille")]),
    ("usb-ccid", &[]),
];
/// How long a device stays.
const STAYS: Duration = Duration::from_secs(3);
/// Touches anywhere.
const TOUCHES: usize = 300;
/// So long after the last of them, whoever played here is taken for gone.
const GONE: Duration = Duration::from_secs(240);

/// Runs it and writes down what was seen.
///
/// # Errors
/// When anything is not as it should be.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report) -> Result<()> {
    let mut rig = Rig::new(workshop, "surface", "current")?;
    let more = ["-chardev", "null,id=nothing"].map(str::to_owned).to_vec();
    let kernel = vec![console::SHELL.to_owned()];
    let mut machine = rig.power(Plugs { kernel, more, ..Plugs::default() })?;
    idle(&mut machine, eyes)?;
    let before = state(&machine)?;
    ports(&machine, report)?;
    keyboard(&mut machine, eyes, &before, report)?;
    devices(&mut rig, &mut machine, eyes, &before, report)?;
    touches(&mut machine, eyes, &before, report)?;
    sign_in(&rig, &mut machine, eyes, "L004")?;
    machine.cut()
}

/// Which process the terminal is, how often it was started anew, which virtual terminal is on the screen, and who else could be
/// logged in.
fn state(machine: &Machine) -> Result<String> {
    let ask = "systemctl show -P MainPID,NRestarts xuedian-kiosk; cat /sys/class/tty/tty0/active; \
               cat /proc/[0-9]*/comm 2>/dev/null | grep -cxE 'agetty|login|sulogin' || true; cut -d. -f1 /proc/sys/kernel/random/boot_id";
    machine.shell(ask, PATIENCE)
}

fn ports(machine: &Machine, report: &mut Report) -> Result<()> {
    // 0A: somebody listens.
    let tables = "cat /proc/net/tcp /proc/net/tcp6";
    let listening = machine.shell(&format!("{tables} | awk '$4 == \"0A\" {{ print $2 }}'"), PATIENCE)?;
    ensure!(listening.is_empty(), "somebody listens at {listening}");
    report.say("nothing in the box listens on TCP, on no address (the kernel's own tables)");
    Ok(())
}

fn keyboard(machine: &mut Machine, eyes: &Eyes, before: &str, report: &mut Report) -> Result<()> {
    machine.plug("usb-kbd", "keyboard", &[("bus", "usb.0")])?;
    std::thread::sleep(STAYS);
    for keys in KEYS {
        machine.keys(keys)?;
        std::thread::sleep(STAYS / 10);
    }
    for _ in 0..DELETES {
        machine.keys(&["ctrl", "alt", "delete"])?;
        std::thread::sleep(STAYS / 20);
    }
    std::thread::sleep(STAYS);
    let after = state(machine)?;
    ensure!(after == before, "before the keys: {before}; after them: {after}");
    idle(machine, eyes)?;
    machine.pull("keyboard")?;
    report.say(&format!(
        "a USB keyboard: {} combinations (other terminals, Ctrl-Alt-Del eight times, magic keys, menus) change nothing: the same \
         process, the same terminal, the idle screen",
        KEYS.len()
    ));
    Ok(())
}

fn devices(rig: &mut Rig, machine: &mut Machine, eyes: &Eyes, before: &str, report: &mut Report) -> Result<()> {
    let mut seen = Vec::new();
    for (number, (device, more)) in DEVICES.iter().enumerate() {
        let id = format!("strange{number}");
        let more = [&[("bus", "usb.0")], *more].concat();
        if machine.plug(device, &id, &more).is_err() {
            // Not every QEMU is built with every device.
            continue;
        }
        std::thread::sleep(STAYS);
        machine.pull(&id)?;
        seen.push(*device);
    }
    std::fs::write(rig.cache().join("garbage.stick"), vec![0xA5; 1 << 20])?;
    machine.plug_stick("garbage.stick")?;
    std::thread::sleep(STAYS);
    machine.pull_stick()?;
    let after = state(machine)?;
    ensure!(after == before, "before the devices: {before}; after them: {after}");
    idle(machine, eyes)?;
    sign_in(rig, machine, eyes, "L003")?;
    idle(machine, eyes)?;
    report.say(&format!(
        "plugged in and out: {}, and a stick without a file system; the idle screen stays, and a card is accepted by the \
         box's own reader",
        seen.join(", ")
    ));
    Ok(())
}

fn touches(machine: &mut Machine, eyes: &Eyes, before: &str, report: &mut Report) -> Result<()> {
    let mut dice = Dice::new(7);
    for _ in 0..TOUCHES {
        let point = (dice.below(PANEL.0 as usize), dice.below(PANEL.1 as usize));
        machine.touch_at((u32::try_from(point.0)?, u32::try_from(point.1)?))?;
        let picture = machine.picture()?;
        ensure!(picture.lit_percent() > 0, "the screen is black after a touch at {point:?}");
    }
    let after = state(machine)?;
    ensure!(after == before, "before the touches: {before}; after them: {after}");
    machine.see(eyes, "idle", "贴在这里", GONE.max(START))?;
    report.say(&format!(
        "{TOUCHES} touches anywhere: the same process, never a black screen, and the idle screen comes back by itself"
    ));
    Ok(())
}
