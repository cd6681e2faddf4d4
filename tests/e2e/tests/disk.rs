// SPDX-License-Identifier: GPL-3.0-or-later
//! The kiosk's disk at 80, 95 and 100 per cent, and one that may only be read: a small one of its own, in a mount namespace.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use rustix::fs::statvfs;
use xuedian_e2e::{COURSES, PATIENCE, Point, ends_to_work_again};
use xuedian_kit::kiosk::Kiosk;
use xuedian_kit::process::eventually;

/// The disk.
const SIZE: &str = "size=256m";
/// A film that nobody has asked for, bytes.
const FILM: usize = 24 << 20;
/// People on the rolls of the two classes that run: more taps than fit into what a full disk has left.
const DUE: std::ops::RangeInclusive<u32> = 101..=140;

#[test]
fn each_mark_of_a_disk_that_fills_up_is_kept() -> Result<()> {
    in_own_mounts("child_fills_the_disk")
}

#[test]
fn a_disk_that_may_only_be_read_is_told_and_tried_again() -> Result<()> {
    in_own_mounts("child_reads_only")
}

/// Runs a test of this file where it may mount things that nobody else sees.
fn in_own_mounts(child: &str) -> Result<()> {
    let run = Command::new("unshare")
        .args(["--map-root-user", "--mount"])
        .arg(std::env::current_exe()?)
        .args(["--exact", child, "--ignored", "--nocapture"])
        .output();
    let Ok(output) = run else {
        eprintln!("not run: no unshare(1) here");
        return Ok(());
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if said.contains("unshare failed") || said.contains("permission denied") {
        eprintln!("not run: no namespaces here: {said}");
        return Ok(());
    }
    ensure!(output.status.success() && said.contains("1 passed"), "{:?} {said}", output.status);
    Ok(())
}

#[test]
#[ignore = "the child of the test above"]
fn child_fills_the_disk() -> Result<()> {
    let mut point = Point::start(1)?;
    let kiosk = &mut point.kiosks[0];
    give_it_a_disk(kiosk)?;
    let filler = kiosk.data().join("filler");
    let loose = kiosk.data().join("media/whole").join("5".repeat(64));
    fs::write(&loose, vec![7; FILM])?;

    // At 80 %: a film goes, nobody has to do anything.
    fill(&filler, &kiosk.data(), 83)?;
    kiosk.restart()?;
    eventually("a film that gave way", PATIENCE, || {
        ensure!(!loose.exists(), "it is still there");
        Ok(())
    })?;
    kiosk.screen.see_any(COURSES, PATIENCE)?;
    kiosk.screen.see_gone("请看说明", PATIENCE)?;
    kiosk.reader.tap("L003")?;
    kiosk.screen.see("签到成功", PATIENCE)?;
    told(kiosk, "media", true)?;

    // At 95 %: told to staff and the hub, and attendance is taken.
    kiosk.kill()?;
    fill(&filler, &kiosk.data(), 96)?;
    kiosk.restart()?;
    kiosk.screen.touch("请看说明", PATIENCE)?;
    kiosk.screen.see("存储快满了", PATIENCE)?;
    kiosk.screen.see("签到照常，学分稍后再算。", PATIENCE)?;
    kiosk.reader.tap("L004")?;
    kiosk.screen.see("签到成功", PATIENCE)?;
    told(kiosk, "disk", true)?;

    // At 100 %: what is said to be taken is on the disk, and what is not on the disk is not said to be.
    fill(&filler, &kiosk.data(), 100)?;
    tap_until_refused(kiosk)?;
    fs::remove_file(&filler)?;
    let before = check_ins(kiosk)?;
    kiosk.reader.tap("L005")?;
    eventually("a check-in where there is room", PATIENCE, || {
        ensure!(check_ins(kiosk)? == before + 1, "there is none");
        Ok(())
    })?;
    kiosk.screen.see("签到成功", PATIENCE)?;
    kiosk.kill()?;
    xuedian_kit::journal::verify(&kiosk.data()).map(drop)
}

/// Taps one card after the other on a disk that has no room.
fn tap_until_refused(kiosk: &Kiosk) -> Result<()> {
    for card in DUE {
        let before = check_ins(kiosk)?;
        kiosk.reader.tap(&format!("L{card}"))?;
        let kept = eventually("a word about the card", PATIENCE, || {
            if check_ins(kiosk)? > before {
                return Ok(true);
            }
            kiosk.screen.see_any(&["没有存好", "存储出了问题"], Duration::from_secs(1))?;
            Ok(false)
        })?;
        if !kept {
            ensure!(check_ins(kiosk)? == before, "L{card} was refused, and is on the disk");
            return kiosk.screen.see("存储出了问题", PATIENCE).map(drop);
        }
    }
    bail!("{DUE:?}: all cards were taken on a disk that is full")
}

#[test]
#[ignore = "the child of the test above"]
fn child_reads_only() -> Result<()> {
    let mut point = Point::start(1)?;
    let kiosk = &mut point.kiosks[0];
    give_it_a_disk(kiosk)?;
    mount(&["-o", "remount,ro"], &kiosk.data())?;
    kiosk.restart_without_waiting()?;
    kiosk.screen.see("存储出了问题", PATIENCE)?;
    let things = kiosk.screen.things()?;
    ensure!(!things.iter().any(|thing| thing.label.contains("工作人员") && thing.role == "Button"), "{things:?}");
    mount(&["-o", "remount,rw"], &kiosk.data())?;
    ends_to_work_again(kiosk)
}

/// Kills the kiosk and puts its data on a disk of their own.
fn give_it_a_disk(kiosk: &mut Kiosk) -> Result<()> {
    kiosk.kill()?;
    let (data, away) = (kiosk.data(), kiosk.data().with_extension("away"));
    fs::rename(&data, &away)?;
    fs::create_dir(&data)?;
    mount(&["-t", "tmpfs", "-o", SIZE, "none"], &data)?;
    let copied = Command::new("cp").arg("-a").arg(away.join(".")).arg(&data).status()?;
    ensure!(copied.success(), "the data do not fit onto the disk");
    Ok(())
}

fn mount(arguments: &[&str], at: &Path) -> Result<()> {
    let done = Command::new("mount").args(arguments).arg(at).output()?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

/// Fills the disk until so much of it is taken, per cent.
fn fill(filler: &Path, disk: &Path, percent: u64) -> Result<()> {
    let mut file = File::options().create(true).append(true).open(filler)?;
    loop {
        let room = statvfs(disk)?;
        if room.f_bavail == 0 || (room.f_blocks - room.f_bavail) * 100 >= room.f_blocks * percent {
            return Ok(());
        }
        file.write_all(&[0; 4096])?;
    }
}

fn check_ins(kiosk: &Kiosk) -> Result<usize> {
    Ok(kiosk.records("check-in")?.len())
}

/// Waits for a fault of this part in the journal.
fn told(kiosk: &Kiosk, part: &str, began: bool) -> Result<()> {
    eventually(&format!("a fault of {part}"), PATIENCE, || {
        let faults = kiosk.records("fault")?;
        let found = faults.iter().any(|fault| fault["body"]["part"] == part && fault["body"]["began"] == began);
        ensure!(found, "{faults:?}");
        Ok(())
    })
}
