// SPDX-License-Identifier: GPL-3.0-or-later
//! Hours of use: cards, films, a flapping network and a reader with faults, while memory, open files and disk are watched.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use xuedian_kit::process::eventually;

use crate::console;
use crate::cuts::replay::Dice;
use crate::eyes::Eyes;
use crate::machine::{Machine, Workshop};
use crate::plugs::Plugs;
use crate::report::Report;
use crate::rig::Rig;
use crate::stories::{PATIENCE, at_hub, idle, watch};

/// Between two looks at the box.
const LOOK: Duration = Duration::from_secs(60);
/// Cards that come and go.
const CARDS: &[&str] = &["L003", "L004", "L005", "L006", "L009", "L101", "L102", "L103", "N004"];
/// How long a film plays.
const FILM: Duration = Duration::from_secs(15);
/// How long a reader hangs.
const HANGS: Duration = Duration::from_secs(8);
/// Memory may lie above its first third by so much in its last, per cent; the folds of the records that came are part of it.
const GROWTH: u64 = 10;

/// Takes one of its figures from a look.
type Figure = fn(&Sample) -> u64;

/// One look.
#[derive(Clone, Copy, Debug)]
struct Sample {
    resident_kb: u64,
    files: u64,
    disk_kb: u64,
}

/// Runs it for so many minutes and writes down what was seen.
///
/// # Errors
/// When the screen goes black, the terminal is started anew, or something grows.
pub fn run(workshop: &Workshop, eyes: &Eyes, report: &mut Report, minutes: u64) -> Result<()> {
    let mut rig = Rig::new(workshop, "soak", "current")?;
    let mut machine = rig.power(Plugs { kernel: vec![console::SHELL.to_owned()], ..Plugs::default() })?;
    idle(&mut machine, eyes)?;
    let (mut dice, mut samples) = (Dice::new(minutes), Vec::new());
    let (mut cards, mut films, mut faults) = (0, 0, 0);
    let pid = pid(&machine)?;
    let begun = Instant::now();
    let mut looked = begun;
    while begun.elapsed() < Duration::from_secs(minutes * 60) {
        let turn = dice.below(8);
        if turn == 0 {
            // The picture may still be that of before the last card, and a touch of the keys on it would go elsewhere.
            machine.rest()?;
        }
        match turn {
            0 if eyes.find(&machine.picture()?, "idle", "贴在这里")?.is_some() => {
                watch(&mut machine, eyes)?;
                std::thread::sleep(FILM);
                machine.touch(eyes, "player", "返回", PATIENCE)?;
                machine.touch(eyes, "course", "返回", PATIENCE)?;
                films += 1;
            }
            1 => machine.network(dice.below(2) == 0)?,
            2 => {
                rig.reader.act("hang")?;
                std::thread::sleep(HANGS);
                rig.reader.act("recover")?;
                faults += 1;
            }
            _ => {
                let card = CARDS[dice.below(CARDS.len())];
                eventually("the card is read", PATIENCE, || rig.reader.tap(card))?;
                cards += 1;
            }
        }
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            ensure!(machine.picture()?.lit_percent() > 0, "the screen is black after {:?}", begun.elapsed());
            samples.push(sample(&machine, &pid)?);
        }
    }
    ensure!(self::pid(&machine)? == pid, "the terminal was started anew");
    machine.network(true)?;
    judge(report, &samples)?;
    let sent = at_hub(&rig, 1)?;
    machine.cut()?;
    let records = rig.records()?.len();
    report.say(&format!(
        "{minutes} minutes: {cards} cards, {films} films, {faults} times a reader that hung, {} looks at the screen, never black; \
         the same process; {records} records whose chain holds, {sent} at the hub by then",
        samples.len()
    ));
    Ok(())
}

fn pid(machine: &Machine) -> Result<String> {
    machine.shell("systemctl show -P MainPID xuedian-kiosk", PATIENCE)
}

fn sample(machine: &Machine, pid: &str) -> Result<Sample> {
    let ask = format!(
        "sed -n 's/VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/{pid}/status; ls /proc/{pid}/fd | wc -l; \
         df --output=used /data | tail -n 1"
    );
    let said = machine.shell(&ask, PATIENCE)?;
    let mut numbers = said.lines().map(|line| line.trim().parse::<u64>());
    let mut next = || numbers.next().context("three numbers")?.with_context(|| said.clone());
    Ok(Sample { resident_kb: next()?, files: next()?, disk_kb: next()? })
}

fn judge(report: &mut Report, samples: &[Sample]) -> Result<()> {
    let third = (samples.len() / 3).max(1);
    let mean = |part: &[Sample], of: Figure| part.iter().map(of).sum::<u64>() / part.len().max(1) as u64;
    let (first, last) = (&samples[..third.min(samples.len())], &samples[samples.len().saturating_sub(third)..]);
    let kinds: [(&str, Figure); 3] = [
        ("resident memory, kB", |s| s.resident_kb),
        ("open files", |s| s.files),
        ("data partition, kB", |s| s.disk_kb),
    ];
    for (what, of) in kinds {
        let (before, after) = (mean(first, of), mean(last, of));
        report.say(&format!("{what}: {before} in the first third, {after} in the last"));
        ensure!(after <= before + before * GROWTH / 100, "{what} grows: {before} to {after}");
    }
    Ok(())
}
