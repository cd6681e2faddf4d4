// SPDX-License-Identifier: GPL-3.0-or-later
//! Holds the folder `systemd/`: units that systemd takes without a word, and how much of the machine they leave open.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// Units, and how exposed each may be at most, in tenths (`systemd-analyze security`).
const UNITS: &[(&str, u32)] =
    &[("xuedian-kiosk.service", 15), ("xuedian-hub.service", 12), ("xuedian-trouble.service", 40)];
/// Units that systemd must take without a word, too; what they run has the whole machine for a moment.
const ALSO: &[&str] = &["xuedian-data.service", "xuedian-verdict.service", "xuedian-verdict.timer"];
/// Programs that the units name.
const PROGRAMS: &[&str] = &["usr/bin/xuedian-kiosk", "usr/bin/xuedian-hub", "usr/bin/sleep", "usr/bin/systemctl"];
/// Where the system's own units lie, which ours are ordered by.
const SYSTEM: &str = "usr/lib/systemd/system";

#[test]
#[ignore = "part of ./dev check"]
fn systemd_takes_every_unit_without_a_word() -> Result<()> {
    let root = root()?;
    let said = verify(root.path())?;
    // systemd before 254 (Debian 12) does what this key asks for without it; later ones know it.
    let known = |line: &&str| !line.contains("Unknown key 'RestartMode' in section [Service]");
    let said: String = said.lines().filter(known).collect();
    ensure!(said.is_empty(), "{said}");
    Ok(())
}

#[test]
#[ignore = "part of ./dev check"]
fn a_key_that_systemd_does_not_know_is_found() -> Result<()> {
    let root = root()?;
    let unit = root.path().join(SYSTEM).join(UNITS[0].0);
    let text = fs::read_to_string(&unit)?;
    fs::write(&unit, text.replace("WatchdogSec", "WatchdogSecs"))?;
    ensure!(verify(root.path())?.contains("WatchdogSecs"));
    Ok(())
}

#[test]
#[ignore = "part of ./dev check"]
fn no_unit_is_more_exposed_than_its_bound() -> Result<()> {
    for (unit, tenths) in UNITS {
        let done = analyze()
            .args(["security", "--offline=true", "--no-pager"])
            .arg(format!("--threshold={tenths}"))
            .arg(folder().join(SYSTEM).join(unit))
            .output()?;
        let said = text(&done);
        let last = said.lines().last().unwrap_or_default().to_owned();
        eprintln!("{last}");
        ensure!(done.status.success(), "{unit} is above {tenths} tenths: {last}");
    }
    Ok(())
}

#[test]
#[ignore = "part of ./dev check"]
fn users_and_folders_can_be_made() -> Result<()> {
    let root = root()?;
    let at = format!("--root={}", root.path().display());
    // Owners can be given by root alone; anybody else sees at least that the users can be made.
    let steps: &[&[&str]] = if rustix::process::getuid().is_root() {
        &[&["systemd-sysusers"], &["systemd-tmpfiles", "--create"]]
    } else {
        &[&["systemd-sysusers", "--dry-run"]]
    };
    for step in steps {
        let program = step[0];
        let done = Command::new(program).args(&step[1..]).arg(&at).output().with_context(|| program.to_owned())?;
        let said = text(&done);
        ensure!(done.status.success(), "{program}: {said}");
        ensure!(!said.contains("ignoring") && !said.contains("xuedian.conf:"), "{program}: {said}");
    }
    Ok(())
}

#[test]
fn the_terminal_is_the_last_to_be_ended_for_memory_and_its_slice_keeps_what_it_is_promised() -> Result<()> {
    let system = folder().join(SYSTEM);
    let kiosk = fs::read_to_string(system.join(UNITS[0].0))?;
    let own = value(&kiosk, "OOMScoreAdjust").context("the terminal's place in the order")?.parse::<i32>()?;
    let mut others = Vec::new();
    for entry in fs::read_dir(&system)? {
        let path = entry?.path();
        let file = if path.is_dir() { path.join("xuedian.conf") } else { path };
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        if text != kiosk && text.contains("[Service]") {
            // The kernel's own place for whoever says nothing is 0.
            others.push((value(&text, "OOMScoreAdjust").map_or(Ok(0), str::parse::<i32>)?, file));
        }
    }
    ensure!(others.len() > 4 && others.iter().all(|(score, _)| *score > own), "{own}, and {others:?}");
    let slice = fs::read_to_string(system.join("system.slice.d/xuedian.conf"))?;
    for promise in ["MemoryMin", "MemoryLow"] {
        let of_the_kiosk = value(&kiosk, promise).with_context(|| promise.to_owned())?;
        ensure!(value(&slice, promise) == Some(of_the_kiosk), "{promise}={of_the_kiosk} does not reach the terminal");
    }
    Ok(())
}

/// The value of a key of a unit.
fn value<'a>(unit: &'a str, key: &str) -> Option<&'a str> {
    unit.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
}

/// A root as the image has it: the system's own units, ours, and something at each place where a program is named.
fn root() -> Result<TempDir> {
    let root = tempfile::tempdir()?;
    copy(Path::new("/").join(SYSTEM).as_path(), &root.path().join(SYSTEM))?;
    copy(&folder(), root.path())?;
    for program in PROGRAMS {
        let path = root.path().join(program);
        fs::create_dir_all(path.parent().context("a folder")?)?;
        fs::write(&path, "")?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    for link in ["lib", "bin"] {
        symlink(format!("usr/{link}"), root.path().join(link))?;
    }
    fs::create_dir_all(root.path().join("etc"))?;
    for users in ["passwd", "group"] {
        fs::copy(Path::new("/etc").join(users), root.path().join("etc").join(users))?;
    }
    Ok(root)
}

fn verify(root: &Path) -> Result<String> {
    let mut command = analyze();
    command.arg("verify").arg(format!("--root={}", root.display())).args(UNITS.iter().map(|(unit, _)| unit)).args(ALSO);
    Ok(text(&command.output()?))
}

fn analyze() -> Command {
    let mut command = Command::new("systemd-analyze");
    command.env("LANG", "C.UTF-8");
    command
}

fn text(done: &Output) -> String {
    String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let done = Command::new("mkdir").arg("-p").arg(to).status()?;
    ensure!(done.success());
    let done = Command::new("cp").arg("-r").arg(from.join(".")).arg(to).status()?;
    ensure!(done.success(), "copying {}", from.display());
    Ok(())
}

/// `systemd/` of the checkout that this runs in.
fn folder() -> PathBuf {
    PathBuf::from("../../systemd")
}
