// SPDX-License-Identifier: GPL-3.0-or-later
//! What happens to a box, one file each.

pub mod boot;
pub mod cuts;
pub mod day;
pub mod desk;
pub mod faults;
pub mod first;
pub mod soak;
pub mod stopped;
pub mod surface;
pub mod updates;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use xuedian_kit::process::eventually;

use crate::eyes::Eyes;
use crate::machine::{Machine, Workshop};
use crate::picture::{Picture, Rectangle};
use crate::rig::Rig;

/// The last picture, as the build has drawn it.
const STOPPED: &str = "stopped-1280x800.png";

/// How long a start may take where every instruction is emulated on a busy machine.
pub const START: Duration = Duration::from_secs(300);
/// How long anything else may take there.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until the box asks for cards.
///
/// # Errors
/// When it does not in time.
pub fn idle(machine: &mut Machine, eyes: &Eyes) -> Result<()> {
    // With a sign that something is wrong (没有声音) the words stand elsewhere, and smaller: that is not this page.
    machine.see(eyes, "idle", "贴在这里", START).map(drop)
}

/// Waits for the picture of a terminal that cannot be started (终端暂时不能用), which the terminal has no part in.
///
/// # Errors
/// When it is not there in time.
pub fn trouble_picture(machine: &mut Machine, workshop: &Workshop) -> Result<()> {
    let stopped = Picture::read(&workshop.cache.join(STOPPED))?;
    let whole = Rectangle { x: 0, y: 0, w: stopped.width, h: stopped.height };
    eventually("the picture of a terminal that cannot be started", START, || {
        machine.picture()?.find(&stopped, whole).map(drop).context("it is not on the screen")
    })
}

/// Holds a card to the reader and waits until the screen says that it is signed in.
///
/// # Errors
/// When the card is not read, or the screen says something else.
pub fn sign_in(rig: &Rig, machine: &mut Machine, eyes: &Eyes, card: &str) -> Result<()> {
    machine.rest()?;
    eventually("the card is read", PATIENCE, || rig.reader.tap(card))?;
    machine.see(eyes, "result-signed-in", "签到成功", PATIENCE).map(drop)
}

/// Opens a course from the idle screen and plays it.
///
/// # Errors
/// When it does not play.
pub fn watch(machine: &mut Machine, eyes: &Eyes) -> Result<()> {
    machine.touch(eyes, "idle", "手指操", PATIENCE)?;
    machine.see(eyes, "course", "返回", PATIENCE)?;
    machine.touch_place(eyes, "course", "接着看")?;
    machine.see(eyes, "player", "没听清？", PATIENCE).map(drop)
}

/// Waits until the hub has stored so many records of the box, and says how many it has then.
///
/// # Errors
/// When it refuses one, finds the journal forked, or does not get them in time.
pub fn at_hub(rig: &Rig, at_least: u64) -> Result<u64> {
    eventually(&format!("{at_least} records at the hub"), PATIENCE, || {
        let stored = stored(rig)?;
        ensure!(stored >= at_least, "there are {stored}");
        Ok(stored)
    })
}

/// How many records of the box the hub has stored.
///
/// # Errors
/// When it refused one, or finds the journal forked.
pub fn stored(rig: &Rig) -> Result<u64> {
    let devices = rig.hub.status()?;
    for device in &devices {
        ensure!(device.forks.is_empty(), "the journal of {} goes on in two ways", device.device);
        for epoch in &device.epochs {
            ensure!(epoch.refused.is_empty() && epoch.invalid.is_empty(), "{epoch:?}");
        }
    }
    Ok(devices.iter().flat_map(|device| &device.epochs).map(|epoch| epoch.stored).sum())
}
